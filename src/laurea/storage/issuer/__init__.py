"""What an issuer keeps: its directory, its tables, and the repositories that query them, a module for each noun."""
