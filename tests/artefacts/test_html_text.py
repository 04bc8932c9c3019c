import time
from io import BytesIO

import pytest
from pypdf import PageObject, PdfWriter

from laurea.artefacts.html_text import MAX_TEXT, html_text, is_html
from laurea.artefacts.pdf_text import MAX_PAGES, pdf_text
from laurea.errors import FormatError

PAGE = """<!DOCTYPE html><html><head><title>Jobs</title><style>p {}</style><script>var x = "Java";</script></head><body><nav>Python</nav>
<h2>Your profile</h2><ul><li>You can <b>weld</b>
metal</li><li>Caf&eacute; &amp; bar</li></ul><p>one<br>two</p><footer>Imprint</footer></body></html>"""


def test_a_page_is_read_as_lines_without_scripts_and_menus() -> None:
    assert is_html(PAGE)
    assert html_text(PAGE) == "Jobs\nYour profile\n- You can weld metal\n- Café & bar\none\ntwo"


def test_plain_text_is_no_page() -> None:
    assert not is_html("if a < b and b > c: use <T> generics")


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "a" * (MAX_TEXT + 10),
        "<div>" * 200_000 + "x",
        "<p" * 100_000,
        "<a b=" * 100_000,
        "<" * 200_000,
        "<!" * 100_000,
        "</" * 100_000,
        "&" * 200_000,
        "<script>" * 100_000,
        "<script>" * 10 + "x",
        "<!--" + "-" * 100_000,
    ],
)
def test_a_hostile_page_ends(page: str) -> None:
    begin = time.process_time()

    assert len(html_text(page)) <= MAX_TEXT
    assert time.process_time() - begin < 2


def a_pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_without_text_and_a_damaged_one_are_refused() -> None:
    with pytest.raises(FormatError, match="no text"):
        pdf_text(a_pdf())
    with pytest.raises(FormatError, match="cannot be read"):
        pdf_text(b"%PDF-1.7\n" + b"x" * 1000)


def test_only_so_many_pages_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageObject, "extract_text", lambda _page: "words")

    assert pdf_text(a_pdf(MAX_PAGES + 5)).count("words") == MAX_PAGES
