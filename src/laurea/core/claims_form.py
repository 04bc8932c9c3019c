"""Claims roots of many credentials of few forms: those of one achievement differ in some texts, and the rest is split and written once.

The same root as by `claims`, several times faster. A document is taken as the JCS text that is stored of it: a claim's value in JCS is a
part of that text, as it is. Which texts differ is learnt from the documents themselves; what is not as expected goes the long way.
"""

import re
from dataclasses import dataclass, field

from laurea.core import canonical, claims
from laurea.core.canonical import Json, JsonObject
from laurea.core.claim_lines import ClaimLines, Root
from laurea.errors import FormatError

MOST_FORMS = 64  # that are kept; a document of another goes the long way
MOST_LESSONS = 256  # that are taken of one form; then all its documents that do not fit go the long way

_MARK = "laurea-claims-form:{}:"
_MARKED = re.compile(rb"laurea-claims-form:(\d+):")
# A text without escapes: in JCS there is one way to write it, and it is written alike wherever it stands.
_HOLE = rb'([^"\\\x00-\x1f]*+)'


class _Form:
    """Documents that are alike but for some texts: how to find those, and how the claims are written with them."""

    def __init__(self, marked: JsonObject, holes: int) -> None:
        """Read a document that has marks in the places of so many texts."""
        pieces = _MARKED.split(canonical.dump(marked))
        self._order = [int(number) for number in pieces[1::2]]
        self._pattern = re.compile(_HOLE.join(map(re.escape, pieces[::2])), re.DOTALL)
        self._whole = holes == len(self._order)
        self._lines = ClaimLines(marked, _MARKED, self._order)

    def root(self, document: bytes, seed: bytes) -> Root | None:
        """Return the claims root of a document; None when it is of another form."""
        match = self._pattern.fullmatch(document)
        if match is None or not self._whole:
            return None
        texts = match.groups()
        if not document.isascii() and not all(text.isascii() or _is_text(text) for text in texts):
            return None
        return self._lines.root(texts, seed)


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
        for at, form in enumerate(self._forms if len(document) <= canonical.MAX_BYTES else ()):
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
        skeleton: list[object] = []
        texts: list[str] = []
        _take(value, skeleton, texts)
        lessons = self._known.get(tuple(skeleton))
        if lessons is None:
            if len(self._known) < MOST_FORMS:
                self._known[tuple(skeleton)] = _Lessons(texts)
            return
        differing = lessons.differing | {at for at, text in enumerate(texts) if text != lessons.first[at]}
        if lessons.form is not None and differing == lessons.differing:
            return  # it has escapes, which fit no form, and there is nothing to learn
        lessons.taken += 1
        if lessons.taken > MOST_LESSONS or _MARKED.search(document):
            return
        lessons.differing = differing
        form = _Form(_marked(value, differing), len(differing))
        # Tried on the document that it was learnt from, so that a mistake of ours costs time and no root.
        if form.root(document, seed) == root:
            if lessons.form is not None:
                self._forms.remove(lessons.form)
            lessons.form = form
            self._forms.insert(0, form)


def _take(value: Json, skeleton: list[object], texts: list[str]) -> None:
    """Take a value apart: what is around its texts, and the texts in the order of their members' names as they come."""
    if isinstance(value, str):
        skeleton.append(str)
        texts.append(value)
    elif isinstance(value, dict):
        skeleton.append(len(value))
        for name, member in value.items():
            skeleton.append(name)
            _take(member, skeleton, texts)
    elif isinstance(value, list):
        skeleton.append(-1 - len(value))
        for item in value:
            _take(item, skeleton, texts)
    else:
        skeleton.append(repr(value))


def _marked(document: JsonObject, differing: set[int]) -> JsonObject:
    """Return a document with a mark in place of each text that differs."""
    numbers = iter(range(1 << 30))

    def mark(value: Json) -> Json:
        if isinstance(value, str):
            at = next(numbers)
            return _MARK.format(at) if at in differing else value
        if isinstance(value, dict):
            return {name: mark(member) for name, member in value.items()}
        return [mark(item) for item in value] if isinstance(value, list) else value

    return {name: mark(member) for name, member in document.items()}


def _is_text(raw: bytes) -> bool:
    """Tell whether a part of a stored text is one that I-JSON may carry."""
    try:
        canonical.check(raw.decode(), max_depth=1)
    except (UnicodeDecodeError, FormatError):
        return False
    return True
