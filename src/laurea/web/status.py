"""Status lists, where credentials say that they are; public, as they are meant to be read by anybody, and nobody is told who reads."""

import re
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.status_policy import PURPOSES
from laurea.web.problems import HttpProblem

VC = "application/vc"
JSON = "application/json"
# Kept for a minute: a list has its own `ttl` for whoever has read it. Readable by scripts of any page, such as a verifier in a browser.
HEADERS = {"Cache-Control": "max-age=60", "Access-Control-Allow-Origin": "*", "Vary": "Accept"}

FILE_NAME = re.compile(rf"[0-9a-f]{{32}}-({'|'.join(PURPOSES)})\.json")


def _wanted(accept: str) -> set[str]:
    """Return the media types that a reader asks for, without those that they rule out."""
    ranges = [[part.strip() for part in each.split(";")] for each in accept.lower().split(",")]
    return {kind for kind, *parameters in ranges if not {"q=0", "q=0.0"} & set(parameters)}


def router(issuer: Issuer) -> APIRouter:
    """Return the route of the lists."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/status/{name}", methods=["GET", "HEAD"])
    def status_list(name: str, accept: Annotated[str, Header()] = "") -> Response:
        """Return a list as it was signed last: as what it is for whoever asks for that, as JSON for those who know nothing else."""
        data = issuer.directory.read_status(name) if FILE_NAME.fullmatch(name) else None
        if data is None:
            raise HttpProblem(404, "there is no such status list")
        return Response(data, media_type=VC if VC in _wanted(accept) else JSON, headers=HEADERS)

    return routes
