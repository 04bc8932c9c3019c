"""What the page says of each check and verdict, to whoever was shown a credential."""

from collections.abc import Mapping

from laurea.core.composition import Found
from laurea.core.report import Verdict
from laurea.web.wallet.language import N_

FOUND: Mapping[tuple[str, str], str] = {
    ("format", "passed"): N_("It is written as the standards for credentials say."),
    ("format", "failed"): N_("It is not written as the standards for credentials say."),
    ("integrity", "passed"): N_("Nothing in it was changed since it was issued."),
    ("integrity", "failed"): N_("Something in it was changed after it was issued."),
    ("integrity", "unknown"): N_("It is not anchored, so a change would show by its signature only."),
    ("anchor", "passed"): N_("It is recorded on the public chain, for good."),
    ("anchor", "failed"): N_("The public chain has no record of it that counts."),
    ("anchor", "unknown"): N_("Whether the public chain has a record of it could not be found out."),
    ("revocation", "passed"): N_("The issuer has not taken it back."),
    ("revocation", "failed"): N_("The issuer has taken it back, for good or for a while."),
    ("revocation", "unknown"): N_("Whether the issuer has taken it back could not be found out."),
    ("issuer", "passed"): N_("The issuer is who it says, as this service's trust list, an accreditation or its own domain confirms."),
    ("issuer", "failed"): N_("It does not come from the issuer that it names."),
    ("issuer", "unknown"): N_("This service does not know whether the issuer is who it says."),
    ("signature", "passed"): N_("The issuer's signature is good."),
    ("signature", "failed"): N_("The issuer's signature is wrong."),
    ("signature", "unknown"): N_("The issuer's signature could not be checked."),
    ("signature", "skipped"): N_("It carries no signature that had to be checked."),
    ("validity", "passed"): N_("Its dates are good."),
    ("validity", "failed"): N_("Its dates are not good: it has expired, or has not begun."),
    ("validity", "unknown"): N_("Its dates could not be read."),
    ("holder", "passed"): N_("The person whom it names has signed your question just now."),
    ("holder", "failed"): N_("The person whom it names has not signed your question."),
    ("holder", "unknown"): N_("Whether the person whom it names has signed could not be found out."),
    ("holder", "skipped"): N_("Nobody was asked to sign, so anybody who has a copy could have sent it."),
}

# What would decide a check that is open.
DECIDES: Mapping[str, str] = {
    "integrity": N_("Ask for the anchored credential: it carries a proof that leads to the public chain."),
    "anchor": N_("Check it again later: when the nodes of the chain answer, or when its record is final."),
    "revocation": N_("Check it again later, or have the operator of this service give it the list that the credential names."),
    "issuer": N_("The operator of this service can take the issuer into the list of those whom it trusts."),
    "signature": N_("A key that is known to be the issuer's would decide it."),
    "validity": N_("Ask the issuer for one with dates that can be read."),
    "holder": N_("Ask the holder to sign again."),
}

VERDICTS: Mapping[Verdict, tuple[str, str, str]] = {
    Verdict.VALID: ("✓", N_("Valid"), N_("Every check that was needed was passed.")),
    Verdict.INVALID: ("✕", N_("Not valid"), N_("At least one check has failed. Do not rely on it.")),
    Verdict.UNDECIDED: (
        "?",
        N_("Undecided"),
        N_("Nothing was found to be wrong, but something could not be found out. It is neither confirmed nor refuted."),
    ),
}

PARTS: Mapping[Found, tuple[str, str]] = {
    Found.VALID: ("✓", N_("It was shown, and it is valid.")),
    Found.INVALID: ("✕", N_("It was shown, and it is not valid.")),
    Found.UNDECIDED: ("?", N_("It was shown, and it could not be decided.")),
    Found.NOT_SHOWN: ("○", N_("It was not shown, so nothing is known about it.")),
}
