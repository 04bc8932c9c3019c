"""A message to a learner: plain text, the same as HTML, and the links as QR codes for whoever reads it on another screen."""

import io
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Literal

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

QR_ID, OFFER_QR_ID = "qr", "offer"
QR_SCALE = 5


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says: about which achievement of which issuer, and the link that it brings. Nothing else about a person."""

    kind: Literal["bind", "claim"]
    issuer: str
    achievement: str
    link: str
    offer: str  # the same for wallets that speak OpenID4VCI
    expires: datetime
    alone: bool  # whether the credential can be checked without the issuer


@dataclass(frozen=True, slots=True)
class EndLetter:
    """A message that a credential ends: of which achievement of which issuer, when, and the issuer's web page, "" if it has none."""

    issuer: str
    achievement: str
    ends: datetime
    page: str


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """A message that brings a code, by which a learner shows that they read the mails to this address.

    Nothing that a stranger has said is in it: anybody can ask for one in another's name.
    """

    issuer: str
    code: str
    page: str  # where it is to be typed
    expires: datetime


def compose(letter: Letter, *, sender: str, recipient: str, message_id: str, date: datetime) -> EmailMessage:
    """Return the message; `message_id` is the same however often it is sent."""
    message = _addressed(letter.issuer, sender=sender, recipient=recipient, message_id=message_id, date=date)
    _write(message, letter.kind, letter)
    for part in message.iter_parts():
        if part.get_content_type() == "text/html" and isinstance(part, EmailMessage):
            for name, link in ((QR_ID, letter.link), (OFFER_QR_ID, letter.offer)):
                part.add_related(qr_code(link), "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return message


def compose_code(letter: CodeLetter, *, sender: str, recipient: str, message_id: str, date: datetime) -> EmailMessage:
    """Return the message; `message_id` is the same however often it is sent."""
    message = _addressed(letter.issuer, sender=sender, recipient=recipient, message_id=message_id, date=date)
    _write(message, "code", letter)
    return message


def compose_end(letter: EndLetter, *, sender: str, recipient: str, message_id: str, date: datetime) -> EmailMessage:
    """Return the message; `message_id` is the same however often it is sent."""
    message = _addressed(letter.issuer, sender=sender, recipient=recipient, message_id=message_id, date=date)
    _write(message, "end", letter)
    return message


def _addressed(name: str, *, sender: str, recipient: str, message_id: str, date: datetime) -> EmailMessage:
    message = EmailMessage()
    # The name is quoted by the header itself, whatever characters it has.
    message["From"] = Address(display_name=name, addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _write(message: EmailMessage, kind: str, letter: Letter | CodeLetter | EndLetter) -> None:
    text = _templates().get_template(f"{kind}.txt").render(letter=letter)
    subject, _, body = text.partition("\n\n")
    message["Subject"] = " ".join(subject.split())
    message.set_content(body)
    message.add_alternative(_templates().get_template(f"{kind}.html").render(letter=letter, qr=QR_ID, offer_qr=OFFER_QR_ID), subtype="html")


def qr_code(link: str) -> bytes:
    """Return a link as a QR code, a PNG."""
    data = io.BytesIO()
    segno.make(link, error="m").save(data, kind="png", scale=QR_SCALE)
    return data.getvalue()


@cache
def _templates() -> Environment:
    loader = PackageLoader("laurea.mail")
    return Environment(loader=loader, autoescape=select_autoescape(["html"]), undefined=StrictUndefined, keep_trailing_newline=True)
