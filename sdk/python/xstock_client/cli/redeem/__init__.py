"""``xstock redeem``: the holder's side, the desk's, the arbiter's, and anybody's."""

from __future__ import annotations

import typer

from xstock_client.cli.redeem import accepting, asking, holding, judging, keeping, listing, settling, tables

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Redemption. Holders: quote, request, status, agree, cancel, take-back, confirm, dispute. The desk: list,"
    " accept, settle, paid, reject, table. An arbiter: rule. Anybody: default, conclude.",
)
app.command("quote")(asking.quote)
app.command("request")(asking.request)
app.command("status")(holding.status)
app.command("agree")(holding.agree)
app.command("cancel")(holding.cancel)
app.command("take-back")(holding.take_back)
app.command("confirm")(holding.confirm)
app.command("dispute")(holding.dispute)
app.command("list")(listing.list_requests)
app.command("accept")(accepting.accept)
app.command("settle")(settling.settle)
app.command("paid")(judging.paid)
app.command("reject")(judging.reject)
app.command("rule")(judging.rule)
app.command("default")(keeping.default)
app.command("conclude")(keeping.conclude)
app.add_typer(tables.app, name="table")
