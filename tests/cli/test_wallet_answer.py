"""`laurea wallet present --request` where several credentials fit: which one is asked, for each part of what a verifier wants."""

from pathlib import Path
from typing import Any

import pytest

from laurea.cli import output
from laurea.cli.wallet_answer import Consent, Named, answer
from laurea.core import canonical
from laurea.core.dcql import Query
from laurea.core.presented import Presented
from laurea.core.vp_request import VpRequest
from laurea.errors import InputError
from laurea.services import vp_exchange
from laurea.services.holding import Holding
from laurea.services.vp_exchange import Told
from tests.core.test_vp_request import URI
from tests.released import badge, release
from tests.services.test_presenting import CHEAP, NOON

BADGE: dict[str, Any] = {"id": "badge", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}}
BARE = {**BADGE, "id": "bare", "require_cryptographic_holder_binding": False}


class Asking:
    """A verifier that asks for two credentials, and somebody who types answers; what was sent, and what was shown before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.holding = Holding(folder / "wallet.laurea", "passphrase", CHEAP)
        owner = self.holding.new(at=NOON)
        for data in release([badge(1, owner), badge(2, owner)]):
            self.holding.receive(data, at=NOON)
        self.typed: list[str] = []
        self.sent: list[Any] = []
        request = VpRequest(f"redirect_uri:{URI}", URI, "n-1", "s-1", Query.of({"credentials": [BADGE, BARE]}))
        monkeypatch.setattr(vp_exchange, "ask", lambda *_, **__: request)
        monkeypatch.setattr(vp_exchange, "send", self._send)
        monkeypatch.setattr(output, "ask", lambda *_, **__: self.typed.pop(0))
        monkeypatch.setattr(output, "confirm", lambda *_, **__: None)

    def _send(self, _request: VpRequest, token: Any) -> Told:
        self.sent.append(token)
        return Told()

    def answer(self, *typed: str) -> None:
        self.typed = [*typed]
        answer("openid4vp://?", Named((), None, ()), None, lambda: self.holding, Consent(yes=False, refuse=False))


def test_for_each_part_the_one_that_was_typed_goes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asking = Asking(monkeypatch, tmp_path)
    asking.answer("2", " 1 ")

    (token,) = asking.sent
    shown = {name: Presented.parse(canonical.encode(each)).shown[0].credential.id for name, (each,) in token.items()}
    ids = {entry.number: entry.credential.id for entry in asking.holding.entries()}
    assert shown == {"badge": ids[2], "bare": ids[1]}
    said = capsys.readouterr().err
    assert said.count("signed by you, for this verifier and this once") == 1
    assert said.count("not signed by you: whoever gets it can show it as you can") == 1


def test_what_is_none_of_them_sends_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asking = Asking(monkeypatch, tmp_path)
    for typed in (("3", "1"), ("1", "x"), ("", "")):
        with pytest.raises(InputError, match="one of these is to be shown: 1, 2"):
            asking.answer(*typed)
    assert asking.sent == []
