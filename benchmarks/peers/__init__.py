"""The same leaves and the same credentials through what others published, installed on demand: `scripts/bench --peers`."""
