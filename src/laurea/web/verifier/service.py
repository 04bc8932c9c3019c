"""What every request to a verifier's service works with, and who may ask how often."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from laurea.artefacts.report_html import Digested
from laurea.core.presentation import Demand
from laurea.core.report import Reports
from laurea.errors import LaureaError
from laurea.services.verifying import Verifying
from laurea.web.limits import Limiter, require_patience
from laurea.web.problems import HttpProblem
from laurea.web.verifier.challenges import Challenges
from laurea.web.verifier.crew import Crew
from laurea.web.verifier.intake import Lookers
from laurea.web.verifier.readiness import Readiness
from laurea.web.verifier.wallets import Wallets
from laurea.web.wallet.language import N_, Languages

USED = N_("this challenge is not one that waits for an answer: it was used, has run out, or was not given out here")
UNREADABLE = N_("this service cannot read whom it trusts; its operator finds the reason in the log")
_log = logging.getLogger("laurea.web")


@dataclass(frozen=True, slots=True)
class VerifierService:
    """A verifier's service, for as long as it runs. `verifying` gives what verifies by the operator's nodes, trust and lists, never a request's."""

    verifying: Callable[[], Verifying]
    url: str  # where others reach it, and the audience that holders sign for
    crew: Crew
    requests: Limiter
    challenges: Challenges
    readiness: Readiness
    languages: Languages
    now: Callable[[], datetime]
    wallets: Wallets
    trusted: Callable[[], tuple[Digested, ...]] = tuple  # the trust files, for a statement
    lookers: Lookers = field(default_factory=Lookers)

    def demand(self, audience: str | None, challenge: str | None) -> Demand | None:
        """Return what the holder must have signed, None for nothing; takes a challenge of ours back.

        Raises HttpProblem 409 for one that does not wait for an answer, 422 for an audience alone. For another audience the challenge is the
        asker's own, and so is the care that nobody uses it twice.
        """
        if challenge is None:
            if audience is None:
                return None
            raise HttpProblem(422, "audience and challenge go together: the holder signs both")
        if audience in {None, self.url} and not self.challenges.take(challenge):
            raise HttpProblem(409, USED)
        return Demand(self.url if audience is None else audience, challenge)

    def reports(self, document: bytes, demand: Demand | None, at: datetime | None = None) -> Reports:
        """Return the report about each credential of a document, as of now or a past moment.

        Raises HttpProblem 500 when what is trusted here cannot be read.
        """
        return self._current().demanding(demand).verify_presentation(document, at=at or self.now())

    def digests(self) -> tuple[Digested, ...]:
        """Return the trust files with their digests; raises HttpProblem 500 when they cannot be read."""
        with _discreetly():
            return self.trusted()

    def close(self) -> None:
        """End all work, after what is being done."""
        self.crew.close()
        self.lookers.close()

    def trouble(self) -> tuple[str, str]:
        """Return what is wrong with what is trusted here, and with the chains; "" for what is well."""
        try:
            self._current()
        except HttpProblem as problem:
            return str(problem.detail), self.readiness.trouble()
        return "", self.readiness.trouble()

    def _current(self) -> Verifying:
        with _discreetly():
            return self.verifying()


@contextmanager
def _discreetly() -> Iterator[None]:
    try:
        yield
    except LaureaError as error:
        _log.error("trust", extra={"fault": str(error)})  # names files: that is for the operator
        raise HttpProblem(500, UNREADABLE) from error


def service_of(request: Request) -> VerifierService:
    """Return the service of a request."""
    found = request.app.state.service
    if not isinstance(found, VerifierService):  # pragma: no cover - create_app puts it there
        raise TypeError("the application has no service")
    return found


async def patient(request: Request) -> VerifierService:
    """Return the service to somebody who has not asked too often; raises HttpProblem 429."""
    found = service_of(request)
    require_patience(found.requests, request)
    return found


Asked = Annotated[VerifierService, Depends(patient)]
