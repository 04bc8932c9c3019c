"""Pathways: what to earn on the way to a goal, over the catalogues of the wallet. What a goal is stays out of URLs and logs."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from laurea.core.catalogue import Offer
from laurea.core.pathway import Goal, Measure, bound_of
from laurea.core.pathway.words import course_of, money, unchecked
from laurea.errors import InputError
from laurea.services.holding import planning
from laurea.services.holding.auditing import offers_of
from laurea.services.holding.known import Known
from laurea.services.requiring import MAX_POSTING, goal_of
from laurea.web.wallet.language import N_
from laurea.web.wallet.pages.audit import FITS, SIGNS
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import MIB, Form, Inside, Visit, file_of, form_within, inside, text

MAX_CHOICES = 500  # achievements that a list offers

MEASURES = {Measure.STEPS: N_("few steps"), Measure.HOURS: N_("little time"), Measure.COST: N_("little money")}

router = APIRouter(route_class=WalletRoute, include_in_schema=False)

FileForm = Annotated[FormData, Depends(form_within(MAX_POSTING + MIB, inside))]


@router.get("/pathway")
def show(visit: Inside) -> HTMLResponse:
    """Show the goals that can be chosen."""
    return _page(visit, offers_of(visit.opened.wallet))


@router.post("/pathway")
def plan(visit: Inside, form: Form) -> Response:
    """Show the way to an achievement of a catalogue."""
    offers = offers_of(visit.opened.wallet)
    return _planned(visit, Goal.named(text(form, "goal"), offers), offers, _known(visit, offers), form)


@router.post("/pathway/file")
def plan_file(visit: Inside, form: FileForm) -> Response:
    """Show the way to the goal in a file: requirements, an achievement, or a posting."""
    data, file, offers = file_of(form, MAX_POSTING), form["file"], offers_of(visit.opened.wallet)
    name = (file.filename if isinstance(file, UploadFile) else "") or "goal"
    known = _known(visit, offers)
    return _planned(visit, goal_of(data, name, known), offers, known, form)


def _known(visit: Visit, offers: Sequence[Offer]) -> Known:
    return planning.known_of(visit.opened.wallet, offers, visit.service.frameworks())


def _planned(visit: Visit, goal: Goal, offers: Sequence[Offer], known: Known, form: FormData) -> HTMLResponse:
    chosen = text(form, "by")
    if chosen not in {each.value for each in Measure}:
        raise InputError(N_("choose what is to be little on the way"))
    measure, service = Measure(chosen), visit.service
    found = planning.plan(visit.opened.wallet, goal, offers, known, measure=measure, at=service.now())
    rows = [(each, FITS[each.fit], *SIGNS[each.fit]) for each in found.findings]
    return _page(
        visit,
        offers,
        found=found,
        rows=rows,
        chosen=measure,
        goal=goal.requirements.items[0].achievement,
        course=course_of(found.course),
        bound=bound_of(found),
        unchecked=unchecked(found),
    )


def _page(visit: Visit, offers: Sequence[Offer], **values: object) -> HTMLResponse:
    titles = {each.id: each.learning.title or each.id for each in offers}
    choices = sorted(titles.items(), key=lambda each: each[1].casefold())[:MAX_CHOICES]
    nothing: dict[str, object] = {"found": None, "chosen": None, "goal": "", "unchecked": ()}
    return visit.page("pathway", 200, choices=choices, measures=MEASURES, money=money, **{**nothing, **values})
