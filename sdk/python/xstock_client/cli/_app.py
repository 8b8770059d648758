"""The root command and its global options."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from xstock_client.cli import allowance, asset, attest, custodian, guard, issuer, minting, redeem, role, watching
from xstock_client.cli._root import RootGroup
from xstock_client.cli._session import Connect, Session, open_rpc

__all__ = ["app"]

app = typer.Typer(
    cls=RootGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Tokenized stocks that are minted only against attested reserve.\n\n"
        "Global options may stand before or behind the command. Exit codes: 0 done, 1 refused by the program,"
        " 2 usage, 3 bad input file, 4 the cluster: network, no such account, or unconfirmed."
    ),
)

for name, group in (
    ("issuer", issuer.app),
    ("role", role.app),
    ("asset", asset.app),
    ("custodian", custodian.app),
    ("attest", attest.app),
    ("reserve", watching.reserve_app),
    ("allowance", allowance.app),
    ("redeem", redeem.app),
    ("solvency", watching.solvency_app),
):
    app.add_typer(group, name=name)
minting.add_to(app)
guard.add_to(app)
watching.add_to(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"xstock {version('xstock-client')}")
        except PackageNotFoundError:
            typer.echo("xstock (not installed as a package)")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            "-u",
            metavar="URL_OR_MONIKER",
            envvar="XSTOCK_RPC_URL",
            help="RPC, or l(ocalhost), d(evnet), t(estnet), m(ainnet-beta). Default: the Solana CLI's configuration.",
        ),
    ] = None,
    keypair: Annotated[
        str | None,
        typer.Option(
            "--keypair", "-k", metavar="KEYPAIR", help="Signer's key file, or - for standard input. Default: as above."
        ),
    ] = None,
    fee_payer: Annotated[
        str | None,
        typer.Option("--fee-payer", metavar="KEYPAIR", help="Key that pays fees and rent. Default: the signer."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-C", metavar="FILE", help="The Solana CLI's configuration file.")
    ] = None,
    commitment: Annotated[str | None, typer.Option(metavar="LEVEL", help="processed, confirmed or finalized.")] = None,
    issuer_text: Annotated[
        str | None,
        typer.Option(
            "--issuer", metavar="ADDRESS|ID", envvar="XSTOCK_ISSUER", help="The issuer that symbols belong to."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before writing to mainnet-beta.")] = False,
    version_wanted: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Make the session that the command works in."""
    connect: Connect = ctx.obj or open_rpc
    ctx.obj = Session(
        connect=connect,
        url=url,
        keypair=keypair,
        fee_payer=fee_payer,
        config=config,
        commitment=commitment,
        issuer_text=issuer_text,
        json=as_json,
        yes=yes,
    )
