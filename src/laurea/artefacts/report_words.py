"""The words of a statement about reports: one table a language, each complete. Made to be handed to gettext, as those of certificates."""

from collections.abc import Mapping
from dataclasses import dataclass

from laurea.artefacts.words import DEFAULT
from laurea.core.report import Check, CheckId, Outcome, Verdict

_F, _I, _A, _R = CheckId.FORMAT, CheckId.INTEGRITY, CheckId.ANCHOR, CheckId.REVOCATION
_W, _S, _V, _H = CheckId.ISSUER, CheckId.SIGNATURE, CheckId.VALIDITY, CheckId.HOLDER
_PASSED, _FAILED, _UNKNOWN, _SKIPPED = Outcome


@dataclass(frozen=True, slots=True)
class ReportWords:
    """The words of one language; names in braces are filled in."""

    language: str
    title: str
    lead: str
    each: str
    verdicts: Mapping[Verdict, str]
    meanings: Mapping[Verdict, str]
    checks_heading: str
    point: str
    answer: str
    why: str
    checks: Mapping[CheckId, str]
    outcomes: Mapping[Outcome, str]
    found: Mapping[tuple[CheckId, Outcome], str]
    otherwise: Mapping[Outcome, str]
    says_heading: str
    says_note: str
    says_nothing: str
    titled: str
    claims: str
    claim: str
    value: str
    chain_heading: str
    chain_nothing: str
    facts: Mapping[str, str]
    block: str
    basis_heading: str
    basis: Mapping[str, str]
    no_trust: str
    again_heading: str
    again: tuple[str, ...]

    def sentence(self, check: Check) -> str:
        """Return what a check found, in plain words; the report's own reason says more."""
        return self.found.get((check.id, check.outcome), self.otherwise[check.outcome])


ENGLISH = ReportWords(
    language="en",
    title="Statement of verification",
    lead="As of {date}, by laurea {version}.",
    each="Credential {number} of {count}",
    verdicts={Verdict.VALID: "Valid", Verdict.INVALID: "Invalid", Verdict.UNDECIDED: "Undecided"},
    meanings={
        Verdict.VALID: "Every check that applies was passed.",
        Verdict.INVALID: "At least one check has failed: do not rely on it.",
        Verdict.UNDECIDED: "Nothing is known to be wrong, but not every question could be answered: do not rely on it yet.",
    },
    checks_heading="What was checked",
    point="Check",
    answer="Result",
    why="What was found",
    checks={
        _F: "well formed",
        _I: "unaltered",
        _A: "recorded on the chain",
        _R: "not revoked",
        _W: "by the issuer that it names",
        _S: "signed by its issuer",
        _V: "in force by its dates",
        _H: "shown by its holder",
    },
    outcomes={_PASSED: "passed", _FAILED: "failed", _UNKNOWN: "unknown", _SKIPPED: "not run"},
    found={
        (_F, _PASSED): "It is written as the standards for credentials say.",
        (_F, _FAILED): "It is not written as the standards for credentials say, or cannot be read.",
        (_I, _PASSED): "Nothing that is shown was changed since it was issued.",
        (_I, _FAILED): "Something was changed after it was issued.",
        (_A, _PASSED): "It is recorded in the public registry, for good.",
        (_A, _FAILED): "The public registry has no such record that counts.",
        (_R, _PASSED): "The issuer has not taken it back.",
        (_R, _FAILED): "The issuer has taken it back or suspended it.",
        (_W, _PASSED): "The issuer is who it says, as the trust file, an accreditation or its own domain confirms.",
        (_W, _FAILED): "It does not come from the issuer that it names.",
        (_W, _UNKNOWN): "The verifier does not know this issuer.",
        (_S, _PASSED): "The issuer's signature is good.",
        (_S, _FAILED): "The issuer's signature is wrong.",
        (_S, _SKIPPED): "It carries no signature of the issuer; the record on the chain stands for it.",
        (_V, _PASSED): "Its dates are good.",
        (_V, _FAILED): "It has expired, or has not begun.",
        (_H, _PASSED): "Its holder has signed for this verifier and this occasion.",
        (_H, _FAILED): "Its holder has not signed for this verifier and this occasion.",
        (_H, _SKIPPED): "No signature of the holder was asked for.",
    },
    otherwise={
        _PASSED: "This was found to be good.",
        _FAILED: "This was found to be wrong.",
        _UNKNOWN: "This could not be found out.",
        _SKIPPED: "This was not looked at.",
    },
    says_heading="What the credential says",
    says_note="These are the credential's own words. How far they can be relied on is the verdict's matter.",
    says_nothing="Its content is left out: it is not established that it is unaltered.",
    titled="Title",
    claims="All that was shown",
    claim="Where it stands",
    value="What it says",
    chain_heading="What the chain said",
    chain_nothing="No chain was asked, or none answered.",
    facts={
        "chain": "Chain",
        "transaction": "Transaction",
        "registry": "Registry",
        "issuerId": "Issuer's id in the registry",
        "root": "Root of the batch",
        "index": "Place in the batch",
        "sources": "Nodes that were asked",
        "readAt": "Read on",
        "by": "How it was read",
        "call": "as the nodes answer",
        "proof": "proven against the headers of the blocks",
        "staple": "by what the credential carries, as of one block",
        "trouble": "What was in the way",
        "memory": "What contradicts an earlier reading",
        "notes": "Notes",
        "revokedAt": "Revoked later, on",
        "finalized": "Final block",
        "latest": "Latest block",
    },
    block="{number} of {time}, {hash}",
    basis_heading="What this statement rests on",
    basis={"file": "Document {name}, SHA-256", "trust": "Trust file {name}, SHA-256", "version": "Program"},
    no_trust="no trust file was given: an issuer is known by its own domain alone",
    again_heading="How to check it again",
    again=(
        "This page is a record of one check, and proves nothing by itself: anybody could have written it.",
        "Take the document whose SHA-256 is above, and the trust file.",
        "Run: laurea verify DOCUMENT --rpc URL --trust TRUST-FILE, with any node of the chain. The issuer's servers are not needed.",
        "The answer can change: a credential can be taken back or expire after this check.",
    ),
)

SPANISH = ReportWords(
    language="es",
    title="Constancia de verificación",
    lead="A fecha del {date}, por laurea {version}.",
    each="Credencial {number} de {count}",
    verdicts={Verdict.VALID: "Válida", Verdict.INVALID: "No válida", Verdict.UNDECIDED: "Sin decidir"},
    meanings={
        Verdict.VALID: "Superó todas las comprobaciones que le corresponden.",
        Verdict.INVALID: "Al menos una comprobación ha fallado: no se fíe de ella.",
        Verdict.UNDECIDED: "No consta nada malo, pero no se pudo responder a todo: no se fíe de ella todavía.",
    },
    checks_heading="Qué se comprobó",
    point="Comprobación",
    answer="Resultado",
    why="Qué se encontró",
    checks={
        _F: "bien formada",
        _I: "sin alterar",
        _A: "consta en la cadena",
        _R: "sin revocar",
        _W: "del emisor que nombra",
        _S: "firmada por su emisor",
        _V: "vigente según sus fechas",
        _H: "mostrada por su titular",
    },
    outcomes={_PASSED: "superada", _FAILED: "fallida", _UNKNOWN: "se desconoce", _SKIPPED: "sin hacer"},
    found={
        (_F, _PASSED): "Está escrita como dicen las normas de las credenciales.",
        (_F, _FAILED): "No está escrita como dicen las normas de las credenciales, o no se puede leer.",
        (_I, _PASSED): "Nada de lo que se muestra ha cambiado desde que se emitió.",
        (_I, _FAILED): "Algo ha cambiado después de emitirla.",
        (_A, _PASSED): "Consta en el registro público, para siempre.",
        (_A, _FAILED): "En el registro público no consta nada así que cuente.",
        (_R, _PASSED): "El emisor no la ha revocado.",
        (_R, _FAILED): "El emisor la ha revocado o suspendido.",
        (_W, _PASSED): "El emisor es quien dice ser, como confirma el archivo de confianza, una acreditación o su propio dominio.",
        (_W, _FAILED): "No viene del emisor que nombra.",
        (_W, _UNKNOWN): "Quien verifica no conoce a este emisor.",
        (_S, _PASSED): "La firma del emisor es buena.",
        (_S, _FAILED): "La firma del emisor es errónea.",
        (_S, _SKIPPED): "No lleva firma del emisor; en su lugar está lo que consta en la cadena.",
        (_V, _PASSED): "Sus fechas son buenas.",
        (_V, _FAILED): "Ha caducado, o aún no ha empezado.",
        (_H, _PASSED): "Su titular ha firmado para quien verifica y para esta ocasión.",
        (_H, _FAILED): "Su titular no ha firmado para quien verifica y para esta ocasión.",
        (_H, _SKIPPED): "No se pidió la firma del titular.",
    },
    otherwise={
        _PASSED: "Se encontró que esto es bueno.",
        _FAILED: "Se encontró que esto está mal.",
        _UNKNOWN: "Esto no se pudo averiguar.",
        _SKIPPED: "Esto no se miró.",
    },
    says_heading="Qué dice la credencial",
    says_note="Son palabras de la propia credencial. Hasta dónde valen lo dice el veredicto.",
    says_nothing="Se omite su contenido: no está establecido que esté sin alterar.",
    titled="Título",
    claims="Todo lo que se mostró",
    claim="Dónde está",
    value="Qué dice",
    chain_heading="Qué dijo la cadena",
    chain_nothing="No se preguntó a ninguna cadena, o ninguna respondió.",
    facts={
        "chain": "Cadena",
        "transaction": "Transacción",
        "registry": "Registro",
        "issuerId": "Identificador del emisor en el registro",
        "root": "Raíz del lote",
        "index": "Lugar en el lote",
        "sources": "Nodos consultados",
        "readAt": "Leído el",
        "by": "Cómo se leyó",
        "call": "según responden los nodos",
        "proof": "demostrado frente a las cabeceras de los bloques",
        "staple": "por lo que lleva la credencial, a fecha de un bloque",
        "trouble": "Qué lo impidió",
        "memory": "Qué contradice una lectura anterior",
        "notes": "Observaciones",
        "revokedAt": "Revocada después, el",
        "finalized": "Bloque definitivo",
        "latest": "Último bloque",
    },
    block="{number} del {time}, {hash}",
    basis_heading="En qué se basa esta constancia",
    basis={"file": "Documento {name}, con SHA-256", "trust": "Archivo de confianza {name}, con SHA-256", "version": "Programa"},
    no_trust="no se dio ningún archivo de confianza: un emisor se conoce solo por su propio dominio",
    again_heading="Cómo volver a comprobarla",
    again=(
        "Esta página recoge una comprobación y por sí sola no demuestra nada: cualquiera podría haberla escrito.",
        "Tome el documento cuyo SHA-256 está arriba, y el archivo de confianza.",
        "Ejecute: laurea verify DOCUMENTO --rpc URL --trust ARCHIVO, con cualquier nodo de la cadena. No hacen falta los servidores del emisor.",
        "La respuesta puede cambiar: una credencial se puede revocar o caducar después de esta comprobación.",
    ),
)

TABLE = {words.language: words for words in (ENGLISH, SPANISH)}


def report_words_of(language: str) -> ReportWords:
    """Return the words of a language tag, English where there are none of it."""
    return TABLE.get(language.split("-", maxsplit=1)[0].lower(), TABLE[DEFAULT])
