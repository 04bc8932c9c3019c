"""Find a credential by what people call it."""

from uuid import UUID

from laurea.errors import NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import CredentialRow


def credential_uuid(text: str) -> str | None:
    """Return the UUID that a credential's id names, None when the text is no such id."""
    try:
        return str(UUID(text.removeprefix("urn:uuid:")))
    except ValueError:
        return None


def require(issuer: Issuer, credential: str) -> CredentialRow:
    """Return the credential with an id, "urn:uuid:…" or the bare UUID; raises NotFound."""
    uuid = credential_uuid(credential)
    with issuer.database.read() as session:
        row = None if uuid is None else Credentials(session).get(uuid)
    if row is None:
        raise NotFound(f"there is no credential {credential}", hint="`laurea issuer show LEARNER` lists a learner's credentials")
    return row
