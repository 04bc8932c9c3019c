import pytest

from laurea.core.concept import uri_key

KEY = "http://data.europa.eu/esco/skill/ccd0a1d9"


@pytest.mark.parametrize(
    "uri", [KEY, "https://data.europa.eu/esco/skill/ccd0a1d9", KEY + "/", "HTTP://Data.Europa.EU/esco/skill/ccd0a1d9", f" {KEY} "]
)
def test_a_concept_is_the_same_however_its_uri_is_written(uri: str) -> None:
    assert uri_key(uri) == KEY


def test_the_case_of_a_path_matters_and_other_schemes_are_left_alone() -> None:
    assert uri_key("http://a.example/B") != uri_key("http://a.example/b")
    assert uri_key("urn:uuid:B/") == "urn:uuid:B/"
