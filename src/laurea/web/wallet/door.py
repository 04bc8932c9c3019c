"""Who may use the port: only browsers that were let in by a link of the terminal, which works once.

Cookies know no ports: a page that another user of this machine serves on another port gets every cookie for "/". So ours is for a path that
nobody can guess, and all pages lie under it.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

TOKEN_BYTES = 32
PLACE_BYTES = 16
MAX_BROWSERS = 8  # that are let in at once; the one that came first is forgotten


@dataclass(slots=True)
class Session:
    """A browser that was let in: the token of its forms, what it looks for, and what it is told on the next page."""

    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES), repr=False)
    sought: dict[str, str] = field(default_factory=dict, repr=False)
    told: str = field(default="", repr=False)


class Door:
    """Lets browsers in, each by a link of its own; `tell` is called with the next link whenever one was used."""

    def __init__(self, origin: str, tell: Callable[[str], None] = lambda _link: None) -> None:
        """Make the path of the pages and the first link."""
        self.place = f"/{secrets.token_urlsafe(PLACE_BYTES)}"
        self.cookie = f"laurea_{secrets.token_hex(4)}"
        self._origin = origin
        self._tell = tell
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    @property
    def link(self) -> str:
        """The link that lets the next browser in."""
        return f"{self._origin}{self.place}/start?token={self._token}"

    def enter(self, token: str) -> str | None:
        """Return the cookie of a new session for the token of a link that was not used yet; None for any other."""
        with self._lock:
            if not secrets.compare_digest(token.encode(errors="replace"), self._token.encode()):
                return None
            self._token = secrets.token_urlsafe(TOKEN_BYTES)
            name = secrets.token_urlsafe(TOKEN_BYTES)
            self._sessions[name] = Session()
            if len(self._sessions) > MAX_BROWSERS:
                del self._sessions[next(iter(self._sessions))]
        self._tell(self.link)
        return name

    def session(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie; None when there is none."""
        return None if cookie is None else self._sessions.get(cookie)

    def forget_words(self) -> None:
        """Forget what the browsers look for and are told: it is about the wallet, which was locked."""
        for session in tuple(self._sessions.values()):
            session.sought, session.told = {}, ""
