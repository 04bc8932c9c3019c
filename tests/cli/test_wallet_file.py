"""A wallet is made at a terminal, its words written down and asked back; it is brought back, merged, put under another passphrase."""

import os
import pty
import re
import stat
import subprocess
from pathlib import Path
from select import select

import pytest

from laurea.core.phrase import Phrase
from laurea.services.holding import Holding
from tests.cli.test_wallet import CHEAP, LAUREA, NOON, PASSPHRASE, VARIABLE, Desk
from tests.released import badge, release
from tests.web.wallet_world import wallet_with

SECONDS = 60  # that a command may say nothing


class Terminal:
    """A command at a terminal: what it says is read up to each question, and an answer typed."""

    def __init__(self, folder: Path, *arguments: str, **more: str) -> None:
        self.ours, theirs = pty.openpty()
        env = {name: value for name, value in os.environ.items() if not name.startswith("LAUREA_")}
        command = [str(LAUREA), "wallet", *arguments]
        self.running = subprocess.Popen(command, cwd=folder, env={**env, **more}, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.said = ""
        self.seen = 0

    def until(self, words: str) -> str:
        """Return what is said next up to some words, with them."""
        while (found := self.said.find(words, self.seen)) < 0:
            self.said += self._read()
        start, self.seen = self.seen, found + len(words)
        return self.said[start : self.seen]

    def answer(self, text: str) -> None:
        os.write(self.ours, text.encode() + b"\n")

    def end(self) -> int:
        """Return how the command ended, having read all it says."""
        try:
            while True:
                self.said += self._read()
        except EOFError:
            os.close(self.ours)
            return self.running.wait(60)

    def _read(self) -> str:
        if not select([self.ours], [], [], SECONDS)[0]:
            self.running.kill()
            self.running.wait(SECONDS)
            raise TimeoutError(self.said)
        try:
            read = os.read(self.ours, 4096)
        except OSError:
            read = b""
        if not read:
            raise EOFError(self.said)
        return read.decode().replace("\r\n", "\n")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capfd)


def make(folder: Path) -> tuple[Terminal, Phrase]:
    """Begin to make a wallet; return the terminal at the first word that is asked for, and the words that were shown."""
    terminal = Terminal(folder, "new")
    # The blank behind a question comes once the terminal has dropped what was typed before it.
    for question in ("passphrase for the wallet: ", "Repeat for confirmation: "):
        terminal.until(question)
        terminal.answer(PASSPHRASE)
    shown = terminal.until("laurea: word ")
    return terminal, Phrase.parse(" ".join(re.findall(r"\d+ ([a-z]+)", shown)))


def answer_words(terminal: Terminal, words: Phrase) -> None:
    """Type the three words that are asked for; the terminal stands at the first."""
    for left in (2, 1, 0):
        terminal.answer(words.words[int(terminal.until(": ").rstrip(": ")) - 1])
        if left:
            terminal.until("laurea: word ")


def test_words_are_shown_once_and_three_asked_back(tmp_path: Path) -> None:
    terminal, words = make(tmp_path)
    answer_words(terminal, words)
    assert terminal.end() == 0, terminal.said

    did = re.findall(r"did:key:\w+", terminal.said)[0]
    assert did == words.root().wallet_key().did
    assert PASSPHRASE not in terminal.said
    again = Terminal(tmp_path, "recover", "--wallet", "again.laurea", **{VARIABLE: PASSPHRASE})
    again.until("in their order: ")
    again.answer(str(words))
    assert again.end() == 0, again.said
    assert did in again.said
    assert Holding(tmp_path / "again.laurea", PASSPHRASE).opened().key.did == did


def test_words_that_were_not_written_down_make_no_wallet(tmp_path: Path) -> None:
    terminal, _ = make(tmp_path)
    for left in (2, 1, 0):
        terminal.until(": ")
        terminal.answer("dunno")
        terminal.until("look at what you wrote")
        if left:
            terminal.until("laurea: word ")
    assert terminal.end() == 2
    assert "no wallet was made" in terminal.said
    assert list(tmp_path.iterdir()) == []


def test_a_script_gets_no_words_unless_it_asks_for_a_file(desk: Desk) -> None:
    desk.path.unlink()
    made = desk.run("new")
    assert made.stderr == "laurea: made wallet.laurea; keep the passphrase well: nobody can open the wallet without it\n"
    assert "nobody can be asked for word" in desk.refused("new", "--phrase", "--wallet", "other.laurea").splitlines()[-2]
    assert not (desk.folder / "other.laurea").exists()

    made = desk.run("new", "--wallet", "other.laurea", "--phrase-file", "words.txt")
    assert stat.S_IMODE((desk.folder / "words.txt").stat().st_mode) == 0o600
    assert str(Phrase.parse((desk.folder / "words.txt").read_text())) not in made.stdout + made.stderr
    assert "words.txt exists already" in desk.refused("new", "--wallet", "third.laurea", "--phrase-file", "words.txt")
    assert not (desk.folder / "third.laurea").exists()
    assert desk.ok("recover", "--wallet", "again.laurea", "--phrase-file", "words.txt") == made.stdout


def test_words_that_are_none_make_no_wallet(desk: Desk) -> None:
    desk.path.unlink()
    for raw, says in ((b"abandon " * 11, "not 11"), (b"\xff", "is not UTF-8 text"), (b"", "not 0")):
        (desk.folder / "words.txt").write_bytes(raw)
        assert says in desk.refused("recover", "--phrase-file", "words.txt")
    assert "nobody can be asked for the words" in desk.refused("recover")
    assert not desk.path.exists()


def test_a_weak_passphrase_makes_no_wallet(desk: Desk) -> None:
    desk.path.unlink()
    for weak in ("password123", "wallet wallet", f"{os.environ.get('USER', 'root')}{os.environ.get('USER', 'root')}"):
        assert "too easy to guess" in desk.refused("new", secret=weak)
    assert not desk.path.exists()


def test_the_passphrase_is_changed_and_may_not_be_what_the_credentials_say(desk: Desk) -> None:
    desk.put(*release([badge(1, desk.did, name="Wilhelmina Featherstonehaugh")]))
    desk.patch.setenv(f"{VARIABLE}_NEW", "Wilhelmina Featherstonehaugh")
    assert "too easy to guess" in desk.refused("passphrase")

    desk.patch.setenv(f"{VARIABLE}_NEW", "steel umbrella corrupt ninepin")
    assert "the new passphrase opens wallet.laurea" in desk.run("passphrase").stderr
    assert "cannot be opened" in desk.refused("list")
    assert desk.run("list", secret="steel umbrella corrupt ninepin").returncode == 0


def test_copies_are_merged_each_under_its_own_passphrase(desk: Desk) -> None:
    desk.ok("backup", "copy.laurea")
    released = release([badge(1, desk.did), badge(2, desk.did)])
    desk.put(released[0])
    Holding(desk.folder / "copy.laurea", PASSPHRASE, CHEAP).receive(released[1], at=NOON)
    Holding(desk.folder / "copy.laurea", PASSPHRASE, CHEAP).change_passphrase("another")

    assert "cannot be opened" in desk.refused("merge", "copy.laurea")
    (desk.folder / "secret").write_text("another")
    merged = desk.run("merge", "copy.laurea", "--other-passphrase-file", "secret")
    assert merged.stderr == "laurea: merged copy.laurea: of the credentials 1 came, 0 went, which had been taken out there\n"
    assert "SQL for Analysts 2" in desk.ok("list")
    assert desk.run("merge", "copy.laurea", "--other-passphrase-file", "secret").stderr == "laurea: nothing is new in it\n"


def test_a_credential_is_taken_out_only_when_that_is_meant(desk: Desk) -> None:
    desk.put(*release([badge(1, desk.did)]))

    assert "pass --yes" in desk.refused("remove", "1")
    assert desk.run("remove", "1", "--yes").stderr == "laurea: took out SQL for Analysts 1\n"
    assert desk.ok("list") == ""
    assert "there is no credential" in desk.refused("remove", "1", "--yes")


def test_what_was_asked_about_is_taken_out_and_nothing_else(tmp_path: Path) -> None:
    holding = wallet_with(tmp_path / "wallet.laurea", "First Aid", "Statistics")
    first, second = holding.entries()
    terminal = Terminal(tmp_path, "remove", "1", **{VARIABLE: holding.passphrase})
    terminal.until("out of the wallet? [y/N]: ")
    holding.remove(first.lasting_name, at=NOON)  # in another window, meanwhile
    terminal.answer("y")

    assert terminal.end() == 2, terminal.said
    assert [entry.held for entry in holding.entries()] == [second.held]
