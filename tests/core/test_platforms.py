import pytest

from laurea.core.certificate_words import read
from laurea.core.platforms import links_in, place_of
from laurea.errors import FormatError

UUID = "0d0c9b5e-1234-4abc-8def-0123456789ab"
HEX = "88b256ce8d95476f9d2851f2304c4db7"
LINKEDIN = "1afb21ee837b1d8d7d5dff8b0e7c8baae750db41b48d984bd453106a312ed1d2"


@pytest.mark.parametrize(
    ("url", "platform", "kept"),
    [
        ("https://coursera.org/verify/N6DEUQV6FRRX", "Coursera", "https://coursera.org/verify/N6DEUQV6FRRX"),
        ("http://www.coursera.org/account/accomplishments/verify/LBUFQRNR2VWA?utm_source=x", "Coursera", "https://www.coursera.org/account/accomplishments/verify/LBUFQRNR2VWA"),
        ("https://www.coursera.org/account/accomplishments/specialization/certificate/LG34VEWDKJKZ", "Coursera", "https://www.coursera.org/account/accomplishments/specialization/certificate/LG34VEWDKJKZ"),
        ("https://coursera.org/share/efd13bbab15a4557bd91bc9431a736cb", "Coursera", "https://coursera.org/share/efd13bbab15a4557bd91bc9431a736cb"),
        (f"https://courses.edx.org/certificates/{HEX}?_gl=1*a", "edX", f"https://courses.edx.org/certificates/{HEX}"),
        (f"https://credentials.edx.org/credentials/{HEX}/", "edX", f"https://credentials.edx.org/credentials/{HEX}"),
        (f"https://verify.edx.org/cert/{HEX}", "edX", f"https://verify.edx.org/cert/{HEX}"),
        ("https://confirm.udacity.com/L3GYWLLG", "Udacity", "https://confirm.udacity.com/L3GYWLLG"),
        (f"https://graduation.udacity.com/confirm/e/{UUID}", "Udacity", f"https://graduation.udacity.com/confirm/e/{UUID}"),
        (f"https://www.linkedin.com/learning/certificates/{LINKEDIN}?trk=share_certificate", "LinkedIn Learning", f"https://www.linkedin.com/learning/certificates/{LINKEDIN}"),
        (f"https://www.credly.com/badges/{UUID}/public_url", "Credly", f"https://www.credly.com/badges/{UUID}"),
        ("https://badgr.com/public/assertions/DpTkbep1S8a-3OJ3dpU0nA?identity__email=a%40b.example", "Badgr", "https://badgr.com/public/assertions/DpTkbep1S8a-3OJ3dpU0nA"),
        ("https://www.udemy.com/certificate/UC-1/?utm_campaign=x&lang=en", "www.udemy.com", "https://www.udemy.com/certificate/UC-1/?lang=en"),
    ],
)  # fmt: skip
def test_a_link_is_known_by_its_platform_and_loses_what_tracks(url: str, platform: str, kept: str) -> None:
    found = place_of(url)

    assert (found.platform, found.url) == (platform, kept)


def test_a_badge_has_its_document_where_the_platform_gives_it() -> None:
    credly = f"https://api.credly.com/v1/obi/v2/badge_assertions/{UUID}"
    assert place_of(f"https://www.credly.com/badges/{UUID}").document == place_of(credly).document == credly
    expected = "/public/assertions/DpTkbep1?v=2_0&expand=badge&expand=badge.issuer"
    assert place_of("https://badgr.com/public/assertions/DpTkbep1").document == f"https://api.badgr.io{expected}"
    assert place_of("https://eu.badgr.com/public/assertions/DpTkbep1").document == f"https://api.eu.badgr.io{expected}"
    assert place_of("https://api.badgr.io/public/assertions/DpTkbep1.json").document == f"https://api.badgr.io{expected}"
    assert place_of("https://coursera.org/verify/N6DEUQV6FRRX").document == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://coursera.org.evil.example/verify/N6DEUQV6FRRX",
        "https://evil.example/coursera.org/verify/N6DEUQV6FRRX",
        "https://coursera.org:8443/verify/N6DEUQV6FRRX",
        f"https://credly.com/badgesx/{UUID}",
        "https://notcoursera.org/verify/N6DEUQV6FRRX",
    ],
)
def test_what_only_looks_like_a_platform_is_named_by_its_host(url: str) -> None:
    assert place_of(url).platform not in {"Coursera", "Credly"}


@pytest.mark.parametrize(
    "url",
    [
        "coursera.org/verify/N6DEUQV6FRRX",
        "javascript:alert(1)",
        "https://",
        "https://user@coursera.org/verify/N6DEUQV6FRRX",
        "https://a b.example",
        "https://[::1",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_link_is_refused(url: str) -> None:
    with pytest.raises(FormatError):
        place_of(url)


COURSERA = """Jun 21, 2023
Ada Example
Machine Learning for Beginners
an online non-credit course authorized by Example University and offered
through Coursera
has successfully completed
Verify at:
https://coursera.org/verify/N6DEUQV6FRRX
Coursera has confirmed the identity of this individual and their participation in the course."""
EDX = f"""This is to certify that
Ada Example
successfully completed and received a passing grade in
EX101x: Introduction to Programming
a course of study offered by ExampleX, an online learning initiative of Example University.
VERIFIED CERTIFICATE Issued May 3, 2022   Valid Certificate ID
courses.edx.org/certificates/{HEX}"""
UDACITY = """UDACITY CERTIFIES THAT
Ada Example
HAS SUCCESSFULLY COMPLETED THE
Data Engineer
NANODEGREE PROGRAM
March 28, 2019
Udacity has confirmed the participation of this individual in this program.
Confirm program completion at confirm.udacity.com/L3GYWLLG"""
LINKEDIN_LEARNING = """Certificate of Completion
Congratulations, Ada Example
Learning SQL Programming
Course completed on Mar 02, 2023 at 11:34AM UTC
By continuing to learn, you have expanded your perspective.
LinkedIn Learning
Certificate Id: AbCdEf"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (COURSERA.replace("offered\n", "offered "), ("Coursera", "Machine Learning for Beginners", "Example University", "2023-06-21", "https://coursera.org/verify/N6DEUQV6FRRX")),
        (COURSERA, ("Coursera", "Machine Learning for Beginners", "Example University", "2023-06-21", "https://coursera.org/verify/N6DEUQV6FRRX")),
        (EDX, ("edX", "EX101x: Introduction to Programming", "ExampleX", "2022-05-03", f"https://courses.edx.org/certificates/{HEX}")),
        (UDACITY, ("Udacity", "Data Engineer", "Udacity", "2019-03-28", "https://confirm.udacity.com/L3GYWLLG")),
        (LINKEDIN_LEARNING, ("LinkedIn Learning", "Learning SQL Programming", "LinkedIn Learning", "2023-03-02", "")),
    ],
)  # fmt: skip
def test_a_certificate_says_what_it_is_for(words: str, expected: tuple[str, ...]) -> None:
    told = read(words)

    assert (told.platform, told.title, told.issuer, told.issued, told.url) == expected


def test_words_of_anything_else_say_nothing() -> None:
    told = read("Invoice 7 of May 3, 2022. Total: 12 EUR. https://evil.example/verify/N6DEUQV6FRRX")

    assert (told.platform, told.title, told.url) == ("", "", "")


def test_a_long_text_takes_no_longer() -> None:
    assert read("\n" * 1_000_000 + "a." * 500_000).title == ""
    assert links_in("a.b/" * 200_000) == []
