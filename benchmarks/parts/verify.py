"""The verification of a folder of credentials of one batch: all but the network; what the chain says of each is given."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.issuance import Issuing, issuing
from benchmarks.meter import cost_of
from benchmarks.parts import Asked
from laurea.core.anchor import Anchor, AnchorRef, Block, Facts, View
from laurea.core.report import Report, Verdict
from laurea.core.trust import Trust, TrustedIssuer
from laurea.services.verifying import Verifying
from laurea.storage.issuer.tables import BatchRow

MOST = 10_000  # credentials
MICROSECONDS = 300
SUITES: Sequence[Sequence[str]] = ((), ("eddsa-jcs-2022",), ("eddsa-rdfc-2022", "eddsa-jcs-2022"))


class Given:
    """What the chain says of the credentials of a batch that is anchored as it should be."""

    def __init__(self, batch: BatchRow, profile: str, at: datetime) -> None:
        """Take the batch, the issuer's profile in the registry, and when it was asked."""
        anchored = at - timedelta(hours=1)
        self._view = View(
            Block(100, bytes(32), at), Anchor(bytes(20), int(anchored.timestamp()), batch.size, False, 0, 0), revoked=False, profile=profile
        )
        self._at = at

    def read_many(self, leaves: Sequence[tuple[AnchorRef, int]]) -> list[Facts]:
        """Return it of each."""
        return [Facts(*leaf, self._view, self._view, self._at, sources=("given",)) for leaf in leaves]

    def when_revoked(self, facts: Sequence[Facts], after: datetime) -> list[Facts]:  # noqa: ARG002 - nothing is revoked
        """Return them as they are."""
        return list(facts)

    def close(self) -> None:
        """There is nothing to close."""


def figures(asked: Asked) -> Iterator[Figure]:
    """Measure released credentials with no signature of the issuer, one and two; raises ValueError when one of them is not VALID."""
    count = min(asked.credentials, MOST)
    with issuing(on_disk=False) as measured:
        measured.enrol(0, count)
        measured.seal()
        for suites in SUITES:
            measured.release(1, suites)
            cost = cost_of(lambda: _verify(measured, count))
            # What its own files must keep to; each signature of Ed25519 alone takes 100 µs and more to verify.
            budget = None if suites else MICROSECONDS
            words = f"with {' and '.join(suites)}" if suites else "with the anchor alone"
            yield Figure(f"{count:,} verified, {words}, CPU each", cost.cpu / count * 1e6, "µs", budget)


def _verify(measured: Issuing, count: int) -> None:
    now, profile = datetime.now(UTC), measured.issuer.profile
    method = profile.method(measured.public())
    entry = TrustedIssuer(profile.did, profile.name, now, frozenset({profile.domain}), {method: measured.public()})
    trust = Trust({profile.did: entry}, registries=frozenset({(profile.domain.chain_id, profile.domain.registry)}))
    batch = measured.batch(1)
    found = Verifying(lambda _: Given(batch, profile.did, now), trust).verify_many(_files(measured.issuer.directory.released), at=now)
    verdicts = [report.verdict if isinstance(report, Report) else report for _, report in found]
    if verdicts != [Verdict.VALID] * count:
        raise ValueError(f"they are not all valid: {set(map(str, verdicts))}")


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.iterdir():
        yield path.name, path.read_bytes()
