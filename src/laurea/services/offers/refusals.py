"""What an issuer has against a request, in words for people, with what to do (OpenID4VCI 1.0, 6.3, 8.3.1 and 9.3; RFC 6750, 3.1)."""

from laurea.core.canonical import Json
from laurea.errors import InputError

ANOTHER = "ask the issuer for another offer"
PENDING = "issuance_pending"  # of drafts: 1.0 has status 202 for it
WRONG_NONCE = "invalid_nonce"
ENDED = "invalid_token"

# Nothing will come of asking again for what was deferred.
FINAL = {"invalid_transaction_id", "credential_request_denied", ENDED, "insufficient_scope", "unknown_credential_configuration"}

WORDS = {
    "invalid_grant": ("the issuer does not take the code: it is wrong, was used already, or has expired", "look at the code that the issuer sent you, or ask the issuer for another offer"),
    "invalid_request": ("the issuer does not take the code in this form", "look at the code that the issuer sent you, or ask the issuer for another offer"),
    "invalid_client": ("the issuer gives credentials to wallets that it knows alone", "ask the issuer for an offer that any wallet can take"),
    "unauthorized_client": ("the issuer gives credentials to wallets that it knows alone", "ask the issuer for an offer that any wallet can take"),
    "unsupported_grant_type": ("the issuer does not take its own code", ANOTHER),
    ENDED: ("the permission to fetch the credential has ended", ANOTHER),
    "insufficient_scope": ("the permission to fetch the credential is for another one", ANOTHER),
    "credential_request_denied": ("the issuer will not issue this credential", "ask the issuer why"),
    "unknown_credential_configuration": ("the issuer does not know what it offered", ANOTHER),
    "unknown_credential_identifier": ("the issuer does not know what it offered", ANOTHER),
    "invalid_proof": ("the issuer does not take the proof of your key", "see that the clock of this machine is right, and ask the issuer for another offer"),
    WRONG_NONCE: ("the issuer does not take the challenge that it gave itself", "try again, or ask the issuer for another offer"),
    "invalid_encryption_parameters": (
        "the issuer wants what is sent to be encrypted once more, which this wallet does not do",
        "ask the issuer for an offer that wallets without this can take",
    ),
    "invalid_transaction_id": ("the issuer does not know this any more: it was fetched already, or has expired", ANOTHER),
}  # fmt: skip


class Refusal(InputError):
    """An issuer refused: `code` is what it calls the reason, "" for none; `interval`, if it names one, are the seconds to wait."""

    def __init__(self, message: str, *, hint: str, code: str, interval: Json = None) -> None:
        """Keep the code."""
        super().__init__(message, hint=hint)
        self.code = code
        self.interval = interval


def refusal(code: str, description: str, interval: Json = None) -> Refusal:
    """Return the error for a code of an issuer; its own description is told when we have no words for the code."""
    message, hint = WORDS.get(code, ("the issuer refuses", ANOTHER))
    if code not in WORDS and (description or code.isidentifier()):
        message = f"the issuer refuses: {description or code[:60]}"
    return Refusal(message, hint=hint, code=code, interval=interval)
