"""How a page of the wallet is made: a template, its messages in a language, and every value escaped."""

from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from laurea.web.wallet.language import Language

MAX_LANGUAGES = 16


def page(template: str, language: Language, status: int = 200, /, **values: object) -> HTMLResponse:
    """Return a page from the template of this name."""
    text = _templates(language).get_template(f"{template}.html").render(language=language, **values)
    return HTMLResponse(text, status)


def environment(language: Language, *packages: str) -> Environment:
    """Return the templates of packages, the first that has one of a name, with the messages of a language."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Newstyle: values are escaped and put in after the translation, so that no translation can lose the escaping.
    found.install_gettext_translations(language.texts, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    found.filters.update(date=language.date, moment=language.moment, number=language.number)
    return found


@lru_cache(MAX_LANGUAGES)
def _templates(language: Language) -> Environment:
    return environment(language, "laurea.web.wallet")
