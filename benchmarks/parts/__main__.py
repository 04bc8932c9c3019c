"""Run one part in this process, and print its figures as JSON, a line each: python -m benchmarks.parts NAME CREDENTIALS [URL SERVER]."""

import gc
import json
import sys
from importlib import import_module

from benchmarks.parts import NAMES, Asked


def main() -> None:
    """Print the figures of the part that was named."""
    name, credentials, *database = sys.argv[1:]
    if name not in NAMES:
        sys.exit(f"there is no part {name}")
    url, server = (database[0], int(database[1])) if database else (None, None)
    part = import_module(f"benchmarks.parts.{name}")
    gc.freeze()  # as the command line does
    for figure in part.figures(Asked(int(credentials), url, server)):
        print(json.dumps(figure.document()), flush=True)


if __name__ == "__main__":
    main()
