"""The vectors of the data model of VC 2.0, of presentations and of proofs, where one member breaks a rule."""

from collections.abc import Iterator

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.openbadge.related import RESOURCES, digest_texts
from tests.conformance.make.actors import UNIVERSITY
from tests.conformance.make.batches import MAIN, sign
from tests.conformance.make.valid import DEMAND, JCS, NAME, RDFC, bare, partial, presented
from tests.conformance.make.vector import NOT_ANCHORED, Vector, fails, is_refused, leaves_open

TWIN, SIGNED, PRESENTED = "complete-anchor-only", "signed-jcs", "presented-partial"
PLAIN_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OTHER_CONTEXT = "https://www.w3.org/ns/credentials/undefined-terms/v2"
LABEL: JsonObject = {"@value": "Example University", "@language": "en"}


def broken() -> Iterator[Vector]:
    """Give credentials under an anchor proof, in which one member is not as VC 2.0 has it: that is seen before anything is hashed."""
    good = bare("complete")
    contexts = good.document["@context"]
    assert isinstance(contexts, list)
    texts = {url: next(digest_texts(RESOURCES[url])) for url in (PLAIN_CONTEXT, OTHER_CONTEXT)}
    bad: dict[str, tuple[str, str, Json]] = {
        "context-no-url": ("a context that is no URL", "@context", [*contexts, "https ://issuer.example/context"]),
        "type-spaced": ("a type with a space in it", "type", ["VerifiableCredential", "OpenBadgeCredential", "Micro Credential"]),
        "related-nothing": ("a related resource without a digest", "relatedResource", [{"id": PLAIN_CONTEXT}]),
        "related-text": ("a related resource that is a text", "relatedResource", [PLAIN_CONTEXT]),
        "related-other": (
            "a related resource whose digest is that of another",
            "relatedResource",
            [{"id": PLAIN_CONTEXT, "digestSRI": texts[OTHER_CONTEXT]}],
        ),
        "related-twice": (
            "a related resource that stands there twice",
            "relatedResource",
            [{"id": PLAIN_CONTEXT, "digestSRI": texts[PLAIN_CONTEXT]}] * 2,
        ),
    }
    for name, (about, member, value) in bad.items():
        yield Vector(name, about, Credential({**good.document, member: value}, good.proofs), is_refused(), TWIN)
    plain: JsonObject = {
        **good.document,
        "@context": [PLAIN_CONTEXT],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"name": "Ada"},
    }
    for name, about, label in (
        ("issuer-name-more", "a name of the issuer with a member that no text in a language has", {**LABEL, "url": "https://a.example"}),
        ("issuer-name-direction", "a name of the issuer in a direction that there is not", {**LABEL, "@direction": "down"}),
    ):
        document: JsonObject = {**plain, "issuer": {"id": UNIVERSITY.did, "name": label}}
        yield Vector(name, about, Credential(document, good.proofs), is_refused(), TWIN)


def presentations() -> Iterator[Vector]:
    """Give presentations that are not as VC 2.0 has them, around a credential that is."""
    shown = presented(partial(bare("complete"), *NAME))
    members: dict[str, tuple[str, Json]] = {
        "presented-holder-null": ("holder", None),
        "presented-holder-no-url": ("holder", "a holder"),
        "presented-holder-nameless": ("holder", {"name": "Ada"}),
        "presented-id-no-url": ("id", "3732"),
        "presented-context-no-url": ("@context", [PLAIN_CONTEXT, 7]),
        "presented-terms-untyped": ("termsOfUse", [{"id": "https://holder.example/terms"}]),
    }
    for name, (member, value) in members.items():
        about = f"the presentation's {member} is not as it should be"
        yield Vector(name, about, {**shown, member: value}, is_refused(), PRESENTED, demand=DEMAND)


def signatures() -> Iterator[Vector]:
    """Give signatures that say less than one must; and contexts within a document that is signed by what it means."""
    good = MAIN.credential("complete", JCS)
    for member in ("verificationMethod", "proofPurpose"):
        proof = {name: value for name, value in good.proofs[0].items() if name != member}
        about = f"a signature that has no {member}"
        shown = Credential(good.document, (proof, good.proofs[-1]))
        yield Vector(f"signature-no-{member.lower()}", about, shown, fails("signature"), SIGNED)
    contexts = good.document["@context"]
    assert isinstance(contexts, list)
    own: JsonObject = {**good.document, "@context": [*contexts, {"motto": "https://university.example/terms#motto"}], "motto": "Semper"}
    signed = sign(own, UNIVERSITY, RDFC)
    fits, unsure = leaves_open(*NOT_ANCHORED, signed_by=("signature",)), leaves_open(*NOT_ANCHORED, "signature")
    about = "signed in eddsa-rdfc-2022, with a term that its own @context defines, by the name that its IRI ends with"
    yield Vector("own-term", about, Credential(own, (signed,)), fits, "signed-rdfc", suites=(RDFC,))
    renamed: JsonObject = {name: value for name, value in own.items() if name != "motto"}
    renamed |= {"@context": [*contexts, {"warning": "https://university.example/terms#motto"}], "warning": "Semper"}
    about = "the same, but its own @context has another name for that IRI, under which the signature is the same"
    yield Vector("own-term-renamed", about, Credential(renamed, (signed,)), unsure, "signed-rdfc", suites=(RDFC,))
