"""The issuer's DID document, where its did:web says that it is; public, as it is meant to be read by anybody."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from laurea.core import did_web
from laurea.errors import FormatError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.showing import did_document

MEDIA_TYPE = "application/did+ld+json"  # DID 1.0, 6.3
# Kept for minutes alone, since a key may be taken away; readable by scripts of any page, such as a verifier in a browser.
HEADERS = {"Cache-Control": "max-age=300", "Access-Control-Allow-Origin": "*"}


def router(issuer: Issuer) -> APIRouter:
    """Return the route of the document: none when the issuer's DID is no did:web."""
    routes = APIRouter(include_in_schema=False)
    try:
        _, path = did_web.location(issuer.profile.did)
    except FormatError:
        return routes

    @routes.get(path)
    def document() -> Response:
        """Return the document."""
        return JSONResponse(did_document(issuer), media_type=MEDIA_TYPE, headers=HEADERS)

    return routes
