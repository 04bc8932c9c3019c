"""What a run tells while it works: facts about batches and counts, and nothing about a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `name` is public and stable (docs/run.md), the text is for people."""

    name: str
    text: str
    batch: int | None = None
    count: int | None = None

    def __str__(self) -> str:
        """Return it for people."""
        return self.text

    def document(self, at: datetime) -> JsonObject:
        """Return it as a line of JSON for programs."""
        facts = {"batch": self.batch, "count": self.count}
        return {
            "at": format_time(at),
            "event": self.name,
            **{name: value for name, value in facts.items() if value is not None},
            "text": self.text,
        }


Tell = Callable[[Event], None]


def sealed(batch: int, size: int) -> Event:
    """Tell that credentials became members of a batch."""
    return Event("batch.sealed", f"batch {batch}: sealed with {size} credential{'' if size == 1 else 's'}", batch, size)


def moved(batch: int, state: str, error: str = "") -> Event:
    """Tell that a batch is in another state: `batch.<state>`."""
    return Event(f"batch.{state}", f"batch {batch}: {state}{f': {error}' if error else ''}", batch)


def waits(batch: int, trouble: str) -> Event:
    """Tell what keeps a batch from going on."""
    return Event("batch.waits", f"batch {batch}: waits: {trouble}", batch)


def stapled(batch: int) -> Event:
    """Tell that the credentials of a batch carry what proves its anchor."""
    return Event("batch.stapled", f"batch {batch}: its anchor is proven", batch)


def staples_wait(batch: int, why: str) -> Event:
    """Tell that no node proves the anchor of a batch."""
    return Event("batch.unstapled", f"batch {batch}: released without a proof of its anchor, the next run tries again: {why}", batch)


def lost(root: bytes, block: int, size: int) -> Event:
    """Tell that the registry has a batch that the database has not."""
    return Event("batch.lost", f"the registry has a batch that the database has not: root 0x{root.hex()}, block {block}", count=size)


def revoked(count: int) -> Event:
    """Tell that revocations that were asked for are on the chain."""
    return Event("credentials.revoked", f"{count} credential{'' if count == 1 else 's'} revoked", count=count)


def revocations_wait(count: int, why: str) -> Event:
    """Tell that revocations wait."""
    return Event("revocations.wait", f"{count} revocation{'' if count == 1 else 's'} not done: {why}", count=count)


def published(count: int) -> Event:
    """Tell that status lists were signed anew."""
    return Event("status-lists.published", f"{count} status list{'' if count == 1 else 's'} signed", count=count)


def lists_wait(why: str) -> Event:
    """Tell that status lists could not be signed."""
    return Event("status-lists.wait", why)


def awarded(capstone: str, count: int) -> Event:
    """Tell that learners were awarded a capstone."""
    return Event("capstones.awarded", f"{count} credential{'' if count == 1 else 's'} of {capstone} awarded for their parts", count=count)


def lapsed(count: int) -> Event:
    """Tell that capstones were withdrawn before they were handed out."""
    return Event("capstones.withdrawn", f"{count} capstone{'' if count == 1 else 's'} withdrawn with a part of it", count=count)


def awards_wait(capstone: str, why: str) -> Event:
    """Tell that a capstone could not be awarded."""
    return Event("capstones.wait", f"{capstone} not awarded: {why}")


def mails_sent(count: int) -> Event:
    """Tell that learners were written to."""
    return Event("mails.sent", f"{count} mail{'' if count == 1 else 's'} sent", count=count)


def mails_wait(count: int, why: str) -> Event:
    """Tell that mails wait for the server."""
    return Event("mails.wait", f"{count} mail{'' if count == 1 else 's'} not sent: {why}", count=count)
