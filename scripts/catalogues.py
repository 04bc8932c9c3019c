"""The catalogues of messages: bring them up to date with the pages, and compile them; with --check change nothing and say what is stale."""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent.parent / "src/laurea/web"
ROOT = WEB / "wallet"
PAGES = (ROOT, WEB / "verifier")  # whose messages the catalogues have
LOCALES = ROOT / "locale"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "say": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HEADER = r"""msgid ""
msgstr ""
"Language: {code}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural}\n"

"""
SOURCE = "en"  # the language of the messages themselves


def main() -> int:
    """Bring all catalogues up to date, or say which are not."""
    check = "--check" in sys.argv[1:]
    # A catalogue takes the messages of its template over, to be changed there: each has its own.
    stale = [path for code in _codes() for path in _renew(code, _template(), check=check)]
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is not current: run scripts/catalogues.py' if check else 'was written'}")
    return 1 if check and stale else 0


def _codes() -> list[str]:
    return sorted(path.name for path in LOCALES.iterdir())


def _template() -> Catalog:
    found = Catalog(charset="utf-8")
    options = {"**.html": {"silent": "false"}, "templates/**.html": {"silent": "false"}}
    for pages in PAGES:
        for name, line, message, _, context in extract_from_dir(pages, METHODS, options, KEYWORDS):
            found.add(message, locations=[(name, line)], context=context)
    return found


def _renew(code: str, template: Catalog, *, check: bool) -> Iterator[Path]:
    """Write what is not current, and give its path."""
    po = LOCALES / code / "LC_MESSAGES/wallet.po"
    catalogue = Catalog(locale=code, charset="utf-8")
    if po.exists():
        catalogue = read_po(io.BytesIO(po.read_bytes()), locale=code)
    catalogue.update(template, no_fuzzy_matching=True, keep_user_comments=False)
    catalogue.obsolete.clear()
    if code == SOURCE:
        for message in catalogue:
            if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string):
                message.string = message.id
    yield from _put(po, _written(catalogue), check=check)
    compiled = io.BytesIO()
    # Neither file says when it was made: the same messages make the same bytes.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue.project, catalogue.version = "laurea", "wallet"
    write_mo(compiled, catalogue)
    yield from _put(po.with_suffix(".mo"), compiled.getvalue(), check=check)


def _written(catalogue: Catalog) -> bytes:
    text = io.BytesIO()
    # Without lines of the source: a catalogue changes when a message does, and not when a line moves.
    write_po(text, catalogue, no_location=True, omit_header=True, sort_output=True, width=0)
    header = HEADER.format(code=catalogue.locale_identifier, plural=catalogue.plural_forms)
    return header.encode() + text.getvalue()


def _put(path: Path, data: bytes, *, check: bool) -> Iterator[Path]:
    if path.exists() and path.read_bytes() == data:
        return
    if not check:
        path.write_bytes(data)
    yield path


if __name__ == "__main__":
    sys.exit(main())
