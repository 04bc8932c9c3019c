"""A credential as a holder shows it: signed over audience and challenge (W3C VC 2.0, section 4.13), or bare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from laurea.core import canonical, openbadge, signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import CONTEXT_1_1, Credential, format_time, parse_time
from laurea.core.keys import SigningKey, multikey, public_of_did_key
from laurea.core.proof import BaseProof, anchor_proof
from laurea.core.statement import Statement, is_statement
from laurea.errors import FormatError, InputError

CONTEXT = "https://www.w3.org/ns/credentials/v2"
TYPE = "VerifiablePresentation"
MAX_CREDENTIALS = 32  # that one presentation holds: each costs its verifier as much as one alone
MAX_LIFE = timedelta(minutes=5)
MAX_SKEW = timedelta(seconds=60)  # how far the holder's clock may be ahead of the verifier's

NOTHING_SAID = Statement()


@dataclass(frozen=True, slots=True)
class Demand:
    """What a verifier asked the holder to sign: its own name (`domain` of the proof) and a fresh challenge."""

    audience: str
    challenge: str

    def __post_init__(self) -> None:
        """Refuse to demand nothing; raises InputError."""
        if not self.audience or not self.challenge:
            raise InputError("audience and challenge must not be empty: the holder signs both")


@dataclass(frozen=True, slots=True)
class Presentation:
    """What was shown: a credential, and the presentation around it when there is one; `problem` says why it could not be read."""

    credential: Credential
    document: JsonObject | None = None
    proof: JsonObject | None = None
    problem: str = ""

    @classmethod
    def parse(cls, data: bytes) -> "Presentation":
        """Read a credential or a presentation of one; never raises, for unreadable is an answer, too."""
        try:
            return _read(canonical.parse(data), data)
        except FormatError as error:
            return cls(Credential({}, ()), problem=str(error))


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A document taken apart: credentials, not read yet; the presentation around them, its proof, and what its holder says themselves."""

    credentials: list[Json]
    document: JsonObject | None = None
    proof: JsonObject | None = None
    said: JsonObject | None = None


def is_complete(data: bytes) -> bool:
    """Tell whether a text is a credential, or a presentation of one, with its seed: whoever has it can show all of it."""
    try:
        return isinstance(anchor_proof(Presentation.parse(data).credential), BaseProof)
    except FormatError:  # a foreign one, or one that its verifier will refuse
        return False


def present(credential: Credential, key: SigningKey, *, demand: Demand, created: datetime, life: timedelta = MAX_LIFE) -> JsonObject:
    """Return a presentation of a credential, signed by its holder for one audience and challenge, for at most five minutes."""
    return present_all([credential], key, demand=demand, created=created, life=life)


def present_all(
    credentials: Sequence[Credential],
    key: SigningKey,
    *,
    demand: Demand,
    created: datetime,
    life: timedelta = MAX_LIFE,
    statement: Statement = NOTHING_SAID,
) -> JsonObject:
    """Return a presentation of credentials of one holder, and of what they say themselves, signed as `present` does.

    Raises FormatError for another life, or more than 32 credentials.
    """
    if not timedelta(0) < life <= MAX_LIFE:
        raise FormatError("a presentation lives between 1 second and 5 minutes")
    if not 0 < len(credentials) <= MAX_CREDENTIALS:
        raise FormatError(f"a presentation shows 1 to {MAX_CREDENTIALS} credentials, not {len(credentials)}")
    document: JsonObject = {
        "@context": [CONTEXT],
        "type": [TYPE],
        "holder": key.did,
        **statement.members(),
        "verifiableCredential": [*(each.secured() for each in credentials), *statement.credentials(key.did)],
    }
    extra = {"expires": format_time(created + life), "domain": demand.audience, "challenge": demand.challenge}
    proof = signature.sign(document, key, method=key.method, purpose="authentication", created=created, extra=extra)
    return {**document, "proof": proof}


def holder_problem(shown: Presentation, demand: Demand, *, at: datetime) -> str:
    """Return "" when the holder of the credential signed what was demanded, else why that is not so."""
    subject = shown.credential.subject_id
    if subject is None:
        return "a holder's signature was demanded, but the subject's id is hidden, absent or in an array"
    if shown.document is None or shown.proof is None:
        return "a holder's signature was demanded, but the credential was shown without one"
    try:
        public = public_of_did_key(subject)
        return options_problem(shown.proof, subject, public, demand) or time_problem(shown.proof, at) or _signature_problem(shown, public)
    except FormatError as error:
        return f"the holder's signature cannot be checked: {error}"


def options_problem(proof: JsonObject, subject: str, public: bytes, demand: Demand) -> str:
    """Return "" when a proof says that it is by a subject's key and for what was demanded, else why not."""
    if proof.get("verificationMethod") != f"{subject}#{multikey(public)}":
        return "the presentation is not signed by the key of the credential's subject"
    if proof.get("proofPurpose") != "authentication":
        return "the presentation is signed for another purpose than authentication"
    if proof.get("challenge") != demand.challenge:
        return "the presentation is signed for another challenge"
    if proof.get("domain") != demand.audience:
        return "the presentation is signed for another audience"
    return ""


def time_problem(proof: JsonObject, at: datetime) -> str:
    """Return "" when a proof is fresh, else why not."""
    created, expires = _moment(proof, "created"), _moment(proof, "expires")
    if not timedelta(0) < expires - created <= MAX_LIFE:
        return "the presentation does not expire within 5 minutes of its signature"
    if created - at > MAX_SKEW:  # a difference cannot leave the calendar, a moment can
        return "the presentation is signed in the future"
    if at >= expires:
        return f"the presentation expired at {format_time(expires)}"
    return ""


def _signature_problem(shown: Presentation, public: bytes) -> str:
    document, proof = shown.document or {}, shown.proof or {}
    holder = document.get("holder", shown.credential.subject_id)
    if (holder.get("id") if isinstance(holder, dict) else holder) != shown.credential.subject_id:
        return "the presentation names another holder than the credential's subject"
    return (
        ""
        if signature.check(document, proof, public, suites=signature.OWN_SUITES)
        else "the holder's signature does not fit the presentation"
    )


def _moment(proof: JsonObject, name: str) -> datetime:
    text = proof.get(name)
    if not isinstance(text, str):
        raise FormatError(f"its {name} is missing")
    return parse_time(text)


def unwrap(value: Json) -> Unwrapped:
    """Take a credential, or a presentation with as many as it holds, apart; raises FormatError when it is neither."""
    if not isinstance(value, dict):
        raise FormatError("the document is neither a credential nor a presentation")
    kinds = value.get("type")
    if TYPE not in (kinds if isinstance(kinds, list) else [kinds]):
        return Unwrapped([value])
    document = {name: member for name, member in value.items() if name != "proof"}
    context, held, proof = document.get("@context"), document.get("verifiableCredential"), value.get("proof")
    if not isinstance(context, list) or context[:1] not in ([CONTEXT], [CONTEXT_1_1]):
        raise FormatError(f"a presentation's @context is a list that begins with {CONTEXT}")
    if "proof" in value and not isinstance(proof, dict):
        raise FormatError("a presentation carries one proof, an object")
    problems = openbadge.frame_problems(document)
    if problems:
        raise FormatError(f"the presentation is not as it should be: {problems[0]}")
    items = held if isinstance(held, list) else [held]
    # The holder's own words are no credential that is shown: nobody else vouches for them.
    said = next((item for item in items if is_statement(item, document.get("holder"))), None)
    credentials = [item for item in items if said is None or item is not said]
    return Unwrapped(credentials, document, proof if isinstance(proof, dict) else None, said if isinstance(said, dict) else None)


def _read(value: Json, text: bytes) -> Presentation:
    found = unwrap(value)
    if len(found.credentials) != 1:
        raise FormatError(f"the presentation holds {len(found.credentials)} credentials, of which one report cannot tell")
    return Presentation(Credential.of(found.credentials[0], text=text), found.document, found.proof)
