"""The whole journey on a chain by its RPC URL, as people would type it: deploy, register, issue, hold, present, verify, revoke.

Then the continuity drill: every server of ours is stopped, and what is on the chain and in the learner's files is enough. Without --rpc it runs
on a local node with Sepolia's chain id, whose blocks are final 64 blocks later.
"""

import argparse
import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from eth_account import Account
from eth_utils.address import to_canonical_address

import laurea
from laurea.chain.account import load_account
from laurea.chain.devnode import DEV_KEY
from laurea.chain.fees import SendPolicy
from laurea.chain.rpc import Rpc
from laurea.chain.sender import Sender
from laurea.cli import passphrase
from laurea.errors import ChainError, LaureaError
from scripts.demo import ASKED, AUDIENCE, CHALLENGE, DID, LAUREA, ROOT, SCORE, Session, say
from tests.anvil import Anvil, free_port

SEPOLIA = 11155111
EPOCH = 32  # slots: what is older than two of them is final
MINED, EVERY_SECONDS = 8, 0.4  # blocks at a time: final after some three seconds
KEY_VARIABLE = "LAUREA_KEY_PASSPHRASE"
LEARNERS = 3
START_SECONDS = 60
STOP_SECONDS = 30
NAME = "/credentialSubject/achievement/name"


class Ended(Exception):
    """Something is not as it should be."""


@contextmanager
def own_node(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the URL of a local node on which blocks keep coming, and the keystore of an account with money on it."""
    keystore = Account.encrypt(DEV_KEY, os.environ.setdefault(KEY_VARIABLE, "everybody knows this key"), kdf="pbkdf2", iterations=1000)
    (folder / "payer.json").write_text(json.dumps(keystore))
    done = threading.Event()
    with Anvil(chain_id=SEPOLIA, slots_in_an_epoch=EPOCH) as node:

        def mine() -> None:
            while not done.wait(EVERY_SECONDS):
                with suppress(OSError):
                    node.mine(MINED)

        miner = threading.Thread(target=mine, daemon=True)
        miner.start()
        try:
            yield node.url, folder / "payer.json"
        finally:
            done.set()
            miner.join()


class Servers:
    """All that laurea serves, each a process of its own, until `stop`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._running: list[tuple[str, int, subprocess.Popen[bytes]]] = []
        self.ports = {name: free_port() for name in ("issuer", "share", "wallet")}
        self.share = f"http://127.0.0.1:{self.ports['share']}"

    def start(self) -> None:
        """Start them, and wait until each listens."""
        commands = {
            "issuer": "issuer serve",
            "share": f"share serve --directory shares --url {self.share}",
            "wallet": "wallet serve --no-open",
        }
        for name, command in commands.items():
            line = f"{command} --port {self.ports[name]}"
            print(f"$ laurea {line} &", flush=True)
            with (self._session.folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [LAUREA, *shlex.split(line)], cwd=self._session.folder, env=self._session.env, stdout=log, stderr=log
                )
            self._running.append((name, self.ports[name], process))
        deadline = time.monotonic() + START_SECONDS
        for name, port, process in self._running:
            while not answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Ended(f"laurea {name} serve did not start, see {self._session.folder / name}.log")
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop them, and make sure that none answers."""
        for _, _, process in self._running:
            process.send_signal(signal.SIGTERM)
        for name, port, process in self._running:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if answers(port):
                raise Ended(f"laurea {name} serve still answers")
            print(f"  laurea {name} serve is stopped, and port {port} is silent")
        self._running.clear()


def answers(port: int) -> bool:
    """Tell whether a server speaks HTTP on a port of this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class Drill:
    """One run in a folder of its own."""

    def __init__(self, session: Session, chain_id: int, url: str, key: Path, ether: float) -> None:
        self.session, self.run = session, session.run
        self.chain, self.chain_id, self.url, self.key = f"eip155:{chain_id}", chain_id, url, key
        self.wei = int(ether * 10**18)
        self.trust = session.folder / "trust.json"

    def pay(self, accounts: list[str]) -> None:
        """Send each of the accounts what it needs, from the key that pays."""
        payer = load_account(self.key.read_bytes(), os.environ[KEY_VARIABLE])
        sender = Sender(Rpc(self.url), self.chain_id, SendPolicy(poll_seconds=0.2))
        for account in accounts:
            address = to_canonical_address(account)
            signed = sender.sign(payer, address, b"", nonce=sender.next_nonce(to_canonical_address(payer.address)), value=self.wei)
            sender.send(signed.raw)
            deadline = time.monotonic() + sender.policy.mine_seconds
            while sender.receipt([signed.hash]) is None:
                if time.monotonic() > deadline:
                    raise Ended(f"the payment 0x{signed.hash.hex()} was not mined in time")
                time.sleep(sender.policy.poll_seconds)
            print(f"  paid {self.wei / 10**18} to {account}: 0x{signed.hash.hex()}")

    def found(self) -> str:
        """Put the registry on the chain if need be, and an issuer into it; return the learner's DID."""
        say("The chain is added to the configuration: no code is needed for it.")
        self.run(f"chain add {self.chain} --rpc {self.url}")
        say("The registry, unless it is there already.")
        self.run(f"chain deploy --chain {self.chain} --key {self.key} --record deployments", show=3)
        say("An issuer. Its keys are new: they are paid for by the key that you named.")
        init = f'issuer init --did {DID} --name "Example University" --url https://badges.example.edu --chain {self.chain}'
        self.pay(list(dict.fromkeys(re.findall("0x[0-9a-f]{40}", self.run(init, expect=75)))))
        self.run(init)
        self.run(f"issuer achievement add {ROOT / 'examples/achievements/sql-for-analysts.json'}")
        return self.run("wallet new").strip()

    def issue(self, holder: str) -> list[Path]:
        """Enrol learners, seal, anchor, wait until that is final, release; return the credentials, the learner's own first."""
        say("Learners are enrolled, sealed, anchored, and released once the anchor is final.")
        rows = [["learner", "name", "achievement", "result", "holder"]]
        rows += [[f"L-{number}", f"Learner {number}", "sql-for-analysts", str(70 + number), ""] for number in range(LEARNERS)]
        rows[1][-1] = holder
        with (self.session.folder / "roster.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        self.run("issuer enrol roster.csv")
        self.run("issuer run")
        self.run("issuer trust-file", save="trust.json")
        released = sorted((self.session.folder / "issuer" / "released").glob("*.json"), key=lambda path: holder not in path.read_text())
        kept = []
        for number, path in enumerate(released):  # the learners' own copies
            kept.append(self.session.folder / f"credential-{number}.json")
            kept[-1].write_bytes(path.read_bytes())
        return kept

    def verdict(self, path: Path, *, expect: int, asked: bool = False) -> None:
        """Verify a file by the command and in the library; they must agree, and be as expected."""
        self.run(f"verify {path.name} --trust trust.json {ASKED if asked else ''}".strip(), expect=expect, show=1)
        report = laurea.verify(
            path.read_bytes(),
            chain=self.url,
            trust=self.trust.read_text(),
            audience=AUDIENCE if asked else None,
            challenge=CHALLENGE if asked else None,
        )
        print(f"  the library says: {report.verdict.upper()}")
        if report.verdict != {0: "valid", 1: "invalid", 3: "undecided"}[expect]:
            raise Ended(f"the library says {report.verdict} of {path.name}: {report.headline}")

    def present(self) -> Path:
        """Show the name of the achievement to an employer, and nothing else."""
        self.run(f"wallet present 1 {ASKED} --show {NAME} --output presentation.json")
        shown = self.session.folder / "presentation.json"
        if SCORE.rpartition("/")[2] in json.loads(shown.read_text())["verifiableCredential"][0]["credentialSubject"]:
            raise Ended("the presentation gives the score away")
        return shown

    def hold_and_show(self, mine: Path, servers: Servers) -> str:
        """Keep a credential, show a part of it to an employer, share it; return the link."""
        say("The learner receives the credential, shows a part of it to an employer, and shares it by a link.")
        self.run(f"wallet receive {mine.name}")
        shown = self.present()
        self.verdict(shown, expect=0, asked=True)
        link = self.run(f"share put {shown.name} --host {servers.share} --receipt receipt.json").strip()
        self.run(f"verify {link} --trust trust.json", show=1)
        return link

    def revoke(self, unlucky: Path, neighbour: Path) -> None:
        """Revoke one, and only that."""
        say("The issuer revokes another credential. Its neighbour stays valid.")
        self.run(f"issuer revoke {json.loads(unlucky.read_text())['id']} --reason error")
        self.verdict(unlucky, expect=1)
        self.verdict(neighbour, expect=0)

    def continuity(self, servers: Servers, credentials: list[Path], link: str) -> None:
        """Stop all that is ours and move it away; the chain and the files of the learner and the employer must do."""
        say("Continuity drill: every server of ours is stopped, and the issuer's and the host's files are moved away.")
        servers.stop()
        for name in ("issuer", "shares"):
            (self.session.folder / name).rename(self.session.folder / f"{name}-is-gone")
        mine, unlucky, _ = credentials
        self.verdict(self.present(), expect=0, asked=True)
        self.verdict(mine, expect=0)
        self.verdict(unlucky, expect=1)
        self.run(f"verify {link} --trust trust.json", expect=75)


def drill(folder: Path, wanted: argparse.Namespace) -> None:
    """Go the whole way; raises what goes wrong."""
    began = time.monotonic()
    folder.mkdir(parents=True)
    session = Session(folder)
    secrets = [f"export {name}={shlex.quote(session.env[name])}\n" for name in session.env if name.startswith("LAUREA_")]
    (folder / "env.sh").touch(0o600)  # the keys that are made here are paid: they can be used again
    (folder / "env.sh").write_text("".join(secrets))
    (folder / "laurea.toml").touch(0o600)
    with ExitStack() as stack:
        url, key = (wanted.rpc, wanted.key) if wanted.rpc else stack.enter_context(own_node(folder))
        if wanted.rpc:
            os.environ[KEY_VARIABLE] = passphrase.obtain(wanted.passphrase_file, KEY_VARIABLE, f"the key {key}")
        session.env[KEY_VARIABLE] = os.environ[KEY_VARIABLE]
        run = Drill(session, wanted.chain, url, key.resolve(), wanted.ether)
        holder = run.found()
        servers = Servers(session)
        stack.callback(servers.stop)
        say("All that laurea serves is started: the issuer, a host for shares, the wallet's pages.")
        servers.start()
        credentials = run.issue(holder)
        link = run.hold_and_show(credentials[0], servers)
        run.revoke(credentials[1], credentials[2])
        run.continuity(servers, credentials, link)
    say(f"Done in {time.monotonic() - began:.0f} seconds on eip155:{wanted.chain}: what was issued outlives what issued it.")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="scripts/testnet-drill")
    parser.add_argument("--rpc", metavar="URL", help="a node's RPC URL; without it a local node is started")
    parser.add_argument("--chain", type=int, metavar="ID", default=SEPOLIA, help="the chain's id (%(default)s)")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the keystore of an account with money on that chain, which pays")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=f"its passphrase; else {KEY_VARIABLE}, else a prompt")
    parser.add_argument("--ether", type=float, default=0.02, help="what each of the issuer's keys is paid (%(default)s)")
    parser.add_argument("--folder", type=Path, default=ROOT / "drill", metavar="DIR", help="where files are kept; it must not be there")
    found = parser.parse_args(arguments)
    if found.rpc and not found.key:
        parser.error("--rpc needs --key: transactions are paid for")
    if not found.rpc and (found.key or found.chain != SEPOLIA):
        parser.error("--key and --chain go with --rpc")
    if found.folder.exists():
        parser.error(f"{found.folder} is there already: its keys may hold money; move it away, or name another with --folder")
    return found


def main() -> None:
    wanted = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        drill(wanted.folder.resolve(), wanted)
    except (Ended, LaureaError) as error:
        again = "; the files are kept" if isinstance(error, ChainError) else ""
        sys.exit(f"testnet-drill: {error}{again}")


if __name__ == "__main__":
    main()
