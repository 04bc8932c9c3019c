"""Frameworks as their publishers give them away: small files of the same form, the skills in them our own."""

import json

import pytest

from laurea.core.frameworks import READERS, Framework, Given, Source
from laurea.errors import FormatError

ESCO = "http://data.europa.eu/esco/skill/"
HEADER = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,definition,inScheme,description\n"
ENGLISH = (
    HEADER
    + f'KnowledgeSkillCompetence,{ESCO}1,skill/competence,cross-sector,fold paper,"paper folding\nfold sheets",,released,2026-01-01,,,s,"Fold, by hand."\n'
    + f"KnowledgeSkillCompetence,{ESCO}2,knowledge,,origami,,,released,,,,s,The art.\n"
    + f"KnowledgeSkillCompetence,{ESCO}9,knowledge,,gone,,,obsolete,,,,s,\n"
)
GERMAN = HEADER + f"KnowledgeSkillCompetence,{ESCO}1,skill/competence,,Papier falten,,,released,,,,s,Von Hand.\n"
BROADER = f"conceptType,conceptUri,conceptLabel,broaderType,broaderUri,broaderLabel\nKnowledgeSkillCompetence,{ESCO}2,origami,K,{ESCO}1,fold paper\n"
RELATED = f"originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\n{ESCO}1,k,essential,k,{ESCO}3\n"


def read(kind: str, *files: tuple[str, str], **given: str) -> Framework:
    return READERS[kind]([Source(name, text.encode()) for name, text in files], Given(**given))


def test_esco_is_read_in_all_its_languages_with_its_relations() -> None:
    found = read(
        "esco",
        ("skills_de.csv", GERMAN),
        ("skills_en.csv", "\ufeff" + ENGLISH),
        ("broaderRelationsSkillPillar_en.csv", BROADER),
        ("skillSkillRelations_en.csv", RELATED),
        version="1.2.0",
    )

    fold, origami = found.entries
    assert (fold.concept.label, fold.concept.framework, fold.concept.version, fold.concept.description) == (
        "fold paper",
        "ESCO",
        "1.2.0",
        "Fold, by hand.",
    )
    assert [(label.text, label.language, label.preferred) for label in fold.labels] == [
        ("fold paper", "en", True),
        ("paper folding", "en", False),
        ("fold sheets", "en", False),
        ("Papier falten", "de", True),
    ]
    assert (origami.concept.kind, [label.text for label in origami.labels]) == ("knowledge", ["origami"])
    assert [(link.source, link.target, link.relation) for link in found.links] == [
        (ESCO + "2", ESCO + "1", "broader"),
        (ESCO + "1", ESCO + "3", "related"),
    ]


def test_a_table_of_something_else_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match=r"occupations_en\.csv is no table of ESCO's skills"):
        read("esco", ("occupations_en.csv", "conceptType,title\nOccupation,baker\n"))
    with pytest.raises(FormatError, match="none of the files names skills"):
        read("esco", ("broaderRelationsSkillPillar_en.csv", BROADER))
    with pytest.raises(FormatError, match=r"skills_en\.csv is not UTF-8"):
        READERS["esco"]([Source("skills_en.csv", HEADER.encode() + b"\xff")], Given())


def test_onet_elements_stand_below_one_another_and_technologies_have_pages() -> None:
    reference = 'Element ID\tElement Name\tDescription\n2.A\tBasic Skills\tDeveloped capacities\n2.A.1\tContent\tBackground\n2.A.1.a\tReading "well"\tUnderstanding\n'
    technology = "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand\n15-1.00\tMicrosoft Excel\t43232110\tSpreadsheet software\tY\tY\n15-2.00\tMicrosoft Excel\t43232110\tSpreadsheet software\tY\tY\n"
    skills = 'O*NET-SOC Code\tTitle\tElement ID\tElement Name\tScale ID\n15-1.00\tChief\t2.A.1.a\tReading "well"\tIM\n'

    found = read(
        "onet", ("Content Model Reference.txt", reference), ("Technology Skills.txt", technology), ("Skills.txt", skills), version="30.1"
    )

    concepts = {entry.concept.uri: entry.concept for entry in found.entries}
    reading = concepts["https://www.onetonline.org/find/descriptor/result/2.A.1.a"]
    assert (reading.label, reading.code, reading.kind, reading.description, reading.version) == (
        'Reading "well"',
        "2.A.1.a",
        "Skill",
        "Understanding",
        "30.1",
    )
    assert concepts["https://www.onetonline.org/search/tech/example?e=Microsoft+Excel"].description == "Spreadsheet software"
    assert len(concepts) == 4
    assert [(link.source[-7:], link.target[-5:]) for link in found.links] == [("t/2.A.1", "t/2.A"), ("2.A.1.a", "2.A.1")]
    with pytest.raises(FormatError, match="names neither"):
        read("onet", ("Occupation Data.txt", "O*NET-SOC Code\tTitle\n1\tChief\n"))


def test_a_case_package_says_its_own_name_and_version() -> None:
    item = {
        "identifier": "1",
        "uri": "https://case.example/1",
        "fullStatement": "Can add  numbers up to 100",
        "humanCodingScheme": "M.1",
        "CFItemType": "Skill",
    }
    other = {"uri": "https://case.example/2", "fullStatement": "Arithmetic, all of it", "abbreviatedStatement": "Arithmetic"}
    link = {"associationType": "isChildOf", "originNodeURI": {"uri": item["uri"]}, "destinationNodeURI": {"uri": other["uri"]}}
    package = {
        "CFDocument": {"title": "Maths", "version": "2", "language": "en"},
        "CFItems": [item, other, {"uri": "x"}, 7],
        "CFAssociations": [link, {"associationType": "replacedBy"}],
    }

    found = READERS["case"]([Source("package.json", json.dumps(package).encode())], Given())

    assert (found.name, found.version, [(each.concept.label, each.concept.code) for each in found.entries]) == (
        "Maths",
        "2",
        [("Can add numbers up to 100", "M.1"), ("Arithmetic", "")],
    )
    assert [(each.source, each.target, each.relation) for each in found.links] == [
        ("https://case.example/1", "https://case.example/2", "broader")
    ]
    with pytest.raises(FormatError, match="it has no CFItems"):
        read("case", ("package.json", '{"CFDocument": {}}'))


def test_ones_own_table_may_have_a_row_for_each_language() -> None:
    table = "uri,label,alternatives,broader,language\nurn:x:1,weld,welding|join metal,,en\nurn:x:1,schweißen,,,de\nurn:x:2,weld pipes,,urn:x:1,en\n"

    found = read("own", ("own.csv", table), name="Guild")

    assert [[label.text for label in entry.labels] for entry in found.entries] == [
        ["weld", "welding", "join metal", "schweißen"],
        ["weld pipes"],
    ]
    assert [(link.source, link.target) for link in found.links] == [("urn:x:2", "urn:x:1")]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("uri,title\nurn:x:1,weld\n", "unknown column title"),
        ("uri\nurn:x:1\n", "no column uri or label"),
        ("uri,label\nweld,weld\n", r"own\.csv, row 2: each concept needs"),
        ("uri,label\njavascript:alert(1),weld\n", "row 2"),
        ('uri,label\nurn:x:1,"weld\n', "is not a table"),
    ],
)
def test_a_wrong_table_is_refused_with_the_place(table: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        read("own", ("own.csv", table), name="Guild")


def test_ones_own_framework_needs_a_name() -> None:
    with pytest.raises(FormatError, match="needs a name"):
        read("own", ("own.csv", "uri,label\nurn:x:1,weld\n"))
