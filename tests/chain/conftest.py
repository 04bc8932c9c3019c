"""A real node with the registry on it, and accounts to act with."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_canonical_address

from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.chain.deployment import deploy
from laurea.chain.devnode import dev_account, fund
from laurea.chain.fees import SendPolicy
from laurea.chain.reader import ChainReader
from laurea.chain.receipts import Receipt
from laurea.chain.registry import ANCHOR, REVOKE, Registry
from laurea.chain.rpc import Rpc
from laurea.chain.sender import Sender
from laurea.core.anchor import AnchorRef
from tests.anvil import Anvil

POLICY = SendPolicy(poll_seconds=0.02, mine_seconds=5)


@dataclass(frozen=True)
class Issuer:
    """An issuer whose admin is also its one key, with both roles."""

    chain: "Chain"
    account: LocalAccount
    id: bytes

    @property
    def address(self) -> bytes:
        return to_canonical_address(self.account.address)

    def act(self, data: bytes) -> Receipt:
        return self.chain.act(self.account, data)

    def anchored(self, size: int = 300) -> AnchorRef:
        """Anchor a fresh root."""
        root = secrets.token_bytes(32)
        self.act(registry.anchor(root, size))
        return AnchorRef(self.chain.node.chain_id, canonical_address(), self.id, root)


@dataclass(frozen=True)
class Chain:
    """A node, and the ways to it."""

    node: Anvil
    rpc: Rpc
    sender: Sender
    registry: Registry

    def act(self, account: LocalAccount, data: bytes) -> Receipt:
        return self.sender.transact(account, canonical_address(), data)

    def account(self) -> LocalAccount:
        """Make an account that has money."""
        account: LocalAccount = Account.create()
        fund(self.rpc, to_canonical_address(account.address))
        return account

    def issuer(self, *, roles: int = ANCHOR | REVOKE) -> Issuer:
        """Create an issuer."""
        account, salt = self.account(), secrets.token_bytes(32)
        issuer = Issuer(self, account, registry.issuer_id(self.node.chain_id, to_canonical_address(account.address), salt))
        issuer.act(registry.create_issuer(issuer.address, salt))
        issuer.act(registry.set_key(issuer.id, issuer.address, roles))
        return issuer

    def reader(self, *urls: str) -> ChainReader:
        return ChainReader(urls or [self.node.url], self.node.chain_id, canonical_address(), timeout=2)


def connect(node: Anvil) -> Chain:
    """Return the ways to a node, without changing anything on it."""
    rpc = Rpc(node.url)
    return Chain(node, rpc, Sender(rpc, node.chain_id, POLICY), Registry(rpc, canonical_address()))


def with_registry(node: Anvil) -> Chain:
    """Deploy the registry and make it final."""
    chain = connect(node)
    deploy(chain.sender, dev_account())
    node.mine(4)
    return chain


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    """A chain with the registry, for the tests of one module; a block for each transaction, final two blocks later."""
    with Anvil() as node:
        yield with_registry(node)


@pytest.fixture
def empty_chain() -> Iterator[Chain]:
    """A chain without the registry, for one test."""
    with Anvil() as node:
        yield connect(node)
