"""The parts: a module each, with `figures(asked)`; each runs in a process of its own."""

from dataclasses import dataclass

NAMES = ("tree", "proof", "roster", "batch", "linear", "signatures", "verify")
ON_A_DATABASE = ("batch",)  # those that are measured with either database


@dataclass(frozen=True, slots=True)
class Asked:
    """What a part is asked for: so many credentials, in SQLite unless the URL of an empty PostgreSQL database is given with its server's process."""

    credentials: int
    database_url: str | None = None
    server: int | None = None

    @property
    def database(self) -> str:
        """The name of the database."""
        return "SQLite" if self.database_url is None else "PostgreSQL"
