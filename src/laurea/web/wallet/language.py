"""The languages of the pages: messages from catalogues (gettext), dates and numbers as each writes them, and its direction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

DOMAIN = "wallet"
CODES = ("en", "es")  # the first is what a browser gets that speaks none of them
COOKIE = "laurea_wallet_language"
MAX_HEADER = 500  # characters of Accept-Language that are looked at


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, by which messages are found
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its BCP 47 tag, and its catalogue; and the time zone of what it tells, None for that of this machine."""

    code: str
    texts: NullTranslations = field(repr=False)
    zone: tzinfo | None = None

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return self.texts.pgettext("the language's own name", "English")

    @property
    def direction(self) -> str:
        """Where a line begins: "ltr" or "rtl"."""
        return self.texts.pgettext("direction of writing: ltr or rtl", "ltr")

    def say(self, message: str, **values: object) -> str:
        """Return a message in this language, with values in their places."""
        found = self.texts.gettext(message)
        return found % values if values else found

    def told(self, *messages: str) -> list[tuple[str, bool]]:
        """Return messages of errors in this language, and of each whether it is in English because no catalogue has it."""
        said = [(self.say(each), each) for each in messages if each]
        return [(text, text == each and self.code != CODES[0]) for text, each in said]

    def counted(self, one: str, many: str, number: int, **values: object) -> str:
        """Return a message about a number of things, in this language."""
        return self.texts.ngettext(one, many, number) % {"num": self.number(number), **values}

    def number(self, value: int) -> str:
        """Return a whole number as this language groups it."""
        return f"{value:,}".replace(",", self.texts.pgettext("between thousands", ","))

    def date(self, moment: datetime) -> str:
        """Return a day, as it is in the time zone."""
        local = moment.astimezone(self.zone)
        month = self.texts.gettext(MONTHS[local.month - 1])
        pattern = self.texts.pgettext("date", "%(month)s %(day)s, %(year)s")
        return pattern % {"day": local.day, "month": month, "year": local.year}

    def moment(self, moment: datetime) -> str:
        """Return a day and the time of it."""
        pattern = self.texts.pgettext("date and time", "%(date)s at %(time)s")
        return pattern % {"date": self.date(moment), "time": f"{moment.astimezone(self.zone):%H:%M}"}


class Languages:
    """The languages that there are, the first being for everybody else."""

    def __init__(self, known: Iterable[Language]) -> None:
        """Know these."""
        self._known = {each.code: each for each in known}

    @classmethod
    def of_package(cls, zone: tzinfo | None = None) -> "Languages":
        """Return those whose catalogues come with laurea."""
        return cls(Language(code, _catalogue(code), zone) for code in CODES)

    def __iter__(self) -> Iterator[Language]:
        return iter(self._known.values())

    def chosen(self, cookie: str | None, accepted: str) -> Language:
        """Return the language that somebody chose, else the first that their browser asks for and we have."""
        wanted = [cookie or "", *_accepted(accepted)]
        return next((self._known[code] for code in wanted if code in self._known), next(iter(self._known.values())))


def _accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, best first, each followed by itself without its region (RFC 4647, lookup)."""
    weighed = []
    for part in header[:MAX_HEADER].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.lower()))
        except ValueError:
            continue
    return [code for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight > 0 for code in (tag, tag.split("-")[0])]


def _catalogue(code: str) -> GNUTranslations:
    with files("laurea.web.wallet").joinpath(f"locale/{code}/LC_MESSAGES/{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)
