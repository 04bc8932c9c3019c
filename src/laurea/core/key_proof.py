"""Key proofs of OpenID4VCI 1.0 (appendix F): by which a wallet shows, to one issuer and afresh, that it has the key it names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from laurea.core import jwk, jws, keys
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import parse_time
from laurea.core.cryptosuites import SUITES
from laurea.core.jws import Jws
from laurea.core.presentation import MAX_LIFE, MAX_SKEW, TYPE, Demand, options_problem
from laurea.core.signature import check
from laurea.errors import FormatError

JWT, DI_VP = "jwt", "di_vp"
TYP = "openid4vci-proof+jwt"
CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1")
# Over the text itself: of what an rdfc suite signs, a context that defines nothing leaves nothing.
SUITES_OF_PRESENTATIONS = {name: SUITES[name] for name in ("eddsa-jcs-2022", "ecdsa-jcs-2019")}
ALGORITHMS = {JWT: jws.NAMES, DI_VP: tuple(SUITES_OF_PRESENTATIONS)}
"""Kinds of proofs, and the algorithms of each, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class KeyProof:
    """What a proof that was checked shows: the did:key of whoever made it, and the nonce that it was made for, which nobody has looked at yet."""

    holder: str
    nonce: str


def read(proofs: Json, audience: str, *, at: datetime) -> KeyProof:
    """Check the member `proofs` of a credential request: one proof of a kind that is known, for one issuer, made within five minutes.

    Raises FormatError that says what is wrong. The nonce is the caller's to check.
    """
    if not isinstance(proofs, dict) or len(proofs) != 1:
        raise FormatError(f"proofs has exactly one member, {' or '.join(_READERS)}")
    ((kind, several),) = proofs.items()
    reader = _READERS.get(kind)
    if reader is None:
        raise FormatError(f"the proof is of a kind that is not taken: {' or '.join(_READERS)} is")
    if not isinstance(several, list) or len(several) != 1:
        raise FormatError("there is to be one proof: a credential is bound to one key")
    return reader(several[0], audience, at)


def _of_jwt(text: Json, audience: str, at: datetime) -> KeyProof:
    """Check a proof of the kind `jwt` (F.1)."""
    if not isinstance(text, str):
        raise FormatError("a proof of the kind jwt is a string")
    said = Jws.parse(text)
    public = _public(said.header)
    if said.payload.get("aud") != audience:
        raise FormatError("the proof is made for another issuer: its aud is not ours")
    _require_fresh(_moment(said.payload.get("iat")), at)
    nonce = _nonce(said.payload.get("nonce"))
    if not said.is_by(public):
        raise FormatError("the signature of the proof is not by the key that it names")
    return KeyProof(keys.did_key(public), nonce)


def _public(header: JsonObject) -> bytes:
    """Return the key that the header of a proof names in one way; raises FormatError for more ways than one, and for a private key."""
    if header.get("typ") != TYP:
        raise FormatError(f"the typ of the proof is not {TYP}")
    if header.get("alg") not in jws.NAMES:
        raise FormatError(f"the alg of the proof is none of {', '.join(jws.NAMES)}")
    if "crit" in header:
        raise FormatError("the header of the proof has crit, of which nothing is understood here")
    if "x5c" in header or ("jwk" in header) == ("kid" in header):
        raise FormatError("the header of the proof names the key by jwk or by kid, one of the two, and not by x5c")
    return jwk.public_of(header["jwk"]) if "jwk" in header else _public_of_kid(header["kid"])


def _public_of_kid(kid: Json) -> bytes:
    did, _, fragment = kid.partition("#") if isinstance(kid, str) else ("", "", "")
    public = keys.public_of_did_key(did)
    if fragment != keys.multikey(public):
        raise FormatError("the kid of the proof is not the key of its did:key: the DID, #, the key again")
    return public


def _of_presentation(shown: Json, audience: str, at: datetime) -> KeyProof:
    """Check a proof of the kind `di_vp` (F.2)."""
    if not isinstance(shown, dict) or shown.get("type") not in (TYPE, [TYPE]) or not _begins_well(shown.get("@context")):
        raise FormatError("a proof of the kind di_vp is a verifiable presentation")
    found = shown.get("proof")
    proof = found[0] if isinstance(found, list) and len(found) == 1 else found
    if not isinstance(proof, dict):
        raise FormatError("the presentation has no proof, or more than one")
    did = str(proof.get("verificationMethod")).partition("#")[0]
    if shown.get("holder", did) != did:
        raise FormatError("the presentation is signed by another than its holder")
    public, nonce = keys.public_of_did_key(did), _nonce(proof.get("challenge"))
    problem = options_problem(proof, did, public, Demand(audience, nonce))
    if problem:
        raise FormatError(problem)
    _require_alive(proof, at)
    if not check({name: value for name, value in shown.items() if name != "proof"}, proof, public, suites=SUITES_OF_PRESENTATIONS):
        raise FormatError(f"the signature does not fit the presentation, or is none of {', '.join(SUITES_OF_PRESENTATIONS)}")
    return KeyProof(did, nonce)


def _begins_well(context: Json) -> bool:
    return isinstance(context, list) and bool(context) and context[0] in CONTEXTS


def _require_alive(proof: JsonObject, at: datetime) -> None:
    """Refuse a proof that says itself that it is too old or over; it need not say so, since its challenge does."""
    for name in ("created", "expires"):
        if name in proof and not isinstance(proof[name], str):
            raise FormatError(f"the {name} of the presentation is not a string")
    if "created" in proof:
        _require_fresh(parse_time(str(proof["created"])), at)
    if "expires" in proof and at >= parse_time(str(proof["expires"])):
        raise FormatError("the presentation has expired")


def _require_fresh(made: datetime, at: datetime) -> None:
    # Differences: a moment at the end of the calendar cannot leave it this way.
    if made - at > MAX_SKEW:
        raise FormatError("the proof is made in the future: is the clock of the wallet right?")
    if at - made > MAX_LIFE:
        raise FormatError("the proof is older than five minutes")


def _moment(seconds: Json) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise FormatError("the iat of the proof is not a number of seconds")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise FormatError("the iat of the proof is no time") from error


def _nonce(value: Json) -> str:
    if not isinstance(value, str) or not value:
        raise FormatError("the proof has no nonce: ask the nonce endpoint for one")
    return value


_READERS: dict[str, Callable[[Json, str, datetime], KeyProof]] = {JWT: _of_jwt, DI_VP: _of_presentation}
