"""The first run, when there is no wallet yet: make one, make it anew from its words, or bring a backup back."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from laurea.core.phrase import ENTROPY_BYTES, Phrase
from laurea.errors import FormatError, Locked
from laurea.storage.wallet import MAX_BYTES
from laurea.web.wallet.advice import objections
from laurea.web.wallet.copies import laid_down
from laurea.web.wallet.language import N_
from laurea.web.wallet.lock import Draft
from laurea.web.wallet.trouble import WalletRoute
from laurea.web.wallet.visitor import MIB, AtDoor, Visit, file_of, form_within, text

ASKED_WORDS = 3  # of those that were shown: enough to see that they were written down

router = APIRouter(route_class=WalletRoute, include_in_schema=False)


def without_wallet(visit: AtDoor) -> Visit:
    """Return the visit while there is no wallet yet; leads others to theirs."""
    if visit.service.lock.exists:
        raise HTTPException(303, headers={"Location": f"{visit.root}/"})
    return visit


First = Annotated[Visit, Depends(without_wallet)]
FirstForm = Annotated[FormData, Depends(form_within(MAX_BYTES + MIB, without_wallet))]


@router.get("/welcome")
def welcome(visit: First) -> HTMLResponse:
    """Show the three ways to a wallet."""
    return visit.page("welcome")


@router.get("/welcome/new")
def choose(visit: First) -> HTMLResponse:
    """Ask for the passphrase of a new wallet."""
    return visit.page("new", objections=[])


@router.post("/welcome/new")
def begin(visit: First, form: FirstForm) -> Response:
    """Judge the passphrase, and make the words."""
    passphrase = text(form, "passphrase")
    against = objections(visit, passphrase, text(form, "again"))
    if against:
        return visit.page("new", 422, objections=against)
    phrase = Phrase.of_entropy(secrets.token_bytes(ENTROPY_BYTES))
    asked = sorted(secrets.SystemRandom().sample(range(1, len(phrase.words) + 1), ASKED_WORDS))
    visit.service.lock.begin(Draft(passphrase, phrase, tuple(asked)))
    return visit.to("/welcome/words")


@router.get("/welcome/words")
def words(visit: First) -> HTMLResponse:
    """Show the words, this once."""
    return visit.page("words", words=visit.service.lock.draft.phrase.words)


@router.get("/welcome/check")
def ask_back(visit: First) -> HTMLResponse:
    """Ask some of the words back."""
    return visit.page("check_words", asked=visit.service.lock.draft.asked, wrong=None)


@router.post("/welcome/check")
def make(visit: First, form: FirstForm) -> Response:
    """Make the wallet when the words were written down, or when somebody wants none."""
    lock = visit.service.lock
    draft = lock.draft
    without = bool(text(form, "without"))
    given = {number: text(form, f"word{number}").strip().lower() for number in draft.asked}
    wrong = None if without else next((number for number in draft.asked if given[number] != draft.phrase.words[number - 1]), None)
    if wrong is not None:
        return visit.page("check_words", 422, asked=draft.asked, wrong=wrong)
    with lock.making(draft.passphrase) as holding:
        holding.new(at=visit.service.now(), phrase=None if without else draft.phrase)
    return visit.to("/", visit.say(N_("Your wallet is made. Keep the passphrase well: nobody can open the wallet without it.")))


@router.get("/welcome/recover")
def ask_words(visit: First) -> HTMLResponse:
    """Ask for the words of a lost wallet."""
    return visit.page("recover", objections=[], trouble=[])


@router.post("/welcome/recover")
def recover(visit: First, form: FirstForm) -> Response:
    """Make a wallet anew from its words."""
    try:
        phrase = Phrase.parse(text(form, "words"))
    except FormatError as error:
        return visit.page("recover", 422, objections=[], trouble=visit.language.told(str(error), error.hint))
    against = objections(visit, text(form, "passphrase"), text(form, "again"))
    if against:
        return visit.page("recover", 422, objections=against, trouble=[])
    with visit.service.lock.making(text(form, "passphrase")) as holding:
        holding.new(at=visit.service.now(), phrase=phrase)
    return visit.to("/", visit.say(N_("Your keys are back. Now add your credentials again, from the files or links that you have.")))


@router.get("/welcome/restore")
def ask_backup(visit: First) -> HTMLResponse:
    """Ask for a backup."""
    return visit.page("restore", wrong=False)


@router.post("/welcome/restore")
def restore(visit: First, form: FirstForm) -> Response:
    """Put a backup in the place of the lost wallet."""
    data = file_of(form, MAX_BYTES)
    try:
        with visit.service.lock.making(text(form, "passphrase")) as holding, laid_down(data) as backup:
            holding.restore(backup)
    except Locked:
        return visit.page("restore", 422, wrong=True)
    return visit.to("/", visit.say(N_("Your wallet is back, as it was when the backup was made.")))
