"""`laurea badge`: pictures, pages and links of a credential in a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts import baking, certificate, drawing
from laurea.artefacts.baked import MAX_FILE, Kind
from laurea.artefacts.certificate import Checking
from laurea.artefacts.embed import snippet
from laurea.artefacts.fonts import Fonts
from laurea.artefacts.linkedin import add_to_profile, check_https
from laurea.artefacts.resume import Entry, json_resume
from laurea.artefacts.resume_html import section
from laurea.cli import output
from laurea.cli.context import command_group
from laurea.core import canonical
from laurea.core.presentation import is_complete
from laurea.core.summary import Summary
from laurea.errors import FormatError, InputError

app = command_group("Make pictures, certificates and links of a credential, and read them.")

CredentialPath = Annotated[Path, typer.Argument(metavar="CREDENTIAL.json", help='The credential as JSON; "-" is stdin.')]
Output = Annotated[Path, typer.Option("--output", metavar="FILE", help="Where the result goes.")]
Language = Annotated[
    str, typer.Option(help="The language of labels (en, es), and the one preferred of texts that the credential has in several.")
]
FontFolder = Annotated[
    Path | None, typer.Option("--fonts", metavar="FOLDER", help="A folder with fonts for letters that ours do not have.")
]
Verifier = Annotated[str, typer.Option(help="The https address of a page where the credential can be verified.")]


@app.command()
def bake(
    credential: CredentialPath,
    output_: Output,
    picture: Annotated[
        Path | None, typer.Argument(metavar="PICTURE", help="A PNG or SVG picture; else a seal with the title is drawn.")
    ] = None,
    language: Language = "en",
    font_folder: FontFolder = None,
) -> None:
    """Put a credential into a PNG or SVG picture, instead of any that it carries; the picture stays as it is.

    Without a picture the name of the output decides: .png or .svg.
    """
    data, summary = _read(credential, language)
    source = output.read(picture, limit=MAX_FILE) if picture else drawn(summary, output_, font_folder)
    output.write(output_, baking.bake(source, data))
    _tell(output_, data)


@app.command()
def extract(
    file: Annotated[
        Path, typer.Argument(metavar="PICTURE|PDF", help='A baked PNG or SVG, or a PDF with a credential attached; "-" is stdin.')
    ],
    output_: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it here, to the byte, instead of stdout.")] = None,
) -> None:
    """Print the one credential that a picture or a PDF carries, as it is; nothing of it is verified."""
    found = baking.extract(output.read(file, limit=MAX_FILE))
    if found.kind is Kind.OPEN_BADGES_2:
        output.talk("this is an Open Badges 2.0 badge: no credential with a proof, so laurea cannot verify it")
    if found.kind is Kind.JWS:
        output.talk("this is a credential as a compact JWS")
    if output_ is None:
        output.data(found.data)
    else:
        output.write(output_, found.data)
        output.talk(f"wrote {output_}")


@app.command()
def pdf(
    credential: CredentialPath,
    output_: Output,
    verifier: Verifier = "",
    language: Language = "en",
    font_folder: FontFolder = None,
) -> None:
    """Make a certificate (PDF/A-3) with the credential attached; with --verifier it says where to check it, also as a QR code."""
    data, summary = _read(credential, language)
    if verifier:
        check_https(verifier)
    made = certificate.draw(data, summary, language=language, at=_now(), checking=Checking(verifier, verifier), fonts=Fonts.of(font_folder))
    output.write(output_, made)
    _tell(output_, data)


@app.command()
def linkedin(
    credential: CredentialPath,
    url: Annotated[str, typer.Option(help="The https address where everybody can see the credential.")],
    language: Language = "en",
) -> None:
    """Print the link that adds a credential to a LinkedIn profile; what is in it goes to LinkedIn when you open it."""
    _, summary = _read(credential, language)
    output.data(add_to_profile(summary, url, language=language))


@app.command()
def embed(credential: CredentialPath, verifier: Verifier, language: Language = "en") -> None:
    """Print HTML for your own site that names a credential and links to a verifier; it has no script and fetches nothing."""
    _, summary = _read(credential, language)
    output.data(snippet(summary, verifier, language=language))


@app.command()
def resume(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Credentials as JSON.")],
    as_json: Annotated[bool, typer.Option("--json/--html", help="JSON Resume, or a section of an HTML page.")] = True,
    language: Language = "en",
) -> None:
    """Print a résumé of credentials in files; of these no verification is known, so it says of each that it is not verified."""
    entries = [Entry(_read(file, language)[1]) for file in files]
    if as_json:
        output.document(json_resume(entries, language=language, at=_now()))
    else:
        output.data(section(entries, language=language, at=_now()))


def _read(path: Path, language: str) -> tuple[bytes, Summary]:
    data = output.read(path)
    document = canonical.parse(data)
    if not isinstance(document, dict):
        raise FormatError(f"{path} has no JSON object", hint="give a credential; laurea badge extract takes one out of a picture or a PDF")
    return data, Summary.of(document, language)


def _tell(path: Path, data: bytes) -> None:
    output.talk(f"wrote {path}")
    if is_complete(data):
        output.talk("warning: whoever gets this file can show all of the credential to others, since its seed is in it")


def drawn(summary: Summary, target: Path, font_folder: Path | None) -> bytes:
    """Return a picture with the title in it, of the kind that a file is named by; raises InputError for any other."""
    match target.suffix.lower():
        case ".svg":
            return drawing.svg(summary.title)
        case ".png":
            return drawing.png(summary.title, Fonts.of(font_folder))
    raise InputError(f"{target} is neither .png nor .svg", hint="name the output by its kind, or give a picture")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
