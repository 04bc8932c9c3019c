"""One run of a verifier: what the chain, the files that were given and the web say about the documents, gathered; then all are judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from laurea.core import accreditation, canonical, did_web, status
from laurea.core.anchor import Facts
from laurea.core.anchor_check import check_anchor
from laurea.core.checks import Examined, check_integrity, examine
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.identity import Accreditation, ReadDocument
from laurea.core.issuer import document_problem
from laurea.core.presentation import Presentation
from laurea.core.report import Outcome, Report
from laurea.core.status import ReadList
from laurea.core.trust import Trust
from laurea.core.verify import judge
from laurea.services.sources import Visits
from laurea.services.stapled import Staples

Found = tuple[Examined, Facts | None]
"""What was shown, and what the chain says about it."""

Documents = dict[str, ReadDocument]
"""DID documents as they were read, by DID."""

Judged = dict[bytes, Accreditation]
"""Accreditations that were judged, by their digests."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a verifier has as files: status lists by their URLs, and accreditations."""

    lists: Mapping[str, ReadList] = field(default_factory=dict)
    accreditations: tuple[Presentation, ...] = ()


class Gathering:
    """What one run knows beside the documents; nothing is asked twice."""

    def __init__(self, anchors: Staples, trust: Trust, given: Given, visits: Visits | None) -> None:
        """Ask nothing yet; without `visits`, nobody but the chain is asked ever."""
        self._anchors = anchors
        self._trust = trust
        self._given = given.accreditations
        self._visits = visits
        self._lists: dict[str, ReadList] = dict(given.lists)
        self._documents: Documents = {}
        self._accreditations: Judged = {}

    def reports(self, examined: Sequence[Examined], *, at: datetime, suites: Mapping[str, Suite] = SUITES) -> list[Report]:
        """Return the report about each of what was examined, as of `at`."""
        found = list(zip(examined, self._anchors.facts(examined), strict=True))
        # What fails by itself or on the chain stays so: nobody else is asked about it.
        trusts = [None if self._asks(each) and not _fails(each, facts, self._trust, at) else self._trust for each, facts in found]
        sound = [pair for pair, failing in zip(found, trusts, strict=True) if failing is None]
        self._accredit([vouching for each, _ in sound for vouching in self._vouching(each)], at)
        self._read_documents(sound)
        self._read_lists([each for each, _ in sound])
        return [
            judge(each, facts, trust or self._trust_about(each), at=at, lists=self._lists, suites=suites)
            for (each, facts), trust in zip(found, trusts, strict=True)
        ]

    def _asks(self, each: Examined) -> bool:
        """Tell whether there is anything to ask about what was shown but the chain."""
        credential = each.shown.credential
        return credential.issuer not in self._trust.issuers or "credentialStatus" in credential.document

    def _trust_about(self, each: Examined) -> Trust:
        """Return the trust list with what is known of an issuer that it does not name."""
        did = each.shown.credential.issuer
        if did in self._trust.issuers:
            return self._trust
        documents = {did: self._documents[did]} if did in self._documents else {}
        vouched = tuple(self._accreditations[_key(vouching)] for vouching in self._vouching(each))
        return replace(self._trust, documents=documents, accreditations=vouched)

    def _vouching(self, each: Examined) -> list[Presentation]:
        """Return the accreditations, of those given and those it carries, that may count for what was shown."""
        credential = each.shown.credential
        if credential.issuer in self._trust.issuers:
            return []
        known = [*self._given, *accreditation.embedded(credential)]
        return [each for each in known if accreditation.may_count(each.credential, credential.issuer, self._trust)]

    def _accredit(self, vouching: Sequence[Presentation], at: datetime) -> None:
        """Judge accreditations by the same checks as any credential; who makes them is on the list, so none needs another."""
        new = {_key(shown): shown for shown in vouching if _key(shown) not in self._accreditations}
        examined = [examine(shown) for shown in new.values()]
        facts = self._anchors.facts(examined) if examined else []
        self._read_lists(examined)
        trust = replace(self._trust, demand=None)  # the holder of the credential signs for it, not the accredited issuer
        for key, each, found in zip(new, examined, facts, strict=True):
            report = judge(each, found, trust, at=at, lists=self._lists)
            self._accreditations[key] = accreditation.accredited(each.shown.credential, report, self._trust)

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
        named = Counter(url for each in sound for url in status.wanted(each.shown.credential, anchored=each.proof is not None))
        for url, _ in named.most_common():
            if url not in self._lists:
                self._lists[url] = self._visits.list(url)


def _fails(each: Examined, facts: Facts | None, trust: Trust, at: datetime) -> bool:
    if each.form.outcome is Outcome.FAILED or check_anchor(each.proof, facts, trust, at=at).outcome is Outcome.FAILED:
        return True
    return check_integrity(each).outcome is Outcome.FAILED


def _key(shown: Presentation) -> bytes:
    """Return what an accreditation is known by within a run: a digest of all of it."""
    return sha256(canonical.dump(shown.credential.secured())).digest()
