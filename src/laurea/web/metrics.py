"""Numbers for Prometheus: how the service answers, and where the issuer's work stands."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.correspondence import Mails
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.runs import Runs
from laurea.storage.issuer.tables import BatchState, MailState, RevocationState

SECONDS = (0.005, 0.02, 0.1, 0.5, 2, 10)


class Metrics:
    """The numbers of one service."""

    def __init__(self, issuer: Issuer) -> None:
        """Count from nothing."""
        self._registry = CollectorRegistry()
        self._requests = Counter("laurea_requests", "Requests", ["method", "route", "status"], registry=self._registry)
        self._seconds = Histogram("laurea_request_seconds", "How long they took", ["route"], registry=self._registry, buckets=SECONDS)
        self._registry.register(_Standing(issuer))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return all numbers in Prometheus's format."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """Where batches, credentials and runs stand, read when it is asked for."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def collect(self) -> Iterator[Metric]:
        with self._issuer.database.read() as session:
            batches = {state: len(Batches(session).in_states([state])) for state in BatchState}
            credentials = Credentials(session).counts()
            revocations = {state: len(Revocations(session).in_states([state])) for state in RevocationState}
            mails = Mails(session).counts()
            last = Runs(session).last_done()
        yield _gauge("laurea_batches", "Batches by state", "state", {state.value: count for state, count in batches.items()})
        yield _gauge("laurea_credentials", "Credentials by state", "state", dict(credentials))
        yield _gauge("laurea_revocations", "Revocations by state", "state", {state.value: count for state, count in revocations.items()})
        yield _gauge("laurea_mails", "Mails by state", "state", {state.value: mails.get(state, 0) for state in MailState})
        ended = GaugeMetricFamily("laurea_last_done_run_timestamp_seconds", "When the last run ended that did all that was due")
        if last is not None and last.ended_at is not None:
            ended.add_metric([], last.ended_at.timestamp())
        yield ended


def _gauge(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        gauge.add_metric([key], value)
    return gauge
