"""`laurea verify` where it is given more than one document of JSON: links, pictures in folders, presentations of several, tables; and statements."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from laurea.artefacts import png, qr
from laurea.cli.fetching import NO_FETCH_VARIABLE
from laurea.core.presentation import CONTEXT, TYPE
from laurea.services import sharing
from laurea.services.following import MOST_LINKS
from tests.anvil import Anvil
from tests.artefacts.samples import PNG
from tests.issued import TESTNET, Issued, issue
from tests.services.issuing_world import DID
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
        ([issued.file(1), "--statement", issued.file(1)], "is read, and would be overwritten"),
        ([issued.file(1), "--trust", issued.trust, "--statement", issued.trust], "is read, and would be overwritten"),
        (["-", "--status-list", "-"], "stdin can be read once"),
        ([tmp_path, "--statement", page], "--statement goes with one presentation"),
    ]
    for arguments, said in refused:
        done = run("verify", *arguments, "--rpc", NOBODY)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert not page.exists()


def test_a_disk_that_is_full_is_no_mistake_of_who_asked(issued: Issued, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(f"file\n{issued.file(1).name}\n")
    asked: list[list[str | Path]] = [
        [issued.file(1), "--statement"],
        [tmp_path / "table.csv", "--files-from", issued.file(1).parent, "--output"],
    ]
    for arguments in asked:
        command: list[str | Path] = [
            "bash",
            "-c",
            'ulimit -f 0 && trap "" XFSZ && exec "$@"',
            "-",
            LAUREA,
            "verify",
            *arguments,
            tmp_path / "answer",
        ]
        done = subprocess.run([*command, "--rpc", NOBODY], capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stdout) == (74, ""), done.stderr
        assert "answer cannot be written: File too large" in done.stderr
        assert not (tmp_path / "answer").exists()


# Tables


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


@pytest.fixture
def table(issued: Issued, host: ShareHost, tmp_path: Path) -> Path:
    """A spreadsheet of applicants as an employer has it: with semicolons, quotes of its own, and whatever the applicants sent."""
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.json").write_bytes(issued.file(1).read_bytes())
    (files / "b.png").write_bytes(png.bake(PNG, issued.file(2).read_bytes()))
    (files / "c.json").write_bytes(issued.file(3).read_bytes())
    (files / "secret.json").symlink_to(issued.trust)
    inline = issued.file(1).read_text().replace('"', '""')
    lines = [
        'Name;"Credential";notes',
        "Ada;a.json;=1+1",
        '"Grace";b.png;"x;y"',
        "Łukasz;c.json",
        f"Link;{sharing.share(issued.file(1).read_bytes(), host.url).url};",
        f'Inline;"{inline}";',
        ";;",
        "Nothing;;",
        "Out;../table.csv;",
        "Away;/etc/hostname;",
        "Chain;secret.json;",
        "Text;notes.txt;",
    ]
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n")
    return path


def test_a_table_comes_back_as_it_is_with_what_was_found(issued: Issued, table: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.csv"

    done = verify(issued, table, "--files-from", tmp_path / "files", "--output", answer)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "laurea: 10 rows: 3 valid, 1 invalid, 6 unreadable\n"
    given, raw = table.read_bytes().split(b"\r\n"), answer.read_bytes().split(b"\r\n")
    assert [line.startswith(before) for line, before in zip(raw, given, strict=True)] == [True] * len(given)
    found = {row["Name"]: row for row in rows(answer.read_text("utf-8-sig"))}
    verdicts = {name: row["laurea_verdict"] for name, row in found.items()}
    unreadable = dict.fromkeys(("Link", "Nothing", "Out", "Away", "Chain", "Text"), "unreadable")
    assert verdicts == {"Ada": "valid", "Grace": "valid", "Łukasz": "invalid", "Inline": "valid", "": "", **unreadable}
    assert found["Ada"]["laurea_headline"].startswith("Issued by Example University")
    assert (found["Ada"]["laurea_issuer"], found["Ada"]["laurea_achievement"]) == (DID, "SQL, scored")
    assert found["Łukasz"]["laurea_reason"].startswith("revocation: the credential was revoked by the issuer")
    assert found["Link"]["laurea_reason"] == "the link was not followed: nobody but the chain is asked; leave --no-fetch out"
    assert found["Nothing"]["laurea_reason"] == "there is nothing to check in this row"
    assert "no plain name of a file; name a file in the folder or below it" in found["Out"]["laurea_reason"]
    assert "links are not followed" in found["Chain"]["laurea_reason"]


def test_a_table_is_answered_in_lines_of_json_too(issued: Issued, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NO_FETCH_VARIABLE, raising=False)
    done = verify(issued, table, "--files-from", tmp_path / "files", "--json")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["row"] for line in lines] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert lines[0]["file"] == "a.json"
    assert [line["report"]["verdict"] for line in (*lines[:3], lines[4])] == ["valid", "valid", "invalid", "valid"]
    assert "https" in lines[3]["error"], "a link that whoever filled the table in chose leads nowhere inside"
    assert all("error" in line for line in lines[5:])
    assert "#k=" not in done.stdout


def test_links_that_are_not_followed_are_not_said_to_be_too_many(tmp_path: Path) -> None:
    link = f"https://share.example/s/{'A' * 22}#k={'A' * 43}"
    (tmp_path / "table.csv").write_text("link\n" + f"{link}\n" * (MOST_LINKS + 1))

    done = run("verify", tmp_path / "table.csv", "--rpc", NOBODY, "--no-fetch")

    assert done.returncode == 3
    assert done.stdout.count("the link was not followed: nobody but the chain is asked") == MOST_LINKS + 1


def test_a_table_that_is_not_clear_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    os.mkfifo(tmp_path / "pipe")
    refused: list[tuple[str, list[str | Path], str]] = [
        ("name,other\nAda,x\n", [], "--column names the one"),
        ("file,link\nx,y\n", [], "has file and link"),
        ("file\nx\n", ["--column", "Other"], "has no column Other"),
        ("file,laurea_verdict\nx,valid\n", [], "has a column laurea_verdict already"),
        ("file\nx,valid\n", [], "row 2 has 2 cells"),
        ("file\nx\n", ["--output", table], "is read, and would be overwritten"),
        ("file\nx\n", ["--output", tmp_path / "pipe"], "pipe is no regular file"),
        ("file\n", [], "no row to check"),
        ("file\nx\n", ["--statement", tmp_path / "page.html"], "--statement goes with one presentation"),
    ]
    for content, options, said in refused:
        table.write_text(content)
        done = run("verify", table, "--rpc", NOBODY, *options)
        assert done.returncode == 2
        assert said in done.stderr
    done = run("verify", tmp_path / "one.json", "--column", "x")
    assert (done.returncode, done.stderr) == (2, "laurea: error: --column goes with a CSV\n")


# The schema


def test_the_schema_of_the_reports_comes_with_the_program_and_says_its_version(issued: Issued) -> None:
    schema = json.loads(run("verify", "--schema").stdout)

    report = json.loads(verify(issued, issued.file(1), "--json").stdout)
    jsonschema.validate(report, schema, cls=jsonschema.Draft202012Validator)
    assert schema["$id"] == f"urn:laurea:report:{report['version']}"
