"""`laurea wallet pathway`: what to earn on the way to a goal, from what the wallet has; nothing leaves this machine."""

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.frameworks import skills_of
from laurea.cli.pathway_options import AsJson, By, Catalogues, GoalName, goal_of, say
from laurea.cli.wallet_options import DEFAULT, PassphraseFile, WalletPath, holding_of, now
from laurea.core.catalogue import MAX_BYTES
from laurea.core.pathway import Measure
from laurea.services.holding import Holding, planning
from laurea.services.holding.auditing import offers_of


def pathway(
    ctx: typer.Context,
    goal: GoalName,
    catalogue: Catalogues = None,
    by: By = Measure.STEPS,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Plan the way from your credentials to a goal, by the last check of each, over these catalogues and those of the wallet.

    What came from elsewhere and is not verified counts for nothing here.
    """
    Holding.expect(wallet, there=True)
    opened = holding_of(wallet, passphrase_file).opened()
    offers = offers_of(opened, [output.read(path, limit=MAX_BYTES) for path in catalogue or ()])
    known = planning.known_of(opened, offers, skills_of(options(ctx).settings))
    found = planning.plan(opened, goal_of(goal, offers, known), offers, known, measure=by, at=now())
    if not offers:
        output.talk("no catalogue is known: laurea wallet catalogue add FILE, or --catalogue FILE")
    say(found, as_json=as_json)
