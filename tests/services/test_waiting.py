"""What is deferred: kept in the wallet file, asked for once and no sooner than told, kept when it comes, and off the list; whatever is killed when."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from laurea.core import canonical
from laurea.errors import FormatError, InputError, Locked, NotFound, Unreachable
from laurea.services.holding import Holding, waiting
from laurea.services.holding.merging import merge, same
from laurea.services.holding.waiting import Collected, State, Wait
from laurea.services.offers import deferring, discovery, taking
from laurea.services.offers.refusals import Refusal
from laurea.storage import wallet
from laurea.storage.wallet import Removed, Waiting
from laurea.storage.wallet.content import document_of, parse_content
from tests.anvil import ROOT
from tests.fetch.site import answer
from tests.offers.hostile import DEFERRED, NOTIFICATION, TOKEN, Hostile, Reply, answering, elsewhere
from tests.offers.issuer import Issuer, issuing
from tests.released import badge, release
from tests.web.wallet_world import CHEAP

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER: tuple[int, Any] = (202, {"transaction_id": "x-1", "interval": 100})
SOMEBODY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def ahead(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    made.new(at=NOON)
    return made


@pytest.fixture
def issuer() -> Iterator[Hostile]:
    with answering() as place:
        yield place


def did(holding: Holding) -> str:
    return holding.opened().key.did


def promised(holding: Holding, issuer: Hostile, **more: Any) -> Wait:
    """Have the wallet wait for something, which it may ask for at once."""
    made = Waiting(
        issuer.url, f"{issuer.url}/deferred", "x-1", "t-1", did(holding), NOON, NOON, name="A badge", types=("OpenBadgeCredential",),
        format="ldp_vc", notification_endpoint=f"{issuer.url}/notification",
    )  # fmt: skip
    waiting.keep(holding, [replace(made, **more)])
    return waiting.waits(holding.opened())[-1]


def delivery(subject: str | None, number: int = 1) -> Reply:
    (data,) = release([badge(number, subject)])
    return 200, {"credentials": [{"credential": json.loads(data)}], "notification_id": "i-1"}


def test_what_comes_is_kept_and_off_the_list_in_one_step(holding: Holding, issuer: Hostile, clock: Clock) -> None:
    wait = promised(holding, issuer)
    issuer.replies |= {DEFERRED: delivery(did(holding)), NOTIFICATION: (204, b"")}
    found = waiting.collect(holding, wait, now=clock)

    assert [(entry.name, fresh) for entry, fresh in found.received] == [("SQL for Analysts 1", True)]
    assert (found.trouble, [each.host for each in found.differences]) == (None, [issuer.url[7:]])
    kept = holding.opened()
    assert (kept.waiting, len(kept.held)) == ((), 1)
    assert issuer.body(DEFERRED) == {"transaction_id": "x-1"}
    assert issuer.asked[0][1]["authorization"] == "Bearer t-1"
    assert issuer.body(NOTIFICATION) == {"event": "credential_accepted", "notification_id": "i-1"}
    with pytest.raises(NotFound, match="not waited for any more"):
        waiting.collect(holding, wait, now=clock)
    assert len(issuer.asked) == 2


def test_it_is_asked_for_no_sooner_than_was_told(holding: Holding, issuer: Hostile, clock: Clock) -> None:
    wait = promised(holding, issuer, after=NOON + timedelta(seconds=50))
    issuer.replies[DEFERRED] = LATER
    assert waiting.collect(holding, wait, now=clock).wait.state(clock()) is State.EARLY
    assert issuer.asked == []
    clock.ahead(50)
    found = waiting.collect(holding, wait, now=clock)
    assert (len(issuer.asked), found.wait.waiting.interval) == (1, 100)
    clock.ahead(100)
    waiting.collect(holding, wait, now=clock)
    assert len(issuer.asked) == 1  # the issuer may have counted from a moment later
    clock.ahead(1)
    waiting.collect(holding, wait, now=clock)
    assert len(issuer.asked) == 2


def test_a_clock_that_was_put_back_makes_it_no_sooner(holding: Holding, issuer: Hostile, clock: Clock) -> None:
    wait = promised(holding, issuer)
    issuer.replies[DEFERRED] = LATER
    waiting.collect(holding, wait, now=clock)
    after = waiting.waits(holding.opened())[0].waiting.after
    clock.ahead(-86_400)
    waiting.collect(holding, wait, now=clock)
    assert len(issuer.asked) == 1
    assert waiting.waits(holding.opened())[0].waiting.after == after


def test_of_two_who_collect_at_once_one_asks(holding: Holding, issuer: Hostile, clock: Clock) -> None:
    wait = promised(holding, issuer)
    entered, go = threading.Event(), threading.Event()

    def slow(handler: Any) -> None:
        entered.set()
        go.wait(20)
        elsewhere("/")(handler)

    issuer.replies[DEFERRED] = slow
    found: list[Collected] = []
    first = threading.Thread(target=lambda: found.append(waiting.collect(holding, wait, now=clock)))
    first.start()
    assert entered.wait(20)
    assert waiting.collect(holding, wait, now=clock).trouble is None
    go.set()
    first.join()
    assert len(issuer.asked) == 1
    assert "redirect" in str(found[0].trouble)


@pytest.mark.parametrize("reply", [(500, {}), (404, {}), (429, {}), (200, b"<html>"), elsewhere("http://127.0.0.1:1/"), (200, {"transaction_id": "x-2", "interval": 1}), (202, {})])  # fmt: skip
def test_an_answer_that_is_none_leaves_it_on_the_list(holding: Holding, issuer: Hostile, clock: Clock, reply: Reply) -> None:
    """Among them one about another transaction: whoever takes that over waits for what was promised to somebody else."""
    wait = promised(holding, issuer, interval=30)
    issuer.replies[DEFERRED] = reply
    found = waiting.collect(holding, wait, now=clock)

    assert isinstance(found.trouble, Unreachable | NotFound | FormatError)
    (left,) = holding.opened().waiting
    assert (left.transaction_id, left.refused, left.after) == ("x-1", "", NOON + timedelta(seconds=31))


@pytest.mark.parametrize(("reply", "said"), [
    ((400, {"error": "invalid_transaction_id"}), "fetched already"), ((400, {"error": "credential_request_denied"}), "will not issue"),
    ((401, {}), "permission"),
])  # fmt: skip
def test_what_the_issuer_refuses_says_so_is_asked_for_no_more_and_can_be_removed(
    holding: Holding, issuer: Hostile, clock: Clock, reply: Reply, said: str
) -> None:
    wait = promised(holding, issuer)
    issuer.replies[DEFERRED] = reply
    found = waiting.collect(holding, wait, now=clock)
    assert isinstance(found.trouble, Refusal)
    (left,) = waiting.waits(holding.opened())
    assert left.state(clock()) is State.REFUSED
    assert said in left.waiting.refused
    clock.ahead(86_400)
    waiting.collect(holding, left, now=clock)
    assert len(issuer.asked) == 1
    waiting.remove(holding, left, at=NOON)
    assert holding.opened().waiting == ()


def test_a_draft_that_says_pending_is_asked_again_later(holding: Holding, issuer: Hostile, clock: Clock) -> None:
    wait = promised(holding, issuer)
    issuer.replies[DEFERRED] = 400, {"error": "issuance_pending", "interval": 40.5}
    assert waiting.collect(holding, wait, now=clock).trouble is None
    assert holding.opened().waiting[0].after == NOON + timedelta(seconds=42)


def test_when_the_permission_has_ended_nobody_is_asked(holding: Holding, issuer: Hostile, clock: Clock) -> None:
    wait = promised(holding, issuer, expires=NOON)
    assert waiting.collect(holding, wait, now=clock).wait.state(clock()) is State.EXPIRED
    assert issuer.asked == []


@pytest.mark.parametrize("ended", [True, False])
def test_a_permission_that_has_ended_is_renewed_if_the_issuer_allows(holding: Holding, issuer: Hostile, clock: Clock, ended: bool) -> None:
    """By its date, or because the issuer says so before."""
    wait = promised(holding, issuer, expires=NOON if ended else None, refresh_token="r 1", token_endpoint=f"{issuer.url}/token")
    seen: list[Waiting] = []

    def deferred(handler: Any) -> None:
        seen[:] = holding.opened().waiting
        answer(handler, b"", 401) if handler.headers["Authorization"] == "Bearer t-1" else answer(
            handler, json.dumps(LATER[1]).encode(), 202
        )

    issuer.replies |= {
        DEFERRED: deferred,
        TOKEN: (200, {"access_token": "t-2", "token_type": "bearer", "expires_in": 9, "refresh_token": "r-2"}),
    }
    found = waiting.collect(holding, wait, now=clock)
    assert found.trouble is None
    assert next(body for path, _, body in issuer.asked if path == TOKEN) == b"grant_type=refresh_token&refresh_token=r+1"
    assert issuer.paths.count(DEFERRED) == (1 if ended else 2)
    assert (seen[0].access_token, seen[0].refresh_token) == ("t-2", "r-2")  # in the file, before it was used
    (left,) = holding.opened().waiting
    assert (left.access_token, left.refresh_token, left.expires, left.interval) == ("t-2", "r-2", NOON + timedelta(seconds=9), 100)

    clock.ahead(200)
    issuer.replies[TOKEN] = 400, {"error": "invalid_grant"}
    assert "permission to fetch the credential has ended" in str(waiting.collect(holding, wait, now=clock).trouble)
    assert holding.opened().waiting[0].refused


@pytest.mark.parametrize(("subject", "said"), [(SOMEBODY, "was issued to"), ("damaged", "was not taken")])
def test_what_cannot_be_kept_is_handed_out_with_the_reason(
    holding: Holding, issuer: Hostile, clock: Clock, subject: str, said: str
) -> None:
    wait = promised(holding, issuer)
    reply = delivery(did(holding) if subject == "damaged" else subject)
    assert isinstance(reply, tuple)
    credential = reply[1]["credentials"][0]["credential"]
    if subject == "damaged":
        credential["name"] = "Another"
    issuer.replies |= {DEFERRED: reply, NOTIFICATION: (204, b"")}
    found = waiting.collect(holding, wait, now=clock)

    assert isinstance(found.trouble, InputError)
    assert said in str(found.trouble)
    assert json.loads(found.data) == credential
    kept = holding.opened()
    assert (kept.held, [each.refused[:10] for each in kept.waiting]) == ((), [str(found.trouble)[:10]])
    assert issuer.body(NOTIFICATION)["event"] == "credential_failure"


def test_what_came_is_handed_out_even_when_the_wallet_can_no_longer_be_written(
    holding: Holding, issuer: Hostile, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = promised(holding, issuer)
    issuer.replies |= {DEFERRED: delivery(did(holding)), NOTIFICATION: (204, b"")}

    def asked(*found: Any) -> Any:
        answer = deferring.ask(*found)
        holding.change_passphrase("changed meanwhile")
        return answer

    monkeypatch.setattr(waiting, "deferring", SimpleNamespace(ask=asked, renew=deferring.renew))
    found = waiting.collect(holding, wait, now=clock)

    assert isinstance(found.trouble, Locked)
    assert json.loads(found.data)["credentialSubject"]["id"]
    assert issuer.body(NOTIFICATION)["event"] == "credential_failure"


def test_two_copies_become_one_and_neither_asks_sooner_or_twice(holding: Holding, issuer: Hostile, clock: Clock, tmp_path: Path) -> None:
    wait = promised(holding, issuer)
    copy = replace(holding, path=tmp_path / "copy.laurea")
    copy.path.write_bytes(holding.path.read_bytes())
    issuer.replies[DEFERRED] = LATER
    waiting.collect(holding, wait, now=clock)
    asked, old = holding.opened(), copy.opened()
    assert merge(old, asked).waiting == merge(asked, old).waiting == asked.waiting != old.waiting
    assert merge(asked, old) is asked

    clock.ahead(200)
    issuer.replies[DEFERRED] = delivery(did(holding))
    waiting.collect(holding, wait, now=clock)
    done = holding.opened()
    for one, two in ((done, old), (old, done)):
        merged = merge(one, two)
        assert (merged.waiting, len(merged.held)) == ((), 1)
    other = promised(copy, issuer, transaction_id="x-2")
    assert [each.transaction_id for each in merge(done, copy.opened()).waiting] == ["x-2"]
    refused = replace(old, waiting=(replace(wait.waiting, refused="no"), other.waiting))
    assert {each.refused for each in merge(asked, refused).waiting} == {"no", ""}


def test_files_with_and_without_it_open_to_what_was_put_into_them(holding: Holding, issuer: Hostile) -> None:
    assert "waiting" not in document_of(holding.opened())
    promised(holding, issuer, expires=NOON + timedelta(hours=1))
    kept = holding.opened()
    document = document_of(kept)
    assert same(parse_content(canonical.encode(document)), kept)
    assert not same(replace(kept, waiting=()), kept)
    assert document["waiting"] == [
        {
            "issuer": issuer.url, "endpoint": f"{issuer.url}/deferred", "transactionId": "x-1", "accessToken": "t-1", "did": kept.key.did,
            "made": "2026-11-27T12:00:00Z", "after": "2026-11-27T12:00:00Z", "expires": "2026-11-27T13:00:00Z", "name": "A badge",
            "types": ["OpenBadgeCredential"], "format": "ldp_vc", "notificationEndpoint": f"{issuer.url}/notification",
        }
    ]  # fmt: skip
    assert b"t-1" not in holding.path.read_bytes()
    waiting.keep(holding, kept.waiting)
    assert holding.opened().waiting == kept.waiting


KILLED = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from laurea.services.holding import Holding, waiting
from laurea.storage import files
from laurea.storage.wallet import Kdf
saves = [0]
replace = files.replace
def dying(path, data):
    saves[0] += 1
    if saves[0] * 2 == moment: os._exit(9)      # before the save
    replace(path, data)
    if saves[0] * 2 + 1 == moment: os._exit(9)  # after it
files.replace = dying
for moment, path in enumerate(sys.argv[1:], start=2):
    if os.fork():
        print(os.waitstatus_to_exitcode(os.wait()[1]))
        continue
    holding = Holding(Path(path), "passphrase", Kdf(memory=8 << 10, passes=1, lanes=1))
    (wait,) = waiting.waits(holding.opened())
    waiting.collect(holding, wait, now=lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))
    os._exit(0)
"""


def test_whatever_is_killed_when_it_is_waited_for_or_it_is_here(holding: Holding, issuer: Hostile, tmp_path: Path) -> None:
    """Before and after each save, of which there is one before the question and one after it."""
    promised(holding, issuer)
    issuer.replies[DEFERRED] = delivery(did(holding))
    paths = [tmp_path / f"{moment}.laurea" for moment in range(2, 7)]
    for path in paths:
        path.write_bytes(holding.path.read_bytes())
    script = [sys.executable, "-c", KILLED, *map(str, paths)]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, timeout=120, check=True)

    assert done.stdout.split() == [b"9", b"9", b"9", b"9", b"0"]
    kept = [replace(holding, path=path).opened() for path in paths]
    assert [(len(each.waiting), len(each.held)) for each in kept] == [(1, 0), (1, 0), (1, 0), (0, 1), (0, 1)]
    assert issuer.paths.count(DEFERRED) == 3  # the first two died before they asked
    assert [each.after > NOON for every in kept for each in every.waiting] == [False, True, True]


def test_an_issuer_that_others_wrote_delivers_later(holding: Holding) -> None:
    with issuing() as there:
        _an_issuer_delivers_later(holding, there)


def _an_issuer_delivers_later(holding: Holding, there: Issuer) -> None:
    clock = Clock()
    clock.at = datetime.now(UTC).replace(microsecond=0)
    found = discovery.find(there.make(deferred=1, interval=30).link)
    denied = discovery.find(there.make(deferred=0, denied=True).link)
    assert found is not None
    assert denied is not None
    for each in (found, denied):
        waiting.keep(holding, taking.take(discovery.look(each), holding.opened().key, now=clock).waiting)
    clock.ahead(40)
    results = [waiting.collect(holding, wait, now=clock) for wait in waiting.waits(holding.opened())]
    assert [str(each.trouble) for each in results] == ["None", "the issuer will not issue this credential"]
    assert [len(each.received) for each in results] == [0, 0]
    clock.ahead(40)
    first, second = (waiting.collect(holding, wait, now=clock) for wait in waiting.waits(holding.opened()))
    assert [str(each.trouble) for each in (first, second)] == ["None", "None"], there.seen("error")
    assert [entry.name for entry, _ in first.received] == ["Statistics"]
    assert second.wait.state(clock()) is State.REFUSED
    assert there.seen("notified") == [{"notification_id": "n-2", "event": "credential_accepted"}]

    renewing = discovery.find(there.make(deferred=0, lifetime=2, renewable=True).link)
    assert renewing is not None
    taken = taking.take(discovery.look(renewing), holding.opened().key, now=clock)
    waiting.keep(holding, [replace(each, expires=clock.at) for each in taken.waiting])
    before = there.seen("path").count("/tenant/token")
    clock.ahead(40)
    last = waiting.collect(holding, waiting.waits(holding.opened())[-1], now=clock)
    assert (len(last.received), last.trouble) == (1, None)
    assert there.seen("path").count("/tenant/token") == before + 1
    kept = holding.opened()
    assert [isinstance(each, Removed) for each in kept.removed] == [True, True]
    assert wallet.load(holding.path, "passphrase").held[0].digest == kept.held[0].digest
