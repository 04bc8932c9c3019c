"""Pages for people: learners with a link, and the operator."""
