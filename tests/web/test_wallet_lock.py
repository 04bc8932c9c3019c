"""The lock of the wallet's pages: nothing is seen or kept in memory but while it is open."""

import gc
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from laurea.core.phrase import Phrase
from laurea.errors import Busy, Locked
from laurea.services.holding import Holding
from laurea.web.limits import BACK_OFF_SECONDS, WRONG_KEYS
from laurea.web.wallet.lock import Lock
from laurea.web.wallet.watch import Watch
from tests.web.browser import browsing
from tests.web.wallet_world import CHEAP, PASSPHRASE, REST_SECONDS, Served, serving_wallet, wallet_with

CANARY = "zqcanaryzq"
LATER = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    wallet_with(tmp_path / "wallet.laurea", CANARY)
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as served:
        yield served


def test_until_the_passphrase_is_given_every_page_leads_to_where_it_is_asked_for(served: Served) -> None:
    with served.client() as client:
        for path in ("/", "/add", "/backup", "/settings", "/credentials/0123456789abcdef", "/add/x", "/credentials/x/file"):
            answer = client.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith(f"{served.service.door.place}/unlock?to=")
        for path in ("/add/text", "/backup", "/check", "/settings/passphrase", "/credentials/x/remove"):
            assert served.send(client, path).headers["location"] == f"{served.service.door.place}/unlock?to=%2F"
        assert CANARY not in client.get("/unlock").text
        assert served.send(client, "/unlock", passphrase=PASSPHRASE, to="/settings").headers["location"].endswith("/settings")
        assert CANARY in client.get("/").text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/x?y", ""])
def test_after_unlocking_nobody_is_led_elsewhere(served: Served, to: str) -> None:
    with served.client() as client:
        assert served.send(client, "/unlock", passphrase=PASSPHRASE, to=to).headers["location"] == f"{served.service.door.place}/"


def test_it_locks_when_nobody_has_used_it_and_use_puts_that_off(served: Served) -> None:
    with served.client(unlock=True) as client:
        for _ in range(3):
            served.rest(REST_SECONDS - 1)
            assert CANARY in client.get("/").text
        assert client.get("/").headers["refresh"] == f"{REST_SECONDS + 1:.0f}; url={served.service.door.place}/idle?to=/"
        served.rest(REST_SECONDS - 1)
        covered = client.get("/idle?to=/settings")  # a browser's own reload is no use
        assert CANARY not in covered.text
        assert f'href="{served.service.door.place}/settings"' in covered.text
        served.rest(1)
        assert client.get("/").status_code == 303
        assert client.get("/idle?to=/settings").headers["location"].endswith("/unlock?to=/settings")


def test_the_button_locks_for_every_browser_and_forgets_everything(served: Served) -> None:
    with served.client(unlock=True) as client, served.client() as other:
        served.send(client, "/", words=CANARY)
        assert CANARY in other.get("/").text
        assert served.send(client, "/lock").headers["location"].endswith("/unlock")
        assert other.get("/").status_code == 303
        session = served.service.door.session(client.cookies[served.service.door.cookie])
        assert session is not None
        assert session.sought == {}
    gc.collect()
    assert not any(isinstance(found, Holding) and found.path == served.lock.path for found in gc.get_objects())
    assert served.lock._open is None
    with pytest.raises(Locked):
        served.lock.opened()


def test_a_watch_locks_it_though_nobody_asks(served: Served) -> None:
    served.lock.unlock(PASSPHRASE)
    with Watch(served.lock, pause=0.01):
        served.rest(REST_SECONDS)
        deadline = threading.Event()
        for _ in range(500):
            if served.lock._open is None:
                break
            deadline.wait(0.01)
    assert served.lock._open is None


def test_wrong_passphrases_make_wait_in_plain_words_and_the_right_one_too(served: Served) -> None:
    with served.client() as client:
        for _ in range(WRONG_KEYS):
            answer = served.send(client, "/unlock", passphrase="wrong")
            assert answer.status_code == 403
            assert "does not open the wallet" in answer.text
        for passphrase in ("wrong", PASSPHRASE):
            answer = served.send(client, "/unlock", passphrase=passphrase)
            assert (answer.status_code, answer.headers["retry-after"]) == (429, str(int(BACK_OFF_SECONDS) + 1))
            assert "Too many wrong passphrases. Wait 61 seconds" in answer.text
        served.rest(BACK_OFF_SECONDS)
        assert served.send(client, "/unlock", passphrase=PASSPHRASE).status_code == 303


def test_a_flood_of_passphrases_is_tried_one_at_a_time(tmp_path: Path) -> None:
    holding = replace(wallet_with(tmp_path / "wallet.laurea", CANARY), kdf=replace(CHEAP, memory=128 << 10, passes=8))
    holding.change_passphrase(PASSPHRASE)  # one that takes long to try
    lock = Lock(tmp_path / "wallet.laurea", rest_seconds=600, monotonic=lambda: 0.0, on_lock=lambda: None)
    said: list[type[Exception] | None] = []

    def unlock() -> None:
        try:
            lock.unlock(PASSPHRASE)
            said.append(None)
        except (Busy, Locked) as error:
            said.append(type(error))

    threads = [threading.Thread(target=unlock) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count(None) == 1
    assert said.count(Busy) == 19


def test_what_the_command_line_puts_into_the_file_is_seen_and_never_overwritten(served: Served) -> None:
    with served.client(unlock=True) as client:
        first = served.lock.opened()
        assert served.lock.opened() is first  # the work of guessing is not done for each page
        (entry,) = first.entries
        served.holding().remove("1", at=LATER)
        assert CANARY not in client.get("/").text
        assert client.get(f"/credentials/{entry.held.digest.hex()[:16]}").status_code == 404
        served.send(client, "/check")
        assert served.holding().entries() == ()


def test_a_passphrase_that_was_changed_elsewhere_locks_it(served: Served) -> None:
    with served.client(unlock=True) as client:
        served.holding().change_passphrase("another phrase of five words")
        assert client.get("/").headers["location"].endswith("/unlock")
        assert not served.lock.is_open


@pytest.mark.slow
def test_two_tabs_are_open_and_locked_together(served: Served) -> None:
    with browsing(served.url) as one:
        served.enter(one)
        two = one.context.new_page()
        two.goto(f"{served.root}/settings")
        expect(two.get_by_role("heading", name="Settings")).to_be_visible()
        one.get_by_role("button", name="Lock").click()
        two.get_by_role("link", name="Backup").click()
        expect(two.get_by_role("heading", name="Your wallet is locked")).to_be_visible()
        two.get_by_label("Passphrase").fill(PASSPHRASE)
        two.keyboard.press("Enter")
        expect(two.get_by_role("heading", name="Backup")).to_be_visible()  # where they wanted to go
        one.get_by_label("Passphrase").fill(PASSPHRASE)
        one.keyboard.press("Enter")
        expect(one.get_by_text(CANARY)).to_be_visible()


@pytest.mark.slow
def test_all_can_be_done_by_keyboard_and_one_sees_where_one_is(served: Served) -> None:
    with browsing(served.url) as page:
        served.enter(page, unlock=False)
        expect(page.locator("#passphrase")).to_be_focused()
        page.keyboard.type(PASSPHRASE)
        page.keyboard.press("Enter")
        expect(page.get_by_text(CANARY)).to_be_visible()
        reached = []
        for _ in range(30):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.name || ''").strip())
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid" or reached[-1] in ("", page.locator("body").inner_text().strip()), reached[-1]
        assert reached[0] == "Skip to the content"
        assert {"Add", "Lock", "Check all", "Find", CANARY, "Español"} <= set(reached)


def test_changing_the_passphrase_wants_the_old_one_and_a_good_new_one(served: Served) -> None:
    new = "walnut harbour violin cactus"
    with served.client(unlock=True) as client:
        assert "not the passphrase of the wallet" in served.send(client, "/settings/passphrase", old="x", passphrase=new, again=new).text
        weak = served.send(client, "/settings/passphrase", old=PASSPHRASE, passphrase=CANARY, again=CANARY)
        assert (weak.status_code, "too easy to guess" in weak.text) == (422, True)  # its title is what others know
        assert "not the same" in served.send(client, "/settings/passphrase", old=PASSPHRASE, passphrase=new, again=PASSPHRASE).text
        assert served.send(client, "/settings/passphrase", old=PASSPHRASE, passphrase=new, again=new).status_code == 303
        assert "The new passphrase opens the wallet" in client.get("/settings").text
    assert len(Holding(served.lock.path, new, CHEAP).entries()) == 1


def test_a_wallet_that_is_being_made_is_forgotten_when_nobody_goes_on(tmp_path: Path) -> None:
    with serving_wallet(tmp_path / "none.laurea", tmp_path / "log") as served, served.client() as client:
        assert client.get("/").headers["location"].endswith("/unlock?to=%2F")
        assert client.get("/unlock").headers["location"].endswith("/welcome")
        assert served.send(client, "/welcome/new", passphrase=PASSPHRASE, again=PASSPHRASE).headers["location"].endswith("/words")
        words = client.get("/welcome/words").text
        assert all(f"<li>{word}</li>" in words for word in served.lock.draft.phrase.words)
        served.rest(REST_SECONDS)
        assert client.get("/welcome/words").status_code == 303
        assert not served.lock.exists
        with pytest.raises(Locked):
            _ = served.lock.draft


def test_words_bring_the_same_keys_back_and_wrong_ones_are_named(tmp_path: Path) -> None:
    phrase = Phrase.of_entropy(bytes(range(16)))
    did = Holding(tmp_path / "first.laurea", PASSPHRASE, CHEAP).new(at=LATER, phrase=phrase)
    with serving_wallet(tmp_path / "wallet.laurea", tmp_path / "log") as served, served.client() as client:
        fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
        assert "A phrase has 12 words" in served.send(client, "/welcome/recover", words="one two", **fields).text
        assert served.send(client, "/welcome/recover", words=str(phrase), passphrase="x", again="x").status_code == 422
        assert served.send(client, "/welcome/recover", words=f"  {str(phrase).upper()} ", **fields).status_code == 303
        assert did in client.get("/settings").text
        assert client.get("/welcome/recover").headers["location"] == f"{served.service.door.place}/"


def test_a_backup_brings_everything_back_and_a_merge_what_the_other_copy_has(served: Served, tmp_path: Path) -> None:
    with served.client(unlock=True) as client:
        backup = served.send(client, "/backup")
        assert backup.headers["content-disposition"].endswith('.laurea"')
        assert backup.content == served.lock.path.read_bytes()
        served.holding().remove("1", at=LATER)
        merged = client.post("/merge", data={"form_token": served.form_token(client)}, files={"file": ("old", backup.content)})
        assert "Nothing is new" in client.get(merged.headers["location"].removeprefix(served.service.door.place)).text
        wrong = {"form_token": served.form_token(client), "passphrase": "wrong"}
        assert "does not open this file" in client.post("/merge", data=wrong, files={"file": ("old", backup.content)}).text
    with serving_wallet(tmp_path / "second.laurea", tmp_path / "log2") as second, second.client() as client:
        for passphrase, status in (("wrong", 422), (PASSPHRASE, 303)):
            fields = {"form_token": second.form_token(client), "passphrase": passphrase}
            assert client.post("/welcome/restore", data=fields, files={"file": ("w", backup.content)}).status_code == status
        assert CANARY in client.get("/").text
        other = second.holding()
        other.remove("1", at=LATER)
        fields = {"form_token": second.form_token(client)}
        assert client.post("/merge", data=fields, files={"file": ("w", served.lock.path.read_bytes())}).status_code == 303
        assert client.post("/merge", data=fields).status_code == 422
