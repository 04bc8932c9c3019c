"""Where the issuer is: the country that its credentials show."""

from laurea.errors import NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.profile import Profiles


def move(issuer: Issuer, country: str | None) -> None:
    """Let what is enrolled from now on show a country (ISO 3166-1 alpha-2), or none; what was enrolled stays as it is."""
    with issuer.database.write() as session:
        row = Profiles(session).issuer()
        if row is None:
            raise NotFound("there is no issuer here")
        row.country = country
        session.add(row)
        issuer.record(session, "issuer.country", f"country:{country or 'none'}")
