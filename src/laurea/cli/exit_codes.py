"""What a command's exit code means, and which error leads to which."""

from laurea.chain.quorum import Disagreement
from laurea.errors import (
    Busy,
    ChainError,
    ConfigError,
    Costly,
    InputError,
    LaureaError,
    OutputError,
    Unfunded,
    Unreachable,
    VerificationFailed,
)
from laurea.fetch.guard import NotAllowed

DONE = 0
FAILED = 1
USAGE = 2
PARTLY = 3
INTERNAL_FAULT = 70  # as sysexits.h has it, and 74 and 75
NOT_WRITTEN = 74
TRY_LATER = 75

# The first family that fits decides: what to try again later is told apart from what has failed.
EXIT_CODES: tuple[tuple[type[LaureaError], int], ...] = (
    (VerificationFailed, FAILED),
    (InputError, USAGE),
    (ConfigError, USAGE),
    (NotAllowed, USAGE),
    (Busy, TRY_LATER),
    (Unreachable, TRY_LATER),
    (Unfunded, TRY_LATER),
    (Costly, TRY_LATER),
    (Disagreement, TRY_LATER),
    (OutputError, NOT_WRITTEN),
    (ChainError, FAILED),
    (LaureaError, FAILED),
)


def exit_code(error: LaureaError) -> int:
    """Return the exit code for an error: 1 failed, 2 usage, 74 the result could not be written, 75 try again later."""
    return next(code for family, code in EXIT_CODES if isinstance(error, family))
