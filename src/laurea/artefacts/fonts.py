"""The fonts that pages and pictures are drawn with: those that Typst brings (Latin, Greek, Cyrillic, Hebrew, Arabic), and the user's."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typst

from laurea.errors import FormatError, InputError

SERIF = "Libertinus Serif"
LAST = "DejaVu Sans Mono"  # it has Arabic
MAX_NAMED = 20  # of what cannot be drawn: enough to know which font to look for

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROBE = b'#set document(title: "-")\n#set text(font: json(bytes(sys.inputs.families)))\n#sys.inputs.text'


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts at hand; none are the system's, so that a page looks the same wherever it is made."""

    loaded: typst.Fonts
    families: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path | None = None) -> "Fonts":
        """Return our fonts, and those in a folder; raises InputError when there is none in it."""
        ours = set(typst.Fonts(include_system_fonts=False).families())
        loaded = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)] if folder else [])
        given = [family for family in loaded.families() if family not in ours]
        if folder and not given:
            raise InputError(f"there are no fonts in {folder}", hint="give a folder with .ttf or .otf files")
        return cls(loaded, (SERIF, *given, LAST))

    def draw(self, source: bytes, inputs: dict[str, str], *, at: datetime) -> bytes:
        """Return the PDF/A-3 of level A, and PDF/UA-1, that a source of ours makes of inputs; raises TypstError."""
        compiler = typst.Compiler(source, font_paths=self.loaded, ignore_system_fonts=True, sys_inputs=self._inputs(inputs))
        return _only(compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=at))

    def picture(self, source: bytes, inputs: dict[str, str], *, ppi: float) -> bytes:
        """Return the PNG that a source of ours makes of inputs; raises TypstError."""
        compiler = typst.Compiler(source, font_paths=self.loaded, ignore_system_fonts=True, sys_inputs=self._inputs(inputs))
        return _only(compiler.compile(format="png", ppi=ppi, timestamp=_EPOCH))

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the characters that no font here has, each once, the first of them only."""
        letters = sorted({letter for text in texts for letter in text if not letter.isascii() and not _is_invisible(letter)})
        found: list[str] = []
        waiting = [letters]  # halved until what is missing stands alone
        while waiting and len(found) < MAX_NAMED:
            part = waiting.pop()
            if self._has("\n".join(part)):
                continue
            if len(part) == 1:
                found.extend(part)
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
        return found

    def _has(self, text: str) -> bool:
        try:
            self.draw(_PROBE, {"text": text}, at=_EPOCH)
        except typst.TypstError:
            return False
        return True

    def _inputs(self, inputs: dict[str, str]) -> dict[str, str]:
        return {**inputs, "families": json.dumps(self.families)}


def cannot_draw(letters: Iterable[str]) -> FormatError:
    """Return the error that names characters which no font has."""
    named = ", ".join(f"{letter} (U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')})" for letter in letters)
    return FormatError(f"no font here has {named}", hint="give a folder with a font that has them: --fonts FOLDER")


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cf", "Mn", "Me", "Zs", "Zl", "Zp"}  # alone, a mark has nothing to stand on


def _only(made: bytes | list[bytes] | None) -> bytes:
    assert isinstance(made, bytes), "one document comes out as bytes"
    return made
