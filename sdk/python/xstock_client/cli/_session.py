"""What every command shares: the cluster, the keys, the issuer, and how answers are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import typer
from rich.console import Console, RenderableType
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.cli._config import MAINNET_GENESIS, OwnConfig, SolanaConfig, cluster_name, place_of, url_of
from xstock_client.clients import Integrator
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger, Signer, load_signer

__all__ = ["Connect", "Session", "open_rpc", "session_of"]

Connect = Callable[[str, str | None, str], AbstractAsyncContextManager[Ledger]]
"""Opens a ledger from the RPC's URL, its websocket's or None, and a commitment."""

_WIDE = 170
"""Columns when the output is no terminal: addresses stay whole."""


def open_rpc(url: str, websocket_url: str | None, commitment: str) -> AbstractAsyncContextManager[Ledger]:
    """A ledger over JSON-RPC. Raises UsageError when solana-py is missing."""
    try:
        from xstock_client.ledger import RpcLedger
    except ImportError:
        raise UsageError("talking to a cluster needs solana-py: pip install 'xstock-client[rpc]'") from None
    return RpcLedger(url, websocket_url, commitment)  # type: ignore[arg-type]  # checked by the class


@dataclass(slots=True)
class Session:
    """The global options of one run, and what they lead to. Nothing is read or asked before it is needed."""

    connect: Connect
    url: str | None = None
    keypair: str | None = None
    fee_payer: str | None = None
    config: Path | None = None
    commitment: str | None = None
    issuer_text: str | None = None
    json: bool = False
    yes: bool = False
    _solana: SolanaConfig | None = None
    _signer: Signer | None = None
    out: Console = field(default_factory=lambda: Console(width=None if sys.stdout.isatty() else _WIDE))

    # Where, who

    @property
    def solana(self) -> SolanaConfig:
        """The Solana CLI's configuration file."""
        if self._solana is None:
            self._solana = SolanaConfig.read(self.config)
        return self._solana

    @property
    def rpc_url(self) -> str:
        """The RPC's URL, from the option or the configuration file."""
        return url_of(self.url) if self.url else self.solana.url

    @asynccontextmanager
    async def ledger(self) -> AsyncIterator[Ledger]:
        """The cluster."""
        websocket = None if self.url else self.solana.websocket_url
        async with self.connect(self.rpc_url, websocket, self.commitment or self.solana.commitment) as ledger:
            yield ledger

    def signer(self) -> Signer:
        """The key of --keypair or of the configuration file. Raises KeypairError."""
        if self._signer is None:
            self._signer = load_signer(self.keypair or self.solana.keypair)
        return self._signer

    def payer(self) -> Signer:
        """The key of --fee-payer, or the signer."""
        if self.fee_payer is None:
            return self.signer()
        if self.fee_payer == self.keypair:
            return self.signer()  # standard input can be read once
        return load_signer(self.fee_payer)

    @property
    def issuer(self) -> Pubkey:
        """The issuer of --issuer, XSTOCK_ISSUER or our configuration file. Raises UsageError."""
        text = self.issuer_text or OwnConfig.read().issuer
        if text is None:
            raise UsageError(
                "which issuer? Name its address or its number with --issuer, XSTOCK_ISSUER, or `issuer:` in the"
                " configuration file (see the guide to the command line)"
            )
        if text.isdecimal() and int(text) < 2**64:
            return pda.issuer(int(text))
        try:
            return Pubkey.from_string(text)
        except ValueError:
            raise UsageError(f"{text!r} is neither an issuer's address nor its number") from None

    async def asset(self, ledger: Ledger, text: str) -> Pubkey:
        """The asset that a symbol of the issuer, or an address, stands for. Raises UsageError, AccountMissing."""
        if len(text) >= 32:
            try:
                return Pubkey.from_string(text)
            except ValueError:
                raise UsageError(f"{text!r} is neither a symbol nor an address") from None
        return await Integrator(ledger).resolve(self.issuer, text)

    # Before writing

    async def announce(self, ledger: Ledger, *signers: Signer) -> None:
        """Tell on stderr where and as whom this writes; on mainnet-beta ask first, unless --yes."""
        genesis = await ledger.genesis_hash()
        name = cluster_name(genesis)
        where = place_of(self.rpc_url)
        keys = list(dict.fromkeys(str(signer.pubkey) for signer in signers))
        payer = f", fee payer {keys[-1]}" if len(keys) > 1 else ""
        typer.echo(f"cluster {name} at {where}, signer {keys[0]}{payer}", err=True)
        if genesis != MAINNET_GENESIS or self.yes:
            return
        if not can_ask():
            raise UsageError("this writes to mainnet-beta: say --yes, because nobody can be asked here")
        if not typer.confirm("This writes to mainnet-beta. Go on?", err=True):
            raise UsageError("not confirmed; nothing was sent")

    # Answers

    def show(self, data: Mapping[str, Any] | list[Any], *human: RenderableType) -> None:
        """Print ``data`` as JSON with --json, and otherwise what a person reads."""
        if self.json:
            typer.echo(json.dumps(data, indent=2))
            return
        for one in human:
            self.out.print(Text(one) if isinstance(one, str) else one)


def can_ask() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty()


def session_of(ctx: typer.Context) -> Session:
    """The session that the root command made."""
    return cast(Session, ctx.obj)
