"""The outbox: mails to learners, sent when the server takes them and tried again when it does not.

A link is made when its mail is sent, and written down before: a kill between the two leaves a mail that is sent once more with another link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlmodel import Session

from laurea.errors import Busy, InputError, MailError
from laurea.mail.message import EndLetter, Letter, compose, compose_end
from laurea.mail.server import Connection, Server
from laurea.services.issuing import events, links, reminding
from laurea.services.issuing.dispatch import Checkpoint, pass_by
from laurea.services.issuing.events import Tell
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.correspondence import Mails
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.renewals import Notices
from laurea.storage.issuer.tables import BatchProfile, CredentialRow, MailRow, MailState, NoticeRow

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))  # after the first attempt, the second ...
MANY = 100  # that are looked at in one go
NOT_NEEDED = "not needed any more"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many mails the server has taken, how many it never will, and why the others wait, if it was asked."""

    sent: int
    failed: int
    waiting: int
    trouble: str = ""


def write_due(outbox: "Outbox | None", tell: Tell) -> int:
    """Send what is due, tell how it went, and return how many mails wait because the server did not take them."""
    if outbox is None:
        return 0
    try:
        done = outbox.deliver()
    except Busy:
        return 0  # the service is at it
    if done.sent:
        tell(events.mails_sent(done.sent))
    if done.trouble:
        tell(events.mails_wait(done.waiting, done.trouble))
    return done.waiting if done.trouble else 0


@dataclass(frozen=True, slots=True)
class _Ready:
    row: type[MailRow] | type[NoticeRow]
    mail: str
    attempts: int
    recipient: str
    letter: Letter | EndLetter


class Outbox:
    """The mails of one issuer and the server that takes them."""

    def __init__(self, issuer: Issuer, server: Server, sender: str, *, checkpoint: Checkpoint = pass_by) -> None:
        """Send nothing yet; `sender` is the address that mails come from."""
        self._issuer = issuer
        self._server = server
        self._sender = sender
        self._checkpoint = checkpoint

    @property
    def post(self) -> tuple[Server, str]:
        """The server that takes mails, and the address that they come from."""
        return self._server, self._sender

    def deliver(self) -> Delivered:
        """Send all that is due, each once unless a kill comes between; raises Busy when somebody else is at it."""
        sent = failed = 0
        trouble = ""
        with self._issuer.lock("mail"):
            if self._is_due():
                try:
                    with self._server.connected() as connection:
                        sent, failed, trouble = self._send_all(connection)
                except MailError as error:
                    trouble = str(error)
            with self._issuer.database.read() as session:
                waiting = Mails(session).counts().get(MailState.WAITING, 0) + Notices(session).waiting()
        return Delivered(sent, failed, waiting, trouble)

    def _is_due(self) -> bool:
        with self._issuer.database.read() as session:
            now = self._issuer.now()
            return bool(Mails(session).due(now, 1) or Notices(session).due(now, 1))

    def _send_all(self, connection: Connection) -> tuple[int, int, str]:
        sent = failed = 0
        while (ready := self._take()) is not None:
            try:
                self._send(connection, ready)
                sent += 1
            except MailError as error:
                failed += self._put_back(ready, error)
                if not error.lasting:
                    return sent, failed, str(error)
        return sent, failed, ""

    def _take(self) -> _Ready | None:
        """Return the next mail that is due, with its link, which is written down; those that nobody needs any more are passed over."""
        with self._issuer.database.write() as session:
            now = self._issuer.now()
            due: list[MailRow | NoticeRow] = [*Mails(session).due(now, MANY), *Notices(session).due(now, MANY)]
            for mail in due:
                row = Credentials(session).get(mail.credential)
                mail.attempts += 1
                mail.next_at = now + PAUSES[min(mail.attempts, len(PAUSES)) - 1]
                letter = None if row is None or row.email is None else self._letter(session, mail, row, now)
                if letter is not None and row is not None and row.email is not None:
                    return _Ready(type(mail), mail.id, mail.attempts, row.email, letter)
                mail.state, mail.error = MailState.FAILED, NOT_NEEDED
        return None

    def _letter(self, session: Session, mail: MailRow | NoticeRow, row: CredentialRow, now: datetime) -> Letter | EndLetter | None:
        """Return what is to be written, with a link that is kept, if one belongs there; None when nobody needs it any more."""
        name = self._issuer.profile.name
        if isinstance(mail, NoticeRow):
            needed = reminding.is_needed(row, mail.valid_until, now)
            return EndLetter(name, _name(row), mail.valid_until, self._issuer.profile.url or "") if needed else None
        if not _is_needed(session, mail, row, now):
            return None
        link = links.make(self._issuer, session, row)
        alone = row.profile != BatchProfile.BLOCKCERTS
        return Letter(link.purpose.value, name, _name(row), link.url, link.offer, link.expires_at, alone)

    def _send(self, connection: Connection, ready: _Ready) -> None:
        message = _composed(ready, self._sender, self._issuer.now())
        self._checkpoint("link-kept-not-mailed")
        connection.send(message)
        self._checkpoint("mailed-not-recorded")
        with self._issuer.database.write() as session:
            mail = session.get(ready.row, ready.mail)
            if mail is not None:
                mail.state, mail.sent_at, mail.error = MailState.SENT, self._issuer.now(), ""

    def _put_back(self, ready: _Ready, error: MailError) -> bool:
        """Write down why a mail was not taken, and tell whether it is given up."""
        given_up = error.lasting or ready.attempts > len(PAUSES)
        with self._issuer.database.write() as session:
            mail = session.get(ready.row, ready.mail)
            if mail is not None:
                mail.error = str(error)
                mail.state = MailState.FAILED if given_up else MailState.WAITING
        return given_up


def _composed(ready: _Ready, sender: str, date: datetime) -> EmailMessage:
    letter = ready.letter
    if isinstance(letter, EndLetter):
        return compose_end(letter, sender=sender, recipient=ready.recipient, message_id=ready.mail, date=date)
    return compose(letter, sender=sender, recipient=ready.recipient, message_id=ready.mail, date=date)


def _is_needed(session: Session, mail: MailRow, row: CredentialRow, now: datetime) -> bool:
    try:
        return links.purpose_of(session, row, now) == mail.purpose
    except InputError:
        return False


def _name(row: CredentialRow) -> str:
    name = parsed(row.document).get("name")
    return name if isinstance(name, str) else row.achievement
