"""`laurea skills`: import frameworks of skills, look concepts up, and see which a posting asks for."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.frameworks import skills_of
from laurea.core.concept import Concept
from laurea.core.frameworks import READERS, Given
from laurea.core.frameworks.framework import MAX_BYTES, Source
from laurea.core.plural import counted
from laurea.core.posting import Wanted
from laurea.errors import InputError, NotFound
from laurea.services.skills import Skills, posting_text, wanted_of
from laurea.services.skills.posting import MAX_BYTES as MAX_POSTING
from laurea.storage import files as storage

app = command_group("Frameworks of skills: import them once, then look concepts up and find them in postings, offline.")


class Kind(StrEnum):
    """Whose files a framework comes in."""

    ESCO = "esco"
    ONET = "onet"
    CASE = "case"
    OWN = "own"


FileOption = Annotated[
    Path | None, typer.Option("--skills", metavar="FILE", help="The file of frameworks; else the configuration's, else the user's.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("import")
def import_framework(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="The files as the publisher gives them away: all that belong together.")
    ],
    framework: Annotated[Kind, typer.Option(help="Whose files they are.")],
    name: Annotated[str, typer.Option(help="The framework's name; else the one that it has, ESCO for example.")] = "",
    version: Annotated[str, typer.Option(help="Its version, where the files do not say it.")] = "",
    language: Annotated[str, typer.Option(help="The language of labels whose file does not say it, like en.")] = "",
    skills: FileOption = None,
) -> None:
    """Read a framework into the file of frameworks, in place of what was there by its name."""
    sources = [Source(path.name, storage.read(path, limit=MAX_BYTES)) for path in files]
    if sum(len(source.data) for source in sources) > MAX_BYTES:
        raise InputError(f"the files have more than {MAX_BYTES:,} bytes together", hint="leave languages out that nobody here needs")
    read = READERS[framework.value](sources, Given(name, version, language))
    kept = _skills(ctx, skills).file.put(read)
    languages = f" ({', '.join(kept.languages)})" if kept.languages else ""
    output.talk(
        f"{kept.name} {kept.version}".rstrip() + f": {counted(kept.concepts, 'concept')} with {counted(kept.labels, 'label')}{languages}"
    )


@app.command("list")
def list_frameworks(ctx: typer.Context, skills: FileOption = None, as_json: JsonOption = False) -> None:
    """List the frameworks that were imported."""
    found = _skills(ctx, skills).file.frameworks()
    if as_json:
        output.document([asdict(each) for each in found])
        return
    for each in found:
        version = each.version or "no version"
        output.data(output.printable(f"{each.name}  {version}  {counted(each.concepts, 'concept')}  {' '.join(each.languages)}".rstrip()))
    if not found:
        output.talk("no framework was imported; laurea skills import does so")


@app.command("remove")
def remove(ctx: typer.Context, name: Annotated[str, typer.Argument(help="The framework's name.")], skills: FileOption = None) -> None:
    """Take a framework out of the file of frameworks."""
    if not _skills(ctx, skills).file.remove(name):
        raise NotFound(f"no framework {name} was imported", hint="laurea skills list shows their names")


@app.command("search")
def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What the skill is called, in any language that was imported.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many to show at most.")] = 10,
    skills: FileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find concepts by words, the best first: their score, label and URI."""
    hits = _skills(ctx, skills).search(" ".join(words), limit=limit)
    if as_json:
        output.document([{"score": round(hit.score, 3), "matched": hit.matched, **asdict(hit.concept)} for hit in hits])
        return
    for hit in hits:
        matched = f"  ({hit.matched})" if hit.matched != hit.concept.label else ""
        output.data(output.printable(f"{hit.score:.2f}  {hit.concept.label}{matched}  {hit.concept.framework}  {hit.concept.uri}"))
    if not hits:
        output.talk("nothing is like these words")


@app.command("show")
def show(
    ctx: typer.Context, uri: Annotated[str, typer.Argument(metavar="URI")], skills: FileOption = None, as_json: JsonOption = False
) -> None:
    """Show a concept: its labels, what it is, and what stands next to it."""
    known = _skills(ctx, skills)
    concept = known.find(uri)
    if concept is None:
        raise NotFound(f"no framework that was imported has {uri}", hint="laurea skills search finds concepts by words")
    related = known.related(uri)
    if as_json:
        output.document({**asdict(concept), "related": dict(related)})
        return
    for line in _lines(concept):
        output.data(output.printable(line))
    for other, relation in sorted(related.items(), key=lambda item: (item[1], item[0])):
        neighbour = known.find(other)
        output.data(output.printable(f"{relation}: {neighbour.label + '  ' if neighbour else ''}{other}"))


@app.command("wanted")
def wanted(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A posting: text, HTML or PDF.")],
    skills: FileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the skills that a posting asks for, each with the sentence that it came from."""
    text = posting_text(storage.read(file, limit=MAX_POSTING), file.name)
    found = wanted_of(text, _skills(ctx, skills))
    if as_json:
        output.document([asdict(each) for each in found])
        return
    for each in found:
        output.data(output.printable(_wanted(each)))
        output.data(output.printable(f"    {each.sentence}"))


def _skills(ctx: typer.Context, given: Path | None) -> Skills:
    return skills_of(options(ctx).settings, given)


def _lines(concept: Concept) -> list[str]:
    about = f"{concept.framework} {concept.version}".rstrip()
    return [
        concept.label,
        concept.uri,
        ", ".join(filter(None, [about, concept.kind, concept.code])),
        *([concept.description] if concept.description else []),
        *(f"also: {text}" for text in concept.alternatives),
    ]


def _wanted(each: Wanted) -> str:
    need = "must" if each.essential else "nice"
    if each.concept is None:
        return f"{need}  {each.words}  (no framework here knows it)"
    return f"{need}  {each.words}  = {each.concept.label}  {each.concept.framework}  {each.concept.uri}"
