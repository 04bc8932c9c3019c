"""Pathways: from what somebody has to a goal, over achievements that can be earned (docs/pathways.md)."""

from laurea.core.pathway.atlas import Measure
from laurea.core.pathway.course import Course, Open, Pathway, Step
from laurea.core.pathway.goal import Goal
from laurea.core.pathway.plan import MAX_OFFERS, pathway
from laurea.core.pathway.words import bound_of, document_of, lines_of

__all__ = ["MAX_OFFERS", "Course", "Goal", "Measure", "Open", "Pathway", "Step", "bound_of", "document_of", "lines_of", "pathway"]
