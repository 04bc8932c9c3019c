"""What verifiers of Blockcerts fetch of the issuer, where its credentials say that it is; public, and nobody is told who reads."""

from collections.abc import Callable
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from laurea.core.canonical import JsonObject
from laurea.errors import InputError
from laurea.services.issuing import blockcerts
from laurea.services.issuing.issuer import Issuer
from laurea.web.problems import HttpProblem
from laurea.web.service import Service

# Kept for a minute, since a credential may be revoked; readable by scripts of any page, as the published verifier is one.
HEADERS = {"Cache-Control": "max-age=60", "Access-Control-Allow-Origin": "*"}


def router(service: Service) -> APIRouter:
    """Return the routes of the profile and the revocation list."""
    routes = APIRouter(include_in_schema=False)
    issuer = replace(service.issuer, blockcerts=service.settings.blockcerts_folder)

    def answer(document: Callable[[Issuer], JsonObject]) -> Response:
        try:
            return JSONResponse(document(issuer), headers=HEADERS)
        except InputError as error:
            raise HttpProblem(404, "this issuer has no profile for Blockcerts") from error

    @routes.api_route(f"/blockcerts/{blockcerts.PROFILE_FILE}", methods=["GET", "HEAD"])
    def profile() -> Response:
        """Return the profile."""
        return answer(blockcerts.profile)

    @routes.api_route(f"/blockcerts/{blockcerts.REVOCATIONS_FILE}", methods=["GET", "HEAD"])
    def revocations() -> Response:
        """Return the list of what was revoked, whatever credential it is asked about: verifiers add that to the URL."""
        return answer(blockcerts.revocations)

    return routes
