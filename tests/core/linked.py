"""Credentials for the tests of linked data: badges as the issuer makes them, of achievements with all that Open Badges allows."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from laurea.core import canonical
from laurea.core.achievement import Achievement
from laurea.core.badge import IssuerProfile, Making, build
from laurea.core.bitstring import MIN_ENTRIES
from laurea.core.canonical import Json, JsonObject
from laurea.core.roster import Row
from laurea.core.status_list import Entry

# Control characters are left out: PyLD does not escape them as RDFC-1.0 asks, so it is no judge of those.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t\r"\\%'), min_size=1, max_size=12).filter(
    lambda text: text.isprintable() or "\n" in text
)
iris = st.sampled_from(
    ("https://example.edu/a", "https://example.edu/b", "urn:uuid:5d0f4a54-6c1d-4a39-9a55-0f4a8c8f3c11", "did:web:x.example")
)
few = st.integers(0, 2)


@st.composite
def achievements(draw: st.DrawFn) -> JsonObject:
    """An achievement with some of what it may have, equal parts among them."""
    alignment = st.fixed_dictionaries(
        {"type": st.just(["Alignment"]), "targetName": st.sampled_from(("SQL", "R")), "targetUrl": iris},
        optional={"targetCode": texts, "targetFramework": texts, "targetType": st.sampled_from(("ceasn:Competency", "ext:Skill"))},
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "inLanguage": st.sampled_from(("en", "de-AT")),
        "creditsAvailable": st.sampled_from((3, 2.5, 0)),
        "tag": st.lists(st.sampled_from(("sql", "data", "sql ")), min_size=1, max_size=3),
        "alignment": st.lists(alignment, min_size=1, max_size=3),
        "achievementType": st.sampled_from(("MicroCredential", "Course", "ext:Other")),
        "fieldOfStudy": texts,
        "image": st.just({"id": "https://example.edu/image.png", "type": "Image", "caption": "A badge"}),
        "creator": st.just({"id": "did:web:example.edu", "type": ["Profile"], "name": "Example University"}),
    }
    return draw(
        st.fixed_dictionaries(
            {
                "id": st.just("https://example.edu/achievements/x"),
                "type": st.just(["Achievement"]),
                "humanCode": st.just("x"),
                "name": texts,
                "description": texts,
                "criteria": st.fixed_dictionaries({"narrative": texts}, optional={"id": iris}),
            },
            optional=optional,
        )
    )


@st.composite
def credentials(draw: st.DrawFn) -> JsonObject:
    """A credential as the issuer makes it."""
    achievement = Achievement.parse(canonical.dump(draw(achievements())))
    row = Row(
        learner=draw(texts),
        name=draw(texts),
        achievement="x",
        evidence=draw(st.none() | iris),
        evidence_name=draw(st.none() | texts),
        holder=draw(st.none() | st.just("did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")),
        awarded=draw(st.none() | st.just(datetime(2026, 5, 1, tzinfo=UTC))),
        valid_until=draw(st.none() | st.just(datetime(2030, 5, 1, tzinfo=UTC))),
    )
    issuer = IssuerProfile("did:web:example.edu", draw(texts), draw(st.none() | st.just("https://example.edu")), None)
    number = draw(st.integers(0, 999))
    status_entry = Entry("suspension", draw(st.integers(0, MIN_ENTRIES - 1)), "https://example.edu/status/1-suspension.json")
    status: list[Json] = [status_entry.document()] if draw(st.booleans()) else []
    making = Making(f"urn:uuid:00000000-0000-4000-8000-{number:012d}", datetime(2026, 5, 2, tzinfo=UTC), f"{number:032x}", status)
    return build(achievement, row, issuer, making)
