"""``xstock attest``: the custodian signs without a network, anybody submits."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from solders.hash import Hash
from solders.pubkey import Pubkey

from xstock_client.cli._config import OwnConfig, cluster_name, genesis_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, table
from xstock_client.cli._writing import summary
from xstock_client.clients import (
    AttestationPlan,
    Attestor,
    SignedReport,
    attestation_plan,
    read_reports,
    sign_statement,
    write_reports,
)
from xstock_client.custody import load_profile
from xstock_client.errors import BadInput, UsageError
from xstock_client.events import ReserveAttested, parse_events
from xstock_client.ledger import Receipt
from xstock_client.rendering import instant, receipt_json, shares_json, span

app = typer.Typer(no_args_is_help=True, help="Custody statements to signed reports: plan, sign, submit, show.")

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of `xstock attest sign`.")]


@app.command("plan")
def plan(
    ctx: typer.Context,
    symbols: Annotated[list[str] | None, typer.Argument(metavar="[SYMBOL]...", help="Default: every asset.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Default: standard output.")] = None,
) -> None:
    """Write what every custodian's key signs next, for the machine without a network."""
    session = session_of(ctx)
    made = asyncio.run(_plan(session, symbols or []))
    text = made.to_json()
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text)
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}") from None
    done = Text.assemble(("✓ ", "green"), f"{len(made.entries)} reports are expected next; plan in {out}")
    session.show({"file": str(out), "entries": len(made.entries)}, done)


async def _plan(session: Session, symbols: list[str]) -> AttestationPlan:
    issuer = session.issuer
    async with session.ledger() as ledger:
        assets = [await session.asset(ledger, one) for one in symbols] or None
        return await attestation_plan(ledger, issuer, assets)


@app.command("sign")
def sign(
    ctx: typer.Context,
    statement: Annotated[Path, typer.Argument(metavar="STATEMENT", help="semt.002.001.11/.12 XML, or our CSV.")],
    profile: Annotated[Path, typer.Option(metavar="FILE", help="The custodian's profile.")],
    plan_file: Annotated[Path, typer.Option("--plan", metavar="FILE", help="From `xstock attest plan`.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where the signed reports go.")],
    zero: Annotated[
        list[str] | None,
        typer.Option(metavar="ISIN", help="Attest 0 for an ISIN that the statement omits; may be repeated."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="MONIKER", envvar="XSTOCK_CLUSTER", help="Sign for mainnet-beta, testnet or devnet."),
    ] = None,
    genesis_hash: Annotated[
        str | None,
        typer.Option(metavar="HASH", envvar="XSTOCK_GENESIS_HASH", help="Sign for the cluster of this genesis hash."),
    ] = None,
) -> None:
    """Sign a custody statement's figures with --keypair. Needs no network.

    The cluster and the issuer (--issuer) are your own settings; neither is ever taken from the plan.
    """
    asyncio.run(_sign(session_of(ctx), statement, profile, plan_file, out, zero or [], cluster, genesis_hash))


async def _sign(
    session: Session,
    statement: Path,
    profile_path: Path,
    plan_path: Path,
    out: Path,
    zero: list[str],
    cluster: str | None,
    genesis_text: str | None,
) -> None:
    genesis = _genesis(cluster, genesis_text)
    profile, made = load_profile(profile_path), AttestationPlan.read(plan_path)
    issuer, signer = session.issuer, session.signer()
    typer.echo(f"signing for cluster {cluster_name(genesis)}, issuer {issuer}, as {signer.pubkey}", err=True)
    signed = await sign_statement(
        statement,
        profile,
        made,
        signer,
        issuer=issuer,
        genesis_hash=genesis,
        now=int(time.time()),
        zero=zero,
    )
    write_reports(signed.reports, out)
    data = {
        "file": str(out),
        "statement": str(statement),
        "account": signed.statement.account_id,
        "as_of": signed.statement.as_of,
        "genesis_hash": str(Hash(genesis)),
        "signer": str(signer.pubkey),
        "reports": [_report_json(one) for one in signed.reports],
        "ignored": [{"isin": one.isin, "line": one.line} for one in signed.selection.ignored],
    }
    rows = []
    for figure, one in zip(signed.selection.figures, signed.reports, strict=True):
        parts = figure.position.deductions if figure.position else ()
        left_out = ", ".join(f"{part.code} {part.quantity.to_ui()}" for part in parts) or "-"
        aggregate = str(figure.position.aggregate.to_ui()) if figure.position else "no line"
        rows.append((one.symbol, aggregate, left_out, str(figure.settled.to_ui()), str(figure.in_transit.to_ui())))
    columns = ("stock", "aggregate", "left out", "settled", "in transit")
    ignored = ", ".join(one.isin for one in signed.selection.ignored) or "none"
    session.show(
        data,
        table(columns, rows, title=f"account {signed.statement.account_id}, as of {instant(signed.statement.as_of)}"),
        f"lines of other ISINs, ignored: {ignored}",
        Text.assemble(
            ("✓ ", "green"), f"{len(rows)} signed reports in {out}; submit with `xstock attest submit {out}`"
        ),
    )


def _genesis(cluster: str | None, genesis_text: str | None) -> bytes:
    named = [text for text in (cluster, genesis_text) if text]
    if len(named) > 1:
        raise UsageError("name the cluster once: --cluster, or --genesis-hash")
    text = named[0] if named else OwnConfig.read().genesis_hash
    if text is None:
        raise UsageError(
            "which cluster is this signature for? Say --cluster mainnet-beta, testnet or devnet, or --genesis-hash,"
            " or keep `genesis_hash:` in your configuration file"
        )
    return genesis_of(text)


@app.command("submit")
def submit(ctx: typer.Context, files: Files) -> None:
    """Bring signed reports to the chain, as any fee payer.

    Name all custodians' files at once: reports of an asset that come together are judged together.
    """
    asyncio.run(_submit(session_of(ctx), files))


async def _submit(session: Session, files: list[Path]) -> None:
    reports = [one for path in files for one in read_reports(path)]
    payer = session.payer()
    async with session.ledger() as ledger:
        client = Attestor(ledger, payer=payer)
        await client.check(reports)
        await session.announce(ledger, payer)
        await _warn_of_age(client, reports)
        receipts = await client.submit(reports)
    data = {
        "reports": [_report_json(one) for one in reports],
        "transactions": [receipt_json(one) for one in receipts],
    }
    done = Text.assemble(("✓ ", "green"), f"{len(reports)} reports submitted")
    session.show(data, done, *(summary(session, one) for one in receipts))
    names = {one.asset: one.symbol for one in reports}
    for asset in dict.fromkeys(asset for one in receipts for asset in _newly_latched(one)):
        _warn(f"{names[asset]} is short of what is owed: its solvency latch is set, and minting is off")


async def _warn_of_age(client: Attestor, reports: list[SignedReport]) -> None:
    now = await client.ledger.now()
    for one in reports:
        as_of = one.attestation.verify().as_of
        max_age = (await client.asset_account(one.asset)).policy.max_age_s
        if now - as_of > max_age:
            _warn(f"{one.symbol}: the report as of {instant(as_of)} is older than {span(max_age)}: it will count 0")


def _newly_latched(receipt: Receipt) -> list[Pubkey]:
    events = () if receipt.transaction is None else parse_events(receipt.transaction)
    return [one.asset for one in events if isinstance(one, ReserveAttested) and one.latched and not one.latched_before]


def _warn(text: str) -> None:
    typer.secho("warning: ", fg="yellow", bold=True, err=True, nl=False)
    typer.echo(text, err=True)


@app.command("show")
def show(ctx: typer.Context, files: Files) -> None:
    """Show what files of signed reports say, after checking their signatures. Needs no network."""
    session = session_of(ctx)
    reports = [one for path in files for one in read_reports(path)]
    data = [_report_json(one) for one in reports]
    tables = [
        fields(
            {"stock": f"{one['symbol']} ({one['isin']})", "asset": one["asset"], "signer": one["signer"]}
            | _human(one)
            | {"settled": str(said.settled.to_ui()), "in transit": str(said.in_transit.to_ui())}
        )
        for one, said in ((_report_json(report), report.attestation.verify()) for report in reports)
    ]
    session.show(data, *tables)


def _human(report: dict[str, Any]) -> dict[str, object]:
    return {
        "slot, epoch, sequence": f"{report['slot']}, {report['epoch']}, {report['sequence']}",
        "as of": instant(report["as_of"]),
        "settled": report["settled"]["ui"],
        "in transit": report["in_transit"]["ui"],
        "statement sha256": report["report_sha256"],
        "": "",
    }


def _report_json(one: SignedReport) -> dict[str, Any]:
    said = one.attestation.verify()
    return {
        "symbol": one.symbol,
        "isin": one.isin,
        "asset": str(one.asset),
        "signer": str(one.attestation.signer),
        "slot": said.slot,
        "epoch": said.epoch,
        "sequence": said.sequence,
        "basis": said.basis,
        "as_of": said.as_of,
        "settled": shares_json(said.settled),
        "in_transit": shares_json(said.in_transit),
        "in_transit_by": said.in_transit_by or None,
        "report_sha256": said.report_hash.hex(),
        "domain": said.domain.hex(),
    }
