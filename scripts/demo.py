"""Run the main job as its users would, by the command line, and say in plain words what happens."""

import argparse
import csv
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "demo"
LAUREA = Path(sys.executable).with_name("laurea")
CHAIN = "eip155:31337"
DID = "did:web:badges.example.edu"
AUDIENCE = "employer.example"
CHALLENGE = secrets.token_hex(8)
ASKED = f"--audience {AUDIENCE} --challenge {CHALLENGE}"
LEARNER = 416  # the row of the roster; any would do
SCORE = "/credentialSubject/result"


def say(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


class Session:
    """Commands run one after the other in a folder, each printed as it could be typed."""

    def __init__(self, folder: Path = DEMO) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "PATH": f"{LAUREA.parent}{os.pathsep}{os.environ['PATH']}",
            "LAUREA_CONFIG": str(folder / "laurea.toml"),
            "LAUREA_ISSUER_DIR": "issuer",
            "LAUREA_WALLET": "wallet.laurea",
            "LAUREA_ISSUER_PASSPHRASE": secrets.token_urlsafe(12),
            "LAUREA_WALLET_PASSPHRASE": secrets.token_urlsafe(12),
        }

    def run(self, command: str, *, expect: int = 0, show: int = 12, save: str = "") -> str:
        """Run `laurea` with these arguments and return what it says; another exit code than expected ends the demo."""
        print(f"$ laurea {command}{f' > {save}' if save else ''}", flush=True)
        done = subprocess.run([LAUREA, *shlex.split(command)], cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        if save:
            (self.folder / save).write_text(done.stdout)
        lines = ([] if save else done.stdout.splitlines()) + done.stderr.splitlines()
        for line in lines[:show]:
            print(f"  {line[:150]}")
        if len(lines) > show:
            print(f"  … {len(lines) - show} more lines")
        if done.returncode != expect:
            sys.exit(f"{self.folder.name}: laurea {command} ended with {done.returncode}, expected {expect}\n{done.stderr}")
        return done.stdout or done.stderr

    def verdict(self, file: str, url: str, *, expect: int = 0, more: str = "") -> None:
        """Verify a file against the chain and the trust file, without the issuer."""
        self.run(f"verify {file} --rpc {url} --trust trust.json{more}", expect=expect, show=10)


def start_chain(session: Session) -> tuple[subprocess.Popen[str], str]:
    """Start the local chain and wait until it says where it is."""
    print("$ laurea chain dev --json &", flush=True)
    with (DEMO / "chain.log").open("w") as log:
        node = subprocess.Popen(
            [LAUREA, "chain", "dev", "--json", "--port", "0"],
            cwd=ROOT,  # where npm has put anvil
            env=session.env,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    line = node.stdout.readline() if node.stdout else ""
    if not line:
        sys.exit(f"demo: the local chain did not start, see {DEMO / 'chain.log'}")
    print(f"  {line.strip()}")
    return node, str(json.loads(line)["rpc"])


def make_roster(holder: str) -> dict[str, str]:
    """Copy the example roster with the learner's DID in one row; return that row."""
    with (ROOT / "examples" / "roster.csv").open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    rows[LEARNER]["holder"] = holder
    with (DEMO / "roster.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return rows[LEARNER]


def issue(session: Session, url: str) -> dict[str, str]:
    say("The issuer: a university makes its keys. They need money for transactions; the local chain gives it.")
    init = f'issuer init --did {DID} --name "Example University" --url https://badges.example.edu --chain {CHAIN}'
    accounts = dict.fromkeys(re.findall("0x[0-9a-f]{40}", session.run(init, expect=75)))
    session.run(f"chain fund {' '.join(accounts)} --rpc {url}")
    session.run(init)

    say("It adds two achievements, aligned to ESCO skills. The learner makes a wallet: one encrypted file.")
    for path in sorted((ROOT / "examples" / "achievements").glob("*.json")):
        shutil.copy(path, DEMO)
    session.run("issuer achievement add python-for-data.json sql-for-analysts.json")
    holder = session.run("wallet new").strip()

    say("A roster of 1,000 learners, names in many scripts. The learner's DID stands in one row.")
    row = make_roster(holder)
    session.run("issuer enrol roster.csv")

    say("The nightly run: seal, anchor in one transaction, wait until it is final, release.")
    session.run("issuer run")

    say("A verifier gets the issuer's trust file, once.")
    session.run("issuer trust-file", save="trust.json")
    return row


def hold_and_show(session: Session, row: dict[str, str], url: str) -> None:
    say(f"The learner, {row['name']}, receives the credential into the wallet and checks it.")
    released = (DEMO / "issuer" / "released").glob("*.json")
    ours = next(path for path in released if row["holder"] in path.read_text())
    shutil.copy(ours, DEMO / "credential.json")  # however the issuer hands it out
    session.run("wallet receive credential.json")
    session.verdict("credential.json", url)

    say("The learner shows an employer the name of the achievement, and not the score.")
    session.run(f"wallet present 1 {ASKED} --show /credentialSubject/achievement/name --output presentation.json")
    session.verdict("presentation.json", url, more=f" {ASKED}")
    if row["result"] and f'"{row["result"]}"' in (DEMO / "presentation.json").read_text():
        sys.exit("demo: the presentation gives the score away")


def revoke_one(session: Session, url: str) -> None:
    say("The issuer revokes another learner's credential. It turns INVALID, its neighbours stay VALID.")
    released = sorted((DEMO / "issuer" / "released").glob("*.json"))
    held = (DEMO / "credential.json").read_bytes()
    unlucky, neighbour = [path for path in released if path.read_bytes() != held][:2]
    session.run(f"issuer revoke urn:uuid:{unlucky.stem} --reason error")
    session.verdict(f"issuer/released/{unlucky.name}", url, expect=1)
    session.verdict(f"issuer/released/{neighbour.name}", url)
    session.verdict("credential.json", url)


def continuity_drill(session: Session, url: str) -> None:
    say("Continuity drill: the issuer is gone. Its directory is moved away, its database and its keys with it.")
    (DEMO / "issuer").rename(DEMO / "issuer-is-gone")
    session.run(f"wallet present 1 {ASKED} --hide {SCORE} --output presentation.json")
    session.verdict("presentation.json", url, more=f" {ASKED}")

    say("And if the chain cannot be reached, the answer is no answer:")
    session.verdict("presentation.json", "http://127.0.0.1:9", more=f" {ASKED}", expect=3)


def gas_used(url: str, transaction: str) -> int:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionReceipt", "params": [transaction]}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(json.load(answer)["result"]["gasUsed"], 16)


def summarise(started: float, url: str) -> None:
    status = json.loads((DEMO / "status.json").read_text())
    say("Summary")
    for batch in status["batches"]:
        gas = gas_used(url, batch["transaction"])
        print(f"  {batch['size']:,} credentials in one transaction: {gas:,} gas, {gas / batch['size']:.0f} a credential")
        print(f"  batch {batch['batch']}, root {batch['root']}, transaction {batch['transaction']}, block {batch['block']}")
    for name in ("credential.json", "presentation.json", "wallet.laurea", "trust.json"):
        print(f"  demo/{name}: {(DEMO / name).stat().st_size:,} bytes")
    print(f"  {time.monotonic() - started:.1f} seconds")


def keep(session: Session, node: subprocess.Popen[str], url: str) -> None:
    """Say what to try next, and wait with the chain running."""
    names = [name for name in session.env if name.startswith("LAUREA_")]
    lines = [f"export {name}={shlex.quote(session.env[name])}\n" for name in names]
    (DEMO / "env.sh").write_text("".join(lines) + f'PATH={shlex.quote(str(LAUREA.parent))}:"$PATH"\n')
    say(f"The chain runs at {url} until you press ctrl-C. In another terminal:")
    print("  cd demo && . ./env.sh && mv issuer-is-gone issuer")
    print("  laurea issuer status")
    print("  laurea wallet show 1")
    print(f"  laurea wallet present 1 {ASKED} --hide {SCORE} --output again.json")
    print(f"  laurea verify again.json --rpc {url} --trust trust.json {ASKED} --json", flush=True)
    try:
        node.wait()
    except KeyboardInterrupt:
        print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the local chain running, and print what to try next")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    session = Session()
    (DEMO / "laurea.toml").write_text("")
    say("A chain of our own, with the registry on it.")
    node, url = start_chain(session)
    try:
        (DEMO / "laurea.toml").write_text(f'[chains."{CHAIN}"]\nrpc = ["{url}"]\n')
        row = issue(session, url)
        hold_and_show(session, row, url)
        revoke_one(session, url)
        session.run("issuer status --json", save="status.json")
        continuity_drill(session, url)
        summarise(started, url)
        if wanted.keep:
            keep(session, node, url)
    finally:
        os.killpg(node.pid, signal.SIGTERM)
        node.wait(timeout=10)


if __name__ == "__main__":
    main()
