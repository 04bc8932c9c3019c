"""Pictures, printable pages and other forms that a credential is carried in; the only code that knows their formats."""
