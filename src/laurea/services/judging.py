"""One run over all that was shown: laurea's own and other credentials, and documents of Blockcerts, each judged by their own rules."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from laurea.core import assertion, clr
from laurea.core.blockcerts.normal import Normalizer
from laurea.core.certificates import shown
from laurea.core.checks import Examined, examine
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.presentation import Presentation
from laurea.core.presented import Presented
from laurea.core.report import Outcome, Report
from laurea.core.shown_form import ShownForms
from laurea.services.certificates import Certificates
from laurea.services.gathering import Gathering

Seen = Examined | shown.Examined
"""What was shown, examined as what it is."""


class Run:
    """What one run knows beside the documents; nothing is asked twice."""

    def __init__(self, credentials: Gathering, certificates: Certificates) -> None:
        """Ask nothing yet."""
        self._credentials = credentials
        self._certificates = certificates

    def reports(self, seen: Sequence[Seen], *, at: datetime, suites: Mapping[str, Suite] = SUITES) -> list[Report]:
        """Return the report about each of what was examined, as of `at`, in their order."""
        own = iter(self._credentials.reports([each for each in seen if isinstance(each, Examined)], at=at, suites=suites))
        others = iter(self._certificates.reports([each for each in seen if isinstance(each, shown.Examined)], at=at, suites=suites))
        return [next(own) if isinstance(each, Examined) else next(others) for each in seen]


class Forms:
    """What is remembered of documents that are shown together: the forms of credentials, and the shapes of documents of Blockcerts."""

    def __init__(self) -> None:
        """Know none yet."""
        self.credentials = ShownForms()
        self.normalizer = Normalizer(shapes=True)


Look = Callable[[bytes, Forms], tuple[Seen, ...]]
"""Examines what a JSON text shows."""


def examined(each: Presentation, normalizer: Normalizer) -> Seen:
    """Examine what was shown as what it is."""
    return shown.examine(each, normalizer) if assertion.is_blockcerts(each.credential) else examine(each)


def as_one(data: bytes, forms: Forms) -> tuple[Seen, ...]:
    """Examine a text that shows one credential."""
    if assertion.names_merkle(data):
        return (examined(Presentation.parse(data), forms.normalizer),)
    return (forms.credentials.examine(data),)


def all_shown(data: bytes, forms: Forms) -> tuple[Seen, ...]:
    """Examine a text that may show several."""
    # A record may hold some of either kind.
    if assertion.names_merkle(data) or clr.TYPE.encode() in data:
        return tuple([examined(each, forms.normalizer) for each in Presented.parse(data).shown])
    first = forms.credentials.examine(data)
    # Only what cannot be read as one may be a presentation of several.
    several = Presented.parse(data).shown if first.form.outcome is Outcome.FAILED else ()
    return tuple(map(examine, several)) if len(several) > 1 else (first,)
