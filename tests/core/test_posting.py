"""What postings ask for: the lines that do, and above all those that do not."""

import pytest

from laurea.core.phrases import named_items, phrases
from laurea.core.posting import sentences


def asked(text: str) -> list[tuple[str, bool]]:
    return [(sentence.asks, sentence.essential) for sentence in sentences(text)]


def test_headings_say_what_is_a_must_and_what_is_nice_to_have() -> None:
    text = "Requirements\n- weld metal\n\nNice to have:\n- paint\n\nWe offer\n- free massages\n\nYour tasks\n1. read plans\n"

    assert asked(text) == [("weld metal", True), ("paint", False), ("read plans", True)]


@pytest.mark.parametrize(
    ("heading", "essential"),
    [
        ("Ihr Profil:", True),
        ("Von Vorteil:", False),
        ("Anforderungen", True),
        ("Requisitos:", True),
        ("Se valorará:", False),
        ("Funciones", True),
    ],
)
def test_headings_in_german_and_spanish_are_understood(heading: str, essential: bool) -> None:
    assert asked(f"{heading}\n- Metall\n") == [("Metall", essential)]


@pytest.mark.parametrize("heading", ["Wir bieten:", "Ofrecemos:", "About us", "How to apply", "Benefits"])
def test_what_the_employer_says_of_itself_is_no_wish(heading: str) -> None:
    assert asked(f"{heading}\n- welding courses\n") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "No experience with welding is needed.",
        "You do not need a degree in welding.",
        "Knowledge of welding is not required.",
        "No previous experience with welding",
        "We will teach you welding.",
        "Keine Erfahrung im Schweissen erforderlich.",
        "Vorkenntnisse im Schweissen sind nicht erforderlich.",
        "No se requiere experiencia en soldadura.",
    ],
)
def test_what_is_not_needed_is_no_wish(sentence: str) -> None:
    assert asked(f"Requirements\n- {sentence}\n") == []


def test_only_the_clause_that_is_denied_is_left_out() -> None:
    assert asked("Requirements\n- You can weld, but painting is not required.\n") == [("You can weld", True)]
    assert asked("Requirements\n- You know contract law, rather than criminal law.\n") == [("You know contract law", True)]


@pytest.mark.parametrize(
    "sentence", ["Welding is a plus.", "Ideally you can weld.", "Schweissen ist von Vorteil.", "Se valora saber soldar."]
)
def test_a_sentence_may_say_itself_that_it_is_nice_to_have(sentence: str) -> None:
    assert [essential for _, essential in asked(f"Requirements\n- {sentence}\n")] == [False]


def test_before_any_heading_a_sentence_must_speak_of_who_is_wanted() -> None:
    text = "We weld bridges.\nWelding since 1931.\nYou can weld.\nWe are looking for a welder.\n- paint\n"

    assert [text for text, _ in asked(text)] == ["You can weld", "We are looking for a welder", "paint"]


def test_phrases_do_not_cross_punctuation_nor_begin_with_small_words() -> None:
    found = [phrase.text for phrase in phrases("use of the lathe, paint")]

    assert found == ["use of the lathe", "use", "lathe", "paint"]


def test_names_after_experience_with_are_items() -> None:
    assert named_items("Experience with Terraform, Kubernetes and SAP S/4HANA in a team")[:2] == ["Terraform", "Kubernetes"]
    assert named_items("Erfahrung mit Terraform") == ["Terraform"]
    assert named_items("experience with people and their needs") == []
    assert named_items("Terraform is what we sell") == []
