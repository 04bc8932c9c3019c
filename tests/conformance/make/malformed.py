"""The vectors of what is refused before anything is hashed: no I-JSON, no credential, no canonical proof, beyond a limit."""

import base64
import json
from collections.abc import Iterator

from laurea.core import proof_value
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from tests.conformance.make import documents as made
from tests.conformance.make.batches import LARGEST, MAIN, MISSHAPEN
from tests.conformance.make.documents import FILLED
from tests.conformance.make.valid import bare, filled
from tests.conformance.make.vector import Vector, is_refused, text

LINE = '"creditsEarned":3'
TWIN = "complete-anchor-only"


def not_json() -> Iterator[Vector]:
    """Give texts that are no I-JSON."""
    good = text(bare("complete"))
    for name, about, line, rows in (
        ("duplicate-name", "a name stands twice", '"creditsEarned":3,"creditsEarned":30', (19,)),
        ("duplicate-name-same", "a name stands twice, with the same value", '"creditsEarned":3,"creditsEarned":3', (19,)),
        ("duplicate-name-escaped", "a name stands twice, once with an escape", '"creditsEarned":3,"credits\\u0045arned":30', (19,)),
        ("nan", "NaN", '"creditsEarned":NaN', (20,)),
        ("infinity", "Infinity", '"creditsEarned":Infinity', (20,)),
        ("too-large", "1e999, which is infinite as a double", '"creditsEarned":1e999', (20,)),
        ("beyond-integers", "2^53 as an integer", f'"creditsEarned":{LARGEST + 1}', (20,)),
        ("beyond-integers-float", "2^53 with a fraction of zero", f'"creditsEarned":{LARGEST + 1}.0', (20,)),
        ("below-integers", "-2^53", f'"creditsEarned":-{LARGEST + 1}', (20,)),
        ("lone-surrogate", "a lone surrogate", '"creditsEarned":3,"note":"\\ud800"', (23,)),
        ("lone-surrogate-name", "a lone surrogate in a name", '"creditsEarned":3,"\\udc00":1', (23,)),
        ("noncharacter", "U+FFFF, which may be in no string of I-JSON", '"creditsEarned":3,"note":"\\uffff"', (23,)),
        ("raw-control", "a line feed within a string", '"creditsEarned":3,"note":"a\nb"', (23,)),
        ("comment", "a comment", '"creditsEarned":3/* of 30 */', ()),
        ("single-quotes", "quotes of another language", "'creditsEarned':3", ()),
        ("trailing-comma", "a comma before the end", '"creditsEarned":3,,', ()),
        ("leading-zero", "a number that begins with 0", '"creditsEarned":03', (20,)),
    ):
        yield Vector(name, about, good.replace(LINE, line), is_refused(), TWIN, rows)
    encoded = good.encode()
    for name, about, data, rows in (
        ("bom", "a byte order mark before the text", b"\xef\xbb\xbf" + encoded, (23,)),
        ("utf-16", "in UTF-16", good.encode("utf-16"), (23,)),
        ("utf-16-le", "in UTF-16 without a byte order mark", good.encode("utf-16-le"), (23,)),
        ("nul", "NUL behind the end", encoded + b"\x00", (23,)),
        ("not-utf-8", "a byte that no UTF-8 has", encoded.replace(b"SQL", b"SQ\xff", 1), (23,)),
        ("overlong", "a slash in two bytes of UTF-8", encoded.replace(b"SQL", b"SQ\xc0\xaf", 1), (23,)),
        ("surrogate-bytes", "a surrogate in three bytes of UTF-8", encoded.replace(b"SQL", b"SQ\xed\xa0\x80", 1), (23,)),
        ("truncated", "the last byte is missing", encoded[:-1], (10,)),
        ("two-documents", "another document behind it", encoded + encoded, ()),
        ("nothing", "nothing but a space", b" ", ()),
        ("an-array", "an array", b"[" + encoded + b"]", ()),
        ("a-string", "a string", json.dumps(good).encode(), ()),
    ):
        yield Vector(name, about, data, is_refused(), TWIN, rows)


def beyond_limits() -> Iterator[Vector]:
    """Give credentials that are larger than one may be."""
    yield Vector("beyond-depth", "nested 33 deep", MISSHAPEN.credential("beyond-depth"), is_refused(), "limit-depth", (21,))
    yield Vector("beyond-claims", "4,097 claims", _wide(), is_refused(), "limit-claims", (21,))
    whole = text(MISSHAPEN.credential("beyond-size"))
    short, filling = filled(whole)
    about = "262,145 bytes in its RFC 8785 form"
    yield Vector("beyond-size", about, short, is_refused(), "limit-size", (21,), filling=filling)
    unclosed: JsonObject = {"token": FILLED, "unit": "[", "times": 100_000}
    yield Vector("beyond-all-depth", "a hundred thousand brackets", FILLED, is_refused(), "limit-depth", (21,), filling=unclosed)
    proofs = bare("complete").proofs
    foreign: JsonObject = {"type": "DataIntegrityProof", "cryptosuite": "example-suite-2099", "proofValue": "z1"}
    crowded = Credential(bare("complete").document, (*[foreign] * 16, *proofs))
    yield Vector("beyond-proofs", "17 proofs", crowded, is_refused(), TWIN, (21,))


def _wide() -> Credential:
    """Return a credential with a claim too many, under the proof of the one that has as many as it may."""
    return Credential(made.wide(made.CLAIMS_LIMIT + 1), bare("wide").proofs)


def not_the_model() -> Iterator[Vector]:
    """Give documents that are JSON, and no credentials as they should be, though the issuer has anchored them."""
    for name, about, rows in (
        ("boolean-number", "true where a number stands", (22,)),
        ("text-number", "a text where a number stands", (22,)),
        ("no-type", "no type", ()),
        ("no-issuer", "no issuer", ()),
        ("wrong-context", "another first context", ()),
        ("wrong-date", "a date without a time zone", ()),
        ("no-date", "a date that no calendar has", ()),
        ("ends-first", "it ends before it begins", ()),
    ):
        yield Vector(name, about, MISSHAPEN.credential(name), is_refused(), TWIN, rows)


def proofs() -> Iterator[Vector]:
    """Give anchor proofs that are not written as they have to be."""
    good = bare("complete")
    carrier = good.proofs[0]
    value = str(carrier["proofValue"])

    def shown(*written: JsonObject) -> Credential:
        return Credential(good.document, written)

    other = bare("neighbour").proofs[0]
    yield Vector("two-anchors", "two anchor proofs, its own and another's", shown(carrier, other), is_refused(), TWIN, (38,))
    yield Vector("two-anchors-same", "its own anchor proof twice", shown(carrier, carrier), is_refused(), TWIN, (38,))
    yield Vector(
        "anchor-dated",
        "a member that an anchor proof has not",
        shown({**carrier, "created": "2026-01-05T00:00:00Z"}),
        is_refused(),
        TWIN,
        (43,),
    )
    purpose: JsonObject = {**carrier, "proofPurpose": "authentication"}
    yield Vector("anchor-purpose", "an anchor proof for another purpose", shown(purpose), is_refused(), TWIN, (43,))
    texts = {
        "value-padded": ("padding of base 64 behind it", _with_hints({"block": 7}) + "=="),
        "value-spaced": ("a space behind it", value + " "),
        "value-line": ("a line feed behind it", value + "\n"),
        "value-alphabet": ("the other alphabet of base 64", "u" + base64.b64encode(_raw(value)).decode().rstrip("=")),
        "value-multibase": ("in base 16", "f" + _raw(value).hex()),
        "value-spare-bits": ("spare bits that are not zero", _spare(_with_hints({"block": 7}))),
        "value-truncated": ("the last four characters are missing", value[:-4]),
        "value-longer": ("a byte behind the end", proof_value.written(_raw(value) + b"\x00")),
        "value-empty": ("nothing", "u"),
        "value-number": (
            "a number that is not in its shortest form",
            proof_value.written(_raw(value).replace(b"\x8a\x00", b"\x8a\x18\x00", 1)),
        ),
        "value-boolean": ("false in place of 0", proof_value.written(_raw(value).replace(b"\x8a\x00", b"\x8a\xf4", 1))),
        "value-tag": ("a tag before a number", proof_value.written(_raw(value).replace(b"\x8a\x00", b"\x8a\xc1\x00", 1))),
        "value-kind": ("a kind of proof that there is not", proof_value.written(_raw(value).replace(b"\x8a\x00", b"\x8a\x02", 1))),
        "value-indefinite": ("a list without a length", proof_value.written(b"\x9f" + _raw(value)[1:] + b"\xff")),
        "value-hints": ("hints of another name", _with_hints({"txs": b"\x00" * 32})),
        "value-hint-order": ("hints in another order", _hints_turned()),
        "value-address": ("a byte moved from the registry to the issuer id", _address_moved()),
        "value-size-zero": ("a batch of size 0", _size_zero()),
    }
    for name, (about, changed) in texts.items():
        assert changed != value, name
        yield Vector(name, about, shown({**carrier, "proofValue": changed}), is_refused(), TWIN, (43,))
    listed: JsonObject = {**carrier, "proofValue": [value]}
    yield Vector("value-array", "an array that holds it", shown(listed), is_refused(), TWIN, (22,))


def _raw(value: str) -> bytes:
    return base64.urlsafe_b64decode(value[1:] + "=" * (-len(value[1:]) % 4))


def _spare(value: str) -> str:
    """Return a text with a spare bit set in its last character."""
    raw = _raw(value)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(raw) % 3, "a text without spare bits"
    return value[:-1] + alphabet[alphabet.index(value[-1]) | 1]


def _fields() -> list[proof_value.Field]:
    base = MAIN.base("complete")
    at = base.anchoring
    return [0, at.chain_id, at.registry, at.issuer_id, at.root, at.size, at.index, b"".join(at.path), base.seed, {}]


def _with_hints(hints: dict[str, int | bytes]) -> str:
    return proof_value.encode([*_fields()[:-1], hints])


def _hints_turned() -> str:
    head = proof_value.encode([*_fields()[:-1], {"tx": b"\x00" * 32, "block": 7}])
    tx = b"\x62tx\x58\x20" + b"\x00" * 32
    block = b"\x65block\x07"
    raw = _raw(head)
    assert raw.endswith(tx + block)
    return proof_value.written(raw.removesuffix(tx + block) + block + tx)


def _address_moved() -> str:
    fields = _fields()
    registry, issuer = MAIN.domain.registry, MAIN.domain.issuer_id
    fields[2:4] = [registry[:-1], registry[-1:] + issuer]
    return proof_value.encode(fields)


def _size_zero() -> str:
    fields = _fields()
    fields[5] = 0
    return proof_value.encode(fields)
