"""A roster through the API, as a registrar's program sends one."""

import io

import httpx
import openpyxl

from laurea.storage.issuer.tables import Access
from tests.web.conftest import Api

CSV = {"Content-Type": "text/csv"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def upload(api: Api, data: bytes, headers: dict[str, str], *, who: Access = Access.REGISTRAR) -> httpx.Response:
    return api.ask("POST", "/v1/rosters", content=data, headers=headers, who=who)


def test_a_workbook_becomes_credentials(api: Api) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("Matriculation number", "Full name"), (1001, "Ada"), (1002, "Grace")):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)

    roster = upload(api, data.getvalue(), XLSX).json()

    assert roster["format"] == "xlsx"
    assert (roster["columns"], roster["constants"]) == (
        {"learner": ["Matriculation number"], "name": ["Full name"]},
        {"achievement": "sql"},
    )
    url = f"/v1/rosters/{roster['id']}"
    assert api.get(f"{url}/review")["new"] == 2
    answers = [api.ask("POST", f"{url}/commit", json={"duplicates": "refuse"}, headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert {each["learner"] for each in api.get("/v1/credentials")["items"]} == {"1001", "1002"}
    assert api.ask("GET", url).status_code == 404


def test_errors_are_listed_and_downloaded(api: Api) -> None:
    roster = upload(api, b"id,name,course\nL-1,Ada,sql\nL-2,Grace,cobol\n", CSV).json()
    url = f"/v1/rosters/{roster['id']}"

    review = api.get(f"{url}/review")

    assert (review["problemCount"], review["problems"][0]["row"], review["problems"][0]["column"]) == (1, 3, "course (achievement)")
    errors = api.ask("GET", f"{url}/errors.csv")
    assert errors.headers["content-disposition"] == 'attachment; filename="errors.csv"'
    assert errors.text.splitlines()[1].startswith("3,course (achievement),cobol,")
    assert api.ask("POST", f"{url}/commit", json={}).status_code == 422

    mapping = {"columns": {"learner": ["id"], "name": ["name"]}, "constants": {"achievement": "sql"}}
    assert api.ask("PUT", f"{url}/mapping", json=mapping).status_code == 200
    assert api.get(f"{url}/review")["new"] == 2
    assert api.ask("DELETE", url).status_code == 204
    assert api.ask("DELETE", url).status_code == 404


def test_what_is_no_roster_is_refused(api: Api) -> None:
    assert upload(api, b"x", {"Content-Type": "application/pdf"}).status_code == 415
    assert upload(api, b"x" * ((16 << 20) + 1), CSV).status_code == 413
    assert upload(api, b"\xff", CSV).status_code == 422
    assert upload(api, b"id,name\n1,Ada\n", CSV, who=Access.AUDITOR).status_code == 403


def test_rows_whose_learner_has_the_achievement_are_treated_as_asked(api: Api) -> None:
    records = [{"learner": "L-1", "name": "Ada", "achievement": "sql"}]
    api.post("/v1/credentials/bulk", {"records": records})
    assert api.ask("POST", "/v1/credentials/bulk", json={"records": records}).status_code == 422
    done = api.post("/v1/credentials/bulk", {"records": records, "duplicates": "skip"})
    assert (done["credentials"], done["skipped"]) == ([], 1)
    records[0]["name"] = "Ada Lovelace"
    done = api.post("/v1/credentials/bulk", {"records": records, "duplicates": "correct"})
    assert (len(done["corrected"]), done["skipped"]) == (1, 0)
