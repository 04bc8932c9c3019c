"""The way from what a wallet has to a goal. Nothing is verified here: the last check of each credential counts; the history counts for nothing."""

from collections.abc import Sequence
from datetime import datetime

from laurea.core.catalogue import Offer
from laurea.core.concept import Frameworks
from laurea.core.learning import Learning
from laurea.core.pathway import Goal, Measure, Pathway, pathway
from laurea.services.holding import entry
from laurea.services.holding.auditing import shown_of
from laurea.services.holding.known import Known
from laurea.storage.wallet import Wallet


def known_of(opened: Wallet, offers: Sequence[Offer], frameworks: Frameworks | None) -> Known:
    """Return the names of skills by which a goal is read and planned for: those of frameworks, of the wallet and of what is offered."""
    held = [Learning.of(each.credential.document) for each in entry.entries(opened)]
    return Known(frameworks, [*held, *(each.learning for each in offers)])


def plan(opened: Wallet, goal: Goal, offers: Sequence[Offer], known: Known, *, measure: Measure, at: datetime) -> Pathway:
    """Return the way to a goal as of a moment; raises InputError when it is too much to plan over."""
    held = [shown_of(each, Learning.of(each.credential.document), at) for each in entry.entries(opened)]
    return pathway(goal, held, offers, known, measure=measure)
