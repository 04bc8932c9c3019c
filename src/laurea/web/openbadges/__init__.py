"""The Open Badges API (Open Badges 3.0, section 6) and the OAuth 2.0 by which learners open it to programs (section 7)."""
