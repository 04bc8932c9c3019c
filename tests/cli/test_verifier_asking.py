"""In whose name `laurea verifier serve` asks wallets: the key in a file, and who may have it ask."""

from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from laurea.cli.verifier_asking import signer_of, token_in, wallets_of
from laurea.core.jws import Jws
from laurea.core.keys import public_of_did_key
from laurea.errors import InputError
from tests.cli.test_verifier_serve import served

ED25519, P256, RSA = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
TOKEN = "a-token-of-the-operator"


def pem(folder: Path, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, phrase: bytes = b"") -> Path:
    path = folder / "key.pem"
    how = BestAvailableEncryption(phrase) if phrase else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    return path


@pytest.mark.parametrize("key", [ED25519, P256], ids=["Ed25519", "P-256"])
def test_a_key_in_a_file_signs_as_a_did_key_or_by_its_name(
    tmp_path: Path, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
) -> None:
    alone = signer_of(pem(tmp_path, key), None)
    named = signer_of(pem(tmp_path, key), "did:web:employer.example#key-1")

    assert alone
    assert named
    assert public_of_did_key(alone.did) == alone.key.public == named.key.public
    assert alone.method.startswith(f"{alone.did}#")
    assert (named.did, named.method) == ("did:web:employer.example", "did:web:employer.example#key-1")
    assert wallets_of("https://employer.example", None, tmp_path / "key.pem", None).client_id == f"decentralized_identifier:{alone.did}"


def test_a_slip_is_told(tmp_path: Path) -> None:
    assert signer_of(None, None) is None
    with pytest.raises(InputError, match="none is there to sign with"):
        signer_of(None, "did:web:employer.example#key-1")
    with pytest.raises(InputError, match="does not name a key"):
        signer_of(pem(tmp_path, ED25519), "did:web:employer.example")
    with pytest.raises(InputError, match="neither of Ed25519 nor of P-256"):
        signer_of(pem(tmp_path, RSA), None)
    with pytest.raises(InputError, match="without a passphrase"):
        signer_of(pem(tmp_path, ED25519, b"phrase"), None)
    for text in ("short", "with blanks in it, many", "ŧoken-of-the-operator"):
        (tmp_path / "token").write_text(text)
        with pytest.raises(InputError, match="has no token"):
            token_in(tmp_path / "token")


def test_the_service_asks_in_the_name_of_its_key_and_for_its_operator(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    options = ("--rpc", "http://127.0.0.1:9", "--sign-requests", pem(tmp_path, P256), "--ask-token-file", tmp_path / "token")

    with served(tmp_path / "log", *options) as (url, _):
        asked = {"type": "OpenBadgeCredential"}
        assert httpx.post(f"{url}/v1/requests", json=asked, trust_env=False).status_code == 401
        made = httpx.post(f"{url}/v1/requests", json=asked, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False).json()
        jws = Jws.parse(httpx.get(made["requestUri"], trust_env=False).text)

    assert jws.header["alg"] == "ES256"
    assert jws.is_by(public_of_did_key(str(jws.payload["client_id"]).removeprefix("decentralized_identifier:")))
    said = (tmp_path / "log").read_text()
    assert "whoever reaches this service" not in said
    assert TOKEN not in said
