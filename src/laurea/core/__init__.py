"""Pure rules: bytes and values in, values out; no clock, no randomness, no network, no disk."""
