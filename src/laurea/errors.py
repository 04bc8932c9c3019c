"""Every error that laurea raises, and what its caller can do about it.

LaureaError
├── InputError            what was given is wrong: change it
│   ├── FormatError       the bytes do not follow the format that they claim
│   │   └── ModelError    a credential breaks the data model: all places are listed
│   ├── Taken            something else has that name already: choose another
│   ├── RosterError       rows of a roster are wrong: all of them are listed, none was taken
│   ├── BadProof         a proof of what a chain's state holds does not show it: take another
│   ├── NotFound          there is no such thing here
│   ├── GrantRefused      a program may not have what it asks for on behalf of a learner: `code` says why
│   └── Locked            the passphrase is wrong, or the file was damaged
├── ConfigError           the configuration is incomplete or wrong: change it
├── ChainError
│   ├── Unreachable       no node answered, or not in time: ask again later
│   ├── WrongChain        the node or the registry is not the one that was named: asking again will not help
│   ├── Refused           the registry or the node refused the transaction: read the reason
│   ├── Unfunded          the key cannot pay: fund it, then ask again
│   └── Costly            gas costs more than we may offer: ask again later, or raise the cap
├── MailError             the mail server did not take a mail: `lasting` tells whether asking again can help
├── Busy                  another run holds the lock: ask again later
├── OutputError           the result could not be written: it is nowhere
└── VerificationFailed    a report was required to be valid and is not
"""

from collections.abc import Sequence


class LaureaError(Exception):
    """The root of the tree; `hint`, when not empty, says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message for people and the hint apart."""
        super().__init__(message)
        self.hint = hint


class InputError(LaureaError):
    """What was given is wrong: change it."""


class FormatError(InputError):
    """The bytes do not follow the format that they claim."""


class ModelError(FormatError):
    """A credential breaks the data model; `problems` has a line for each place, with the fix."""

    def __init__(self, problems: Sequence[str]) -> None:
        """List the places, each with a text of one line."""
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class Taken(InputError):
    """Something else has that name already: choose another."""


class RosterError(InputError):
    """Rows of a roster are wrong; `problems` has a line for each, and no row was taken. `found` are the same as they were given.

    When there are too many, both have the first of them; `count` is always that of all.
    """

    def __init__(self, problems: Sequence[object], *, count: int | None = None) -> None:
        """List the problems, each with a text of one line, in the order of the file; `count` says how many there are, if more than these."""
        self.count = len(problems) if count is None else count
        listed = "" if self.count == len(problems) else f", of which the first {len(problems):,} are listed"
        super().__init__(
            f"the roster has {self.count:,} problem{'s' if self.count != 1 else ''}{listed}; nothing was imported",
            hint="correct the rows named above and import the file again",
        )
        self.found = tuple(problems)
        self.problems = tuple(map(str, problems))


class BadProof(InputError):
    """A proof of what a chain's state holds does not show it, whatever the reason: take another."""


class NotFound(InputError):
    """There is no such thing here."""


class GrantRefused(InputError):
    """A program may not have what it asks for on behalf of a learner; `code` says why in OAuth's words (RFC 6749, 4.1.2.1 and 5.2)."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the word and a text for whoever maintains that program: printable ASCII, and nothing about a person."""
        super().__init__(message)
        self.code = code


class Locked(InputError):
    """The passphrase is wrong, or the file was damaged; the two cannot be told apart."""


class ConfigError(LaureaError):
    """The configuration is incomplete or wrong: change it."""


class ChainError(LaureaError):
    """Something between us and the registry."""


class Unreachable(ChainError):
    """No node answered, or not in time, or not sensibly: ask again later."""


class WrongChain(ChainError):
    """The node or the registry is not the one that was named: asking again will not help."""


class Refused(ChainError):
    """The registry or the node refused a transaction; the message has the decoded reason."""


class Unfunded(ChainError):
    """The key's account cannot pay for the transaction: fund it, then ask again."""


class Costly(ChainError):
    """Gas costs more than the cap allows to offer: ask again later, or raise the cap."""


class MailError(LaureaError):
    """The mail server did not take a mail; when `lasting`, it never will, otherwise ask again later."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        """Keep what the server said: its code and our words, never an address."""
        super().__init__(message)
        self.lasting = lasting


class Busy(LaureaError):
    """Another run holds the lock: ask again later."""


class OutputError(LaureaError):
    """The result could not be written to where it should go: ask again for it."""


class VerificationFailed(LaureaError):
    """A report was required to be valid and is not; the message is its headline."""
