"""What of a collection is shown to others: the statement that its holder signs, the page, the presentation, the texts."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

import laurea
from laurea.artefacts.portfolio import MAX_ABOUT, Item, Portfolio, about, skills
from laurea.artefacts.portfolio_html import STYLE, page
from laurea.artefacts.resume import Entry
from laurea.core import signature
from laurea.core.canonical import JsonObject
from laurea.core.keys import public_of_did_key
from laurea.core.narrative import SAID, is_self_asserted
from laurea.core.openbadge import problems
from laurea.core.presentation import Demand
from laurea.core.presented import Presented
from laurea.core.report import ORDER, Check, Outcome, Report, Verdict
from laurea.core.summary import Summary
from laurea.errors import InputError
from laurea.services.holding import Holding, Showing, Wanted, collecting
from laurea.services.holding.collecting import Goal
from laurea.services.holding.portfolio import Answered, Dress, portfolio, statement
from laurea.storage.wallet import Kdf
from tests.released import badge, release
from tests.services.test_auditing import aligned

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
ID = "0" * 32
WORDS = "I count <things>.\nFor years."


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    """A wallet with a collection of two of its three credentials, and a file; the first was found valid."""
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    did = made.new(at=NOON)
    for data in release([aligned(badge(1, did), "SQL", "Charts"), badge(2, did), badge(3, did)]):
        made.receive(data, at=NOON)
    made.attach("1", "report.txt", b"what I did")
    report = Report(NOON, tuple(Check(each, Outcome.PASSED, "so it is") for each in ORDER), "Issued by Example University")
    made.keep_checks({made.find("1").held.digest: report.document()}, at=NOON)
    made.change(lambda kept: collecting.started(kept, Goal("Analyst", "a <job>"), id_=ID, at=NOON))
    made.change(lambda kept: collecting.put(kept, ID, made.entries()[:2], at=NOON))
    made.change(lambda kept: collecting.narrated(kept, ID, WORDS, at=NOON))
    return made


def signed(holding: Holding) -> JsonObject:
    return statement(holding.opened(), "Analyst", at=NOON)


def test_a_statement_is_signed_by_the_holder_about_themselves_with_the_digests_of_the_files(holding: Holding) -> None:
    document = signed(holding)
    proof = document.pop("proof")
    did = holding.opened().key.did

    assert isinstance(proof, dict)
    assert signature.check(document, proof, public_of_did_key(did))
    assert not signature.check({**document, "name": "Boss"}, proof, public_of_did_key(did))
    assert (document["issuer"], document["credentialSubject"]) == (did, {"id": did, "description": WORDS})
    assert document["description"] == SAID
    named = document["relatedResource"]
    assert isinstance(named, list)
    assert len(named) == 1
    file = named[0]
    assert isinstance(file, dict)
    assert b64decode(str(file["digestSRI"]).removeprefix("sha256-")) == sha256(b"what I did").digest()
    assert problems(document) == []


def test_a_statement_is_self_asserted_and_no_verifier_finds_it_valid(holding: Holding) -> None:
    document = signed(holding)

    assert is_self_asserted(document)
    assert not is_self_asserted(holding.find("1").credential.document)
    did = holding.opened().key.did
    entry = {"did": did, "name": "me", "date": "2026-11-01T00:00:00Z", "accredits": True}
    trust = json.dumps({"laurea": "trust", "version": 1, "issuers": [entry]})
    for known in (None, trust):
        report = laurea.verify(json.dumps(document).encode(), trust=known, at=NOON)
        assert report.verdict is Verdict.UNDECIDED, report.document()


def test_a_statement_is_by_the_key_that_the_credentials_name_and_by_no_other(holding: Holding) -> None:
    own = holding.key_for("https://issuer.example", at=NOON, own_key=True)
    (data,) = release([badge(4, own.did)])
    fourth, _ = holding.receive(data, at=NOON)
    kept = collecting.started(holding.opened(), Goal("Baker"), id_="1" * 32, at=NOON)
    kept = collecting.narrated(collecting.put(kept, "Baker", [fourth], at=NOON), "Baker", "I bake", at=NOON)

    assert statement(kept, "Baker", at=NOON)["issuer"] == own.did
    assert statement(kept, "Analyst", at=NOON)["issuer"] == kept.key.did


def test_who_says_nothing_signs_nothing(holding: Holding) -> None:
    kept = collecting.narrated(holding.opened(), ID, "", at=NOON)

    with pytest.raises(InputError, match="you say nothing yet"):
        statement(kept, ID, at=NOON)
    assert portfolio(kept, ID, Dress(), at=NOON).statement == b""
    with pytest.raises(InputError, match="longer than"):
        collecting.narrated(kept, ID, "a" * 4001, at=NOON)


def drawn(holding: Holding, *, documents: bool = True, language: str = "en") -> str:
    answered = {holding.find("1").held.digest: Answered(("SQL",), ("Charts",))}
    return page(portfolio(holding.opened(), ID, Dress(language, documents, answered), at=NOON), language=language, at=NOON)


def test_a_page_says_what_was_verified_and_what_is_self_asserted(holding: Holding) -> None:
    text = drawn(holding)

    assert "verified on 23 November 2026; on the basis of: Issued by Example University" in text
    assert text.count('class="verified"') == text.count('class="not-verified"') == 1
    own = text[text.index('<section class="own">') : text.index("</section>")]
    assert "Self-asserted: said by the holder of these credentials. Nobody has confirmed it." in own
    assert "verified" not in own.replace("Self-asserted", "").replace("confirmed", "")
    assert "For this goal: SQL" in text
    assert "In part for this goal: Charts" in text
    assert sha256(b"what I did").hexdigest() in text
    assert "self-asserted: the credential does not name this file" in text
    assert "SQL for Analysts 3" not in text


def test_a_page_has_no_script_nothing_from_elsewhere_and_escapes_what_it_shows(holding: Holding) -> None:
    text = drawn(holding)

    assert "<job>" not in text
    assert "I count &lt;things&gt;.\nFor years." in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(?!data:)', text) == []
    assert "default-src" in text
    assert STYLE in text


def test_what_is_in_a_page_can_be_checked(holding: Holding) -> None:
    files = dict(re.findall(r'download="([^"]+)" href="data:application/json;base64,([^"]+)"', drawn(holding)))

    assert list(files) == ["statement.json", "credential-1.json", "credential-2.json"]
    shown = json.loads(b64decode(files["credential-1.json"]))
    assert shown["id"] == holding.find("1").credential.id
    base = json.loads(holding.find("1").held.document)["proof"][0]["proofValue"]
    assert shown["proof"][0]["proofValue"] != base  # whoever has the page has its claims, and not the seed
    assert "data:application/json" not in drawn(holding, documents=False).replace("statement.json", "").split("statement")[-1]


def test_a_page_is_in_spanish_as_well(holding: Holding) -> None:
    text = drawn(holding, language="es")

    assert "Declaración propia: lo dice quien tiene estas credenciales." in text
    assert "verificada el 23 de noviembre de 2026" in text


def test_a_presentation_has_the_narrative_as_the_holders_own_word(holding: Holding) -> None:
    showing = Showing((Wanted("1"), Wanted("2")), narrative=WORDS)

    made = holding.present_all(showing, demand=Demand("https://employer.example", "c-1"), at=NOON).document
    presented = Presented.parse(json.dumps(made).encode())

    assert [(note.about, note.text) for note in presented.statement.notes] == [("", WORDS)]
    assert len(presented.shown) == 2


def test_the_text_for_a_profile_fits_into_it(holding: Holding) -> None:
    made = portfolio(holding.opened(), ID, Dress(documents=False), at=NOON)

    text = about(made, language="en", at=NOON)

    assert text.startswith(WORDS)
    assert "(verified on 23 November 2026)" in text
    assert "(not verified)" in text
    assert skills(made.items) == ("SQL", "Charts")
    many = Portfolio("a", "b", made.items * 100, "c" * 2_000)
    assert 2_000 < len(about(many, language="en", at=NOON)) <= MAX_ABOUT
    summary = Summary.of(holding.find("1").credential.document)
    assert skills([Item(Entry(summary), meets=("Charts",))]) == ("Charts", "SQL")
