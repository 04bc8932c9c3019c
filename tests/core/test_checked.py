"""What those who decide look at: whether an issuer is accredited is told from what check 5 says, whatever a host says of its document."""

import pytest

from laurea.core import disclosure
from laurea.core.checked import EARNED, EVIDENCE, Checked
from laurea.core.matching import Fit, match
from laurea.core.requirement import Requirement, Requirements
from laurea.core.transfer import propose
from laurea.core.transfer_rules import DEFAULT
from laurea.core.trust import Trust
from tests.core.test_issuer import COMPLETE, FACTS, document, knowing, vouched
from tests.core.world import judge, trust_of

VOUCHES = "Ministry of Education, an accreditor on the trust list, vouches for did:web:issuer.example"


def seen(trust: Trust) -> Checked:
    return Checked("a.json", COMPLETE, judge(COMPLETE, FACTS, trust))


@pytest.mark.parametrize(
    ("trust", "accredited"),
    [
        (knowing(None, vouched()), True),
        (knowing(document(), vouched()), True),
        (knowing(document(trouble="no answer"), vouched()), True),
        (knowing(document()), False),
        (knowing(document(), vouched(problem="it ended")), False),
        (knowing(document(trouble=VOUCHES)), False),
        (knowing(document(trouble=f"x) and the registry name each other; {VOUCHES}")), False),
        (trust_of(), False),
        (knowing(), None),
        (knowing(None, vouched(problem=VOUCHES)), None),
    ],
)
def test_an_issuer_is_accredited_when_an_accreditor_vouches_for_it(trust: Trust, accredited: bool | None) -> None:
    assert seen(trust).accredited is accredited


def test_what_its_holder_may_hide_is_said_wherever_something_is_decided_on_it() -> None:
    hidden = disclosure.derive(COMPLETE, lambda pointer: pointer not in {EARNED, EVIDENCE})
    whole, part = (Checked("a.json", each, judge(each, FACTS, knowing(None, vouched()))) for each in (COMPLETE, hidden))
    about = Requirements("x", (Requirement("x", "x", achievement=whole.learning().achievement),))
    (sure,), (unsure,) = (match(about, [each.beside("it")]) for each in (whole, part))

    assert (sure.fit, unsure.fit) == (Fit.MET, Fit.MET)
    assert unsure.reason == f"{sure.reason} (how many credits were earned may be hidden)"
    decide = [propose([each], DEFAULT).proposals[0].decide for each in (whole, part)]
    assert [line for line in decide[1] if line not in decide[0]] == [
        "how many credits were earned: that may be hidden",
        "whether it was awarded for others that are counted, too: its evidence may be hidden",
    ]
