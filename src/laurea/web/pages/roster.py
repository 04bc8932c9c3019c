"""The import of a roster: choose a file, say which column is which, look at what it would do, commit."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from laurea.core.mapping import COLUMNS, REQUIRED, ColumnMapping
from laurea.services.issuing import achievements, rosters
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.rosters import Upload
from laurea.web.api.rosters import MAX_ROSTER_BYTES, SHOWN_PROBLEMS, errors_file
from laurea.web.pages.rendering import PageRoute
from laurea.web.pages.visitor import Form, Looking, Registering, Visit, file_of, text

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Id = Annotated[str, Path(max_length=36)]
Policy = Annotated[Duplicates, Query()]
WORDS = {
    Duplicates.REFUSE: "is a problem: nothing is imported",
    Duplicates.SKIP: "is skipped: what was issued stays",
    Duplicates.CORRECT: "corrects what is not sealed yet",
    Duplicates.REPLACE: "replaces what was issued",
}


@router.get("/rosters")
def choose(visit: Looking) -> HTMLResponse:
    """Show the form for a file."""
    return visit.page("rosters", known=list(achievements.known(visit.issuer)))


@router.post("/rosters")
async def upload(visit: Registering, form: Form) -> Response:
    """Take a file."""
    data = await file_of(form, MAX_ROSTER_BYTES, "a roster")
    found = await run_in_threadpool(rosters.upload, visit.issuer, data)
    return RedirectResponse(f"/rosters/{found.row.id}", 303)


@router.get("/rosters/{roster}")
def show(visit: Registering, roster: Id, duplicates: Policy = Duplicates.REFUSE) -> HTMLResponse:
    """Show the mapping of a roster, and what a commit would do."""
    return _review(visit, rosters.get(visit.issuer, roster), duplicates)


@router.post("/rosters/{roster}/mapping")
def remap(visit: Registering, roster: Id, form: Form) -> Response:
    """Say which column is which."""
    rosters.remap(visit.issuer, roster, _mapping(form))
    return RedirectResponse(f"/rosters/{roster}", 303)


@router.get("/rosters/{roster}/errors.csv")
def errors(visit: Registering, roster: Id, duplicates: Policy = Duplicates.REFUSE) -> Response:
    """Return every problem as a file."""
    return errors_file(visit.issuer, roster, duplicates)


@router.post("/rosters/{roster}/commit")
def commit(visit: Registering, roster: Id, form: Form) -> HTMLResponse:
    """Make credentials of all rows."""
    wanted = text(form, "duplicates")
    done = rosters.commit(visit.issuer, roster, Duplicates(wanted) if wanted in set(Duplicates) else Duplicates.REFUSE)
    return visit.page("imported", done=done)


@router.post("/rosters/{roster}/discard")
def discard(visit: Registering, roster: Id) -> Response:
    """Throw a roster away."""
    rosters.discard(visit.issuer, roster)
    return RedirectResponse("/rosters", 303)


def _review(visit: Visit, found: Upload, duplicates: Duplicates) -> HTMLResponse:
    problems = list(found.mapping.problems(found.header))
    reviewed = None if problems else rosters.review(visit.issuer, found.row.id, duplicates)
    return visit.page(
        "roster",
        found=found,
        columns=COLUMNS,
        required=REQUIRED,
        achievements=list(achievements.known(visit.issuer)),
        unused=found.mapping.unused(found.header),
        mapping_problems=problems,
        reviewed=reviewed,
        shown=SHOWN_PROBLEMS,
        duplicates=duplicates,
        policies=WORDS,
    )


def _mapping(form: FormData) -> ColumnMapping:
    """Return the mapping that the form says: for each of our columns up to two of the roster's, or one value for all rows."""
    columns = {}
    for ours in COLUMNS:
        theirs = [text(form, f"{ours}.{number}") for number in (1, 2)]
        if any(theirs):
            columns[ours] = tuple(name for name in theirs if name)
    constant = text(form, "achievement.value")
    constants = {"achievement": constant} if constant and "achievement" not in columns else {}
    return ColumnMapping(columns, constants)
