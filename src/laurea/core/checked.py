"""A credential as it was shown, beside what came of checking it: what those who decide something about people look at, and what they do not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from laurea.core.assertion import as_credential
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.disclosure import may_hide
from laurea.core.learning import Learning
from laurea.core.lenient import identifier, member, objects, text
from laurea.core.matching import Shown, telling
from laurea.core.narrative import SAID, is_self_asserted
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.core.summary import Summary

# How check 5 says who is known by what (issuer.py). What a host said of its DID document may stand in between; who vouches stands behind that.
_LISTED = "the trust list names "
_DOCUMENT = "its DID document as "
_BOTH = " name each other; "
_VOUCHED = ", an accreditor on the trust list, vouches for "


NOBODY = "nobody whom you trust vouches for its issuer: a trust file that names it, or an accreditor, would"


RESULT, EARNED, EVIDENCE = "/credentialSubject/result", "/credentialSubject/creditsEarned", "/evidence"
HIDEABLE = {RESULT: "its result", EARNED: "how many credits were earned"}
"""What tells of an achievement that it was not reached in full, and can be hidden."""


class Known(StrEnum):
    """By whose word an issuer is known: the verifier's own list, an accreditor of that, or nobody's but its own."""

    LISTED = "listed"
    ACCREDITED = "accredited"
    BY_ITSELF = "by itself"


@dataclass(frozen=True, slots=True)
class Checked:
    """One credential of a file that was shown, and the report about it; `file` is what the file is called."""

    file: str
    credential: Credential
    report: Report

    @property
    def document(self) -> JsonObject:
        """The credential without its proofs; nothing of one that is malformed or was altered, which may say anything."""
        unread = self.report[CheckId.INTEGRITY].outcome in {Outcome.FAILED, Outcome.SKIPPED}
        return {} if unread else self.credential.document

    def learning(self, language: str = "") -> Learning:
        """Return what it says of learning."""
        return Learning.of(self.document, language)

    @property
    def id(self) -> str:
        """Its id, "" when it has none."""
        return identifier(as_credential(self.document).get("id"))

    @property
    def holder(self) -> str:
        """The id of its subject, "" when it is hidden or has none."""
        return Summary.of(self.document).holder

    @property
    def holder_name(self) -> str:
        """What its subject is called in it, "" when that is not shown."""
        return Summary.of(self.document).holder_name

    @property
    def known(self) -> Known | None:
        """By whose word its issuer is known; None when who issued it is not known."""
        check = self.report[CheckId.ISSUER]
        if check.outcome is not Outcome.PASSED:
            return None
        if check.reason.startswith(_LISTED):
            return Known.LISTED
        words = check.reason.rpartition(_BOTH)[2] if check.reason.startswith(_DOCUMENT) else check.reason
        return Known.ACCREDITED if _VOUCHED in words else Known.BY_ITSELF

    @property
    def accredited(self) -> bool | None:
        """Whether an accreditor of the trust list vouches for its issuer; None when who issued it is not known."""
        known = self.known
        return None if known is None else known is Known.ACCREDITED

    @property
    def status(self) -> str:
        """The status of its result, one with which nothing was achieved before any other; "" when it has none."""
        subject = as_credential(self.document).get("credentialSubject")
        return telling(text(member(result, "status")) for result in objects(member(subject, "result")))

    @property
    def held(self) -> bool:
        """Whether the subject of it showed it: the check of the holder ran and passed."""
        return self.report[CheckId.HOLDER].outcome is Outcome.PASSED

    @property
    def own_word(self) -> bool:
        """Whether it is its subject's own word, which whoever anchors what they write about themselves can make valid: it decides nothing."""
        return is_self_asserted(as_credential(self.document))

    def may_hide(self, pointer: str) -> bool:
        """Tell whether it may have a claim there that its holder does not show."""
        return bool(self.document) and may_hide(self.credential, pointer)

    def why(self) -> str:
        """Return why it does not count as valid, "" when it does."""
        return self.report.headline if not self.report else SAID if self.own_word else ""

    def beside(self, name: str, language: str = "") -> Shown:
        """Return it as it is put beside requirements, by a name."""
        verdict = Verdict.UNDECIDED if self.report and self.own_word else self.report.verdict
        stranger = self.known is Known.BY_ITSELF
        hides = tuple(words for pointer, words in HIDEABLE.items() if self.may_hide(pointer))
        return Shown(name, self.learning(language), verdict, self.why(), self.accredited, self.status, stranger=stranger, hides=hides)


def open_questions(checked: Checked) -> Iterator[str]:
    """Give each check that a verdict other than valid rests on, with its reason."""
    for check in checked.report.checks:
        if check.outcome in {Outcome.FAILED, Outcome.UNKNOWN}:
            yield f"{check.id}: {check.reason}"


def counts(checked: Checked, issuers: Collection[str] = ()) -> bool:
    """Tell whether the verdict is valid, and the word of somebody whom the verifier knows: by its list, an accreditor, or among `issuers`."""
    if checked.report.verdict is not Verdict.VALID or checked.own_word:
        return False
    return checked.known is not Known.BY_ITSELF or identifier(checked.document.get("issuer")) in issuers
