"""The share host: an API that keeps what it cannot read, and the page on which a browser opens it."""
