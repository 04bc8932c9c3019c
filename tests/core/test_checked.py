"""What those who decide look at: whether an issuer is accredited is told from what check 5 says, whatever a host says of its document."""

import pytest

from laurea.core.checked import Checked
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
