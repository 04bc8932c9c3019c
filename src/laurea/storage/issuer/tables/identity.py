"""Who issues, with which keys, and what."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from laurea.storage.issuer.tables.kinds import KeyState, Moment, one_of


class IssuerRow(SQLModel, table=True):
    """The issuer whose directory this is: one row. The salt is written down before createIssuer is sent, and makes its id."""

    __tablename__ = "issuer"
    __table_args__ = (CheckConstraint("id = 1", name="one_issuer"),)

    id: int = Field(default=1, primary_key=True)
    did: str
    name: str
    url: str | None = None
    chain_id: str  # decimal: it may be beyond what an SQL integer holds
    registry_address: bytes = Field(sa_type=LargeBinary)
    salt: bytes = Field(sa_type=LargeBinary)
    issuer_id: bytes = Field(sa_type=LargeBinary)
    admin: bytes = Field(sa_type=LargeBinary)  # address of the keystore "admin"
    created_at: datetime = Field(sa_type=Moment)
    registered_at: datetime | None = Field(default=None, sa_type=Moment)
    open_since: datetime | None = Field(default=None, sa_type=Moment)  # no open credential was enrolled earlier; None: there is none
    country: str | None = None  # ISO 3166-1 alpha-2, as credentials show it
    scanned_block: int | None = Field(default=None, sa_type=BigInteger)  # up to which every anchor of ours in the registry is known


class KeyRow(SQLModel, table=True):
    """An account that anchors or revokes for the issuer; its keystore is `keys/<name>.json`."""

    __tablename__ = "key"
    __table_args__ = (CheckConstraint(one_of("state", KeyState), name="key_state"),)

    address: bytes = Field(primary_key=True, sa_type=LargeBinary)
    name: str = Field(unique=True)
    roles: int
    until: datetime | None = Field(default=None, sa_type=Moment)
    state: str = KeyState.NEW
    created_at: datetime = Field(sa_type=Moment)
    compromised_from: datetime | None = Field(default=None, sa_type=Moment)


class SigningKeyRow(SQLModel, table=True):
    """An Ed25519 key that signs credentials, or did, or will; its file is `keys/<name>.pem`."""

    __tablename__ = "signing_key"

    public: bytes = Field(primary_key=True, sa_type=LargeBinary)
    name: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Moment)
    signs_from: datetime = Field(sa_type=Moment)  # until the next one does
    compromised_from: datetime | None = Field(default=None, sa_type=Moment)


class AchievementRow(SQLModel, table=True):
    """A template that credentials are instances of."""

    __tablename__ = "achievement"

    id: str = Field(primary_key=True)
    document: bytes = Field(sa_type=LargeBinary)  # the file as it was added
    added_at: datetime = Field(sa_type=Moment)
