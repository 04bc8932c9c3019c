"""Whether the service lives, whether it can work, and its numbers; for machines, without an access key."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from laurea.errors import LaureaError
from laurea.web.metrics import Metrics
from laurea.web.service import Service

CHECK_SECONDS = 3.0
KEPT_SECONDS = 5.0  # an answer is good for so long: whoever asks all the time must not load the nodes
TEXT = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter(tags=["health"])


@dataclass(frozen=True, slots=True)
class Condition:
    """What keeps the service from working; nothing, if it is ready."""

    database: str = ""
    chain: str = ""

    @property
    def ready(self) -> bool:
        """Whether it can work."""
        return not (self.database or self.chain)


class Readiness:
    """Looks at the database and the chain, in bounded time, and not too often."""

    def __init__(self, service: Service) -> None:
        """Look at nothing yet."""
        self._service = service
        self._lock = threading.Lock()
        self._known: tuple[float, Condition] | None = None
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="readiness")

    def condition(self) -> Condition:
        """Return how things are, or were a moment ago."""
        with self._lock:
            now = self._service.monotonic()
            if self._known is None or now - self._known[0] > KEPT_SECONDS:
                self._known = (now, Condition(self._trouble(self._read), self._trouble(self._reach)))
            return self._known[1]

    def _trouble(self, look: Callable[[], None]) -> str:
        try:
            self._pool.submit(look).result(CHECK_SECONDS)
        except TooLate:
            return f"no answer within {CHECK_SECONDS:g} s"
        except LaureaError as error:
            return str(error)
        return ""

    def _read(self) -> None:
        with self._service.issuer.database.read() as session:
            session.connection().exec_driver_sql("SELECT 1")

    def _reach(self) -> None:
        self._service.connect().pool.close()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Tell that the process lives."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "something is missing"}})
def readyz(request: Request) -> Response:
    """Tell whether the database and a majority of the nodes answer."""
    readiness: Readiness = request.app.state.readiness
    found = readiness.condition()
    content = {"status": "ready" if found.ready else "not ready", "database": found.database or "ok", "chain": found.chain or "ok"}
    return JSONResponse(content, 200 if found.ready else 503)


@router.get("/metrics", response_class=Response)
def metrics(request: Request) -> Response:
    """Return the numbers for Prometheus."""
    numbers = request.app.state.metrics
    if not isinstance(numbers, Metrics):  # pragma: no cover - create_app puts it there
        raise TypeError("the application has no metrics")
    return Response(numbers.text(), media_type=TEXT)
