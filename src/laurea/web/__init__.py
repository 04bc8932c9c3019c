"""The service: an API for programs, over the same services as the commands."""
