"""The only code that knows SQL and the wallet file."""
