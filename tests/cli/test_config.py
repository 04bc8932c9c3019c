"""The configuration file: read whole, or refused with every wrong entry named."""

from datetime import timedelta
from pathlib import Path

import pytest

from laurea.config import ServiceSettings, Settings
from laurea.errors import ConfigError
from laurea.fetch.guard import PUBLIC, FetchPolicy
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy
from tests.anvil import ROOT

WHOLE = """
[chains."eip155:11155111"]
rpc = ["https://one.example", "https://two.example/key"]
currency = "SepoliaETH"
explorer = "https://sepolia.example/tx/{tx}"

[signers.anchor]
url = "https://signer.internal:9000"

[signers.revoke]
variable = "REVOKE_SECRET"

[issuing]
max_fee_gwei = 1.5
bump_after_seconds = 60

[service]
url = "https://badges.example.edu/"
invitation_days = 30
claim_days = 10
requests_a_minute = 50

[mail]
host = "smtp.example.edu"
sender = "badges@example.edu"
user = "badges"
password_variable = "SMTP_PASSWORD"

[status]
purposes = ["revocation", "suspension"]
valid_hours = 48

[fetch]
private_hosts = ["badges.internal.example"]
ports = [443, 8443]

[verifier]
memory = "finality.json"
"""


def load(folder: Path, text: str) -> Settings:
    path = folder / "laurea.toml"
    path.write_text(text)
    return Settings.load(path, required=True)


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE)

    assert (found.verifier.memory, found.beside("finality.json")) == ("finality.json", tmp_path / "finality.json")
    chain = found.chains[11155111]
    assert (found.rpc[11155111], chain.currency) == (("https://one.example", "https://two.example/key"), "SepoliaETH")
    assert chain.explorer == "https://sepolia.example/tx/{tx}"
    assert (found.signers["anchor"].url, found.signers["revoke"].variable) == ("https://signer.internal:9000", "REVOKE_SECRET")
    assert (found.issuing.max_fee_gwei, found.issuing.bump_after_seconds) == (1.5, 60)
    assert found.service == ServiceSettings(url="https://badges.example.edu", invitation_days=30, claim_days=10, requests_a_minute=50)
    assert found.statuses == StatusPolicy(
        "https://badges.example.edu/status", ("revocation", "suspension"), timedelta(hours=48), timedelta(hours=1)
    )
    assert found.mail is not None
    assert (found.mail.host, found.mail.port, found.mail.security, found.mail.sender) == (
        "smtp.example.edu",
        587,
        "starttls",
        "badges@example.edu",
    )


def test_the_example_of_the_guide_is_a_whole_file(tmp_path: Path) -> None:
    guide = (ROOT / "docs/configuration.md").read_text()
    found = load(tmp_path, guide.split("```toml\n")[1].split("```")[0])

    assert (len(found.rpc[11155111]), found.signers["anchor"].url is not None, found.mail is not None) == (3, True, True)


def test_staples_are_asked_for(tmp_path: Path) -> None:
    assert load(tmp_path, "[issuing]\nstaples = true\n").issuing.staples


@pytest.mark.parametrize("suites", [[], ["eddsa-jcs-2022"], ["eddsa-jcs-2022", "eddsa-rdfc-2022"]])
def test_signatures_may_be_fewer_or_in_another_order(tmp_path: Path, suites: list[str]) -> None:
    assert load(tmp_path, f"[issuing]\nsignatures = {suites}\n").issuing.signatures == tuple(suites)


def test_an_empty_file_and_none_are_the_defaults(tmp_path: Path) -> None:
    for found in (load(tmp_path, ""), Settings.load(tmp_path / "nowhere.toml", required=False)):
        assert (found.rpc, found.signers, found.mail) == ({}, {}, None)
        assert (found.service.url, found.service.invitation_days, found.issuing.max_fee_gwei) == (None, 14, 200)
        assert found.statuses == NO_STATUS
        assert not found.issuing.staples
        assert found.issuing.signatures == ("eddsa-rdfc-2022", "eddsa-jcs-2022")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[chain]\n", "unknown entry 'chain'"),
        ("chains = 1\n", "chains is not a table"),
        ('[chains]\n"eip155:1" = 1\n', "chains.'eip155:1' is not a table"),
        ('[chains."eip155:1"]\n', "chains.'eip155:1'.rpc: Field required"),
        ('[chains."eip155:1"]\nrpc = []\n', "chains.'eip155:1'.rpc: "),
        ('[chains."eip155:1"]\nrpc = ["ftp://x"]\n', "rpc.0: an RPC URL is not an absolute http or https URL"),
        ('[chains."eip155:1"]\nrpc = ["https://x"]\nexplorer = "https://y"\n', "not a URL with {tx}"),
        ('[chains."mainnet"]\nrpc = ["https://x"]\n', "chains: 'mainnet'"),
        ("[signers.anchor]\n", "signers.anchor needs either a url or a variable"),
        ('[signers.anchor]\nurl = "https://x"\nvariable = "Y"\n', "signers.anchor needs either a url or a variable"),
        ('[signers.anchor]\nvariable = "a b"\n', "not the name of an environment variable"),
        ("[issuing]\nmax_fee_gwei = 0\n", "issuing.max_fee_gwei: "),
        ("[issuing]\nmax_fee_gwei = nan\n", "issuing.max_fee_gwei: "),
        ("[issuing]\nbump_after_seconds = 1.5\n", "issuing.bump_after_seconds: "),
        ('[issuing]\nsignatures = ["ecdsa-jcs-2019"]\n', "issuing.signatures: not some of eddsa-rdfc-2022, eddsa-jcs-2022, each once"),
        ('[issuing]\nsignatures = ["eddsa-jcs-2022", "eddsa-jcs-2022"]\n', "issuing.signatures: not some of"),
        ('[issuing]\nsignatures = "eddsa-jcs-2022"\n', "issuing.signatures: "),
        ('[service]\nurl = "badges.example"\n', "service.url: not an http or https URL without query"),
        ("[service]\ninvitation_days = -1\n", "service.invitation_days: "),
        ("[service]\nclaim_days = true\n", "service.claim_days: "),
        ("[service]\nport = 80\n", "service.port: Extra inputs are not permitted"),
        ('[service]\nurl = "https://x"\nopenbadges_api = true\n', "service.openbadges_api needs service.url, service.terms_url and"),
        ('[service]\nterms_url = "x"\n', "service.terms_url: not an http or https URL"),
        ("[status]\n", "status.purposes: Field required"),
        ('[status]\nurl = "https://x"\npurposes = []\n', "status.purposes: "),
        ('[status]\nurl = "https://x"\npurposes = ["refresh"]\n', "status.purposes: not some of revocation, suspension, each once"),
        ('[status]\nurl = "https://x"\npurposes = ["suspension", "suspension"]\n', "status.purposes: not some of"),
        ('[status]\nurl = "x"\npurposes = ["suspension"]\n', "status.url: not an http or https URL"),
        ('[status]\nurl = "https://x"\npurposes = ["suspension"]\nvalid_hours = 0\n', "status.valid_hours: "),
        ('[status]\nurl = "https://u:p@x/s"\npurposes = ["suspension"]\n', "status.url: not an http or https URL without user"),
        ('[status]\nurl = "https://x/a b"\npurposes = ["suspension"]\n', "status.url: not an http or https URL without user"),
        ('[status]\nurl = "https://x"\npurposes = ["suspension"]\nvalid_hours = 1\nttl_minutes = 61\n', "ttl_minutes is longer than"),
        ('[status]\npurposes = ["suspension"]\n', "status needs a url, or the service one"),
        ('[mail]\nhost = "x"\n', "mail.sender: Field required"),
        ('[mail]\nhost = "x"\nsender = "nobody"\n', "not a mail address like badges@example.edu"),
        ('[mail]\nhost = "x"\nsender = "a@b"\nsecurity = "ssl"\n', "mail.security: "),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)

    assert says in str(caught.value)


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "[issuing]\nmax_fee_gwei = 0\n[service]\nclaim_days = 0\n[nonsense]\n")

    assert all(word in str(caught.value) for word in ("'nonsense'", "max_fee_gwei", "claim_days"))


def test_a_value_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, '[chains."eip155:1"]\nrpc = ["ftp://user:hunter2@x"]\n')

    assert "hunter2" not in str(caught.value)


def test_what_may_be_fetched_is_https_in_public_unless_it_is_said(tmp_path: Path) -> None:
    policy = load(tmp_path, WHOLE).fetch.policy

    assert policy == FetchPolicy(frozenset({"badges.internal.example"}), frozenset({443, 8443}))
    assert Settings().fetch.policy == PUBLIC
    assert load(tmp_path, "[fetch]\nenabled = false\n").fetch.policy is None


@pytest.mark.parametrize(
    "wrong", ['private_hosts = ["Badges"]', 'private_hosts = ["https://a"]', "ports = [0]", "ports = []", 'enabled = "no"', "more = 1"]
)
def test_what_may_be_fetched_is_said_properly(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigError, match="fetch"):
        load(tmp_path, f"[fetch]\n{wrong}\n")


def test_reminders_go_with_mail(tmp_path: Path) -> None:
    def reminders(mail: str) -> object:
        path = tmp_path / "laurea.toml"
        path.write_text(f'[service]\nurl = "https://x.example"\n{mail}')
        reach = Settings.load(path, required=True).reach
        return None if reach is None else reach.reminders

    mail = '[mail]\nhost = "smtp.x.example"\nsender = "a@x.example"\n'
    assert (reminders(""), reminders(mail), reminders(f"{mail}remind_days = [60, 14]")) == ((), (), (60, 14))
    for wrong in ("[0]", "[1000]", '["soon"]'):
        with pytest.raises(ConfigError, match="remind_days"):
            reminders(f"{mail}remind_days = {wrong}")
