"""Credentials that are alike, with their proofs: signed and written from the text that is stored of them, neither parsed nor written anew.

The same bytes as by way of the parsed document, several times faster. What is stored is JCS, which is what a jcs suite signs; what an rdfc suite
signs is filled in by the texts that differ; and the proofs are put into the stored text. Which texts differ is learnt from the documents
themselves; what is not as expected goes the long way, which its caller knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from laurea.core import signature
from laurea.core.canonical import JsonObject
from laurea.core.cryptosuites.suite import Suite
from laurea.core.jcs_form import JcsForm, around
from laurea.core.leaves import Content
from laurea.core.linked_data.shapes import Shapes, marked, take_apart
from laurea.core.linked_data.template import MARKS, PREFIX, Template
from laurea.core.signature import SignatureKey
from laurea.errors import FormatError

MOST_FORMS = 256  # that are kept; a document of another goes the long way


@dataclass(frozen=True, slots=True)
class Signing:
    """How credentials are signed: the key, each suite with the options of its proofs, in their order, and the shapes for JSON-LD."""

    key: SignatureKey
    ways: Sequence[tuple[Suite, JsonObject]]
    shapes: Shapes

    @property
    def reads_meaning(self) -> bool:
        """Whether a suite signs what JSON-LD makes of the text, and not the text."""
        return not all(suite.carries_context for suite, _ in self.ways)


class _Proof(NamedTuple):
    """The JCS of a proof, around its value."""

    before: bytes
    after: bytes

    @classmethod
    def of(cls, options: JsonObject) -> "_Proof":
        """Return the proof with these options."""
        before, after = around(options, "proofValue")
        return cls(before + b',"proofValue":"', b'"' + after)

    def text(self, value: str) -> bytes:
        """Return the proof with a value, which has nothing to escape."""
        return self.before + value.encode() + self.after


class _Way(NamedTuple):
    """One suite over the documents of a form, which have one `@context`: so the options are the same."""

    over_text: bool
    options_hash: bytes
    proof: _Proof

    @classmethod
    def of(cls, suite: Suite, options: JsonObject, document: JsonObject) -> "_Way":
        """Return how a suite signs documents with the `@context` of this one."""
        options = suite.options_of(document, options)
        return cls(suite.carries_context, suite.options_hash(document, options), _Proof.of(options))


class _Form:
    """Credentials of one form with their proofs."""

    def __init__(self, jcs: JcsForm, template: Template | None, document: JsonObject, signing: Signing, anchor: _Proof) -> None:
        self._jcs = jcs
        self._template = template  # None: no suite needs it
        self._key = signing.key
        self._ways = [_Way.of(suite, options, document) for suite, options in signing.ways]
        self._anchor = anchor

    def secured(self, text: bytes, anchor_value: str, after: bytes) -> bytes | None:
        """Return a credential with its proofs, and one more in JCS after them if there is one; None when it is of another form."""
        found = self._jcs.find(text)
        if found is None:
            return None
        meaning = None if self._template is None else self._template.fill(found.texts)
        if self._template is not None and meaning is None:
            return None
        proofs = [self._proof(way, text if way.over_text or meaning is None else meaning) for way in self._ways]
        proofs.append(self._anchor.text(anchor_value))
        proofs += [after] if after else []
        return b'%b,"proof":[%b]%b' % (text[: found.at], b",".join(proofs), text[found.at :])

    def _proof(self, way: _Way, signed: bytes) -> bytes:
        return way.proof.text(signature.proof_value(self._key, way.options_hash + sha256(signed).digest()))


@dataclass(slots=True)
class _Lessons:
    """What is known of credentials with one skeleton: the texts of the first, which of them differ, for which of them a form was tried last."""

    first: list[str]
    differing: set[int] = field(default_factory=set)
    tried: set[int] | None = None
    form: _Form | None = None


class SecuredForms:
    """The forms of the credentials of a batch, which are kept by kind, such as an achievement."""

    def __init__(self, signing: Signing, anchor: JsonObject) -> None:
        """Know no form yet; `anchor` is the anchor proof but its value."""
        self._signing = signing
        self._anchor = _Proof.of(anchor)
        self._lessons: dict[tuple[object, ...], _Lessons] = {}
        self._forms: dict[str, list[_Form]] = {}  # the last that fitted is tried first

    def secured(self, content: Content, anchor_value: str, after: bytes = b"") -> bytes | None:
        """Return a stored credential with its proofs as it is released, in JCS; None when no form fits. `after` is one more proof, in JCS."""
        forms = self._forms.get(content.kind, [])
        for at, form in enumerate(forms):
            found = form.secured(content.document, anchor_value, after)
            if found is not None:
                if at:
                    forms.insert(0, forms.pop(at))
                return found
        return None

    def learn(self, content: Content, document: JsonObject, proofs: tuple[str, bytes], secured: bytes) -> None:
        """Take a lesson from a credential that no form fitted, which is this document, and from what became of it the long way.

        `proofs` are the value of its anchor proof, and one more proof in JCS, or nothing.
        """
        kind, text = content.kind, content.document
        shape, texts = take_apart(document)
        fixed = self._signing.shapes.fixed(document) if self._signing.reads_meaning else frozenset[int]()
        if fixed is None or PREFIX.encode() in text:
            return
        key = (kind, shape, *[texts[at] for at in sorted(fixed)])
        lessons = self._lessons.get(key)
        if lessons is None:
            if len(self._lessons) < MOST_FORMS:
                self._lessons[key] = _Lessons(texts)
            return
        lessons.differing |= {at for at, text_there in enumerate(texts) if text_there != lessons.first[at]}
        form = self._form(document, text, lessons)
        # Tried on the credential that it was learnt from, so that a mistake of ours costs time and no signature.
        if form is not None and form.secured(text, *proofs) == secured:
            forms = self._forms.setdefault(kind, [])
            if lessons.form is not None:
                forms.remove(lessons.form)
            lessons.form = form
            forms.insert(0, form)

    def _form(self, document: JsonObject, text: bytes, lessons: _Lessons) -> _Form | None:
        """Return the form for what differs now; None when it was tried before, or this credential is not of it, for it has escapes."""
        if lessons.differing == lessons.tried:
            return None
        others = set(range(len(lessons.first))) - lessons.differing
        try:
            jcs = JcsForm(marked(document, others), MARKS, "proof")
        except FormatError:
            return None
        if jcs.find(text) is None:
            return None
        lessons.tried = set(lessons.differing)
        template = self._signing.shapes.template(document, lessons.differing) if self._signing.reads_meaning else None
        if template is None and self._signing.reads_meaning:
            return None
        return _Form(jcs, template, document, self._signing, self._anchor)
