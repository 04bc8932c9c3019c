"""The catalogue of an issuer: what can be earned from it, with the rules of its stacks and the terms that its operator states (docs/pathways.md)."""

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.catalogue import KIND, VERSION, Catalogue, joined
from laurea.errors import FormatError, InputError
from laurea.services.issuing import achievements, stacks
from laurea.services.issuing.issuer import Issuer

TERMS = ("cost", "url", "starts")


def catalogue(issuer: Issuer, terms: bytes = b"{}") -> Catalogue:
    """Return all achievements of an issuer as offers; `terms` have cost, url and starts of some by their keys, in JSON.

    Raises FormatError for terms that are none, InputError for terms of what cannot be earned.
    """
    given = _terms(terms)
    known = {key: each.document for key, each in achievements.known(issuer).items()}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise InputError(
            f"there are terms for {unknown[0]!r}, and no such achievement", hint="laurea issuer achievement list shows the keys"
        )
    rules = {rule.capstone: rule for rule in stacks.listed(issuer)}
    by: JsonObject = {"id": issuer.profile.did, "name": issuer.profile.name}
    offers = []
    for key, document in known.items():
        offer: JsonObject = {"achievement": document, "issuer": by, **given.get(key, {})}
        rule = rules.get(key)
        if rule is not None:
            parts: list[Json] = [known[each]["id"] for each in rule.of]
            asked: JsonObject = {"needs": rule.needs, "of": parts}
            offer["stack"] = asked if rule.credits is None else {**asked, "credits": rule.credits}
        offers.append(_alone(key, offer))
    return joined(offers)


def _alone(key: str, offer: JsonObject) -> Catalogue:
    try:
        return Catalogue.parse(canonical.dump({"laurea": KIND, "version": VERSION, "offers": [offer]}))
    except FormatError as error:
        raise FormatError(str(error).replace("/offers/0", key), hint=error.hint) from error


def _terms(data: bytes) -> dict[str, JsonObject]:
    document = canonical.parse(data)
    found: dict[str, JsonObject] = {}
    for key, each in document.items() if isinstance(document, dict) else ():
        if not isinstance(each, dict) or not each.keys() <= set(TERMS):
            raise FormatError(f"the terms of {key!r} are not as they should be", hint=_HINT)
        found[key] = each
    if not isinstance(document, dict):
        raise FormatError("the terms are not a JSON object", hint=_HINT)
    return found


_HINT = '{"sql-for-analysts": {"cost": {"amount": 200, "currency": "EUR"}, "url": "https://…", "starts": "2027-03-01"}}'
