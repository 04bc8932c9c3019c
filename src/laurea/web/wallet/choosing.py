"""Choosing what of a credential is seen: its statements by human names, in a form."""

from dataclasses import dataclass

from starlette.datastructures import FormData

from laurea.core.claims import ENVELOPE
from laurea.services.holding import Choice, Entry
from laurea.services.holding.choice import SUBJECT_ID
from laurea.web.wallet.language import Language
from laurea.web.wallet.naming import name_of_claim, written


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that can be shown or hidden, by its number among all of the credential."""

    number: int
    name: str
    value: str
    chosen: bool


def lines_of(entry: Entry, language: Language, chosen: frozenset[int] | None = None) -> list[Line]:
    """Return what can be chosen; all of it is when nothing was said. The types of things come and go with them."""
    return [
        Line(number, name_of_claim(claim.pointer, language), written(claim.value), chosen is None or number in chosen)
        for number, claim in enumerate(entry.claims)
        if claim.pointer not in (ENVELOPE, SUBJECT_ID) and not claim.pointer.endswith("/type")
    ]


def chosen_in(form: FormData) -> frozenset[int]:
    """Return the numbers of the statements that were chosen in a form."""
    return frozenset(int(value) for value in form.getlist("shown") if isinstance(value, str) and value.isascii() and value.isdigit())


def choice_of(entry: Entry, chosen: frozenset[int]) -> Choice:
    """Return the choice of just these statements."""
    # The empty pointer is what is always shown: with no statement beside it, nothing more is.
    return Choice((ENVELOPE, *(claim.pointer for number, claim in enumerate(entry.claims) if number in chosen and claim.pointer)))
