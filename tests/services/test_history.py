"""History from elsewhere, with real wallet files: kept to the byte, labelled, merged, removed; never taken for a credential."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typst

from laurea.artefacts import baking, drawing, png
from laurea.artefacts.fonts import Fonts
from laurea.errors import FormatError, InputError, NotFound, Unreachable
from laurea.services.holding import Holding, attaching, elsewhere, history, merging
from laurea.services.holding.elsewhere import Words
from laurea.storage.wallet import Kdf
from laurea.storage.wallet.content import document_of
from tests.core.test_history import BADGR, CREDLY, CREDLY_CLASS, CREDLY_ISSUER
from tests.core.test_platforms import COURSERA
from tests.released import badge, release

CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
AT = datetime(2026, 11, 20, tzinfo=UTC)
LINK = "https://coursera.org/verify/N6DEUQV6FRRX"
NOTHING = Words()


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "glacier typist nickel oboe", CHEAP)
    made.new(at=AT)
    return made


def data(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode()


def asking(**answers: Mapping[str, object]) -> elsewhere.Fetch:
    known = {str(each["id"]): data(each) for each in answers.values()}

    def ask(url: str) -> bytes:
        if url not in known:
            raise Unreachable("nobody answers")
        return known[url]

    return ask


def old_png(text: bytes) -> bytes:
    """Return a badge picture as bakers of Open Badges 2.0 make them."""
    picture = drawing.png("Python", Fonts.of())
    chunks = png.check(picture)
    made = png._chunk(png.KEYWORD_2 + b"\x00\x00\x00\x00\x00" + text)
    return picture[: chunks[-1].start] + made + picture[chunks[-1].start :]


def certificate(words: str, link: str = "") -> bytes:
    """Return a PDF that says some words, a line each, and has a link."""
    lines = " \\\n".join(json.dumps(line)[1:-1].join(('#"', '"')) for line in words.splitlines())
    linked = f'\n\n#link("{link}")[check it]' if link else ""
    return typst.compile((lines + linked).encode(), format="pdf")


def test_a_badge_is_kept_to_the_byte_and_is_no_credential(holding: Holding) -> None:
    kept, new = history.keep(holding, elsewhere.of_file(data(BADGR), "badge.json", NOTHING, at=AT))

    assert (kept.number, new, kept.title) == (1, True, "I am Data Scientist")
    opened = holding.opened()
    assert opened.history[0].data == data(BADGR)
    assert (opened.held, holding.entries()) == ((), ())
    assert kept.document()["verified"] is False
    assert (kept.record.platform, kept.record.url) == ("Badgr", BADGR["id"])


@pytest.mark.parametrize("text", [data(BADGR), str(BADGR["id"]).encode()], ids=["whole", "a link"])
def test_a_badge_picture_is_read(text: bytes) -> None:
    record = elsewhere.of_file(old_png(text), "badge.png", NOTHING, at=AT)

    assert (record.form, record.url, record.media_type) == ("Open Badges 2.0", BADGR["id"], "image/png")
    assert record.title == ("I am Data Scientist" if text.startswith(b"{") else "")


def test_a_badge_in_an_svg_is_read() -> None:
    picture = drawing.svg("Python").replace(
        b">", b' xmlns:openbadges="http://openbadges.org"><openbadges:assertion><![CDATA[' + data(BADGR) + b"]]></openbadges:assertion>", 1
    )
    assert elsewhere.of_file(picture, "badge.svg", NOTHING, at=AT).title == "I am Data Scientist"


def test_a_picture_without_a_badge_is_refused() -> None:
    with pytest.raises(InputError):
        elsewhere.of_file(drawing.png("Python", Fonts.of()), "badge.png", NOTHING, at=AT)


def test_a_certificate_is_read_by_its_words_and_its_link() -> None:
    record = elsewhere.of_file(certificate(COURSERA), "Coursera N6.pdf", NOTHING, at=AT)
    assert (record.form, record.platform, record.title, record.issued) == (
        "certificate",
        "Coursera",
        "Machine Learning for Beginners",
        "2023-06-21",
    )
    assert record.url == LINK
    assert elsewhere.of_file(certificate("A certificate", LINK), "c.pdf", NOTHING, at=AT).url == LINK


def test_a_certificate_that_says_nothing_asks_for_the_holders_words() -> None:
    paper = certificate("Bought on May 3, 2022")
    with pytest.raises(InputError, match="nothing in the file says what it is for"):
        elsewhere.of_file(paper, "c.pdf", NOTHING, at=AT)

    record = elsewhere.of_file(paper, "c.pdf", Words("First aid", "Red Cross", "2022-05-03"), at=AT)
    assert (record.title, record.own) == ("First aid", ("title", "issuer", "issued"))
    assert record.url == ""


def test_what_is_damaged_is_refused() -> None:
    for broken in (b"%PDF-1.7 nothing", certificate(COURSERA)[:200], old_png(data(BADGR))[:-30], b"neither", b"{", b"{}"):
        with pytest.raises(FormatError):
            elsewhere.of_file(broken, "odd", NOTHING, at=AT)


def test_nobody_is_asked_unless_that_is_wanted() -> None:
    assert elsewhere.of_file(data(CREDLY), "badge.json", Words("Python"), at=AT).issuer == ""
    with pytest.raises(InputError, match="nothing in the file"):
        elsewhere.of_file(data({**CREDLY, "id": "urn:x"}), "badge.json", NOTHING, at=AT)

    record = elsewhere.of_file(data(CREDLY), "badge.json", NOTHING, at=AT, asking=asking(badge=CREDLY_CLASS, issuer=CREDLY_ISSUER))
    assert (record.title, record.issuer, record.data) == ("Python Essentials 2", "Example Networks", data(CREDLY))


def test_a_site_is_asked_for_the_badge_of_a_link() -> None:
    page = "https://www.credly.com/badges/0d0c9b5e-0000-4000-8000-0123456789ab"
    record = elsewhere.of_link(page, NOTHING, at=AT, asking=asking(a=CREDLY, b=CREDLY_CLASS, c=CREDLY_ISSUER))

    assert (record.form, record.title, record.url, record.data) == ("Open Badges 2.0", "Python Essentials 2", page, data(CREDLY))
    with pytest.raises(Unreachable):
        elsewhere.of_link(page, NOTHING, at=AT, asking=asking())
    with pytest.raises(FormatError, match="answered with no Open Badges"):
        elsewhere.of_link("https://x.example/a", NOTHING, at=AT, asking=lambda _: b"{}")


def test_a_badge_class_under_another_name_is_that_which_was_asked_for() -> None:
    liar = {**CREDLY_CLASS, "id": "https://elsewhere.example"}
    record = elsewhere.of_file(
        data(CREDLY), "b.json", NOTHING, at=AT, asking=lambda url: data(liar if "badge_classes" in url else CREDLY_ISSUER)
    )
    assert record.title == "Python Essentials 2"


def test_a_credential_with_a_proof_is_no_history(holding: Holding) -> None:
    did = holding.opened().key.did
    whole = release([badge(1, did)])[0]
    with pytest.raises(InputError, match="it is no history") as error:
        elsewhere.of_file(whole, "credential.json", NOTHING, at=AT)
    assert "laurea wallet receive" in error.value.hint
    baked = baking.bake(drawing.png("Python", Fonts.of()), whole)
    with pytest.raises(InputError, match="it is no history"):
        elsewhere.of_file(baked, "credential.png", NOTHING, at=AT)

    bare = json.loads(whole)
    del bare["proof"]
    assert elsewhere.of_file(data(bare), "credential.json", NOTHING, at=AT).form == "Open Badges 3.0"


def test_a_record_of_the_same_file_takes_its_place(holding: Holding) -> None:
    history.keep(holding, elsewhere.of_link(LINK, Words("Machine Learning"), at=AT))
    history.keep(holding, elsewhere.of_file(data(BADGR), "badge.json", NOTHING, at=AT))
    again, new = history.keep(holding, elsewhere.of_link(LINK + "?utm_source=x", Words("Machine Learning, revised"), at=AT))

    assert (again.number, new) == (1, False)
    assert [each.title for each in history.listed(holding.opened())] == ["Machine Learning, revised", "I am Data Scientist"]


def test_what_was_removed_is_brought_back_by_no_copy(holding: Holding) -> None:
    history.keep(holding, elsewhere.of_link(LINK, Words("Machine Learning"), at=AT))
    copy = holding.opened()
    assert history.remove(holding, "1", at=AT + timedelta(days=1)).title == "Machine Learning"
    with pytest.raises(NotFound):
        history.find(holding.opened(), 1)
    assert merging.merge(holding.opened(), copy).history == ()

    history.keep(holding, elsewhere.of_link(LINK, Words("Machine Learning"), at=AT))  # though the clock was put back
    assert len(merging.merge(holding.opened(), copy).history) == 1


def test_two_copies_become_one_with_all_that_either_has(holding: Holding) -> None:
    one = holding.opened()
    first = elsewhere.of_link(LINK, Words("Old words"), at=AT)
    second = elsewhere.of_file(data(BADGR), "badge.json", NOTHING, at=AT)
    mine = replace(one, history=(first,))
    theirs = replace(one, history=(replace(first, title="New words", added=AT + timedelta(hours=1)), second))

    merged = merging.merge(mine, theirs)

    assert [each.title for each in merged.history] == ["New words", "I am Data Scientist"]
    assert merging.merge(merged, theirs) is merged


def test_files_of_the_history_count_with_the_evidence(holding: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MAX_ALL", 1000)
    with pytest.raises(InputError, match="the files of the wallet would be"):
        history.keep(holding, elsewhere.of_file(data(BADGR) + b" " * 1000, "badge.json", NOTHING, at=AT))
    monkeypatch.setattr(history, "MAX_RECORDS", 1)
    history.keep(holding, elsewhere.of_link(LINK, NOTHING, at=AT))
    with pytest.raises(InputError, match="no more fit"):
        history.keep(holding, elsewhere.of_link("https://x.example", NOTHING, at=AT))


def test_a_file_too_large_and_a_day_that_is_none_are_refused() -> None:
    with pytest.raises(FormatError, match="larger than"):
        elsewhere.of_file(b" " * (10 * 1024 * 1024 + 1), "huge", NOTHING, at=AT)
    with pytest.raises(InputError, match="the day is not one"):
        elsewhere.of_link(LINK, Words(issued="2023-02-31"), at=AT)


def test_a_wallet_without_history_is_written_as_before(holding: Holding) -> None:
    assert "history" not in document_of(holding.opened())
    history.keep(holding, elsewhere.of_link(LINK, NOTHING, at=AT))
    assert document_of(holding.opened())["history"] == [
        {"added": "2026-11-20T00:00:00Z", "form": "link", "platform": "Coursera", "url": LINK}
    ]
