"""Programs that others wrote, in Node, asked what they think of what we make."""
