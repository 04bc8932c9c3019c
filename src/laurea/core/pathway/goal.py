"""The goal of a pathway: requirements, such as those of a job, or an achievement with what leads to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.core import canonical, openbadge
from laurea.core.canonical import JsonObject
from laurea.core.catalogue import Offer
from laurea.core.concept import uri_key
from laurea.core.learning import Learning
from laurea.core.lenient import identifier
from laurea.core.requirement import KIND, MAX_NAME, Requirement, Requirements
from laurea.errors import FormatError, InputError

SHOWN = 5  # achievements that are named where one was meant


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached; `offer` is an achievement that came as a file, and that nobody may offer."""

    requirements: Requirements
    offer: Offer | None = None

    @classmethod
    def parse(cls, data: bytes) -> "Goal":
        """Read a file of requirements, or an achievement of Open Badges 3.0; raises FormatError for anything else."""
        document = canonical.parse(data)
        if not isinstance(document, dict):
            raise FormatError("the goal is not a JSON object", hint="give requirements, or an achievement of Open Badges 3.0")
        if document.get("laurea") == KIND:
            return cls(Requirements.parse(data))
        return cls._of_achievement(document)

    @classmethod
    def named(cls, name: str, offers: Sequence[Offer]) -> "Goal":
        """Take an achievement of catalogues by its id, its key or its title; raises InputError when none or several are called so."""
        words = " ".join(name.casefold().split())
        found = [each for each in offers if uri_key(each.id) == uri_key(name)]
        found = found or [each for each in offers if words in {each.learning.key.casefold(), each.learning.title.casefold()}]
        ids = list(dict.fromkeys(uri_key(each.id) for each in found))
        if not ids:
            raise InputError(f"no catalogue has an achievement {name!r}", hint="name it by its id, its key or its title")
        if len(ids) > 1:
            raise InputError(f"{len(ids)} achievements are called {name!r}", hint=f"name one by its id: {', '.join(ids[:SHOWN])}")
        return cls(_wanting(found[0].learning, found[0].id))

    @classmethod
    def _of_achievement(cls, document: JsonObject) -> "Goal":
        problems = openbadge.problems_of(openbadge.LearningAchievement, document)
        if problems:
            raise FormatError(
                "\n  ".join(["the goal is no file of requirements, and no achievement of Open Badges 3.0 either:", *problems]),
                hint='requirements begin with {"laurea": "requirements", "version": 1',
            )
        learning = Learning.of_achievement(document)
        return cls(_wanting(learning, identifier(document)), Offer(learning, document, learning.issuer, learning.issuer_name))

    def among(self, offers: Sequence[Offer]) -> tuple[Offer, ...]:
        """Return offers with that of the goal, unless somebody offers it."""
        goal = self.offer
        if goal is None or any(uri_key(each.id) == uri_key(goal.id) for each in offers):
            return tuple(offers)
        return (*offers, goal)


def _wanting(learning: Learning, achievement: str) -> Requirements:
    title = (learning.title or achievement)[:MAX_NAME]
    return Requirements(title, (Requirement("goal", title, achievement=achievement),))
