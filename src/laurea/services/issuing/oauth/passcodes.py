"""Mail the codes by which learners show who they are: to addresses that something was issued to, and to no others.

A code is made when its mail is sent, and written down before: a kill between the two leaves a mail that is sent once more with another code.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from laurea.errors import MailError
from laurea.mail.message import CodeLetter, compose_code
from laurea.mail.server import Connection
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import require_reach
from laurea.services.issuing.oauth.asking import code_hash
from laurea.services.issuing.outbox import Outbox
from laurea.storage.issuer.oauth import Asks
from laurea.storage.issuer.shelf import Shelf
from laurea.storage.issuer.tables import AskRow

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that are not taken for one another
CODE_LETTERS = 10
AN_HOUR = timedelta(hours=1)
CODES_AN_HOUR = 3  # to one address
PAUSE = timedelta(seconds=30)  # before a server that did not take a mail is tried again


@dataclass(frozen=True, slots=True)
class _Ready:
    ask: bytes
    recipient: str
    letter: CodeLetter


def mail_codes(issuer: Issuer, outbox: Outbox) -> int:
    """Mail the codes that are due and return how many the server has taken; raises MailError when it takes none, and they stay due."""
    sent = 0
    with issuer.lock("codes"):
        server, sender = outbox.post
        while (ready := _take(issuer)) is not None:
            try:
                with server.connected() as connection:
                    _send(issuer, connection, ready, sender)
                sent += 1
            except MailError as error:
                if not error.lasting:
                    raise
                _give_up(issuer, ready.ask)
    return sent


def spellings(typed: str) -> tuple[str, ...]:
    """Return what an address may be called here that somebody has typed: so, or in lower case, first behind the @ alone (RFC 5321, 2.4)."""
    local, _, domain = typed.rpartition("@")
    return tuple(dict.fromkeys((typed, f"{local}@{domain.lower()}", typed.lower())))


def _take(issuer: Issuer) -> _Ready | None:
    """Return the next code that is due, which is written down; what nothing was issued to, or too often, is passed over."""
    with issuer.database.write() as session:
        now = issuer.now()
        while (row := Asks(session).due(now)) is not None:
            known = _known(session, row, now)
            row.next_at = None if known is None else now + PAUSE
            if known is not None:
                # In the spelling that the issuer was given, whatever was typed: it goes there and nowhere else.
                row.email, row.mailings = known, row.mailings + 1
                code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
                row.code = code_hash(row.hash, code)
                session.add(row)
                shown = f"{code[: CODE_LETTERS // 2]}-{code[CODE_LETTERS // 2 :]}"
                return _Ready(row.hash, known, CodeLetter(issuer.profile.name, shown, require_reach(issuer).url, row.expires_at))
            session.add(row)
            session.flush()
    return None


def _known(session: Session, row: AskRow, now: datetime) -> str | None:
    known = Shelf(session).address(spellings(row.email or ""))
    return None if known is None or Asks(session).mailed(known, now - AN_HOUR) >= CODES_AN_HOUR else known


def _send(issuer: Issuer, connection: Connection, ready: _Ready, sender: str) -> None:
    message_id = f"code-{secrets.token_hex(16)}"
    message = compose_code(ready.letter, sender=sender, recipient=ready.recipient, message_id=message_id, date=issuer.now())
    connection.send(message)
    _give_up(issuer, ready.ask)


def _give_up(issuer: Issuer, ask: bytes) -> None:
    """Mail no code for a request any more."""
    with issuer.database.write() as session:
        row = Asks(session).get(ask, issuer.now())
        if row is not None:
            row.next_at = None
            session.add(row)
