"""`laurea issuer stack`: the rules by which the nightly run awards capstones; and `laurea issuer clr`, the record of one learner."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, AsJson, Directory, PassphraseFile, issuer_in, keyring
from laurea.core.stack import Stack
from laurea.services.issuing import records, stacks

app = command_group("Stacks: the rules by which credentials make capstones.")


@app.command("add")
def add_stack(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Each a rule in JSON: capstone, needs, of, credits.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Add rules; from the next run on whoever satisfies one is awarded its capstone."""
    with issuer_in(directory) as issuer:
        for file in files:
            stack, unrelated = stacks.add(issuer, output.read(file))
            output.talk(f"{stack.capstone} is awarded for {_asked(stack)}")
            if unrelated:
                output.talk(
                    f"the achievement {stack.capstone} does not name {', '.join(unrelated)} as related, so readers of it alone do not know"
                )


@app.command("list")
def list_stacks(directory: Directory = DEFAULT_DIRECTORY, as_json: AsJson = False) -> None:
    """List the rules by which capstones are awarded."""
    with issuer_in(directory) as issuer:
        found = stacks.listed(issuer)
    if as_json:
        output.document([stack.document() for stack in found])
        return
    for stack in found:
        output.data(f"{stack.capstone}  {_asked(stack)}")


@app.command("remove")
def remove_stack(
    capstone: Annotated[str, typer.Argument(help="The achievement that the rule awards.")], directory: Directory = DEFAULT_DIRECTORY
) -> None:
    """Remove a rule; what was awarded by it stays."""
    with issuer_in(directory) as issuer:
        stacks.remove(issuer, capstone)
    output.talk(f"{capstone} is not awarded by itself any more; what was awarded stays")


@app.command("status")
def stack_status(
    learner: Annotated[str | None, typer.Argument(help="A learner, as the roster names them; else how many of all.")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    as_json: AsJson = False,
) -> None:
    """Show how far each rule has come, or what one learner has of each."""
    with issuer_in(directory) as issuer:
        if learner is None:
            standings = stacks.standings(issuer)
            lines = [f"{each.stack.capstone}  {each.awarded} awarded, {each.eligible} due at the next run" for each in standings]
            document = [each.document() for each in standings]
        else:
            found = stacks.progress(issuer, learner)
            lines = [line for each in found for line in _lines(each)]
            document = [each.document() for each in found]
    if as_json:
        output.document(document)
    elif lines:
        output.data("\n".join(map(output.printable, lines)))


def clr(
    ctx: typer.Context,
    learner: Annotated[str, typer.Argument(help="The learner, exactly as the roster names them.")],
    achievement: Annotated[list[str] | None, typer.Option(help="Only credentials of this achievement; may be repeated.")] = None,
    directory: Directory = DEFAULT_DIRECTORY,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print a learner's Comprehensive Learner Record (CLR 2.0): their credentials, complete, in one that is signed, and how they belong together."""
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        output.data(records.record(issuer, keyring(ctx, directory, passphrase_file), learner, achievement))


def _asked(stack: Stack) -> str:
    enough = f" with {stack.credits:g} credits or more" if stack.credits is not None else ""
    return f"{stack.needs} of {', '.join(stack.of)}{enough}"


def _lines(progress: stacks.Progress) -> list[str]:
    stack = progress.stack
    title = f"{stack.capstone}: {progress.capstone}; {progress.has} of the {stack.needs} that it takes"
    return [title, *(f"  {key}  {state}" for key, state in progress.parts.items())]
