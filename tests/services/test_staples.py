"""Staples: made when a batch is final, carried by what is released, and what a verifier without the chain's state makes of them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import laurea
from laurea import Report
from laurea.chain.artefact import RUNTIME_HASH
from laurea.chain.rpc import to_hex
from laurea.core import canonical, qr_text, staple
from laurea.core.anchor import AnchorRef
from laurea.core.credential import Credential
from laurea.core.disclosure import derive
from laurea.core.proof import anchor_proof
from laurea.core.report import CheckId, Outcome, Verdict
from laurea.core.rlp import encode_list, list_items
from laurea.errors import BadProof, FormatError, InputError
from laurea.services.holding import Holding
from laurea.services.holding.portion import Portion, code_text
from laurea.services.issuing import backup, revocation, showing, signing_again
from laurea.services.issuing.revoking import Revoking
from laurea.services.stapled import parse_block
from tests.anvil import Anvil
from tests.chain.http_node import HttpNode, relay
from tests.core.test_report import VALIDATOR
from tests.services.issuing_world import Killed, World, killing_at, started


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Anvil() as node:
        world = World.founded(tmp_path_factory.mktemp("stapling") / "issuer", started(node))
        world.staples = True
        yield world


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An issuer with a released batch of 300, on a node of its own."""
    with Anvil() as node:
        world = World.founded(tmp_path_factory.mktemp("issued") / "issuer", started(node))
        world.staples = True
        world.enrol(300)
        assert world.run().waiting == ()
        yield world


@pytest.fixture
def world(founded: World, tmp_path: Path) -> Iterator[World]:
    """An issuer with nothing issued, on a chain that is put back afterwards."""
    snapshot = founded.node.rpc("evm_snapshot")
    yield founded.copy(tmp_path / "issuer")
    founded.node.rpc("evm_revert", snapshot)


def credentials(world: World) -> list[Credential]:
    return [Credential.parse(data) for data in world.released().values()]


def carried(credential: Credential) -> staple.Staple:
    found = staple.staple_of(credential)
    assert found is not None
    return found


def index_of(credential: Credential) -> int:
    proof = anchor_proof(credential)
    assert proof is not None
    return proof.anchoring.index


def trust(world: World) -> str:
    with world.issuer() as issuer:
        return json.dumps(showing.trust_file(issuer))


def verified(world: World, credential: Credential, *chain: str, known: bytes = b"") -> Report:
    hashes = [f"eip155:{world.node.chain_id}:{to_hex(known)}"] if known else []
    text = canonical.dump(credential.secured())
    return laurea.verify(text, chain=chain, trust=trust(world), block_hashes=hashes)


def with_value(credential: Credential, value: Any, **more: Any) -> Credential:
    """Return the credential with another proofValue in its staple."""
    proofs = [proof | {"proofValue": value} | more if proof["cryptosuite"] == staple.CRYPTOSUITE else proof for proof in credential.proofs]
    return Credential(credential.document, tuple(proofs))


def headers_only(world: World) -> HttpNode:
    """Return a node that keeps no state: it knows blocks, and nothing of what is stored."""

    def answer(request: Any, true: Any) -> Any:
        if request["method"] in {"eth_chainId", "eth_getBlockByNumber", "eth_getBlockByHash"}:
            return true
        return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32000, "message": "missing trie node"}}

    return relay(world.node.url, answer=answer)


def outcomes(report: Report) -> tuple[Outcome, Outcome]:
    return report[CheckId.ANCHOR].outcome, report[CheckId.REVOCATION].outcome


PROVEN = (Outcome.PASSED, Outcome.UNKNOWN)
NOTHING = (Outcome.UNKNOWN, Outcome.UNKNOWN)


def test_every_credential_carries_the_staple_of_its_word_after_the_other_proofs(issued: World) -> None:
    found = credentials(issued)

    assert len(found) == 300
    for credential in found:
        assert [proof["cryptosuite"] for proof in credential.proofs] == [
            "eddsa-rdfc-2022",
            "eddsa-jcs-2022",
            "merkle-anchor-2026",
            "merkle-anchor-2026-state",
        ]
        assert carried(credential).word == index_of(credential) // 256
    assert {carried(credential).word for credential in found} == {0, 1}
    assert "batch 1: its anchor is proven" in issued.told


def test_with_the_chain_it_is_valid_as_ever(issued: World) -> None:
    report = verified(issued, credentials(issued)[0], issued.node.url)

    assert report.verdict is Verdict.VALID
    assert report.facts["by"] == "call"
    assert report[CheckId.SIGNATURE].reason == "the issuer's eddsa-rdfc-2022 signature fits; the issuer's eddsa-jcs-2022 signature fits"


@pytest.mark.parametrize("partial", [False, True])
def test_a_block_hash_from_anywhere_proves_the_anchor_and_never_that_nothing_was_revoked_since(issued: World, partial: bool) -> None:
    whole = credentials(issued)[7]
    credential = derive(whole, lambda _: False) if partial else whole
    at = carried(credential)

    report = verified(issued, credential, known=at.block_hash)

    assert (report.verdict, outcomes(report)) == (Verdict.UNDECIDED, PROVEN)
    assert not list(VALIDATOR.iter_errors(report.document()))
    number = staple.view(at, index_of(credential), RUNTIME_HASH).block.number
    assert f"proven at block {number} by what the credential carries" in report[CheckId.ANCHOR].reason
    assert report.headline == report[CheckId.REVOCATION].reason
    assert report.headline.startswith(f"as of block {number} at ")
    assert "nothing was revoked; what came since is not known: no RPC URL is known for chain eip155:31337" in report.headline
    assert (report.facts["by"], "latest" in report.facts) == ("staple", False)
    assert report[CheckId.SIGNATURE].outcome is (Outcome.SKIPPED if partial else Outcome.PASSED)


def test_a_node_that_keeps_no_state_vouches_for_the_block(issued: World) -> None:
    """RELIABILITY fault 27."""
    credential = credentials(issued)[3]

    with headers_only(issued) as node:
        report = verified(issued, credential, node.url)

    assert (report.verdict, outcomes(report)) == (Verdict.UNDECIDED, PROVEN)
    assert f"{node.host} refused eth_getCode: missing trie node" in report.headline or "missing trie node" in report.headline


def test_many_of_one_batch_ask_for_their_block_once(issued: World) -> None:
    found = [(number, canonical.dump(credential.secured())) for number, credential in enumerate(credentials(issued))]

    with headers_only(issued) as node:
        reports = dict(laurea.verify_many(found, chain=node.url, trust=trust(issued)))
        by_number = [body for body in node.bodies if b"eth_getBlockByNumber" in body]

    assert {outcomes(report) for report in reports.values()} == {PROVEN}
    assert len(by_number) <= 2 * 2 + 3  # twice the agreed blocks, for one more attempt; then those again, and the staple's


def test_without_anybody_who_vouches_for_the_block_it_proves_nothing(issued: World) -> None:
    credential = credentials(issued)[0]

    for known in (b"", b"\1" * 32):
        report = verified(issued, credential, known=known)

        assert (report.verdict, outcomes(report)) == (Verdict.UNDECIDED, NOTHING)
        assert "no --block-hash names it" in report.headline


def test_a_block_of_another_chain_does_not_count(issued: World) -> None:
    credential = credentials(issued)[0]
    text, at = canonical.dump(credential.secured()), carried(credential)

    report = laurea.verify(text, trust=trust(issued), block_hashes=[f"eip155:1:{to_hex(at.block_hash)}"])

    assert outcomes(report) == NOTHING


def test_a_block_that_a_node_does_not_have_or_that_is_not_final_does_not_count(issued: World) -> None:
    credential = credentials(issued)[0]
    number = staple.view(carried(credential), index_of(credential), RUNTIME_HASH).block.number

    def instead(block: Any) -> Any:
        def answer(request: Any, true: Any) -> Any:
            if request["method"] != "eth_getBlockByNumber":
                code = {"code": -32000, "message": "missing trie node"}
                return true if request["method"] == "eth_chainId" else {"jsonrpc": "2.0", "id": request["id"], "error": code}
            return {**true, "result": block(request["params"][0], true["result"])}

        return answer

    def another(which: str, true: Any) -> Any:
        return {**true, "hash": "0x" + "12" * 32} if which == hex(number) else true

    def earlier(which: str, true: Any) -> Any:
        return issued.node.rpc("eth_getBlockByNumber", hex(number - 1), False) if which == "finalized" else true

    for lie, words in ((another, "is not of the chain"), (earlier, f"the block {number} is not final yet")):
        with relay(issued.node.url, answer=instead(lie)) as node:
            report = verified(issued, credential, node.url)
        assert (report.verdict, outcomes(report)) == (Verdict.UNDECIDED, NOTHING)
        assert words in report.headline
    with relay(issued.node.url, answer=instead(another)) as node, headers_only(issued) as honest:
        report = verified(issued, credential, node.url, honest.url)
    assert "disagree about the block" in report.headline


def damaged(credential: Credential, other: Credential) -> Iterator[tuple[Credential, str]]:
    """Staples that are not what they should be, and what is said of each."""
    at, text = carried(credential), next(str(proof["proofValue"]) for proof in credential.proofs if "state" in str(proof["cryptosuite"]))
    for changed, words in (
        (replace(at, ref=replace(at.ref, root=b"\1" * 32)), "it is about another anchor"),
        (replace(at, ref=replace(at.ref, chain_id=1)), "it is about another anchor"),
        (replace(at, word=at.word ^ 1), "it is about other credentials of the batch"),
        (replace(at, nodes=at.nodes[1:]), "a node of the proof"),
        (replace(at, nodes=at.nodes[:-1]), "a node of the proof is missing"),
        (replace(at, nodes=(*at.nodes, at.nodes[0])), "a node that it does not need"),
        (replace(at, nodes=(at.nodes[1], at.nodes[0], *at.nodes[2:])), "a node of the proof"),
        (replace(at, header=at.header[:-1] + b"\0"), ""),
        (replace(at, header=b""), ""),
        (carried(other), "it is about other credentials of the batch"),
    ):
        yield with_value(credential, staple.encode(changed)), words
    for value in (text[:-1], text + "A", "u", "", text[:200], f"z{text[1:]}", 5, None):
        yield with_value(credential, value), "proves nothing: "
    yield with_value(credential, text, created="2026-01-01T00:00:00Z"), "it is no DataIntegrityProof with"
    yield with_value(credential, text, proofPurpose="authentication"), "it is no DataIntegrityProof with"
    yield Credential(credential.document, (*credential.proofs, credential.proofs[-1])), "there are 2 of them"


def test_whatever_is_damaged_proves_nothing_and_makes_nothing_invalid(issued: World) -> None:
    found = credentials(issued)
    credential = found[0]
    other = next(each for each in found if carried(each).word != carried(credential).word)

    count = 0
    for changed, words in damaged(credential, other):
        count += 1
        report = verified(issued, changed, known=carried(credential).block_hash)
        assert (report.verdict, outcomes(report)) == (Verdict.UNDECIDED, NOTHING)
        assert words in report.headline
        assert verified(issued, changed, issued.node.url), "with the chain it is not looked at"
    assert count > 20


def test_every_byte_of_a_staple_counts(issued: World) -> None:
    at = carried(credentials(issued)[0])
    raw = encode_list(at.nodes)

    for start in range(0, len(raw), 7):
        changed = raw[:start] + bytes([raw[start] ^ 1 << start % 8]) + raw[start + 1 :]
        with pytest.raises(BadProof):
            staple.view(replace(at, nodes=tuple(each.raw for each in list_items(changed))), 256 * at.word, RUNTIME_HASH)
    for start in range(len(at.header)):
        changed = at.header[:start] + bytes([at.header[start] ^ 1 << start % 8]) + at.header[start + 1 :]
        assert staple.Staple(at.ref, at.word, changed, at.nodes).block_hash != at.block_hash


@given(data=st.data())
def test_a_staple_has_one_text(data: Any) -> None:
    ref = AnchorRef(data.draw(st.integers(0, (1 << 64) - 1)), b"\1" * 20, b"\2" * 20, b"\3" * 32)
    nodes = data.draw(
        st.lists(st.binary(max_size=40).map(lambda each: encode_list([each]) if len(each) > 1 else encode_list([])), max_size=4)
    )
    made = staple.Staple(ref, data.draw(st.integers(0, (1 << 24) - 1)), data.draw(st.binary(max_size=60)), tuple(nodes))
    text = staple.encode(made)

    try:
        assert staple.decode(text) == made
    except BadProof:
        assert any(len(each) == 42 for each in nodes)
    changed = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABab01-_=+"))
    other = text[:changed] + letter + text[changed + 1 :]
    with suppress(FormatError, BadProof):
        assert staple.encode(staple.decode(other)) == other


def test_a_revocation_that_was_there_at_its_block_is_one_for_ever(world: World) -> None:
    world.enrol(2)
    world.staples = False
    world.run()
    identifier = next(iter(world.released())).removesuffix(".json")
    with world.issuer() as issuer, issuer.lock("revoke"):
        asked = revocation.request(issuer, [f"urn:uuid:{identifier}"], revocation.reason_of("error"))
        Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(40)).revoke(asked.revocations)
    world.node.mine(4)
    world.staples = True
    world.run()
    revoked, other = (Credential.parse(data) for name, data in sorted(world.released().items(), key=lambda each: identifier not in each[0]))

    report = verified(world, revoked, known=carried(revoked).block_hash)

    assert (report.verdict, outcomes(report)) == (Verdict.INVALID, (Outcome.PASSED, Outcome.FAILED))
    assert outcomes(verified(world, other, known=carried(other).block_hash)) == PROVEN


def test_a_wallet_takes_it_shows_parts_with_it_and_makes_codes_without_it(issued: World, tmp_path: Path) -> None:
    holding = Holding(tmp_path / "wallet.laurea", "a phrase for a wallet of tests")
    at = datetime.now(UTC).replace(microsecond=0)
    holding.new(at=at)
    entry, new = holding.receive(next(iter(issued.released().values())), at=at)

    shown = Credential.of(Portion().document(entry))
    scanned = Credential.parse(qr_text.from_text(code_text(entry, Portion())))

    assert new
    assert [proof["cryptosuite"] for proof in shown.proofs] == ["merkle-anchor-2026", "merkle-anchor-2026-state"]
    assert scanned == Credential(shown.document, shown.proofs[:1])
    assert outcomes(verified(issued, shown, known=carried(shown).block_hash)) == PROVEN


def test_the_command_takes_block_hashes(issued: World, tmp_path: Path) -> None:
    credential = credentials(issued)[0]
    file, trusted = tmp_path / "credential.json", tmp_path / "trust.json"
    file.write_bytes(canonical.dump(credential.secured()))
    trusted.write_text(trust(issued))
    hashes = ("--block-hash", f"eip155:1:0x{'1' * 64}", "--block-hash", f"eip155:31337:{to_hex(carried(credential).block_hash)}")
    command: list[str | Path] = [Path(sys.executable).with_name("laurea"), "verify", file, "--trust", trusted]

    proven, wrong = (
        subprocess.run([*command, *more], capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
        for more in (hashes, ("--block-hash", "latest"))
    )

    assert (proven.returncode, proven.stdout.split(":")[0]) == (3, "UNDECIDED")
    assert "by what the credential carries" in proven.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "latest does not name a block" in wrong.stderr


# How the issuer comes by them


def test_a_kill_before_they_are_kept_loses_nothing(world: World) -> None:
    world.enrol(3)
    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("stapled-not-recorded")[0])
    assert world.batch().state == "final"

    world.run()

    assert {carried(credential).word for credential in credentials(world)} == {0}


def test_without_a_node_that_proves_it_is_released_all_the_same_and_tried_again(world: World) -> None:
    world.enrol(3)

    def answer(request: Any, true: Any) -> Any:
        error = {"code": -32601, "message": "no such method"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_getProof" else true

    with relay(world.node.url, answer=answer) as node:
        world.run(urls=(node.url,))
        assert world.batch().state == "released"
        assert [staple.staple_of(credential) for credential in credentials(world)] == [None] * 3
        said = (
            f"batch 1: released without a proof of its anchor, the next run tries again: {node.host} refused eth_getProof: no such method"
        )
        assert world.told.count(said) == 1
    before = credentials(world)

    with pytest.raises(Killed):
        world.run(checkpoint=killing_at("stapled-not-recorded")[0])
    world.run()

    after = credentials(world)
    assert all(carried(credential) for credential in after)
    assert [credential.proofs[:-1] for credential in after] == [credential.proofs for credential in before]


def test_a_node_whose_proof_is_bad_is_not_believed(world: World) -> None:
    world.enrol(1)

    def answer(request: Any, true: Any) -> Any:
        if request["method"] != "eth_getProof":
            return true
        return {**true, "result": {**true["result"], "storageProof": [{**each, "proof": []} for each in true["result"]["storageProof"]]}}

    with relay(world.node.url, answer=answer) as node:
        world.run(urls=(node.url,))
        assert any(f"{node.host} proves nothing about block" in said for said in world.told)
        world.run(urls=(node.url, world.node.url))

    assert carried(credentials(world)[0])


def test_without_the_option_nothing_is_asked_and_nothing_carried(world: World) -> None:
    world.staples = False
    world.enrol(1)
    with relay(world.node.url) as node:
        world.run(urls=(node.url,))
        assert not any(b"eth_getProof" in body for body in node.bodies)

    assert staple.staple_of(credentials(world)[0]) is None


def test_signing_again_and_backups_keep_them(world: World, tmp_path: Path) -> None:
    world.enrol(2)
    world.run()
    before = world.released()
    with world.issuer() as issuer, issuer.lock("run"):
        assert signing_again.sign_again(issuer, world.keyring()) == 2

    assert world.released() == before
    assert backup.NAMES.fullmatch("levels/1.staples")


@pytest.mark.parametrize(
    "text", ["", "0x" + "1" * 64, "eip155:1:" + "1" * 64, "eip155:0:0x" + "1" * 64, "eip155:1:0x" + "1" * 63, "eip155:1:0xg"]
)
def test_what_names_no_block_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="does not name a block"):
        parse_block(text)


def test_it_takes_about_ten_kilobytes_at_most_here(issued: World) -> None:
    sizes = {len(staple.encode(carried(credential))) for credential in credentials(issued)}

    assert max(sizes) < 10_000
