"""``xstock dividend``: distributions on a final snapshot."""

from __future__ import annotations

import typer

from xstock_client.cli.dividend import claiming, closing, declaring, entitling, paying, rating, showing

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Cash dividends. The desk: rates, declare, fund, reclaim. Snapshot attestors: vote, reject. Owners: claim."
    " Anybody: list, status, entitlements, prove, leaf, push, remit, close.",
)
app.command("rates")(rating.rates)
app.command("declare")(declaring.declare)
app.command("entitlements")(entitling.show_entitlements)
app.command("prove")(entitling.prove)
app.command("leaf")(entitling.leaf)
app.command("vote")(entitling.vote)
app.command("reject")(entitling.reject)
app.command("fund")(declaring.fund)
app.command("push")(paying.push)
app.command("claim")(claiming.claim)
app.command("list")(showing.list_distributions)
app.command("status")(showing.status)
app.command("reclaim")(closing.reclaim)
app.command("remit")(closing.remit)
app.command("close")(closing.close)
