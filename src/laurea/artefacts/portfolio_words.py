"""The words of a portfolio, beside those of certificates and résumés: one table a language, each complete."""

from dataclasses import dataclass

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class PortfolioWords:
    """The words of one language; names in braces are filled in."""

    language: str
    own_words: str
    self_asserted: str
    signed: str
    own_files: str
    named: str
    not_named: str
    answers: str
    answers_partly: str
    skills: str
    take: str
    made: str
    earned: str
    by: str


ENGLISH = PortfolioWords(
    language="en",
    own_words="In my own words",
    self_asserted="Self-asserted: said by the holder of these credentials. Nobody has confirmed it.",
    signed="The signed statement",
    own_files="Files that the holder adds as evidence",
    named="the credential names this file",
    not_named="self-asserted: the credential does not name this file",
    answers="For this goal: {names}",
    answers_partly="In part for this goal: {names}",
    skills="Skills",
    take="The credential, to check it yourself",
    made="Made on {date}. What was verified is as of the dates that are given: only a verifier can say how it is now.",
    earned="Credentials that I earned:",
    by="{title}, {issuer}",
)

SPANISH = PortfolioWords(
    language="es",
    own_words="En mis propias palabras",
    self_asserted="Declaración propia: lo dice quien tiene estas credenciales. Nadie lo ha confirmado.",
    signed="La declaración firmada",
    own_files="Archivos que la persona aporta como evidencia",
    named="la credencial nombra este archivo",
    not_named="declaración propia: la credencial no nombra este archivo",
    answers="Para este objetivo: {names}",
    answers_partly="En parte para este objetivo: {names}",
    skills="Competencias",
    take="La credencial, para comprobarla por su cuenta",
    made="Hecho el {date}. Lo verificado vale para las fechas indicadas: solo un verificador puede decir cómo está ahora.",
    earned="Credenciales que he obtenido:",
    by="{title}, {issuer}",
)

TABLE = {words.language: words for words in (ENGLISH, SPANISH)}


def portfolio_words_of(language: str) -> PortfolioWords:
    """Return the words of a language tag, English where there are none of it."""
    return TABLE.get(language.split("-", maxsplit=1)[0].lower(), TABLE[DEFAULT])
