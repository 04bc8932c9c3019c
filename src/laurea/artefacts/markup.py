"""An SVG picture read once from front to back: which elements stand where in its bytes. Entities are refused, and nothing is fetched.

The guards are those of defusedxml; its own readers do not tell where in the bytes an element stands.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from laurea.artefacts.baked import check_size
from laurea.errors import FormatError

SVG = "http://www.w3.org/2000/svg"
OPEN_BADGES_3 = "https://purl.imsglobal.org/ob/v3p0"
OPEN_BADGES_2 = "http://openbadges.org"
CREDENTIAL = f"{OPEN_BADGES_3} credential"
ASSERTION = f"{OPEN_BADGES_2} assertion"
PREFIX = "openbadges"

MAX_DEPTH = 256  # of elements within each other; pictures that programs draw have ten or twenty

MAX_ELEMENTS = 100_000  # a bound on memory: drawings by hand have hundreds

_SAVE = "save it as UTF-8 and try again"
_TAG = re.compile(rb"""<(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")


@dataclass(slots=True)
class Found:
    """An element that carries something: its place in the bytes, its text, and what it says to be verified."""

    name: str
    start: int
    end: int = 0
    verify: str = ""
    text: list[str] = field(default_factory=list)
    nested: bool = False  # it has elements in it


@dataclass(frozen=True, slots=True)
class Element:
    """An element on the way down: its name and attributes."""

    name: str
    attributes: dict[str, str]


@dataclass(slots=True)
class Markup:
    """What was seen of a picture: its root's tag, the elements of Open Badges, and the names of all elements with their attributes."""

    data: bytes
    root: int = -1  # where its tag begins
    bound: str | None = None  # what our prefix means at the root
    found: list[Found] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    _open: list[Found | None] = field(default_factory=list)
    _parser: expat.XMLParserType | None = None

    @classmethod
    def read(cls, data: bytes) -> "Markup":
        """Read a picture; raises FormatError for what is no SVG in UTF-8, and for entities."""
        check_size(data, file="SVG")
        _check_encoding(data)
        markup = cls(data)
        parser = expat.ParserCreate(namespace_separator=" ")
        markup._listen(parser)
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise FormatError(f"the SVG is not XML: {expat.ErrorString(error.code)} in line {error.lineno}") from error
        return markup

    def end_of_tag(self, start: int) -> int:
        """Return where a tag that begins at a byte ends; a ">" in quotes does not end it."""
        tag = _TAG.match(self.data, start)
        assert tag is not None, "expat has seen the end of each tag"
        return tag.end()

    def _listen(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.EntityDeclHandler = self._entity
        parser.UnparsedEntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        parser.AttlistDeclHandler = self._attributes
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    @property
    def _place(self) -> int:
        assert self._parser is not None
        return self._parser.CurrentByteIndex

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            raise FormatError(f"the SVG says that it is in {encoding[:40]!r}, not in UTF-8", hint=_SAVE)

    def _entity(self, *_given: object) -> int:
        raise FormatError("the SVG defines or uses entities, which pictures of badges have no need of")

    def _attributes(self, *_given: object) -> None:
        # Each element would have them all again: a small file takes all memory.
        raise FormatError("the SVG declares attributes, which pictures of badges have no need of")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if self.root < 0 and prefix == PREFIX:
            self.bound = uri or ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.root < 0:
            if name != f"{SVG} svg":
                raise FormatError("the picture is no SVG")
            self.root = self._place
        if len(self._open) >= MAX_DEPTH or len(self.elements) >= MAX_ELEMENTS:
            raise FormatError(f"the SVG has more than {MAX_ELEMENTS:,} elements, or nests them deeper than {MAX_DEPTH}")
        self.elements.append(Element(name, attributes))
        holder = self._open[-1] if self._open else None
        if holder is not None:
            holder.nested = True
        elif name in {CREDENTIAL, ASSERTION}:
            holder = Found(name, self._place, verify=attributes.get("verify", ""))
            self.found.append(holder)
        self._open.append(holder)

    def _end(self, _name: str) -> None:
        holder = self._open.pop()
        if holder is not None and (not self._open or self._open[-1] is not holder):
            begun = self.end_of_tag(holder.start)
            # Of an element that its first tag closes, expat names another place.
            holder.end = begun if self.data[begun - 2 : begun] == b"/>" else self.end_of_tag(self._place)

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1] is not None:
            self._open[-1].text.append(text)


def _check_encoding(data: bytes) -> None:
    # UTF-16 without other letters than ours is UTF-8, too, and expat knows it by the zero in its first character.
    place = data.find(b"\x00")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        place = error.start
    if place >= 0:
        raise FormatError(f"the SVG is not in UTF-8 (byte {place})", hint=_SAVE)
