"""The staples of a batch: what the registry held of it when it was final, proven, kept beside its tree for all that is released of it."""

from collections.abc import Sequence

from laurea.chain.stapling import make_staples
from laurea.core import canonical, staple
from laurea.core.anchor import AnchorRef
from laurea.core.registry_storage import CREDENTIALS_A_WORD
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.tables import BatchRow


def make(issuer: Issuer, chain: Chain, batch: BatchRow) -> tuple[str, ...]:
    """Return the proofValues of a final batch, one for each 256 credentials; raises ChainError when no node gives a proof."""
    at = issuer.profile.domain
    ref = AnchorRef(at.chain_id, at.registry, at.issuer_id, batch.root)
    return tuple(map(staple.encode, make_staples(chain.pool.quorum(), ref, batch.size)))


class Staples:
    """The staples that the credentials of a batch are released with; none when there are none of it."""

    def __init__(self, values: Sequence[str], method: str) -> None:
        """Give each the issuer's method, which decides nothing."""
        self._objects = [staple.staple_object(value, method) for value in values]
        self._texts = [canonical.dump(each) for each in self._objects]

    def objects(self, index: int) -> tuple[canonical.JsonObject, ...]:
        """Return the staple of the credential with an index, if there is one."""
        return tuple(self._objects[index // CREDENTIALS_A_WORD :][:1])

    def text(self, index: int) -> bytes:
        """Return the same in JCS; empty if there is none."""
        return b"".join(self._texts[index // CREDENTIALS_A_WORD :][:1])


def missing(issuer: Issuer, batch: int) -> bool:
    """Tell whether a batch is to have staples and has none yet."""
    return issuer.staples and not issuer.directory.read_staples(batch)
