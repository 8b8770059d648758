"""``xstock attest sign``, ``cosign`` and ``sign-supply``: signatures made without a network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text
from solders.hash import Hash

from xstock_client.amounts import Ui
from xstock_client.cli._args import parse_amount, parse_time
from xstock_client.cli._config import OwnConfig, cluster_name, genesis_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli.attest._common import progress, report_json, warn
from xstock_client.cli.attest.showing import Files
from xstock_client.clients import (
    AttestationPlan,
    Cosigned,
    SignedBatch,
    SignedReport,
    SignedStatement,
    SignedSupply,
    cosign_reports,
    merge_reports,
    read_report_files,
    sign_statements,
    write_reports,
)
from xstock_client.clients import sign_supply as sign_one_supply
from xstock_client.clients.plans import Planned
from xstock_client.custody import CustodianProfile, load_profile
from xstock_client.errors import UsageError
from xstock_client.rendering import instant, span

__all__ = ["cosign", "sign", "sign_supply"]


Profile = Annotated[Path, typer.Option(metavar="FILE", help="The custodian's profile.")]
PlanFile = Annotated[Path, typer.Option("--plan", metavar="FILE", help="From `xstock attest plan`.")]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where the signed reports go.")]
Zero = Annotated[
    list[str] | None,
    typer.Option(metavar="ISIN", help="Attest 0 for an ISIN that the statement omits; may be repeated."),
]
Bases = Annotated[
    list[str] | None,
    typer.Option(
        "--basis",
        metavar="ISIN=N",
        help="How many splits the stock's figures include, where a statement lies around one; may be repeated.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="MONIKER", envvar="XSTOCK_CLUSTER", help="Sign for mainnet-beta, testnet or devnet."),
]
GenesisHash = Annotated[
    str | None,
    typer.Option(metavar="HASH", envvar="XSTOCK_GENESIS_HASH", help="Sign for the cluster of this genesis hash."),
]


def sign(
    ctx: typer.Context,
    statements: Annotated[
        list[Path],
        typer.Argument(
            metavar="STATEMENT|FOLDER...", help="semt.002.001.11/.12 XML or our CSV; a folder's *.xml and *.csv."
        ),
    ],
    profile: Profile,
    plan_file: PlanFile,
    out: Out,
    zero: Zero = None,
    basis: Bases = None,
    cluster: Cluster = None,
    genesis_hash: GenesisHash = None,
) -> None:
    """Sign custody statements' figures with --keypair. Needs no network.

    The cluster and the issuer (--issuer) are your own settings; neither is ever taken from the plan.
    """
    session = session_of(ctx)
    genesis, bases = _genesis(cluster, genesis_hash), _bases(basis or [])
    loaded, plan, now = load_profile(profile), AttestationPlan.read(plan_file), int(time.time())
    _announce(session, genesis)
    with progress(session, "signing") as moved:
        batch = asyncio.run(
            sign_statements(
                statements,
                loaded,
                plan,
                session.signer(),
                issuer=session.issuer,
                genesis_hash=genesis,
                now=now,
                zero=zero or [],
                bases=bases,
                on_signed=moved,
            )
        )
    write_reports(batch.reports, out)
    done = f"{len(batch.reports)} signed reports in {out}; submit with `xstock attest submit {out}`"
    session.show(
        _batch_json(session, batch, genesis, out, batch.reports),
        _figures(batch.statements),
        f"lines of other ISINs, ignored: {_ignored(batch.statements)}",
        Text.assemble(("✓ ", "green"), done),
    )
    _warn_of_batch(batch, loaded, now)
    if more := sorted({entry.symbol for one in batch.statements for entry in one.planned if entry.threshold > 1}):
        warn(f"more keys must sign the same reports of {', '.join(more)}: see `xstock attest cosign --help`")


def cosign(
    ctx: typer.Context,
    files: Files,
    statements: Annotated[
        list[Path],
        typer.Option("--statement", metavar="STATEMENT|FOLDER", help="What the first signer read; may be repeated."),
    ],
    profile: Profile,
    plan_file: PlanFile,
    out: Out,
    zero: Zero = None,
    basis: Bases = None,
    cluster: Cluster = None,
    genesis_hash: GenesisHash = None,
) -> None:
    """Check another key's signed reports against the statement, and add your signature. Needs no network.

    Every report is made anew from your statement, plan and settings. Where one byte differs, nothing is signed, and
    the fields that differ are told.
    """
    session = session_of(ctx)
    genesis, bases = _genesis(cluster, genesis_hash), _bases(basis or [])
    loaded, plan, now = load_profile(profile), AttestationPlan.read(plan_file), int(time.time())
    reports = read_report_files(files)
    _announce(session, genesis)
    with progress(session, "signing") as moved:
        made: Cosigned = asyncio.run(
            cosign_reports(
                reports,
                statements,
                loaded,
                plan,
                session.signer(),
                issuer=session.issuer,
                genesis_hash=genesis,
                now=now,
                zero=zero or [],
                bases=bases,
                on_signed=moved,
            )
        )
    write_reports(made.reports, out)
    data = _batch_json(session, made.batch, genesis, out, made.reports)
    others = ", ".join(f"{one.symbol} slot {one.said.slot}" for one in made.others) or "none"
    done = f"{len(made.batch.reports)} reports are as you make them, and signed; all signatures in {out}"
    session.show(
        data | {"others": [report_json(one) for one in made.others]},
        _figures(made.batch.statements),
        f"reports that this key does not sign, or has signed before: {others}",
        Text.assemble(("✓ ", "green"), done),
    )
    _warn_of_batch(made.batch, loaded, now)


def sign_supply(
    ctx: typer.Context,
    asset: Annotated[str, typer.Argument(metavar="SYMBOL|ISIN")],
    chain: Annotated[str, typer.Option(metavar="CAIP2", help="The chain's CAIP-2 id, such as eip155:1.")],
    supply: Annotated[
        Ui, typer.Option(parser=parse_amount, metavar="SHARES", help="Circulating there, less what bridges hold.")
    ],
    as_of: Annotated[
        int, typer.Option(parser=parse_time, metavar="TIME", help="The time of the figure: 2026-03-31T16:00:00Z.")
    ],
    document: Annotated[Path, typer.Option(metavar="FILE", help="What the figure rests on; its hash is signed too.")],
    plan_file: PlanFile,
    out: Out,
    basis: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="How many splits the figure includes, where it lies around one."),
    ] = None,
    cluster: Cluster = None,
    genesis_hash: GenesisHash = None,
) -> None:
    """Sign what circulates of a stock on another chain with --keypair. Needs no network.

    Where several keys must sign, each gives the same arguments; `xstock attest submit` puts their files together.
    """
    session = session_of(ctx)
    genesis = _genesis(cluster, genesis_hash)
    plan, now = AttestationPlan.read(plan_file), int(time.time())
    try:
        shares = supply.to_shares()
    except ValueError as error:
        raise UsageError(f"--supply {supply}: {error}") from None
    _announce(session, genesis)
    made: SignedSupply = asyncio.run(
        sign_one_supply(
            document,
            plan,
            session.signer(),
            asset=asset,
            chain=chain,
            supply=shares,
            as_of=as_of,
            issuer=session.issuer,
            genesis_hash=genesis,
            now=now,
            basis=basis,
        )
    )
    write_reports([made.report], out)
    entry = made.planned
    done = (
        f"{entry.symbol} on {entry.chain}: {supply} shares as of {instant(as_of)} signed, in {out}; submit with"
        f" `xstock attest submit {out}`"
    )
    session.show(_json(session, genesis, out, [made.report]), Text.assemble(("✓ ", "green"), done))
    _warn_of([entry], as_of, now, "report")
    if entry.threshold > 1:
        warn(f"{entry.threshold} keys must sign this: each runs the same command with its own key")


def _bases(given: Sequence[str]) -> dict[str, int]:
    """Splits by ISIN. Raises UsageError."""
    found: dict[str, int] = {}
    for text in given:
        isin, equals, number = text.partition("=")
        if not equals or not (number.isascii() and number.isdecimal()) or int(number) >= 2**32:
            raise UsageError(f"--basis {text!r}: write an ISIN and how many splits its figures include: ISIN=1")
        if isin in found:
            raise UsageError(f"--basis names {isin} twice")
        found[isin] = int(number)
    return found


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


def _announce(session: Session, genesis: bytes) -> None:
    where, who = cluster_name(genesis), session.signer().pubkey
    typer.echo(f"signing for cluster {where}, issuer {session.issuer}, as {who}", err=True)


def _json(session: Session, genesis: bytes, out: Path, reports: Sequence[SignedReport]) -> dict[str, Any]:
    return {
        "file": str(out),
        "genesis_hash": str(Hash(genesis)),
        "signer": str(session.signer().pubkey),
        "reports": [report_json(one) for one in merge_reports(reports)],
    }


def _batch_json(
    session: Session, batch: SignedBatch, genesis: bytes, out: Path, reports: Sequence[SignedReport]
) -> dict[str, Any]:
    statements = [
        {
            "statement": str(one.statement.path),
            "account": one.statement.account_id,
            "as_of": one.statement.as_of,
            "signed": [entry.symbol for entry in one.planned],
            "ignored": [{"isin": line.isin, "line": line.line} for line in one.selection.ignored],
        }
        for one in batch.statements
    ]
    absent = [{"symbol": entry.symbol, "isin": entry.isin, "slot": entry.slot} for entry in batch.absent]
    return _json(session, genesis, out, reports) | {"statements": statements, "absent": absent}


def _figures(statements: Sequence[SignedStatement]) -> Table:
    """Where each figure comes from; with several statements a column tells which."""
    rows = []
    for one in statements:
        for figure, report in zip(one.selection.figures, one.reports, strict=True):
            parts = figure.position.deductions if figure.position else ()
            left_out = ", ".join(f"{part.code} {part.quantity.to_ui()}" for part in parts) or "-"
            aggregate = str(figure.position.aggregate.to_ui()) if figure.position else "no line"
            row = (report.symbol, aggregate, left_out, str(figure.settled.to_ui()), str(figure.in_transit.to_ui()))
            rows.append(row if len(statements) == 1 else (*row, one.statement.path.name))
    columns = ("stock", "aggregate", "left out", "settled", "in transit")
    if len(statements) > 1:
        return table((*columns, "statement"), rows)
    said = statements[0].statement
    return table(columns, rows, title=f"account {said.account_id}, as of {instant(said.as_of)}")


def _ignored(statements: Iterable[SignedStatement]) -> str:
    isins = dict.fromkeys(line.isin for one in statements for line in one.selection.ignored)
    return ", ".join(isins) or "none"


def _warn_of_batch(batch: SignedBatch, profile: CustodianProfile, now: int) -> None:
    for one in batch.statements:
        _warn_of(one.planned, one.statement.as_of, now, f"statement {one.statement.path.name}")
    for account in profile.accounts:
        symbols = [one.symbol for one in batch.absent if one.account_hash == profile.account_hash(account)]
        if symbols:
            warn(f"no statement of account {account}, so nothing was signed there for {', '.join(symbols)}")


def _warn_of(planned: Iterable[Planned], as_of: int, now: int, what: str) -> None:
    for entry in planned:
        if entry.is_stale(as_of, now):
            warn(
                f"{entry.symbol}: the {what} as of {instant(as_of)} is older than {span(entry.max_age_s)}: on chain it"
                " would count 0"
            )
        if entry.valid_from > now:
            warn(
                f"{entry.symbol}: this key may sign from {instant(entry.valid_from)} on; it cannot be submitted before"
            )
