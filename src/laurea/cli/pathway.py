"""`laurea pathway`: what to earn on the way to a goal, for whoever advises learners, and has no wallet at hand."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.evidence import Means, handed_in
from laurea.cli.fetching import NoFetch
from laurea.cli.frameworks import skills_of
from laurea.cli.memory import MemoryOption
from laurea.cli.pathway_options import AsJson, By, Catalogues, GoalName, catalogue_of, goal_of, say
from laurea.cli.verifier_options import (
    Accreditations,
    At,
    BlockHashes,
    IssuerProfiles,
    Proof,
    RpcUrls,
    StatusLists,
    TrustFiles,
    TrustSigner,
    moment,
)
from laurea.core.pathway import Measure
from laurea.core.pathway import pathway as way_to
from laurea.services.holding.known import Known

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def pathway(
    ctx: typer.Context,
    goal: GoalName,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER|FILE]…", help="Credentials that one learner has; each is verified.")
    ] = None,
    catalogue: Catalogues = None,
    by: By = Measure.STEPS,
    rpc: RpcUrls = None,
    proof: Proof = False,
    block_hash: BlockHashes = None,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    status_list: StatusLists = None,
    accreditation: Accreditations = None,
    issuer_profile: IssuerProfiles = None,
    no_fetch: NoFetch = False,
    skills: Annotated[
        Path | None, typer.Option("--skills", metavar="FILE", help="The file of frameworks; else the configuration's, else the user's.")
    ] = None,
    as_json: AsJson = False,
    at: At = None,
    memory: MemoryOption = None,
) -> None:
    """Plan the way to a goal over what catalogues offer: what is met, what to earn next and in which order, with the reasons.

    What is offered is what catalogues say: nobody vouches for it.
    """
    offers = catalogue_of(catalogue or ())
    means = Means(rpc, proof, block_hash, trust, trust_signer, status_list, accreditation, issuer_profile, no_fetch, memory)
    handed = handed_in(paths, means.verifying(ctx, tuple(catalogue or ())), moment(at)) if paths else []
    for each in handed:
        if each.problem:
            output.talk(output.printable(f"left out: {each.file}: {each.problem}"))
    held = [checked.beside(checked.file) for each in handed for checked in each.checked]
    known = Known(skills_of(options(ctx).settings, skills), [*(each.learning for each in held), *(each.learning for each in offers)])
    say(way_to(goal_of(goal, offers, known), held, offers, known, measure=by), as_json=as_json)
