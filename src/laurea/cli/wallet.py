"""`laurea wallet`: what a holder does with credentials."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from laurea.cli.later import Later


class WalletCommands(Later):
    """The commands of `laurea wallet`."""

    table: ClassVar[Mapping[str, str]] = {
        "new": "wallet_file:new",
        "recover": "wallet_file:recover",
        "receive": "wallet_receive:receive",
        "waiting": "wallet_offers:list_waiting",
        "collect": "wallet_offers:collect",
        "list": "wallet_list:list_",
        "show": "wallet_list:show",
        "check": "wallet_check:check",
        "present": "wallet_present:present",
        "share": "wallet_links:share",
        "links": "wallet_links:list_links",
        "unshare": "wallet_links:unshare",
        "pdf": "wallet_artefacts:pdf",
        "bake": "wallet_artefacts:bake",
        "qr": "wallet_artefacts:code",
        "linkedin": "wallet_artefacts:linkedin",
        "embed": "wallet_artefacts:embed",
        "resume": "wallet_artefacts:resume",
        "note": "wallet_evidence:note",
        "attach": "wallet_evidence:attach",
        "detach": "wallet_evidence:detach",
        "files": "wallet_evidence:files_",
        "history": "wallet_history:app",
        "pathway": "wallet_pathway:pathway",
        "audit": "wallet_audit:audit",
        "collection": "wallet_collection:app",
        "catalogue": "wallet_catalogue:app",
        "remove": "wallet_list:remove",
        "backup": "wallet_file:backup",
        "restore": "wallet_file:restore",
        "merge": "wallet_file:merge",
        "passphrase": "wallet_file:change_passphrase",
        "serve": "wallet_serve:serve",
    }


app = typer.Typer(
    cls=WalletCommands,
    help="Hold credentials: receive, list and present them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def wallet() -> None:
    """Hold credentials: receive, list and present them."""
