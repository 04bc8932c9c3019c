"""`laurea vc-api`: the VC API of W3C's Credentials Community Group, for software that others wrote."""

from laurea.cli import vc_api_serve
from laurea.cli.context import command_group

app = command_group("The VC API: issue, verify and hold for software that others wrote.")


@app.callback()
def vc_api() -> None:
    """The VC API: issue, verify and hold for software that others wrote."""


app.command()(vc_api_serve.serve)
