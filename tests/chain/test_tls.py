"""https: a node has to prove its name."""

import ipaddress
import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from laurea import wire
from laurea.chain.rpc import Rpc
from laurea.errors import Unreachable
from tests.chain.http_node import HttpNode, result, send

LOCALHOST = ipaddress.IPv4Address("127.0.0.1")


def certificate(folder: Path, address: ipaddress.IPv4Address) -> Path:
    """Make a certificate for an address, signed by itself, and return the file that also has its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a node of our own")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(address)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "node.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def secure_node(path: Path) -> HttpNode:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return HttpNode(lambda handler, body: send(handler, json.dumps(result(json.loads(body), "0x1")).encode()), context)


@pytest.fixture(autouse=True)
def _authorities_are_read_anew() -> None:
    wire._trust.cache_clear()


def test_a_node_whose_authority_is_trusted_is_asked_over_one_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path, LOCALHOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    with secure_node(path) as node:
        rpc = Rpc(node.url)

        assert [rpc.chain_id() for _ in range(3)] == [1, 1, 1]

    assert node.connections == 1


def test_a_node_whose_authority_nobody_knows_is_not_asked(tmp_path: Path) -> None:
    with secure_node(certificate(tmp_path, LOCALHOST)) as node:
        with pytest.raises(Unreachable, match=f"^{node.host} shows a certificate that is not trusted$"):
            Rpc(node.url).chain_id()

        assert node.bodies == []


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path, ipaddress.IPv4Address("127.0.0.2"))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    with secure_node(path) as node:
        with pytest.raises(Unreachable, match="not trusted"):
            Rpc(node.url).chain_id()

        assert node.bodies == []


def test_the_authorities_of_mozilla_are_known_without_a_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    assert len(wire._trust().get_ca_certs()) > 50


def test_a_handshake_that_never_comes_costs_no_more_than_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        accepted: list[socket.socket] = []
        thread = threading.Thread(target=lambda: accepted.append(silent.accept()[0]))
        thread.start()
        began = time.monotonic()

        with pytest.raises(Unreachable, match=r"did not answer within 0\.3 s"):
            Rpc(f"https://127.0.0.1:{silent.getsockname()[1]}", timeout=0.3).chain_id()

        assert time.monotonic() - began < 1
        thread.join()
        accepted[0].close()
