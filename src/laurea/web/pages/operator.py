"""The operator's pages, put together."""

from fastapi import APIRouter

from laurea.web.pages import overview, register, roster, sign_in

router = APIRouter(include_in_schema=False)
for part in (sign_in, overview, roster, register):
    router.include_router(part.router)
