"""A write that is done once: the answer is kept in the transaction of the act, so that the same request again gets it and does nothing."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from pydantic import BaseModel
from starlette.responses import Response

from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.access import Answers
from laurea.storage.issuer.tables import IdempotencyRow
from laurea.web.problems import HttpProblem

KEPT = timedelta(hours=24)
JSON = "application/json"
REPLAYED = "Idempotent-Replayed"


class Once:
    """The idempotency key of one request, if it has one."""

    def __init__(self, issuer: Issuer, access_key: str, key: str | None, request: bytes) -> None:
        """Do nothing yet; `request` is the hash of all that the request says."""
        self._issuer = issuer
        self._access_key = access_key
        self._key = key
        self._request = request

    def run(self, act: Callable[[], BaseModel], *, status: int = 200) -> Response:
        """Do it and return its answer; or only return what was answered when it was done before. Raises HttpProblem for another request."""
        if self._key is None:
            return Response(_body(act()), status, media_type=JSON)
        with self._issuer.database.write() as session:
            now = self._issuer.now()
            Answers(session).forget(now - KEPT)
            before = Answers(session).get(self._access_key, self._key)
            if before is not None:
                if before.request != self._request:
                    raise HttpProblem(422, "this Idempotency-Key was used for another request")
                return Response(before.body, before.status, {REPLAYED: "true"}, media_type=JSON)
            body = _body(act())
            row = IdempotencyRow(
                access_key=self._access_key, key=self._key, request=self._request, status=status, body=body, created_at=now
            )
            Answers(session).add(row)
        return Response(body, status, media_type=JSON)


def request_hash(method: str, path: str, body: bytes) -> bytes:
    """Return the hash of what a request says."""
    return sha256(b"\0".join((method.encode(), path.encode(), body))).digest()


def _body(answer: BaseModel) -> bytes:
    return answer.model_dump_json(by_alias=True).encode()
