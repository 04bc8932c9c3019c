"""The API under /v1: an endpoint parses, calls one method of a service, and answers."""
