"""The root command and its global options."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from xstock_client.amounts import Multiplier
from xstock_client.cli import (
    action,
    allowance,
    asset,
    attest,
    attestors,
    bond,
    chain,
    custodian,
    dividend,
    guard,
    issuer,
    minting,
    policy,
    recipient,
    redeem,
    reserve,
    role,
    snapshot,
    tax,
    tickets,
    watching,
)
from xstock_client.cli._args import parse_multiplier, parse_role
from xstock_client.cli._coin import Coin, parse_coin
from xstock_client.cli._root import RootGroup
from xstock_client.cli._session import Connect, Session, open_rpc
from xstock_client.cli._signing import Signing
from xstock_client.constants import Role
from xstock_client.ledger import DEFAULT_UNITS
from xstock_client.ledger.building import MAX_UNITS
from xstock_client.ledger.offline import MAX_PRICE

__all__ = ["app"]

_SIGNING = "Keys on several machines"

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
    ("reserve", reserve.app),
    ("policy", policy.app),
    ("chain", chain.app),
    ("allowance", allowance.app),
    ("tickets", tickets.app),
    ("bond", bond.app),
    ("redeem", redeem.app),
    ("attestors", attestors.app),
    ("action", action.app),
    ("snapshot", snapshot.app),
    ("dividend", dividend.app),
    ("recipient", recipient.app),
    ("solvency", watching.solvency_app),
    ("tax", tax.app),
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
    acting_as: Annotated[
        Role | None,
        typer.Option(
            "--as",
            parser=parse_role,
            metavar="ROLE",
            help="Act as admin (or pauser, to cancel) where the issuer's authority may. Default: as the chain has it;"
            " with --sign-only, as the authority.",
        ),
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
    sign_only: Annotated[
        bool,
        typer.Option(
            "--sign-only",
            help="Sign with the keys at hand, print the signatures and stop. Needs a network only for what is not"
            " given: name assets by address or @NUMBER.",
            rich_help_panel=_SIGNING,
        ),
    ] = False,
    dump: Annotated[
        bool,
        typer.Option(
            "--dump-transaction-message",
            help="With --sign-only, print the message (base64): what a multisig imports. A multisig's vault can be"
            " named as --keypair, and can never sign a transaction itself.",
            rich_help_panel=_SIGNING,
        ),
    ] = False,
    blockhash: Annotated[
        str | None,
        typer.Option(
            metavar="BLOCKHASH",
            help="Use this blockhash, or the value that --nonce stores: `xstock blockhash` shows both.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
    signers: Annotated[
        list[str] | None,
        typer.Option(
            "--signer",
            metavar="PUBKEY=SIGNATURE",
            help="A signature of --sign-only on another machine; may be repeated. Name its key by its PUBKEY.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
    nonce: Annotated[
        str | None,
        typer.Option(
            metavar="NONCE_ACCOUNT",
            help="Use a durable nonce, so that signatures stay good until it is advanced.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
    nonce_authority: Annotated[
        str | None,
        typer.Option(
            metavar="KEYPAIR|PUBKEY", help="Who advances the nonce. Default: the fee payer.", rich_help_panel=_SIGNING
        ),
    ] = None,
    units: Annotated[
        int | None,
        typer.Option(
            "--compute-unit-limit",
            min=0,
            max=MAX_UNITS,
            show_default=f"{DEFAULT_UNITS:,}",
            help="With --blockhash or --nonce, where no simulation may set it; the same on every machine. 0: none.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
    price: Annotated[
        int | None,
        typer.Option(
            "--compute-unit-price",
            "--with-compute-unit-price",
            min=0,
            max=MAX_PRICE,
            metavar="MICROLAMPORTS",
            show_default="0",
            help="With --blockhash or --nonce: what is paid per unit above the base fee.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
    multiplier: Annotated[
        Multiplier | None,
        typer.Option(
            parser=parse_multiplier,
            metavar="DECIMAL",
            help="Shares per token: taken with --sign-only instead of the chain's, compared with it otherwise.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
    coin: Annotated[
        Coin | None,
        typer.Option(
            parser=parse_coin,
            metavar="MINT:DECIMALS",
            help="What the asset pays redemptions in, with :token-2022 behind for a coin of Token-2022: taken with"
            " --sign-only instead of the chain's, compared with it otherwise.",
            rich_help_panel=_SIGNING,
        ),
    ] = None,
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
        signing=Signing.of(
            sign_only=sign_only,
            dump=dump,
            blockhash=blockhash,
            signers=signers or [],
            nonce=nonce,
            nonce_authority=nonce_authority,
            units=units,
            price=price,
        ),
        given_multiplier=multiplier,
        given_coin=coin,
        acting_as=acting_as,
    )
