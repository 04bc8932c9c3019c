"""Claims roots of many credentials of few forms: those of one achievement differ in some texts, and the rest is split and written once.

The same root as by `claims`, several times faster. A document is taken as the JCS text that is stored of it: a claim's value in JCS is a
part of that text, as it is. Which texts differ is learnt from the documents themselves; what is not as expected goes the long way.
"""

from dataclasses import dataclass, field

from laurea.core import canonical, claims
from laurea.core.canonical import JsonObject
from laurea.core.claim_lines import ClaimLines, Root
from laurea.core.jcs_form import JcsForm
from laurea.core.linked_data.shapes import marked, take_apart
from laurea.core.linked_data.template import MARKS, PREFIX
from laurea.errors import FormatError

MOST_FORMS = 64  # that are kept; a document of another goes the long way
MOST_LESSONS = 256  # that are taken of one form; then all its documents that do not fit go the long way


class _Form:
    """Documents that are alike but for some texts: how to find those, and how the claims are written with them."""

    def __init__(self, document: JsonObject, holes: int) -> None:
        """Read a document that has marks in the places of so many texts."""
        self._jcs = JcsForm(document, MARKS)
        self._lines = ClaimLines(document, MARKS)
        self._whole = holes == self._jcs.holes

    def root(self, document: bytes, seed: bytes) -> Root | None:
        """Return the claims root of a document; None when it is of another form."""
        found = self._jcs.find(document) if self._whole else None
        return None if found is None else self._lines.root(found.texts, seed)


@dataclass(slots=True)
class _Lessons:
    """What is known of documents with one skeleton: the texts of the first, which of them differ, and the form that follows."""

    first: list[str]
    differing: set[int] = field(default_factory=set)
    taken: int = 0
    form: _Form | None = None


class ClaimsForms:
    """The forms of the documents of one achievement; more may be mixed, but then more texts differ, and it is slower."""

    def __init__(self) -> None:
        """Know no form yet."""
        self._known: dict[tuple[object, ...], _Lessons] = {}
        self._forms: list[_Form] = []  # the last that fitted is tried first

    def root(self, document: bytes, seed: bytes) -> Root:
        """Return the claims root of a credential as it is stored, JCS without `proof`; raises FormatError for what is none."""
        if len(seed) != claims.SEED_BYTES:
            raise FormatError(f"a seed has {claims.SEED_BYTES} bytes, not {len(seed)}")
        for at, form in enumerate(self._forms):
            found = form.root(document, seed)
            if found is not None:
                if at:
                    self._forms.insert(0, self._forms.pop(at))
                return found
        value = canonical.parse(document)
        if not isinstance(value, dict):
            raise FormatError("a stored credential is not a JSON object")
        split = claims.split(value)
        root = Root(len(split), claims.claims_tree(split, seed).root)
        self._learn(document, value, seed, root)
        return root

    def _learn(self, document: bytes, value: JsonObject, seed: bytes, root: Root) -> None:
        """Take a lesson from a document that no form fitted, and whose root was found the long way."""
        shape, texts = take_apart(value)
        lessons = self._known.get(shape)
        if lessons is None:
            if len(self._known) < MOST_FORMS:
                self._known[shape] = _Lessons(texts)
            return
        differing = lessons.differing | {at for at, text in enumerate(texts) if text != lessons.first[at]}
        if lessons.form is not None and differing == lessons.differing:
            return  # it has escapes, which fit no form, and there is nothing to learn
        lessons.taken += 1
        if lessons.taken > MOST_LESSONS or PREFIX.encode() in document:
            return
        lessons.differing = differing
        form = _Form(marked(value, set(range(len(texts))) - differing), len(differing))
        # Tried on the document that it was learnt from, so that a mistake of ours costs time and no root.
        if form.root(document, seed) == root:
            if lessons.form is not None:
                self._forms.remove(lessons.form)
            lessons.form = form
            self._forms.insert(0, form)
