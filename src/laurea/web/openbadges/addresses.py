"""Where everything is, below the URL of the service."""

API = "/ims/ob/v3p0"
DISCOVERY = f"{API}/discovery"
CREDENTIALS = f"{API}/credentials"
PROFILE = f"{API}/profile"
AUTHORIZE = "/oauth/authorize"
CODE = "/oauth/code"
CONSENT = "/oauth/consent"
TOKEN = "/oauth/token"  # noqa: S105 - a path
REGISTER = "/oauth/register"
REVOKE = "/oauth/revoke"
METADATA = "/.well-known/oauth-authorization-server"
