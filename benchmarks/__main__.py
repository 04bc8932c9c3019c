"""`python -m benchmarks`: see benchmarks.main."""

import sys

from benchmarks.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
