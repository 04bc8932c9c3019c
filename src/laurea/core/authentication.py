"""A holder who proves to have a key, without showing a credential: a presentation of nothing (DIDAuthentication of the VC API)."""

from datetime import datetime

from laurea.core import signature
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.keys import SigningKey, public_of_did_key
from laurea.core.presentation import CONTEXT, MAX_LIFE, TYPE, Demand, options_problem, time_problem
from laurea.errors import FormatError

MEMBERS = {"@context", "type", "holder", "proof"}


def prove(key: SigningKey, demand: Demand, *, created: datetime) -> JsonObject:
    """Return a presentation, signed over one audience and challenge, that says who its holder is and nothing else."""
    document: JsonObject = {"@context": [CONTEXT], "type": [TYPE], "holder": key.did}
    extra = {"expires": format_time(created + MAX_LIFE), "domain": demand.audience, "challenge": demand.challenge}
    proof = signature.sign(document, key, method=key.method, purpose="authentication", created=created, extra=extra)
    return {**document, "proof": proof}


def holder_of(presentation: Json, demand: Demand, *, at: datetime) -> str:
    """Return the DID (did:key) of whoever signed a presentation as demanded; raises FormatError that says what is wrong with it."""
    if not isinstance(presentation, dict) or set(presentation) != MEMBERS or presentation["type"] not in (TYPE, [TYPE]):
        raise FormatError("the answer is no presentation of a holder alone")
    proof, holder = presentation["proof"], presentation["holder"]
    if not isinstance(proof, dict) or not isinstance(holder, str):
        raise FormatError("the presentation has no holder or no proof")
    public = public_of_did_key(holder)
    document = {name: value for name, value in presentation.items() if name != "proof"}
    problem = options_problem(proof, holder, public, demand) or time_problem(proof, at)
    if not problem and not signature.check(document, proof, public, suites=signature.OWN_SUITES):
        problem = "the holder's signature does not fit the presentation"
    if problem:
        raise FormatError(problem)
    return holder
