"""The mail server, by SMTP (RFC 5321): it has taken a message, or it says why not."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

from laurea.errors import MailError

SECONDS = 30.0  # for each answer of the server


class Security(StrEnum):
    """How the way to the server is protected."""

    STARTTLS = "starttls"  # asked for, and without it nothing is sent
    TLS = "tls"
    NONE = "none"  # for a server on this machine


@dataclass(frozen=True, slots=True)
class Server:
    """One server, and who we are there."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @contextmanager
    def connected(self) -> Iterator["Connection"]:
        """Give a connection for several messages; raises MailError when there is none."""
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"the mail server cannot be reached: {_reason(error)}") from error
        try:
            yield Connection(client)
        finally:
            _end(client)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security is Security.TLS:
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.security is Security.STARTTLS:
                client.starttls(context=context)
            if self.user is not None:
                client.login(self.user, self.password or "")
        except BaseException:
            _end(client)
            raise
        return client


class Connection:
    """A server that listens."""

    def __init__(self, client: smtplib.SMTP) -> None:
        """Speak through a client that is connected."""
        self._client = client

    def send(self, message: EmailMessage) -> None:
        """Hand a message over; raises MailError, lasting when the server will never take it."""
        try:
            self._client.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next((code for code, _ in error.recipients.values()), 0)
            raise MailError(f"the mail server refuses the recipient ({code})", lasting=_is_lasting(code)) from error
        except smtplib.SMTPResponseException as error:
            raise MailError(f"the mail server refuses the message ({error.smtp_code})", lasting=_is_lasting(error.smtp_code)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"the mail server broke off: {_reason(error)}") from error


def _is_lasting(code: int) -> bool:
    return 500 <= code < 600  # RFC 5321, 4.2.1


def _reason(error: Exception) -> str:
    # Never what the server says itself: it may repeat an address.
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    return type(error).__name__ if not isinstance(error, TimeoutError) else "it did not answer in time"


def _end(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
