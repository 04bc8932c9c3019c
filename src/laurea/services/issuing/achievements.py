"""Achievements: what credentials can be issued for."""

from laurea.core import linked_data
from laurea.core.achievement import Achievement
from laurea.core.aligning import Imported, aligned
from laurea.core.quality import Lint, contradictions, lint
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import AchievementRow


def add(issuer: Issuer, data: bytes, imported: Imported | None = None, *, unknown: bool = False) -> str:
    """Keep an achievement and return the key by which rosters name it; the same file again changes nothing.

    Its alignments are looked up in the frameworks that were imported; concepts that those do not have are taken if `unknown` is true.
    Raises FormatError when it is none, InputError when another one has its key: credentials of that may be out.
    """
    achievement = Achievement.parse(data)
    achievement.require_assessed()
    _require_agreement(achievement)
    _require_aligned(achievement, imported, unknown=unknown)
    _require_signable(achievement)
    with issuer.database.write() as session:
        known = Profiles(session).achievement(achievement.key)
        if known is None:
            Profiles(session).add_achievement(AchievementRow(id=achievement.key, document=data, added_at=issuer.now()))
            issuer.record(session, "achievement.add", f"achievement:{achievement.key}")
        elif Achievement.parse(known.document).document != achievement.document:
            raise InputError(f"there is another achievement {achievement.key} already", hint="give this one another humanCode and id")
    return achievement.key


def linted(issuer: Issuer, key: str) -> Lint:
    """Return what the credentials of an achievement will tell of what the EU's recommendation asks for; raises NotFound."""
    return lint(named(issuer, key).document, issuer.profile.country or "")


def _require_agreement(achievement: Achievement) -> None:
    found = contradictions(achievement.document)
    if found:
        raise FormatError("\n  ".join([f"the achievement {achievement.key} contradicts itself:", *found]))


def _require_aligned(achievement: Achievement, imported: Imported | None, *, unknown: bool) -> None:
    found = aligned(achievement.document, imported)
    wrong = found.wrong if unknown else (*found.wrong, *found.unknown)
    if wrong:
        hint = "`laurea skills search WORDS` finds concepts; --unknown-concepts takes what a newer version of the framework has"
        lines = [f"the achievement {achievement.key} is aligned with what is no concept:", *wrong]
        raise FormatError("\n  ".join(lines), hint=hint if found.unknown else "")


def _require_signable(achievement: Achievement) -> None:
    """Refuse what JSON-LD cannot take: it could not be signed when it is to be released, long after the learners were told of it."""
    if linked_data.work_of(achievement.document) > linked_data.MAX_WORK // 2:  # so that the learner's part always has room
        raise FormatError("the achievement has too many values, or too long arrays, to be signed")
    linked_data.canonical_bytes({"@context": achievement.contexts, **achievement.document})


def known(issuer: Issuer) -> dict[str, Achievement]:
    """Return the achievements that credentials can be issued for, by their keys."""
    with issuer.database.read() as session:
        return {row.id: Achievement.parse(row.document) for row in Profiles(session).achievements()}


def files(issuer: Issuer) -> tuple[bytes, ...]:
    """Return the achievements as they were added, in the order of their keys."""
    with issuer.database.read() as session:
        return tuple(row.document for row in Profiles(session).achievements())


def named(issuer: Issuer, key: str) -> Achievement:
    """Return one achievement; raises NotFound."""
    with issuer.database.read() as session:
        row = Profiles(session).achievement(key)
    if row is None:
        raise NotFound(f"there is no achievement {key!r}")
    return Achievement.parse(row.document)
