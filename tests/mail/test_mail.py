"""Mails as a real server gets them, and what the server may say."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from zxingcpp import read_barcode

from laurea.errors import MailError
from laurea.mail.message import Letter, compose
from laurea.mail.server import Security, Server
from tests.mail.smtp import PASSWORD, USER, Smtp, certificate, text_of

AT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
LINK = "https://badges.example.edu/claims/" + "x" * 43
OFFER = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fbadges.example.edu%2Foffers%2F" + "x" * 43


def letter(kind: str = "claim", **changes: str) -> Letter:
    plain = Letter(
        kind="bind" if kind == "bind" else "claim",
        issuer="Universität <Łódź>",
        achievement="SQL & more",
        link=LINK,
        offer=OFFER,
        expires=AT,
        alone=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # texts alone


def composed(of: Letter) -> EmailMessage:
    return compose(of, sender="badges@example.edu", recipient="ada@example.org", message_id="1", date=AT)


@pytest.mark.parametrize("alone", [True, False])
def test_a_claim_promises_no_more_than_holds(alone: bool) -> None:
    message = composed(replace(letter(), alone=alone))
    page = message.get_body(("html",))
    assert page is not None
    for text in (text_of(message), page.get_content()):
        said = " ".join(text.split())
        assert ("can be checked without" in said) is alone
        assert ("the revocation list of" in said) is not alone


@pytest.mark.parametrize("kind", ["bind", "claim"])
def test_a_learner_gets_text_html_and_a_code(kind: str) -> None:
    with Smtp() as smtp, smtp.server.connected() as connection:
        connection.send(composed(letter(kind)))

    (message,) = smtp.taken
    assert smtp.recipients == ["ada@example.org"]
    assert message["From"] == '"Universität <Łódź>" <badges@example.edu>'
    assert message["Message-ID"] == "<1@example.edu>"
    assert "SQL & more" in message["Subject"]
    assert LINK in text_of(message)
    assert "2026-11-25 22:00 UTC" in text_of(message)
    page = message.get_body(("html",))
    assert page is not None
    assert "Universität &lt;Łódź&gt;" in page.get_content()
    assert f'href="{LINK}"' in page.get_content()
    assert f'href="{OFFER}"' in page.get_content()
    assert OFFER in text_of(message)
    images = {part["Content-ID"]: part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "image/png"}
    codes = {name: read_barcode(Image.open(BytesIO(data))) for name, data in images.items() if isinstance(data, bytes)}
    assert {name: code.text for name, code in codes.items() if code} == {"<qr>": LINK, "<offer>": OFFER}


def test_nothing_in_a_name_becomes_a_header() -> None:
    message = composed(letter(achievement="SQL\nBcc: eve@example.org", issuer="Example"))

    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def test_mails_go_over_a_protected_connection_to_a_server_that_is_the_one_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = certificate(tmp_path)
    with Smtp(certificate=paths) as smtp:
        server = Server("localhost", smtp.port, Security.STARTTLS, USER, PASSWORD)
        with pytest.raises(MailError, match="certificate is not trusted"), server.connected():
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
        with server.connected() as connection:
            connection.send(composed(letter()))
        with pytest.raises(MailError, match="it answered 535"), replace(server, password="wrong").connected():
            pass

    assert len(smtp.taken) == 1


def test_a_server_that_cannot_protect_the_connection_is_told_nothing() -> None:
    with Smtp() as smtp, pytest.raises(MailError, match="cannot be reached"), Server("127.0.0.1", smtp.port, Security.STARTTLS).connected():
        pass
    assert smtp.asked == []


@pytest.mark.parametrize(("reply", "lasting"), [("550 no such user", True), ("451 try later", False), ("552 full", True)])
def test_what_the_server_refuses_is_told_by_its_code_alone(reply: str, *, lasting: bool) -> None:
    with Smtp(reply=lambda address: f"{reply} {address}") as smtp, smtp.server.connected() as line, pytest.raises(MailError) as refused:
        line.send(composed(letter()))

    assert refused.value.lasting is lasting
    assert str(refused.value) == f"the mail server refuses the recipient ({reply[:3]})"


def test_a_server_that_is_not_there_is_named_as_such() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = Server("127.0.0.1", nobody.getsockname()[1], Security.NONE)
        with pytest.raises(MailError, match="the mail server cannot be reached: ConnectionRefusedError"), server.connected():
            pass
