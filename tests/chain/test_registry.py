"""The registry on a real node: an issuer's life, and what it refuses, in words."""

import json
import secrets
from importlib import resources

import pytest
from eth_account import Account
from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address
from hypothesis import given
from hypothesis import strategies as st

from laurea.chain import registry, views
from laurea.chain.artefact import DEPLOYER, ERRORS, FUNCTIONS, INIT_CODE, INIT_CODE_HASH, RUNTIME_HASH, SALT, Item, canonical_address
from laurea.chain.registry import ANCHOR, REVOKE, Revocation
from laurea.chain.reverts import decode_revert
from laurea.chain.rpc import Rpc, to_hex
from laurea.errors import Refused, Unreachable, WrongChain
from tests.chain.conftest import Chain
from tests.chain.http_node import relay, replies, result

NOBODY = bytes(20)


def test_the_artefact_agrees_with_itself() -> None:
    content = json.loads(resources.files("laurea.chain").joinpath("AnchorRegistry.json").read_text())

    assert keccak(INIT_CODE) == INIT_CODE_HASH
    assert to_hex(canonical_address()) == content["address"].lower()
    assert keccak(b"\xff" + DEPLOYER + SALT + INIT_CODE_HASH)[12:] == canonical_address()


def test_the_deployed_code_is_the_artefacts(chain: Chain) -> None:
    chain.registry.check()

    assert keccak(chain.rpc.ask(views.code(canonical_address(), "latest"))) == RUNTIME_HASH


def test_an_issuer_lives_from_creation_to_a_new_admin(chain: Chain) -> None:
    admin, key, successor = chain.account(), chain.account(), chain.account()
    addresses = [to_canonical_address(account.address) for account in (admin, key, successor)]
    salt = secrets.token_bytes(32)
    issuer = registry.issuer_id(chain.node.chain_id, addresses[0], salt)

    chain.act(admin, registry.create_issuer(addresses[0], salt))
    assert chain.registry.admin_of(issuer) == (addresses[0], NOBODY)

    chain.act(admin, registry.set_profile(issuer, "did:web:issuer.example"))
    assert chain.registry.profile_of(issuer) == "did:web:issuer.example"

    chain.act(key, registry.serve(issuer))
    chain.act(admin, registry.set_key(issuer, addresses[1], ANCHOR, until=2_000_000_000))
    assert chain.registry.key_of(addresses[1]) == views.Key(issuer, ANCHOR, 2_000_000_000, 0)

    chain.act(admin, registry.propose_admin(issuer, addresses[2]))
    assert chain.registry.admin_of(issuer) == (addresses[0], addresses[2])
    chain.act(successor, registry.accept_admin(issuer))
    assert chain.registry.admin_of(issuer) == (addresses[2], NOBODY)


def test_an_anchor_is_read_as_it_was_made(chain: Chain) -> None:
    issuer = chain.issuer()
    root = secrets.token_bytes(32)
    assert chain.registry.batch_of(issuer.id, root) is None

    receipt = issuer.act(registry.anchor(root, 1000))

    anchor = chain.registry.batch_of(issuer.id, root)
    assert anchor is not None
    assert (anchor.key, anchor.size, anchor.revoked, anchor.reason, anchor.compromised_from) == (issuer.address, 1000, False, 0, 0)
    assert anchor.time == receipt.block_time.timestamp()
    assert anchor.good
    assert chain.registry.batch_of(issuer.id, root, receipt.block_number - 1) is None
    assert chain.registry.batch_of(issuer.id, root, receipt.block_hash) == anchor
    assert chain.registry.batch_of(NOBODY, root) is None


def test_several_roots_are_anchored_at_once_and_a_bare_one_with_size_0(chain: Chain) -> None:
    issuer = chain.issuer()
    roots = [secrets.token_bytes(32) for _ in range(3)]

    issuer.act(registry.anchor_many([(roots[0], 5), (roots[1], 6)]))
    issuer.act(roots[2])

    anchors = [chain.registry.batch_of(issuer.id, root) for root in roots]
    assert [anchor and anchor.size for anchor in anchors] == [5, 6, 0]


def test_a_repeated_anchor_is_refused_in_words_and_nothing_is_sent(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored()
    nonce = chain.sender.next_nonce(issuer.address)

    with pytest.raises(Refused, match=f"^AlreadyAnchored: the issuer {to_hex(issuer.id)} has anchored the root {to_hex(ref.root)} before$"):
        issuer.act(registry.anchor(ref.root, 300))

    assert chain.sender.next_nonce(issuer.address) == nonce


def test_a_stranger_is_refused_in_words(chain: Chain) -> None:
    stranger = chain.account()

    with pytest.raises(Refused, match=f"^NotPermitted: the key {stranger.address.lower()} may not anchor$"):
        chain.act(stranger, registry.anchor(secrets.token_bytes(32), 1))
    with pytest.raises(Refused, match="may not revoke"):
        chain.act(stranger, registry.revoke_batch(secrets.token_bytes(32), 0))
    with pytest.raises(Refused, match="is not the admin of the issuer"):
        chain.act(stranger, registry.set_profile(chain.issuer().id, "did:web:stranger.example"))


def test_credentials_are_revoked_one_by_one_and_a_batch_as_a_whole(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored(size=600)

    issuer.act(registry.revoke(registry.revocations(ref.root, [0, 255, 599]), 3))

    words = [chain.registry.revoked_word(issuer.id, ref.root, word) for word in range(3)]
    assert words == [1 | 1 << 255, 0, 1 << (599 - 512)]
    issuer.act(registry.revoke_batch(ref.root, 1))
    anchor = chain.registry.batch_of(issuer.id, ref.root)
    assert anchor is not None
    assert (anchor.revoked, anchor.reason) == (True, 1)


@given(st.lists(st.integers(0, 2000)))
def test_revocations_cover_exactly_the_indices_with_one_item_a_word(indices: list[int]) -> None:
    items = registry.revocations(b"\1" * 32, indices)

    assert len({item.word for item in items}) == len(items)
    assert {256 * item.word + bit for item in items for bit in range(256) if item.mask >> bit & 1} == set(indices)


def test_a_compromised_key_voids_its_anchors(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored()
    anchor = chain.registry.batch_of(issuer.id, ref.root)
    assert anchor is not None
    assert anchor.good

    issuer.act(registry.set_compromised(issuer.id, issuer.address, anchor.time))

    void = chain.registry.batch_of(issuer.id, ref.root)
    assert void is not None
    assert void.compromised_from == anchor.time
    assert not void.good
    with pytest.raises(Refused, match="KeyIsCompromised"):
        issuer.act(registry.set_key(issuer.id, issuer.address, ANCHOR))


def test_a_key_that_is_compromised_only_later_keeps_its_earlier_anchors(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored()
    chain.node.rpc("evm_increaseTime", 100)
    chain.node.mine()

    now = int(chain.node.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    issuer.act(registry.set_compromised(issuer.id, issuer.address, now))

    anchor = chain.registry.batch_of(issuer.id, ref.root)
    assert anchor is not None
    assert anchor.good


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (registry.anchor(bytes(32), 1), "ZeroRoot: the zero word is no root"),
        (registry.anchor(b"\1" * 32, 0), f"ZeroSize: the batch 0x{'01' * 32} has no credential"),
        (registry.revoke([], 0), "NothingToRevoke: there is nothing to revoke"),
        (registry.revoke([Revocation(b"\2" * 32, 0, 1)], 0), "NotAnchored: "),
        (registry.create_issuer(NOBODY, bytes(32)), "ZeroAdmin: an admin cannot be the zero address"),
        (b"\1" * 31, "NotARoot: a bare root has 32 bytes, not 31"),
    ],
)
def test_what_the_contract_refuses_comes_in_words(chain: Chain, data: bytes, words: str) -> None:
    issuer = chain.issuer()

    with pytest.raises(Refused) as caught:
        issuer.act(data)

    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.name)
def test_every_error_of_the_contract_has_words_of_its_own(error: Item) -> None:
    words = decode_revert(error.selector + bytes(32 * len(error.inputs)))

    assert words.startswith(f"{error.name}: ")
    assert "{" not in words
    assert decode_revert(error.selector) == words or error.inputs, "arguments that are missing are no arguments"


def test_solidity_s_own_errors_come_in_words() -> None:
    reason = bytes.fromhex("08c379a0") + (32).to_bytes(32) + (4).to_bytes(32) + b"nope".ljust(32, b"\0")

    assert decode_revert(reason) == "nope"
    assert decode_revert(bytes.fromhex("4e487b71") + (0x11).to_bytes(32)) == "the contract panicked (11)"
    assert decode_revert(b"") == "the contract reverted without a reason"
    assert decode_revert(b"\xde\xad\xbe\xef") == "the contract reverted with 0xdeadbeef"


@given(st.sampled_from([b"", *(error.selector for error in ERRORS.values()), bytes.fromhex("08c379a0")]), st.binary(max_size=100))
def test_revert_data_of_any_kind_becomes_printable_words(selector: bytes, rest: bytes) -> None:
    words = decode_revert(selector + rest)

    assert words.isprintable()
    assert len(words) < 500


@pytest.mark.parametrize("raw", ["x" * 256, "\0" * 300])
def test_a_profile_that_is_too_long_counts_as_none(chain: Chain, raw: str) -> None:
    issuer = chain.issuer()
    issuer.act(registry.set_profile(issuer.id, raw))

    assert chain.registry.profile_of(issuer.id) == ""


def test_a_profile_that_is_not_text_counts_as_none(chain: Chain) -> None:
    issuer = chain.issuer()
    issuer.act(registry.set_profile(issuer.id, "did:web:ab").replace(b"did:web:ab", b"did:web:\xff\xfe"))

    assert chain.registry.profile_of(issuer.id) == ""


def test_a_registry_with_other_code_is_the_wrong_chain(chain: Chain) -> None:
    other = registry.Registry(chain.rpc, DEPLOYER)
    missing = registry.Registry(chain.rpc, b"\7" * 20)

    with pytest.raises(WrongChain, match="has another contract than the registry at 0x4e59b448"):
        other.check()
    with pytest.raises(WrongChain, match="has no contract at 0x0707"):
        missing.check()


def test_one_changed_byte_of_code_is_other_code(chain: Chain) -> None:
    def change(request: dict[str, object], answer: dict[str, str]) -> dict[str, str]:
        return {**answer, "result": answer["result"][:-1] + "0"} if request["method"] == "eth_getCode" else answer

    with relay(chain.node.url, answer=change) as node, pytest.raises(WrongChain, match="another contract"):
        registry.Registry(Rpc(node.url), canonical_address()).check()


@pytest.mark.parametrize("answer", ["0x", "0x01", "0x" + "ff" * 160, "0x" + "00" * 31])
def test_an_answer_that_is_not_what_a_view_returns_is_unreachable(answer: str) -> None:
    with replies(lambda request: result(request, answer)) as node:
        asked = registry.Registry(Rpc(node.url), canonical_address())
        for ask in (
            lambda: asked.batch_of(NOBODY, bytes(32)),
            lambda: asked.key_of(NOBODY),
            lambda: asked.admin_of(NOBODY),
            lambda: asked.profile_of(NOBODY),
        ):
            with pytest.raises(Unreachable, match="no sensible answer to eth_call"):
                ask()


def test_the_issuer_id_is_bound_to_chain_sender_and_salt() -> None:
    sender = to_canonical_address(Account.create().address)
    ids = {
        registry.issuer_id(*arguments)
        for arguments in ((1, sender, bytes(32)), (2, sender, bytes(32)), (1, NOBODY, bytes(32)), (1, sender, SALT[:-1] + b"\1"))
    }

    assert len(ids) == 4


def test_every_function_that_changes_something_can_be_called_from_here() -> None:
    changing = {name for name, item in FUNCTIONS.items() if not item.outputs} | {"createIssuer"}
    built = {
        registry.create_issuer(NOBODY, bytes(32)),
        registry.propose_admin(NOBODY, NOBODY),
        registry.accept_admin(NOBODY),
        registry.set_profile(NOBODY, ""),
        registry.serve(NOBODY),
        registry.set_key(NOBODY, NOBODY, REVOKE),
        registry.set_compromised(NOBODY, NOBODY, 1),
        registry.anchor(bytes(32), 1),
        registry.anchor_many([]),
        registry.revoke([], 0),
        registry.revoke_batch(bytes(32), 0),
    }

    assert {data[:4] for data in built} == {FUNCTIONS[name].selector for name in changing}
