"""`laurea verify` where it is given more than one document of JSON: links, pictures in folders, presentations of several, tables; and statements."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from laurea.artefacts import png, qr
from laurea.core.presentation import CONTEXT, TYPE
from laurea.services import sharing
from tests.anvil import Anvil
from tests.artefacts.samples import PNG
from tests.issued import TESTNET, Issued, issue
from tests.web.share_host import ShareHost, share_host

LAUREA = Path(sys.executable).with_name("laurea")
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with Anvil(chain_id=TESTNET) as node:
        yield issue(tmp_path_factory.mktemp("issued"), node)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LAUREA, *arguments], capture_output=True, text=True, check=False, timeout=120)


def verify(issued: Issued, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run("verify", *arguments, "--rpc", issued.url, "--trust", issued.trust)


def several(issued: Issued, *numbers: int) -> str:
    held = [issued.document(number) for number in numbers]
    return json.dumps({"@context": [CONTEXT], "type": [TYPE], "verifiableCredential": held})


# Links


def test_what_a_link_shares_is_verified(issued: Issued, host: ShareHost, tmp_path: Path) -> None:
    link = sharing.share(issued.file(1).read_bytes(), host.url).url
    (tmp_path / "code.png").write_bytes(qr.draw(link, "png"))

    for source in ([link], [tmp_path / "code.png", "--follow"]):
        done = verify(issued, *source)
        assert (done.returncode, done.stdout[:6]) == (0, "VALID:"), done.stderr


def test_a_link_to_anything_else_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(qr.draw("https://example.org/credential.json", "png"))

    for source in (["https://example.org/credential.json"], [tmp_path / "code.png", "--follow"]):
        done = run("verify", *source)
        assert (done.returncode, done.stdout) == (2, "")
        assert "the link leads to nothing that is shared" in done.stderr


# Folders


def test_pictures_in_a_folder_are_looked_into_and_each_of_several_has_a_report(issued: Issued, tmp_path: Path) -> None:
    (tmp_path / "baked.png").write_bytes(png.bake(PNG, issued.file(1).read_bytes()))
    (tmp_path / "bare.png").write_bytes(PNG)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "link.png").write_bytes(qr.draw("https://share.example/s/AAAA", "png"))
    (tmp_path / "token.jwt").write_bytes(b"eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln")
    (tmp_path / "two.json").write_text(several(issued, 1, 3))

    done = verify(issued, tmp_path, "--json")
    found = {line["file"]: line for line in map(json.loads, done.stdout.splitlines())}

    assert done.returncode == 1
    assert found["baked.png"]["report"]["verdict"] == "valid"
    assert [report["verdict"] for report in found["two.json"]["reports"]] == ["valid", "invalid"]
    assert "carries no credential" in found["bare.png"]["error"]
    assert "the PDF cannot be read" in found["broken.pdf"]["error"]
    assert "--follow" in found["link.png"]["error"]
    assert "secured as a JWT" in found["token.jwt"]["error"]
    assert done.stderr == "laurea: 6 files: 1 valid, 1 invalid, 4 unreadable\n"
    lines = verify(issued, tmp_path).stdout.splitlines()
    assert lines[-2].startswith("VALID      two.json (1 of 2): Issued by Example University")
    assert lines[-1].startswith("INVALID    two.json (2 of 2): the credential was revoked")


# Statements


def test_a_statement_says_what_was_found_and_what_it_rests_on(issued: Issued, tmp_path: Path) -> None:
    page = tmp_path / "statement.html"
    (tmp_path / "baked.png").write_bytes(png.bake(PNG, issued.file(1).read_bytes()))

    done = verify(issued, tmp_path / "baked.png", "--statement", page, "--language", "es")

    content = page.read_text()
    assert done.returncode == 0
    assert done.stdout.startswith("VALID:")
    assert done.stderr == f"laurea: the statement is in {page}\n"
    assert '<html lang="es">' in content
    for path in (tmp_path / "baked.png", issued.file(1), issued.trust):
        digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]
        assert digest in content
    assert "Issued by Example University, unaltered" in content


def test_a_statement_of_several_is_about_each(issued: Issued, tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(several(issued, 1, 3))

    done = verify(issued, tmp_path / "two.json", "--statement", tmp_path / "page.html")

    assert done.returncode == 1
    assert "Credential 2 of 2" in (tmp_path / "page.html").read_text()


def test_a_statement_that_cannot_be_made_is_refused_before_anything_is_asked(issued: Issued, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    refused: list[tuple[list[str | Path], str]] = [
        ([issued.file(1), "--statement", page, "--language", "tlh"], "--language is one of en, es"),
        ([issued.file(1), "--statement", page, "--trust", "-"], "a statement names the trust files"),
        ([tmp_path, "--statement", page], "--statement goes with one presentation"),
    ]
    for arguments, said in refused:
        done = run("verify", *arguments, "--rpc", NOBODY)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert not page.exists()
