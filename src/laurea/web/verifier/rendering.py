"""How a page of the verifier is made, and what a browser may do on it: nothing from elsewhere but to open a link that the reader pasted."""

from functools import lru_cache

from fastapi import Request
from jinja2 import Environment
from starlette.responses import HTMLResponse

from laurea.web.verifier.service import VerifierService, service_of
from laurea.web.wallet.language import Language
from laurea.web.wallet.rendering import MAX_LANGUAGES, environment

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src {hosts}; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HTTPS = "https:"
LOCAL = "https: http://127.0.0.1:* http://localhost:*"  # for a service that is itself on this machine only
HEADERS = {
    "Referrer-Policy": "same-origin",  # nothing to others; without it, a browser would not say that a form is ours
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def language_of(request: Request) -> Language:
    """Return the language that the URL names, else the first that the browser asks for and we have."""
    return service_of(request).languages.chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def page(request: Request, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """Return a page from the template of this name, in the language of the request."""
    service, language = service_of(request), language_of(request)
    text = _templates(language).get_template(f"{template}.html").render(language=language, service=service, **values)
    return HTMLResponse(text, status, headers={**HEADERS, "Content-Security-Policy": _policy(service)})


def _policy(service: VerifierService) -> str:
    return POLICY.format(hosts=HTTPS if service.url.startswith(HTTPS) else LOCAL)


@lru_cache(MAX_LANGUAGES)
def _templates(language: Language) -> Environment:
    return environment(language, "laurea.web.verifier", "laurea.web.wallet")
