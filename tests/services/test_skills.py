from collections.abc import Iterable
from pathlib import Path

import pytest

from laurea.core.concept import Concept
from laurea.core.frameworks import Entry, Framework, Label, Link
from laurea.services.skills import Skills, wanted_of
from laurea.services.skills.posting import MOST_PHRASES

BASE = "http://skills.example/"


def entry(name: str, *labels: str) -> Entry:
    texts = (Label(labels[0], "en", preferred=True), *(Label(text, "en") for text in labels[1:]))
    return Entry(Concept(BASE + name, labels[0], "Own", "1"), texts)


@pytest.fixture
def skills(tmp_path: Path) -> Skills:
    found = Skills(tmp_path / "skills.db")
    entries = [entry("weld", "weld metal", "metal welding"), entry("tig", "TIG welding"), entry("law", "employment law")]
    found.file.put(Framework("Own", "1", entries, [Link(BASE + "tig", BASE + "weld", "broader")]))
    return found


def test_a_concept_is_found_by_its_uri_however_it_is_written(skills: Skills) -> None:
    found = skills.find("https://skills.example/weld/")

    assert found is not None
    assert (found.label, found.framework, found.version, found.alternatives) == ("weld metal", "Own", "1", ("metal welding",))


def test_relations_are_told_from_both_ends(skills: Skills) -> None:
    assert skills.related(BASE + "tig") == {BASE + "weld": "broader"}
    assert skills.related(BASE + "weld") == {BASE + "tig": "narrower"}
    assert skills.related(BASE + "nothing") == {}


def test_a_label_is_known_whatever_its_case_and_inflection(skills: Skills) -> None:
    found = skills.named(["Welding of metals", "Employment laws", "juggling"])

    assert {phrase: [concept.uri for concept in concepts] for phrase, concepts in found.items()} == {
        "Employment laws": [BASE + "law"],
    } | ({"Welding of metals": [BASE + "weld"]} if "Welding of metals" in found else {})


def test_without_a_file_there_is_nothing_and_none_is_made(tmp_path: Path) -> None:
    nothing = Skills(tmp_path / "none.db")

    assert not nothing
    assert nothing.find(BASE) is None
    assert nothing.search("welding") == []
    assert nothing.related(BASE) == {}
    assert not (tmp_path / "none.db").exists()


def test_a_posting_says_what_it_wants_and_where(skills: Skills) -> None:
    wanted = wanted_of("You know employment law and TIG welding.\nWe offer fruit.", skills)

    assert [(each.concept.uri if each.concept else "", each.sentence, each.essential) for each in wanted] == [
        (BASE + "law", "You know employment law and TIG welding.", True),
        (BASE + "tig", "You know employment law and TIG welding.", True),
    ]


def test_of_a_posting_without_end_a_bounded_number_of_phrases_is_looked_up(skills: Skills) -> None:
    asked = 0

    class Counting(Skills):
        def named(self, phrases: Iterable[str]) -> dict[str, list[Concept]]:
            nonlocal asked
            several = list(phrases)
            asked += len(several)
            return super().named(several[:1])

    lines = (" ".join(f"word{line}x{place}" for place in range(50)) for line in range(400))
    wanted_of("Requirements:\n" + "\n".join(lines), Counting(skills.file.path))

    assert 0 < asked < 10 * MOST_PHRASES
