"""What may be granted (Open Badges 3.0, 6.2.1)."""

from laurea.errors import GrantRefused

READ = "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly"
OFFLINE = "offline_access"
DESCRIPTIONS = {
    READ: "Permission to read OpenBadgeCredentials for the authenticated entity.",
    OFFLINE: "Permission to do so again later, without the learner being there.",
}
MAX_SCOPE = 2048  # characters


def narrowed(wanted: str, allowed: str) -> str:
    """Return what of the wanted scopes is allowed, each once, in the order of `DESCRIPTIONS`.

    Raises GrantRefused `invalid_scope` when credentials could not be read with it, which is all that there is to do.
    """
    words = set(wanted.split(" ")) & set(allowed.split(" "))
    if len(wanted) > MAX_SCOPE or READ not in words:
        raise GrantRefused("invalid_scope", f"the one scope that can be granted is {READ}")
    return " ".join(scope for scope in DESCRIPTIONS if scope in words)


def require_within(wanted: str | None, granted: str) -> None:
    """Refuse a request for more than was granted; None asks for nothing else. Raises GrantRefused `invalid_scope`."""
    if wanted is not None and not set(wanted.split(" ")) <= set(granted.split(" ")):
        raise GrantRefused("invalid_scope", "this is more than what the learner has granted")
