"""The commands of `laurea wallet` that make something of a credential: a certificate, a picture, a code, links, a résumé."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts import baking, certificate, qr
from laurea.artefacts.baked import MAX_FILE
from laurea.artefacts.certificate import Checking
from laurea.artefacts.elsewhere import section as history_section
from laurea.artefacts.elsewhere import with_history
from laurea.artefacts.embed import snippet
from laurea.artefacts.fonts import Fonts
from laurea.artefacts.linkedin import add_to_profile, check_https
from laurea.artefacts.resume import json_resume
from laurea.artefacts.resume_html import section
from laurea.cli import output
from laurea.cli.artefacts import FontFolder, Language, Output, Verifier, drawn
from laurea.cli.wallet_options import DEFAULT, Complete, Hide, Name, PassphraseFile, Show, WalletPath, holding_of, now, portion_of
from laurea.core.summary import Summary
from laurea.errors import InputError
from laurea.services.holding import Entry, Holding, Portion, collecting
from laurea.services.holding.entry import entries as entries_of
from laurea.services.holding.entry import find
from laurea.services.holding.portion import code_on_paper, code_text
from laurea.services.holding.resume import in_resume, past_in_resume
from laurea.storage.wallet import Wallet

PARTIAL = "it has the anchor's proof alone; verifiers other than laurea need --complete, which shows all claims to whoever has it"

Code = Annotated[
    bool, typer.Option(help="Print the credential itself as a QR code on it, if it is small enough; else the verifier's address.")
]


def pdf(
    name: Name,
    output_: Output,
    show: Show = None,
    hide: Hide = None,
    complete: Complete = False,
    verifier: Verifier = "",
    code: Code = True,
    language: Language = "en",
    font_folder: FontFolder = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a certificate to print or send (PDF/A-3), with the credential attached and what is shown of it to read."""
    if verifier:
        check_https(verifier)
    entry, portion = _entry(wallet, passphrase_file, name), portion_of(show, hide, complete=complete)
    checking = Checking(verifier, (code_on_paper(entry, portion) if code else "") or verifier)
    summary = Summary.of(portion.document(entry), language)
    made = certificate.draw(portion.of(entry), summary, language=language, at=now(), checking=checking, fonts=Fonts.of(font_folder))
    _wrote(output_, made, portion)


def bake(
    name: Name,
    output_: Output,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A PNG or SVG picture to put it into; else a seal with the title is drawn.")
    ] = None,
    show: Show = None,
    hide: Hide = None,
    complete: Complete = False,
    font_folder: FontFolder = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a credential into a PNG or SVG picture, as Open Badges has it."""
    entry, portion = _entry(wallet, passphrase_file, name), portion_of(show, hide, complete=complete)
    source = output.read(picture, limit=MAX_FILE) if picture else drawn(Summary.of(portion.document(entry)), output_, font_folder)
    _wrote(output_, baking.bake(source, portion.of(entry)), portion)


def code(
    name: Name,
    output_: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="A .png or .svg; else the text of the code is printed.")
    ] = None,
    show: Show = None,
    hide: Hide = None,
    complete: Complete = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a QR code that holds the credential with its proof: who scans it needs nobody to verify it but the chain."""
    entry, portion = _entry(wallet, passphrase_file, name), portion_of(show, hide, complete=complete)
    text = code_text(entry, portion)
    if output_ is None:
        output.data(text)
        return
    kinds = {".png": "png", ".svg": "svg"}
    kind = kinds.get(output_.suffix.lower())
    if kind is None:
        raise InputError(f"{output_} is neither .png nor .svg", hint="name the output by its kind")
    _wrote(output_, qr.draw(text, "png" if kind == "png" else "svg"), portion)


def linkedin(
    name: Name,
    url: Annotated[str, typer.Option(help="The https address where everybody can see the credential, for example a link that you shared.")],
    language: Language = "en",
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the link that adds a credential to a LinkedIn profile; what is in it goes to LinkedIn when you open it."""
    output.data(add_to_profile(_entry(wallet, passphrase_file, name).summary(language), url, language=language))


def embed(
    name: Name,
    verifier: Verifier,
    language: Language = "en",
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print HTML for your own site that names a credential and links to a verifier; it has no script and fetches nothing."""
    output.data(snippet(_entry(wallet, passphrase_file, name).summary(language), verifier, language=language))


def resume(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Which credentials; all by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json/--html", help="JSON Resume, or a section of an HTML page.")] = True,
    collection: Annotated[str, typer.Option(metavar="NAME", help="Those of a collection alone.")] = "",
    language: Language = "en",
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print a résumé of your credentials; those that `laurea wallet check` found valid are marked as verified, with the date and the basis.

    With all of them, the history is a section of its own, and nothing of it is marked so.
    """
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    opened = holding.opened()
    chosen = _chosen(opened, names or (), collection)
    entries = [in_resume(entry, language) for entry in chosen]
    past = () if names or collection else past_in_resume(opened)
    if as_json:
        output.document(with_history(json_resume(entries, language=language, at=now()), past, language))
    else:
        output.data(section(entries, language=language, at=now()) + history_section(past, language))


def _chosen(opened: Wallet, names: Sequence[str], collection: str) -> Sequence[Entry]:
    if names and collection:
        raise InputError("name credentials, or a collection, not both")
    known = entries_of(opened)
    if collection:
        return collecting.members(collecting.find(opened, collection), known)
    return [find(known, name) for name in names] if names else known


def _entry(wallet: Path, passphrase_file: Path | None, name: str) -> Entry:
    Holding.expect(wallet, there=True)
    return holding_of(wallet, passphrase_file).find(name)


def _wrote(path: Path, data: bytes, portion: Portion) -> None:
    output.write(path, data)
    output.talk(f"wrote {path}{'' if portion.complete else f'; {PARTIAL}'}")
