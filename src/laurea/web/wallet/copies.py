"""Files of wallets, encrypted as they are, where what works with files finds them for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

FILE = "wallet.laurea"


@contextmanager
def laid_down(data: bytes = b"") -> Iterator[Path]:
    """Give the path of a file with these bytes, or where one may be put; nobody else can read it, and it goes when the block ends."""
    with TemporaryDirectory(prefix="laurea-") as folder:  # made for its owner alone
        path = Path(folder) / FILE
        if data:
            path.write_bytes(data)
        yield path
