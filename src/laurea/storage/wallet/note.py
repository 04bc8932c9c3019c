"""What a holder says themselves, and when."""

from dataclasses import dataclass

from laurea.storage.wallet.form import FORM, Moment


@dataclass(frozen=True, slots=True)
class Note:
    """What the holder says themselves; an empty text is a note that was taken away."""

    text: str
    written: Moment

    __pydantic_config__ = FORM
