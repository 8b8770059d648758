"""``xstock attest``: custodians and auditors sign without a network, anybody submits."""

from __future__ import annotations

import typer

from xstock_client.cli.attest import planning, showing, signing, submitting

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Custody statements to signed reports: plan, sign, cosign, submit, show.")
app.command("plan")(planning.plan)
app.command("sign")(signing.sign)
app.command("cosign")(signing.cosign)
app.command("sign-supply")(signing.sign_supply)
app.command("submit")(submitting.submit)
app.command("show")(showing.show)
