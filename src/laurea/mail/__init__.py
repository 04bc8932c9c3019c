"""Mail: what learners are written, and the server that takes it."""
