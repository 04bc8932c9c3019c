"""One run of a verifier: what the chain, the files that were given and the web say about the documents, gathered; then all are judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from laurea.core import did_web, status
from laurea.core.anchor import Facts
from laurea.core.anchor_check import check_anchor
from laurea.core.checks import Examined, check_integrity
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.identity import ReadDocument
from laurea.core.issuer import document_problem
from laurea.core.presentation import Presentation
from laurea.core.report import Outcome, Report
from laurea.core.status import Finding, ReadList
from laurea.core.trust import Trust
from laurea.core.vc_answer import Looked
from laurea.core.verify import judge
from laurea.services.accrediting import Accrediting, Found, Sought
from laurea.services.sources import Visits
from laurea.services.stapled import Staples

Documents = dict[str, ReadDocument]
"""DID documents as they were read, by DID."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a verifier has as files: status lists by their URLs, and accreditations."""

    lists: Mapping[str, ReadList] = field(default_factory=dict)
    accreditations: tuple[Presentation, ...] = ()


class Gathering:
    """What one run knows beside the documents; nothing is asked twice."""

    def __init__(self, anchors: Staples, trust: Trust, given: Given, visits: Visits | None, *, every_list: bool = False) -> None:
        """Ask nothing yet; without `visits`, nobody but the chain is asked ever. With `every_list` also where the chain alone decides."""
        self._every_list = every_list
        self._anchors = anchors
        self._trust = trust
        self._accrediting = Accrediting(anchors, trust, given.accreditations)
        self._visits = visits
        self._lists: dict[str, ReadList] = dict(given.lists)
        self._documents: Documents = {}

    def reports(self, examined: Sequence[Examined], *, at: datetime, suites: Mapping[str, Suite] = SUITES) -> list[Report]:
        """Return the report about each of what was examined, as of `at`."""
        return [report for report, _ in self._judged(examined, at, suites)]

    def looked(self, examined: Sequence[Examined], *, at: datetime) -> list[Looked]:
        """Return the report about each of what was examined, as of now, and with it what every status list says."""
        return [
            Looked(
                each.shown,
                report,
                () if each.form.outcome is Outcome.FAILED else self._findings(each, trust, at),
                issuer_listed=each.shown.credential.issuer in self._trust.issuers,
            )
            for each, (report, trust) in zip(examined, self._judged(examined, at, SUITES), strict=True)
        ]

    def _judged(self, examined: Sequence[Examined], at: datetime, suites: Mapping[str, Suite]) -> list[tuple[Report, Trust]]:
        """Return the report about each, and by whose trust it was judged."""
        found = list(zip(examined, self._anchors.facts(examined), strict=True))
        # What fails by itself or on the chain stays so: nobody else is asked about it.
        asking = [self._asks(each) and not _fails(each, facts, self._trust, at) for each, facts in found]
        known = iter(self._trusts([pair for pair, asks in zip(found, asking, strict=True) if asks], at))
        trusts = [next(known) if asks else self._trust for asks in asking]
        return [
            (judge(each, facts, trust, at=at, lists=self._lists, suites=suites), trust)
            for (each, facts), trust in zip(found, trusts, strict=True)
        ]

    def authentication(self, did: str) -> Mapping[str, bytes]:
        """Return the keys with which the subject of a did:web proves to be it; none of any other, or when they cannot be read."""
        read = self._visits.document(did) if self._visits is not None and did.startswith(did_web.DID_WEB) else None
        # A copy that was kept may be of before a key was taken away: somebody proves now who they are.
        if read is None or read.document is None or read.trouble or read.document.did != did:
            return {}
        return read.document.authentication

    def _findings(self, each: Examined, trust: Trust, at: datetime) -> tuple[Finding, ...]:
        return tuple(status.findings(each.shown.credential, self._lists, trust, at=at))

    def _counts_bits(self, each: Examined) -> bool:
        """Tell whether the chain alone decides what is revoked."""
        return each.proof is not None and not self._every_list

    def _asks(self, each: Examined) -> bool:
        """Tell whether there is anything to ask about what was shown but the chain."""
        credential = each.shown.credential
        return credential.issuer not in self._trust.issuers or "credentialStatus" in credential.document

    def _trusts(self, sound: Sequence[Found], at: datetime) -> list[Trust]:
        """Return the trust list with what is known of the issuer of each, as far as the list does not name it."""
        sought, links = self._accrediting.meet(sound, at=at)
        self._read_lists(links)
        self._read_documents(sound)
        self._read_lists([each for each, _ in sound])
        return [self._trust_about(each, chains, at) for (each, _), chains in zip(sound, sought, strict=True)]

    def _trust_about(self, each: Examined, sought: Sought, at: datetime) -> Trust:
        did = each.shown.credential.issuer
        if did in self._trust.issuers:
            return self._trust
        documents = {did: self._documents[did]} if did in self._documents else {}
        return replace(self._trust, documents=documents, accreditations=self._accrediting.about(sought, self._lists, at=at))

    def _read_documents(self, sound: Sequence[Found]) -> None:
        """Read the DID document of every did:web that is not on the list; keep those that an issuer is known by."""
        if self._visits is None:
            return
        for each, facts in sound:
            did = each.shown.credential.issuer
            if did in self._trust.issuers or not did.startswith(did_web.DID_WEB):
                continue
            read = self._documents[did] = self._visits.document(did)
            if each.proof is not None and not document_problem(did, read, each.proof, facts):
                self._visits.keep(did)

    def _read_lists(self, sound: Sequence[Examined]) -> None:
        """Read the lists that credentials name; first those that most name, for not all may be read."""
        if self._visits is None:
            return
        named = Counter(url for each in sound for url in status.wanted(each.shown.credential, anchored=self._counts_bits(each)))
        for url, _ in named.most_common():
            if url not in self._lists:
                self._lists[url] = self._visits.list(url)


def _fails(each: Examined, facts: Facts | None, trust: Trust, at: datetime) -> bool:
    if each.form.outcome is Outcome.FAILED or check_anchor(each.proof, facts, trust, at=at).outcome is Outcome.FAILED:
        return True
    return check_integrity(each).outcome is Outcome.FAILED
