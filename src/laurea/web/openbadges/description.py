"""What the API says of itself: the Service Description Document (Open Badges 3.0, B.4.1), and OAuth's metadata (RFC 8414)."""

from typing import Any

from laurea.services.issuing.oauth.clients import AUTH_METHOD, CODE_GRANT, REFRESH_GRANT
from laurea.services.issuing.oauth.scopes import DESCRIPTIONS, READ
from laurea.web.openbadges.addresses import API, AUTHORIZE, CREDENTIALS, DISCOVERY, REGISTER, REVOKE, TOKEN

OPENAPI = "3.0.1"
VERSION = "3.0"
STATUSES = {
    400: "wrongly asked",
    401: "no valid access token",
    403: "too narrow a scope",
    405: "nothing of that kind",
    500: "a fault of ours",
}
CODES = ("fullsuccess", "invalid_query_parameter", "unauthorizedrequest", "forbidden", "not_found", "not_allowed", "server_busy")
TEXT = {"type": "string"}


def service_description(name: str, url: str, terms: str, privacy: str) -> dict[str, Any]:
    """Return the Service Description Document of an issuer's service at a URL: what of the official OpenAPI document it has."""
    info = {"title": name, "version": VERSION, "termsOfService": terms, "x-imssf-privacyPolicyUrl": privacy}
    return {
        "openapi": OPENAPI,
        "info": info,
        "servers": [{"url": f"{url}{API}"}],
        "paths": {"/discovery": {"get": _discovery()}, "/credentials": {"get": _credentials()}},
        "components": {"securitySchemes": {"OAuth2ACG": _security(url, privacy, terms, name)}, "schemas": _schemas()},
    }


def metadata(url: str, terms: str, privacy: str) -> dict[str, Any]:
    """Return the metadata of the authorization server, which any OAuth client reads."""
    return {
        "issuer": url,
        "authorization_endpoint": url + AUTHORIZE,
        "token_endpoint": url + TOKEN,
        "registration_endpoint": url + REGISTER,
        "revocation_endpoint": url + REVOKE,
        "scopes_supported": list(DESCRIPTIONS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [CODE_GRANT, REFRESH_GRANT],
        "token_endpoint_auth_methods_supported": [AUTH_METHOD],
        "revocation_endpoint_auth_methods_supported": [AUTH_METHOD],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "op_tos_uri": terms,
        "op_policy_uri": privacy,
    }


def _security(url: str, privacy: str, terms: str, name: str) -> dict[str, Any]:
    flow = {
        "authorizationUrl": url + AUTHORIZE,
        "tokenUrl": url + TOKEN,
        "refreshUrl": url + TOKEN,
        "scopes": {READ: DESCRIPTIONS[READ]},
    }
    return {
        "type": "oauth2",
        "description": "OAuth 2.0 Authorization Code Grant authorization",
        "x-imssf-name": name,
        "x-imssf-privacyPolicyUrl": privacy,
        "x-imssf-registrationUrl": url + REGISTER,
        "x-imssf-termsOfServiceUrl": terms,
        "flows": {"authorizationCode": flow},
    }


def _discovery() -> dict[str, Any]:
    return {
        "operationId": "getServiceDescription",
        "summary": f"This document, at {DISCOVERY}.",
        "tags": ["Discovery"],
        "responses": {"200": _answer("The service description document.", {"type": "object"})},
    }


def _credentials() -> dict[str, Any]:
    headers = {
        "X-Total-Count": {"description": "How many there are in all.", "schema": {"type": "integer"}},
        "Link": {"description": "The first, last, previous and next page (RFC 8288).", "schema": TEXT},
    }
    found = _answer("The credentials of the learner who has agreed.", _of("GetOpenBadgeCredentialsResponse"))
    return {
        "operationId": "getCredentials",
        "summary": f"The learner's credentials, at {CREDENTIALS}.",
        "tags": ["OpenBadgeCredentials"],
        "security": [{"OAuth2ACG": [READ]}],
        "parameters": [
            _parameter("limit", {"type": "integer", "minimum": 1}),
            _parameter("offset", {"type": "integer", "minimum": 0}),
            _parameter("since", {"type": "string", "format": "date-time"}),
        ],
        "responses": {
            "200": {**found, "headers": headers},
            **{str(code): _answer(text, _of("Imsx_StatusInfo")) for code, text in STATUSES.items()},
            "default": _answer("Anything else.", _of("Imsx_StatusInfo")),
        },
    }


def _schemas() -> dict[str, Any]:
    """The shapes of Open Badges 3.0, B.2.1 and B.3; a credential itself is described by its own schema."""
    field = _object({"imsx_codeMinorFieldName": TEXT, "imsx_codeMinorFieldValue": {**TEXT, "enum": list(CODES)}}, 2)
    credential = {"type": "object", "description": "An OpenBadgeCredential, as it was released."}
    return {
        "GetOpenBadgeCredentialsResponse": _object(
            {"credential": {"type": "array", "items": credential}, "compactJwsString": {"type": "array", "items": TEXT}}, 0
        ),
        "Imsx_StatusInfo": _object(
            {
                "imsx_codeMajor": {**TEXT, "enum": ["failure", "processing", "success", "unsupported"]},
                "imsx_severity": {**TEXT, "enum": ["error", "status", "warning"]},
                "imsx_description": TEXT,
                "imsx_codeMinor": _object({"imsx_codeMinorField": {"type": "array", "minItems": 1, "items": field}}, 1),
            },
            2,
        ),
    }


def _object(properties: dict[str, Any], required: int) -> dict[str, Any]:
    names = list(properties)[:required]
    return {"type": "object", "properties": properties, **({"required": names} if names else {})}


def _of(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}
