"""Achievements: what credentials can be issued for."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from starlette.responses import Response

from laurea.core import canonical
from laurea.services.issuing import achievements
from laurea.services.issuing.issuer import Issuer
from laurea.web.deps import Auditor, IssuerDep, OnceDep, Registrar
from laurea.web.schemas import AchievementOut, Page
from laurea.web.strict import StrictRoute

router = APIRouter(prefix="/v1/achievements", tags=["achievements"], route_class=StrictRoute)


@router.get("")
def list_achievements(_who: Auditor, issuer: IssuerDep) -> Page[AchievementOut]:
    """List all achievements."""
    return Page(items=[AchievementOut(key=key, document=found.document) for key, found in achievements.known(issuer).items()])


@router.post("", status_code=201, response_model=AchievementOut)
def add_achievement(
    _who: Registrar,
    issuer: IssuerDep,
    once: OnceDep,
    achievement: Annotated[dict[str, Any], Body(description="An Open Badges 3.0 Achievement")],
) -> Response:
    """Add an achievement; its `humanCode` names it in records and rosters. It never changes again."""
    return once.run(lambda: _one(issuer, achievements.add(issuer, canonical.encode(achievement))), status=201)


@router.get("/{key}")
def get_achievement(_who: Auditor, issuer: IssuerDep, key: Annotated[str, Path(max_length=64)]) -> AchievementOut:
    """Return one achievement."""
    return _one(issuer, key)


def _one(issuer: Issuer, key: str) -> AchievementOut:
    return AchievementOut(key=key, document=achievements.named(issuer, key).document)
