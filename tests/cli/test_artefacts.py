"""`laurea badge`: pictures, certificates, links and résumés from files, and back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from laurea.artefacts import drawing
from tests.artefacts.samples import CREDENTIAL, JWS, PNG, SVG
from tests.artefacts.test_png import FRAME, carrying
from tests.core.world import anchored

LAUREA = Path(sys.executable).with_name("laurea")
USAGE = 2
URL = "https://example.org/share/1"


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([LAUREA, "badge", *arguments], capture_output=True, input=stdin, check=False, timeout=60)


@pytest.fixture
def credential(tmp_path: Path) -> Path:
    path = tmp_path / "credential.json"
    path.write_bytes(CREDENTIAL)
    return path


@pytest.mark.parametrize(("name", "picture"), [("p.png", PNG), ("p.svg", SVG), ("p.png", None), ("p.SVG", None)])
def test_a_credential_goes_into_a_picture_and_comes_out(credential: Path, name: str, picture: bytes | None) -> None:
    given, baked, out = credential.with_name("given"), credential.with_name(name), credential.with_name("out.json")
    given.write_bytes(picture or b"")

    done = run("bake", credential, *([given] if picture else []), "--output", baked)
    back = run("extract", baked, "--output", out)

    assert (done.returncode, done.stderr.decode()) == (0, f"laurea: wrote {baked}\n")
    assert (back.returncode, out.read_bytes()) == (0, CREDENTIAL)
    assert run("extract", "-", stdin=baked.read_bytes()).stdout == CREDENTIAL + b"\n"


def test_without_a_picture_the_name_must_say_its_kind(credential: Path) -> None:
    done = run("bake", credential, "--output", credential.with_name("p.gif"))

    assert done.returncode == USAGE
    assert "neither .png nor .svg" in done.stderr.decode()


def test_what_is_no_credential_of_json_is_named_as_what_it_is() -> None:
    old = run("extract", "-", stdin=carrying(b"openbadges\x00\x00\x00\x00\x00{}"))
    signed = run("extract", "-", stdin=carrying(FRAME + JWS))
    none = run("extract", "-", stdin=PNG)

    assert (old.returncode, old.stdout) == (0, b"{}\n")
    assert "an Open Badges 2.0 badge" in old.stderr.decode()
    assert (signed.returncode, signed.stdout) == (0, JWS + b"\n")
    assert "compact JWS" in signed.stderr.decode()
    assert (none.returncode, none.stdout) == (USAGE, b"")


def test_a_certificate_has_the_credential_in_it(credential: Path) -> None:
    made = credential.with_name("certificate.pdf")

    done = run("pdf", credential, "--output", made, "--verifier", URL, "--language", "es")

    assert done.returncode == 0
    assert run("extract", made).stdout == CREDENTIAL + b"\n"
    assert run("pdf", credential, "--output", made).returncode == 0
    assert run("pdf", credential, "--output", made, "--verifier", "http://example.org").returncode == USAGE


def test_a_complete_credential_is_handed_on_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "complete.json"
    path.write_text(json.dumps(anchored().secured()))

    done = run("pdf", path, "--output", tmp_path / "c.pdf")

    assert "can show all of the credential to others" in done.stderr.decode()


def test_a_font_brings_the_letters_that_ours_do_not_have(tmp_path: Path) -> None:
    path = tmp_path / "credential.json"
    path.write_text(json.dumps({"name": "中文"}))

    done = run("pdf", path, "--output", tmp_path / "c.pdf")

    assert done.returncode == USAGE
    assert "no font here has 中" in done.stderr.decode()
    assert "--fonts FOLDER" in done.stderr.decode()
    assert run("pdf", path, "--output", tmp_path / "c.pdf", "--fonts", tmp_path).returncode == USAGE


def test_the_links_are_printed(credential: Path) -> None:
    linked = run("linkedin", credential, "--url", URL)
    embedded = run("embed", credential, "--verifier", URL, "--language", "es")

    assert linked.stdout.startswith(b"https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=SQL%20for%20Analysts")
    assert f'<a href="{URL}"' in embedded.stdout.decode()
    assert "Emitido por" in embedded.stdout.decode()
    assert run("embed", credential).returncode == USAGE
    assert run("linkedin", credential, "--url", "http://example.org").returncode == USAGE


def test_a_resume_of_files_says_that_none_was_verified(credential: Path) -> None:
    document = json.loads(run("resume", credential, credential).stdout)
    page = run("resume", credential, "--html").stdout.decode()

    assert [item["verification"] for item in document["certificates"]] == [{"verified": False}] * 2
    assert '<em class="not-verified">not verified</em>' in page


def test_what_is_no_json_object_is_refused_with_the_way_to_one(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[]")

    done = run("resume", path)

    assert done.returncode == USAGE
    assert "laurea badge extract" in done.stderr.decode()


def test_a_seal_of_ours_is_an_svg(credential: Path) -> None:
    baked = credential.with_name("p.svg")
    run("bake", credential, "--output", baked)

    assert baked.read_bytes().startswith(drawing.svg("SQL for Analysts")[:40])
