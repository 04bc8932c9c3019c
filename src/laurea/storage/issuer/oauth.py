"""Queries about programs that fetch learners' credentials, the requests that wait for learners, and what was granted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, update
from sqlmodel import Session, col, select

from laurea.storage.issuer.tables import AskRow, ClientRow, GrantRow, TokenKind, TokenRow


class Clients:
    """The programs that have registered themselves."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: ClientRow) -> None:
        """Keep a new one."""
        self._session.add(row)
        self._session.flush()

    def get(self, client: str) -> ClientRow | None:
        """Return one."""
        return self._session.get(ClientRow, client)

    def make_room(self, most: int) -> None:
        """Forget those that no learner ever let in, the oldest first, until there are fewer than `most`."""
        too_many = self._session.exec(select(func.count()).select_from(ClientRow)).one() - most + 1
        if too_many > 0:
            idle = select(ClientRow.id).where(col(ClientRow.used_at).is_(None)).order_by(col(ClientRow.created_at)).limit(too_many)
            self._remove(list(self._session.exec(idle)))

    def forget(self, *, unused_since: datetime, used_before: datetime) -> None:
        """Forget those that nobody let in since one time, and those whose last grant is gone and from before the other."""
        idle = or_(
            col(ClientRow.used_at).is_(None) & (col(ClientRow.created_at) < unused_since),
            (col(ClientRow.used_at) < used_before) & ~exists().where(col(GrantRow.client) == ClientRow.id),
        )
        self._remove(list(self._session.exec(select(ClientRow.id).where(idle).limit(MANY))))

    def _remove(self, clients: Sequence[str]) -> None:
        for kind, column in ((AskRow, col(AskRow.client)), (ClientRow, col(ClientRow.id))):
            self._session.connection().execute(delete(kind).where(column.in_(clients)))


MANY = 500  # that are removed in one go


class Asks:
    """Requests that wait for a learner."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: AskRow) -> None:
        """Keep a new one."""
        self._session.add(row)
        self._session.flush()

    def get(self, digest: bytes, now: datetime) -> AskRow | None:
        """Return the one whose token has this SHA-256 and that has not ended."""
        row = self._session.get(AskRow, digest)
        return None if row is None or row.expires_at <= now else row

    def count(self, now: datetime) -> int:
        """Return how many wait."""
        return self._session.exec(select(func.count()).select_from(AskRow).where(AskRow.expires_at > now)).one()

    def mailed(self, email: str, since: datetime) -> int:
        """Return how many codes were made for an address since a time."""
        made = (col(AskRow.email) == email, col(AskRow.mailings) > 0, col(AskRow.created_at) > since)
        return self._session.exec(select(func.count()).select_from(AskRow).where(*made)).one()

    def due(self, now: datetime) -> AskRow | None:
        """Return the one whose code is to be mailed, that waits longest."""
        waits = (col(AskRow.next_at) <= now, col(AskRow.expires_at) > now)
        return self._session.exec(select(AskRow).where(*waits).order_by(col(AskRow.next_at)).limit(1)).first()

    def remove(self, row: AskRow) -> bool:
        """Forget one, and tell whether it was this call that did: of two at once, one goes on."""
        gone = self._session.connection().execute(delete(AskRow).where(col(AskRow.hash) == row.hash))
        return gone.rowcount == 1

    def forget(self, before: datetime) -> None:
        """Forget those that ended before a time."""
        self._session.connection().execute(delete(AskRow).where(col(AskRow.expires_at) <= before))


class Grants:
    """What learners have granted, and the tokens of it."""

    def __init__(self, session: Session) -> None:
        """Query in this session."""
        self._session = session

    def add(self, row: GrantRow) -> None:
        """Keep a new one."""
        self._session.add(row)
        self._session.flush()

    def get(self, grant: str) -> GrantRow | None:
        """Return one."""
        return self._session.get(GrantRow, grant)

    def of_email(self, email: str, now: datetime) -> list[GrantRow]:
        """Return those of an address that have not ended, oldest first."""
        lives = (col(GrantRow.email) == email, col(GrantRow.ended_at).is_(None), col(GrantRow.expires_at) > now)
        return list(self._session.exec(select(GrantRow).where(*lives).order_by(col(GrantRow.created_at), col(GrantRow.id))))

    def of_code(self, digest: bytes) -> GrantRow | None:
        """Return the one that is taken up by the code with this SHA-256."""
        return self._session.exec(select(GrantRow).where(GrantRow.code == digest)).one_or_none()

    def use_code(self, grant: str, now: datetime) -> bool:
        """Use the code of a grant up, and tell whether it was this call that did."""
        unused = update(GrantRow).where(col(GrantRow.id) == grant, col(GrantRow.code_used_at).is_(None))
        return self._session.connection().execute(unused.values(code_used_at=now)).rowcount == 1

    def end(self, grant: str, now: datetime) -> None:
        """End a grant, with every token of it."""
        self._session.connection().execute(
            update(GrantRow).where(col(GrantRow.id) == grant, col(GrantRow.ended_at).is_(None)).values(ended_at=now)
        )

    def add_token(self, row: TokenRow) -> None:
        """Keep a new token."""
        self._session.add(row)
        self._session.flush()

    def token(self, digest: bytes, kind: TokenKind | None = None) -> tuple[TokenRow, GrantRow] | None:
        """Return the token with this SHA-256, of this kind if one is named, and its grant."""
        query = select(TokenRow, GrantRow).join(GrantRow, col(GrantRow.id) == TokenRow.grant).where(TokenRow.hash == digest)
        return self._session.exec(query if kind is None else query.where(TokenRow.kind == kind)).one_or_none()

    def use_token(self, digest: bytes, now: datetime) -> bool:
        """Use a token up, and tell whether it was this call that did."""
        unused = update(TokenRow).where(col(TokenRow.hash) == digest, col(TokenRow.used_at).is_(None))
        return self._session.connection().execute(unused.values(used_at=now)).rowcount == 1

    def forget(self, before: datetime) -> None:
        """Forget tokens and grants that expired before a time, and grants that were ended."""
        self._session.connection().execute(delete(TokenRow).where(col(TokenRow.expires_at) <= before))
        self._remove(or_(col(GrantRow.expires_at) <= before, col(GrantRow.ended_at) <= before))

    def forget_learner(self, emails: Sequence[str], credentials: Sequence[str]) -> None:
        """Forget all that is about these addresses or credentials."""
        for start in range(0, max(len(emails), len(credentials)), MANY):
            some = emails[start : start + MANY], credentials[start : start + MANY]
            self._remove(or_(col(GrantRow.email).in_(some[0]), col(GrantRow.credential).in_(some[1])))
            self._session.connection().execute(delete(AskRow).where(col(AskRow.email).in_(some[0])))

    def _remove(self, which: ColumnElement[Any]) -> None:
        of_these = select(GrantRow.id).where(which)
        self._session.connection().execute(delete(TokenRow).where(col(TokenRow.grant).in_(of_these)))
        self._session.connection().execute(delete(GrantRow).where(which))
