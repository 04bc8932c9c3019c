"""The words that people read on certificates and résumés: one table a language, each complete. Made to be handed to gettext."""

from dataclasses import dataclass
from datetime import UTC, datetime

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; names in braces are filled in."""

    language: str
    certificate: str
    untitled: str
    awarded_to: str
    can_do: str
    earned_by: str
    details: str
    results: str
    evidence: str
    issued_by: str
    issuer_id: str
    issued_on: str
    awarded_on: str
    valid_until: str
    no_end: str
    unclear: str
    level: str
    credits: str
    workload: str
    identifier: str
    more: str
    check: str
    check_at: str
    check_anywhere: str
    attached: str
    code: str
    attachment: str
    credentials: str
    verified_on: str
    not_verified: str
    basis: str
    expired_on: str
    not_yet_valid: str
    see: str
    holds: str
    date: str
    months: tuple[str, ...]

    def day(self, moment: datetime) -> str:
        """Return the day of a moment, in UTC, as people write it."""
        at = moment.astimezone(UTC)
        return self.date.format(day=at.day, month=self.months[at.month - 1], year=at.year)


ENGLISH = Words(
    language="en",
    certificate="Certificate",
    untitled="Credential without a title",
    awarded_to="Awarded to",
    can_do="What the holder can do",
    earned_by="How it was earned",
    details="Details",
    results="Results",
    evidence="Evidence",
    issued_by="Issued by",
    issuer_id="Issuer's identifier",
    issued_on="Valid from",
    awarded_on="Awarded on",
    valid_until="Valid until",
    no_end="no end given",
    unclear="a date is given that cannot be read",
    level="Level",
    credits="Credits",
    workload="Workload",
    identifier="Credential's identifier",
    more="… and more, which the attached credential says",
    check="How to check it",
    check_at="Open {verifier} and give it this file, or the credential attached to it (credential.json).",
    check_anywhere="Give the credential attached to this file (credential.json) to any verifier of Open Badges 3.0.",
    attached="This page is for reading. What counts is the attached credential, once it was verified.",
    code="QR code with the text {text}",
    attachment="The credential that this certificate shows",
    credentials="Credentials",
    verified_on="verified on {date}",
    not_verified="not verified",
    basis="on the basis of: {basis}",
    expired_on="expired on {date}",
    not_yet_valid="not valid before {date}",
    see="Check the credential “{title}”",
    holds="“{title}”, issued by {issuer}",
    date="{day} {month} {year}",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)

SPANISH = Words(
    language="es",
    certificate="Certificado",
    untitled="Credencial sin título",
    awarded_to="Otorgado a",
    can_do="Qué sabe hacer quien lo tiene",
    earned_by="Cómo se obtuvo",
    details="Datos",
    results="Resultados",
    evidence="Evidencias",
    issued_by="Emitido por",
    issuer_id="Identificador del emisor",
    issued_on="Válido desde",
    awarded_on="Otorgado el",
    valid_until="Válido hasta",
    no_end="sin fecha de fin",
    unclear="lleva una fecha que no se puede leer",
    level="Nivel",
    credits="Créditos",
    workload="Carga de trabajo",
    identifier="Identificador de la credencial",
    more="… y más, que dice la credencial adjunta",
    check="Cómo comprobarlo",
    check_at="Abra {verifier} y entregue este archivo, o la credencial adjunta (credential.json).",
    check_anywhere="Entregue la credencial adjunta a este archivo (credential.json) a cualquier verificador de Open Badges 3.0.",
    attached="Esta página es para leer. Lo que cuenta es la credencial adjunta, una vez verificada.",
    code="Código QR con el texto {text}",
    attachment="La credencial que muestra este certificado",
    credentials="Credenciales",
    verified_on="verificada el {date}",
    not_verified="no verificada",
    basis="sobre la base de: {basis}",
    expired_on="caducada el {date}",
    not_yet_valid="no válida antes del {date}",
    see="Comprobar la credencial «{title}»",
    holds="«{title}», emitida por {issuer}",
    date="{day} de {month} de {year}",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
)

TABLE = {words.language: words for words in (ENGLISH, SPANISH)}


def words_of(language: str) -> Words:
    """Return the words of a language tag, English where there are none of it."""
    return TABLE.get(language.split("-", maxsplit=1)[0].lower(), TABLE[DEFAULT])
