"""Rosters: upload, map, review, commit."""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Annotated, TextIO

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from laurea.services.issuing import rosters
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keeping import Counts
from laurea.services.issuing.rosters import Review, Upload
from laurea.web.deps import IssuerDep, OnceDep, Registrar
from laurea.web.problems import HttpProblem
from laurea.web.schemas import CommitIn, ImportedOut, MappingIn, ReviewOut, RosterOut, RowProblem
from laurea.web.strict import StrictRoute, read_body

MAX_ROSTER_BYTES = 16 << 20
SHOWN_PROBLEMS = 100
PART = 64 << 10  # characters of a file that are sent at once
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE = {"type": "string", "format": "binary"}

router = APIRouter(prefix="/v1/rosters", tags=["rosters"], route_class=StrictRoute)
uploads = APIRouter(prefix="/v1/rosters", tags=["rosters"])  # its body is no JSON

RosterId = Annotated[str, Path(max_length=36)]
Policy = Annotated[Duplicates, Query(description="what becomes of rows whose learner has the achievement already")]


async def table(request: Request) -> bytes:
    """Return the body of an upload, bounded while it is read."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in (CSV, XLSX):
        raise HttpProblem(415, f"the body is to be {CSV} or {XLSX}")
    return await read_body(request, MAX_ROSTER_BYTES)


@uploads.post(
    "",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {CSV: {"schema": TABLE}, XLSX: {"schema": TABLE}}}},
)
def upload(_who: Registrar, issuer: IssuerDep, data: Annotated[bytes, Depends(table)]) -> RosterOut:
    """Upload a roster (CSV or XLSX, up to 16 MiB). It waits for a day; a first mapping of its columns is guessed."""
    return _out(rosters.upload(issuer, data))


@router.get("/{roster}")
def get_roster(_who: Registrar, issuer: IssuerDep, roster: RosterId) -> RosterOut:
    """Return a roster that waits."""
    return _out(rosters.get(issuer, roster))


@router.put("/{roster}/mapping")
def remap(_who: Registrar, issuer: IssuerDep, roster: RosterId, wanted: MappingIn) -> RosterOut:
    """Say which columns of the roster are which of ours."""
    return _out(rosters.remap(issuer, roster, wanted.mapping()))


@router.get("/{roster}/review")
def review(_who: Registrar, issuer: IssuerDep, roster: RosterId, duplicates: Policy = Duplicates.REFUSE) -> ReviewOut:
    """Say what a commit would do, and everything that stands against it."""
    return _reviewed(rosters.review(issuer, roster, duplicates))


@router.get("/{roster}/errors.csv", response_class=Response, responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}})
def errors(_who: Registrar, issuer: IssuerDep, roster: RosterId, duplicates: Policy = Duplicates.REFUSE) -> Response:
    """Return every problem of a roster as CSV: row, column, value, problem."""
    return errors_file(issuer, roster, duplicates)


@router.post("/{roster}/commit", status_code=201, response_model=ImportedOut)
def commit(_who: Registrar, issuer: IssuerDep, once: OnceDep, roster: RosterId, wanted: CommitIn) -> Response:
    """Make credentials of all rows, due at the next run; all or none, and once."""
    return once.run(lambda: ImportedOut.of(rosters.commit(issuer, roster, wanted.duplicates)), status=201)


@router.delete("/{roster}", status_code=204)
def discard(_who: Registrar, issuer: IssuerDep, roster: RosterId) -> None:
    """Throw a roster away."""
    rosters.discard(issuer, roster)


def errors_file(issuer: Issuer, roster: str, duplicates: Duplicates) -> Response:
    """Return every problem of a roster as a file; there may be more than memory holds."""
    with ExitStack() as stack:
        text = stack.enter_context(TemporaryFile("w+", encoding="utf-8", newline=""))
        rosters.write_errors(issuer, roster, text, duplicates)
        text.seek(0)
        stack.pop_all()  # whoever reads it closes it
    headers = {"Content-Disposition": 'attachment; filename="errors.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_parts(text), media_type="text/csv; charset=utf-8", headers=headers)


def _parts(text: TextIO) -> Iterator[str]:
    with text:
        while part := text.read(PART):
            yield part


def _out(found: Upload) -> RosterOut:
    return RosterOut(
        id=found.row.id,
        format=found.row.format,
        rows=found.count,
        header=list(found.header),
        sample=[list(cells) for cells in found.sample],
        columns={ours: list(theirs) for ours, theirs in found.mapping.columns.items()},
        constants=dict(found.mapping.constants),
        unused=found.mapping.unused(found.header),
        expires_at=found.row.expires_at,
    )


def _reviewed(found: Review) -> ReviewOut:
    done = found.counts or Counts()
    return ReviewOut(
        rows=found.rows,
        new=done.new,
        corrected=done.corrected,
        replaced=done.replaced,
        skipped=done.skipped,
        problem_count=found.problem_count,
        problems=[
            RowProblem(row=each.row, column=each.column, value=each.value, problem=each.fix) for each in found.problems[:SHOWN_PROBLEMS]
        ],
    )
