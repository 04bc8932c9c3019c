"""The story: everybody does their part in its order, and what each of them saw is kept for the tests."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laurea.core.canonical import JsonObject
from tests.anvil import ROOT, Anvil
from tests.journey.typing import Said
from tests.journey.world import ESCO, Institution, Person, achievement
from tests.services.issuing_world import started

SQL, PYTHON = ("SQL", "598de5b0-5b58-4ea7-8058-a4bc4d18c742"), ("Python (computer programming)", "ccd0a1d9-afda-43d9-b901-96344886e14d")
STATISTICS, PROJECTS = ("statistics", "11430d93-c835-48ed-8e70-285fa69c9ae6"), ("manage projects", "02c61f1c-9b28-4d3a-b0e7-8e6a5b1d6b2a")
LEARNING = ("machine learning", "8369c2d6-c100-4cf6-bd8c-9668d8678433")
HOSTS = {"agency": "agency.example", "university": "university.example", "college": "college.example", "academy": "academy.example"}
FRAMEWORK = "conceptUri,conceptType,preferredLabel,altLabels,description\n" + "".join(
    f'{ESCO}{uuid},KnowledgeSkillCompetence,{label},"{others}",About {label}.\n'
    for (label, uuid), others in (
        (SQL, "structured query language"),
        (PYTHON, "Python\nPython 3"),
        (STATISTICS, "statistical methods"),
        (PROJECTS, "project management\nmanaging projects"),
        (LEARNING, "supervised learning"),
    )
)
POSTING = """Data analyst (m/f/x)

We are a regional transport operator.

Requirements:
- SQL for reporting on large tables.
- Python for cleaning and plotting data.
- Statistics: you can tell an effect from noise.
- Project management of small projects.

Nice to have:
- Machine learning.
"""
LEARNER, NAME = "L-100001", "Ada Example"
CAPSTONE = "data-analyst"


@dataclass
class Story:
    """Who takes part, and what they saw: by the moment at which it was."""

    folder: Path
    node: Anvil
    cast: dict[str, Institution]
    learner: Person
    employer: Person
    registrar: Person
    held: dict[str, str] = field(default_factory=dict)  # credential numbers in the wallet by achievement
    seen: dict[str, Said] = field(default_factory=dict)

    def options(self, person: Person) -> tuple[str, ...]:
        """What every verifier of the story passes: the agency is trusted, and nobody else is named."""
        return (
            "--rpc",
            self.node.url,
            "--trust",
            person.file("trust.json", self.trust),
            "--no-fetch",
            "--memory",
            "off",
        )  # the last two of verify alone

    @property
    def trust(self) -> JsonObject:
        document = self.cast["agency"].trust
        entries = document["issuers"]
        assert isinstance(entries, list)
        return {**document, "issuers": [{**each, "accredits": True} for each in entries if isinstance(each, dict)]}

    @property
    def handed_in(self) -> Path:
        return self.employer.folder / "candidates"


def told(folder: Path, node: Anvil) -> Story:
    """Tell the story on a node, to its end."""
    started(node)
    names = {key: f"Example {key.title()}" for key in HOSTS}
    cast = {key: Institution.founded(folder / key, node, host, names[key]) for key, host in HOSTS.items()}
    learner, employer, registrar = (Person(folder / name, node.url) for name in ("learner", "employer", "registrar"))
    story = Story(folder, node, cast, learner, employer, registrar)
    for act in (
        accredit,
        offer,
        learn,
        receive,
        look_for_work,
        hand_in,
        hire,
        credit,
        withdraw,
        hire_again,
        end_accreditation,
        judge_again,
    ):
        act(story)
    return story


def accredit(story: Story) -> None:
    """The agency accredits the three institutions, whose credentials say so from then on."""
    agency, *others = story.cast.values()
    ids = {
        each.did: agency.types("accredit", each.did, "--name", each.did, "--did-document", each.did_document).out.strip() for each in others
    }
    agency.runs()
    for each in others:
        word = each.file("accreditation.json", agency.types("show", ids[each.did]).out)
        each.types("accreditation", "add", word)
    story.seen["accreditation of the college"] = Said(0, ids[story.cast["college"].did], "")


def offer(story: Story) -> None:
    """Each institution says what can be earned; the university's two courses make an analyst."""
    university, college, academy = (story.cast[key] for key in ("university", "college", "academy"))
    university.offers(achievement("sql-for-analysts", HOSTS["university"], "SQL for Analysts", SQL))
    university.offers(achievement("python", HOSTS["university"], "Python for Data", PYTHON))
    double: dict[str, Any] = {"creditPoint": {"framework": "ECTS", "point": 6}, "creditsAvailable": 6, "volumeOfLearning": "PT150H"}
    university.offers(achievement(CAPSTONE, HOSTS["university"], "Data Analyst", SQL, **double))
    university.types(
        "stack", "add", university.file("stack.json", {"capstone": CAPSTONE, "needs": 2, "of": ["sql-for-analysts", "python"]})
    )
    college.offers(achievement("statistics", HOSTS["college"], "Statistics at Work", STATISTICS))
    academy.offers(achievement("projects", HOSTS["academy"], "Projects of Small Teams", PROJECTS))
    academy.offers(achievement("learning", HOSTS["academy"], "Machine Learning, First Steps", LEARNING))


def learn(story: Story) -> None:
    """The learner makes a wallet, earns four credentials, and is awarded the fifth for two of them."""
    holder = story.learner.types("wallet", "new", "--no-phrase").out.strip()
    university, college, academy = (story.cast[key] for key in ("university", "college", "academy"))
    for key in ("sql-for-analysts", "python"):
        university.enrols(key, LEARNER, NAME, holder)
    college.enrols("statistics", LEARNER, NAME, holder)
    academy.enrols("projects", LEARNER, NAME, holder)
    for each in (university, college, academy):
        each.runs()
    story.seen["stack after the first night"] = university.types("stack", "status", LEARNER)
    university.runs()


def receive(story: Story) -> None:
    """The learner takes the five into the wallet, and has them checked."""
    where = {
        "sql-for-analysts": "university",
        "python": "university",
        CAPSTONE: "university",
        "statistics": "college",
        "projects": "academy",
    }
    for number, (key, institution) in enumerate(where.items(), start=1):
        story.learner.types("wallet", "receive", str(story.cast[institution].released(key, LEARNER)))
        story.held[key] = str(number)
    story.seen["check"] = story.learner.types("wallet", "check", "all", *story.options(story.learner)[:-2], code=None)


def look_for_work(story: Story) -> None:
    """The learner puts a job beside the wallet, and asks what would close the gap."""
    learner = story.learner
    learner.types("skills", "import", learner.file("skills_en.csv", FRAMEWORK), "--framework", "esco", "--version", "1.2.0")
    job = learner.file("job.txt", POSTING)
    catalogue = learner.file("catalogue.json", story.cast["academy"].types("catalogue").out)
    goal = learner.file("goal.json", learner.types("match", job, "--show-requirements").out)
    learner.types(
        "wallet", "history", "add", "https://www.coursera.org/account/accomplishments/verify/ABCDEFGHIJ", "--title", "Machine Learning"
    )
    story.seen["history"] = learner.types("wallet", "history", "list")
    story.seen["audit"] = learner.types("wallet", "audit", job, "--catalogue", catalogue, "--json")
    story.seen["pathway"] = learner.types("wallet", "pathway", goal, "--catalogue", catalogue, "--json")


def hand_in(story: Story) -> None:
    """The learner shows the five to the employer, and to the registrar, without a grade or a date of birth."""
    learner = story.learner
    learner.types("wallet", "collection", "new", "Analyst", "--goal", "Data analyst at a transport operator")
    learner.types("wallet", "collection", "add", "Analyst", *story.held.values())
    for person, audience in ((story.employer, "employer.example"), (story.registrar, "registrar.example")):
        folder = story.handed_in if person is story.employer else person.folder
        folder.mkdir(parents=True, exist_ok=True)
        present = ("wallet", "collection", "present", "Analyst", "--audience", audience, "--challenge", "7f3a9c51")
        learner.types(*present, "--output", str(folder / "shown.json"))


def hire(story: Story, moment: str = "before") -> None:
    """The employer puts what was handed in beside the posting."""
    employer = story.employer
    employer.types("skills", "import", employer.file("skills_en.csv", FRAMEWORK), "--framework", "esco", "--version", "1.2.0")
    job = employer.file("job.txt", POSTING)
    match = ("match", job, str(story.handed_in), *story.options(employer))
    story.seen[f"match {moment}"] = employer.types(*match, "--json", code=None)
    story.seen[f"table {moment}"] = employer.types(*match, code=None)
    story.seen[f"side by side {moment}"] = employer.types("compare", str(story.handed_in), *story.options(employer), "--json", code=None)


def credit(story: Story, moment: str = "before") -> None:
    """The registrar reads how much credit there is for what was learnt elsewhere."""
    registrar = story.registrar
    story.seen[f"registrar {moment}"] = registrar.types(
        "registrar", str(registrar.folder / "shown.json"), *story.options(registrar), "--json", code=None
    )


def withdraw(story: Story) -> None:
    """The academy finds that a project was not the learner's own, and revokes one of the five."""
    academy = story.cast["academy"]
    academy.types("revoke", f"urn:uuid:{academy.released('projects', LEARNER).stem}", "--reason", "error")
    story.node.mine(4)


def hire_again(story: Story) -> None:
    """The employer and the registrar look once more."""
    hire(story, "after")
    credit(story, "after")


def end_accreditation(story: Story) -> None:
    """The agency takes its word on the college back; the college issues on."""
    agency, college = story.cast["agency"], story.cast["college"]
    before = str(college.released("statistics", LEARNER))
    story.seen["college, old, before"] = story.employer.types("verify", before, *story.options(story.employer), code=None)
    agency.types("revoke", story.seen["accreditation of the college"].out, "--reason", "error")
    story.node.mine(4)
    college.enrols("statistics", "L-100002", "Grace Example", "")
    college.runs()


def judge_again(story: Story) -> None:
    """What the college anchored before stands; what it anchored since does not."""
    college, employer = story.cast["college"], story.employer
    for name, learner in (("old", LEARNER), ("new", "L-100002")):
        file = str(college.released("statistics", learner))
        story.seen[f"college, {name}, after"] = employer.types("verify", file, *story.options(employer), code=None)


__all__ = ["ROOT", "Story", "told"]
