"""``xstock snapshot``: record-date balances, taken, computed, agreed on, checked."""

from __future__ import annotations

import typer

from xstock_client.cli.snapshot import building, challenging, leafing, recording, showing, verifying, voting

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Record-date balances. Anybody: record, list, status, build, verify, prove, leaf, challenge. A snapshot"
    " attestor: vote, reject.",
)
app.command("record")(recording.record)
app.command("list")(showing.list_snapshots)
app.command("status")(showing.status)
app.command("build")(building.build)
app.command("verify")(verifying.verify)
app.command("prove")(building.prove)
app.command("leaf")(leafing.leaf)
app.command("vote")(voting.vote)
app.command("reject")(voting.reject)
app.command("challenge")(challenging.challenge)
