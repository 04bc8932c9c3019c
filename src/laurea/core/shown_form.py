"""Credentials that are alike, as they are shown: what those of one form have in common is examined once, and of each what is its own.

The same answers as `examine` gives, several times sooner. A form is learnt from the credentials themselves, whose text is JCS and which passed:
which texts differ, and by which rule check 1 takes what stands in their places. Whatever is not as expected goes the long way, so that every
reason for refusing is found there, and in its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from laurea.core import canonical, claims, openbadge
from laurea.core.canonical import JsonObject
from laurea.core.checks import Examined, examine
from laurea.core.claim_lines import ClaimLines, Root
from laurea.core.credential import Credential
from laurea.core.filling import filler, number_of
from laurea.core.jcs_form import JcsForm
from laurea.core.linked_data.shapes import marked, take_apart
from laurea.core.linked_data.template import MARKS, PREFIX
from laurea.core.presentation import Presentation
from laurea.core.proof import BaseProof, BaseProofs, Proof, anchor_proof_object, decode
from laurea.core.report import Check, Outcome
from laurea.errors import FormatError

# All that a hostile folder can make us learn in vain is a minute or less and some megabytes, whatever its size.
MOST_FORMS = 32  # that are kept; a credential of another goes the long way
MOST_LESSONS = 256  # that are taken in all; then what fits no form goes the long way for good
MOST_HOLES = 32  # texts that differ; each is tried with two texts
MOST_BYTES = 16 << 10  # of a credential of a form: those without pictures have 2 to 8 thousand; far below what check 1 allows
MOST_SEEN = 1024  # different texts of a form in the places that have rules of their own
MOST_SEEN_BYTES = 256  # of such texts together: they are times, terms, languages

NONSENSE = "<no kind of text>"  # what takes it takes any text
RELATED = b'"relatedResource"'
A_URL = "urn:x"  # what takes it, and no nonsense, takes any URL


class Rule(Enum):
    """By what check 1 takes the text in a place: any text, any URL, or by a rule that is not looked into: then only what it took before."""

    ANY = 0
    URL = 1
    OTHER = 2


class _Form:
    """Credentials that are alike but for some texts, each with an anchor proof of its own and one rule for each of those texts."""

    def __init__(self, credential: Credential, anchor: int, rules: Mapping[int, Rule], check: Check) -> None:
        """Take a credential with marks in place of texts, which of them is that of the anchor proof, their rules, and what check 1 answers."""
        self.holes = len(rules)
        self._anchor = anchor
        self._jcs = JcsForm(credential.secured(), MARKS)
        self._lines = ClaimLines(credential.document, MARKS)
        self._document = filler(credential.document)
        self._proofs = [filler(proof) for proof in credential.proofs]
        self._urls = [number for number, rule in rules.items() if rule is Rule.URL]
        self._others = [number for number, rule in rules.items() if rule is Rule.OTHER and number != anchor]
        self._seen: set[tuple[bytes, ...]] = set()
        self._check = check
        self._batch: BaseProofs | None = None

    def examined(self, data: bytes) -> Examined | None:
        """Return what `examine` does about a credential as JSON text; None when it is of another form, or not known to be fine."""
        found = self._jcs.find(data)
        if found is None or tuple([found.texts[number] for number in self._others]) not in self._seen:
            return None
        texts = {number: text.decode() for number, text in found.texts.items()}
        proof = self._proof(texts[self._anchor])
        if not isinstance(proof, BaseProof) or not all(openbadge.is_url(texts[number]) for number in self._urls):
            return None
        credential = Credential(self._document(texts), tuple([fill(texts) for fill in self._proofs]))
        return Examined(Presentation(credential), self._check, proof=proof, root=self._lines.root(found.texts, proof.seed))

    def see(self, data: bytes) -> bool:
        """Note the texts of a credential that check 1 took, where they have rules of their own; tell whether it is of this form."""
        found = self._jcs.find(data)
        if found is None:
            return False
        texts = tuple([found.texts[number] for number in self._others])
        if len(self._seen) < MOST_SEEN and sum(map(len, texts)) <= MOST_SEEN_BYTES:
            self._seen.add(texts)
        return True

    def _proof(self, text: str) -> Proof | None:
        found = self._batch.read(text) if self._batch is not None else None
        if found is not None:
            return found
        try:
            proof = decode(text)
        except FormatError:
            return None
        if isinstance(proof, BaseProof):
            self._batch = BaseProofs(proof.anchoring.ref, proof.anchoring.size, proof.hints)
        return proof


@dataclass(slots=True)
class _Lessons:
    """What is known of credentials with one skeleton: the texts of the first, the rules of those that differ, and the form that follows."""

    first: list[str]
    rules: dict[int, Rule] = field(default_factory=dict)
    form: _Form | None = None


class ShownForms:
    """The forms of the credentials that are shown together, as in a folder."""

    def __init__(self) -> None:
        """Know no form yet."""
        self._known: dict[tuple[object, ...], _Lessons] = {}
        self._forms: list[_Form] = []  # the last that fitted is tried first
        self._taken = 0

    def examine(self, data: bytes) -> Examined:
        """Return what check 1 answers about a credential or presentation as JSON text, and what was read for it; never raises."""
        for at, form in enumerate(self._forms if len(data) <= MOST_BYTES else ()):
            found = form.examined(data)
            if found is not None:
                if at:
                    self._forms.insert(0, self._forms.pop(at))
                return found
        examined = examine(Presentation.parse(data))
        if _teaches(examined, data) and not any(form.see(data) for form in self._forms) and self._taken < MOST_LESSONS:
            self._learn(data, examined)
        return examined

    def _learn(self, data: bytes, examined: Examined) -> None:
        """Take a lesson from a credential that no form fitted, and that passed check 1 the long way."""
        self._taken += 1
        value = examined.shown.credential.secured()
        if canonical.dump(value) != data:  # written otherwise, or a presentation around it
            return
        shape, texts = take_apart(value)
        lessons = self._known.get(shape)
        if lessons is None:
            if len(self._known) < MOST_FORMS:
                self._known[shape] = _Lessons(texts)
            return
        new = [at for at, text in enumerate(texts) if text != lessons.first[at] and at not in lessons.rules]
        if not new and lessons.form is not None and lessons.form.holes == len(lessons.rules):
            self._taken -= 1  # it has escapes, which fit no form, and there is nothing to learn
        elif len(lessons.rules) + len(new) <= MOST_HOLES:
            lessons.rules |= {at: _rule(value, texts, at) for at in new}
            self._replace(lessons, _form(value, texts, lessons.rules, examined), data, examined)

    def _replace(self, lessons: _Lessons, form: _Form | None, data: bytes, examined: Examined) -> None:
        if form is None:
            return
        form.see(data)
        # Tried on the credential that it was learnt from, so that a mistake of ours costs time and no answer.
        found = form.examined(data)
        if found is not None and _same(found, examined):
            if lessons.form is not None:
                self._forms.remove(lessons.form)
            lessons.form = form
            self._forms.insert(0, form)


def _teaches(examined: Examined, data: bytes) -> bool:
    fine = examined.form.outcome is Outcome.PASSED and isinstance(examined.proof, BaseProof)
    # Which digest is right depends on the URL beside it: a rule over two places, which none for one can tell.
    return fine and len(data) <= MOST_BYTES and PREFIX.encode() not in data and RELATED not in data


def _rule(value: JsonObject, texts: Sequence[str], at: int) -> Rule:
    """Return by what rule check 1 takes a text in the place of one of a credential that it took."""
    if _takes(value, texts, at, NONSENSE):
        return Rule.ANY
    return Rule.URL if _takes(value, texts, at, A_URL) else Rule.OTHER


def _takes(value: JsonObject, texts: Sequence[str], at: int, text: str) -> bool:
    changed = filler(marked(value, set(range(len(texts))) - {at}))({at: text})
    return examine(Presentation.parse(canonical.dump(changed))).form.outcome is Outcome.PASSED


def _form(value: JsonObject, texts: Sequence[str], rules: Mapping[int, Rule], examined: Examined) -> _Form | None:
    credential = Credential.of(marked(value, set(range(len(texts))) - rules.keys()))
    # Which of the proofs is the anchor's, and that there is one, must not depend on what stands in the places.
    if any(number_of(proof.get("cryptosuite")) is not None for proof in credential.proofs):
        return None
    carrier = anchor_proof_object(credential)
    anchor = None if carrier is None else number_of(carrier["proofValue"])
    return None if anchor is None else _Form(credential, anchor, rules, examined.form)


def _same(found: Examined, expected: Examined) -> bool:
    seed = found.proof.seed if isinstance(found.proof, BaseProof) else b""
    root = Root(len(expected.claims), claims.claims_root(expected.claims, seed))
    return (found.shown, found.proof, found.form, found.root) == (expected.shown, expected.proof, expected.form, root)
