"""A verifier's own service: an API and a page that answer what `laurea verify` does, and keep nothing of what they are shown."""
