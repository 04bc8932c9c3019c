"""Messages of errors that a learner may meet and that other layers raise: here they are marked for the catalogues, and nowhere else."""

from laurea.web.wallet.language import N_

ERRORS = (
    N_("the link is unknown, was used already, or has expired"),
    N_("ask the issuer for another"),
    N_("this link is none that a wallet can answer"),
    N_("the link is not https: whoever is on the way could read it"),
    N_("ask the issuer for a link that is"),
    N_("the issuer refuses: the credential belongs to another wallet, or this clock is wrong"),
    N_("the host is not given by an https URL without user and query"),
    N_("for example https://share.example.edu"),
    N_("the host is not reached by https: whoever is on the way could change its page and learn the key"),
    N_("this link has ended or never was"),
    N_("ask whoever shared it for another"),
    N_("the credential was not taken: it has no proof, so anybody may have written it"),
    N_("ask the issuer for it again"),
    N_("the document is not a JSON object, so it is no credential"),
    N_("the document is an Open Badges 2.0 assertion: only its issuer's server can say whether it is good"),
    N_("ask the issuer for the same badge as Open Badges 3.0"),
    N_("a copy that was scaled, converted or photographed has lost it: take the original"),
    N_("the PNG carries no credential"),
    N_("the SVG carries no credential"),
    N_("the PDF carries no credential"),
    N_("the words do not fit together"),
    N_("two of them may be in the wrong order, or one is another word of the list"),
    N_("this is no phrase: it is too long"),
    N_("look at what was written down"),
    N_("this link is not in the wallet any more"),
    N_("receive it into the wallet that it was issued to, or ask the issuer for one to this DID"),
    N_("only copies of the same wallet are merged; receive its credentials one by one if they name this wallet"),
)
