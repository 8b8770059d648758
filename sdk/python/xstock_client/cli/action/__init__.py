"""``xstock action``: the calendar of corporate actions."""

from __future__ import annotations

import typer

from xstock_client.cli.action import announcing, keeping, showing

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Corporate actions. The corporate desk: announce, cancel. Anybody: list, show, apply.",
)
app.add_typer(announcing.app, name="announce")
app.command("list")(showing.list_actions)
app.command("show")(showing.show)
app.command("cancel")(keeping.cancel)
app.command("apply")(keeping.apply)
