"""What every command shares: the cluster, the keys, the issuer, and how answers are printed.

A command that writes need not know of --sign-only and its like: the ledger that it gets signs, or adds signatures,
in place of the cluster's. What it must not do is build an instruction from the present time (see `_args.expiry`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import typer
from rich.console import Console, RenderableType
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Multiplier
from xstock_client.cli._coin import USUAL_DECIMALS, Coin
from xstock_client.cli._config import (
    MAINNET_GENESIS,
    OwnConfig,
    SolanaConfig,
    cluster_name,
    genesis_of,
    place_of,
    url_of,
)
from xstock_client.cli._signing import Signing, address_of, after_nonce, signed_json, signed_text, warn_of_programs
from xstock_client.clients import Integrator, PaymentToken
from xstock_client.clients.payments import payment_token
from xstock_client.constants import TOKEN_PROGRAMS, Role
from xstock_client.errors import UsageError
from xstock_client.ledger import (
    Ledger,
    NullSigner,
    OfflineLedger,
    PreparedTransaction,
    PresignedLedger,
    Signer,
    Submitter,
    load_signer,
)

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
    signing: Signing | None = None
    given_multiplier: Multiplier | None = None
    given_coin: Coin | None = None
    acting_as: Role | None = None
    genesis: bytes | None = None
    """The cluster that a command was told; where nothing is sent, it need not be asked."""
    decimals: int | None = None
    """Of the coin that the asset pays in, once that is known: for sums in what is told."""
    _solana: SolanaConfig | None = None
    _signer: Signer | None = None
    _payer: Signer | None = None
    _fixed: OfflineLedger | PresignedLedger | None = None
    err: Console = field(default_factory=lambda: Console(stderr=True, width=None if sys.stderr.isatty() else _WIDE))
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

    @property
    def sign_only(self) -> bool:
        """Whether nothing is sent."""
        return self.signing is not None and self.signing.sign_only

    @asynccontextmanager
    async def ledger(self) -> AsyncIterator[Ledger]:
        """The cluster; or what signs, or adds signatures, in its place. With --sign-only nothing is asked before it
        is read, so that a command to which everything is given needs no network.
        """
        if self.signing is None:
            async with self.cluster() as ledger:
                yield ledger
            return
        authority = self.signing.nonce_authority
        terms = self.signing.terms(None if authority is None else self.key(authority))
        if self.signing.sign_only:
            genesis = self.genesis or self._own_genesis()
            self._fixed = OfflineLedger(terms, source=self.cluster, genesis_hash=genesis, rebase=after_nonce)
            async with self._fixed:
                yield self._fixed
            return
        async with self.cluster() as ledger:
            if not isinstance(ledger, Submitter):
                raise UsageError(f"{type(ledger).__name__} takes no transactions that were signed elsewhere")
            self._fixed = PresignedLedger(ledger, terms, rebase=after_nonce)
            yield self._fixed

    @asynccontextmanager
    async def cluster(self) -> AsyncIterator[Ledger]:
        """The cluster itself, also where a command only signs: for what only a node can be asked."""
        websocket = None if self.url else self.solana.websocket_url
        if self.sign_only:
            typer.echo(f"reading from {place_of(self.rpc_url)} what was not given", err=True)
        async with self.connect(self.rpc_url, websocket, self.commitment or self.solana.commitment) as ledger:
            yield ledger

    @staticmethod
    def _own_genesis() -> bytes | None:
        text = OwnConfig.read().genesis_hash
        return None if text is None else genesis_of(text)

    def key(self, spec: str) -> Signer:
        """The key that an option names: a file; and where signatures may come from elsewhere, an address too.

        Raises KeypairError.
        """
        address = None if self.signing is None else address_of(spec)
        return load_signer(spec) if address is None else NullSigner(address)

    def signer(self) -> Signer:
        """The key of --keypair or of the configuration file. Raises KeypairError."""
        if self._signer is None:
            self._signer = self.key(self.keypair or self.solana.keypair)
        return self._signer

    def payer(self) -> Signer:
        """The key of --fee-payer, or the signer."""
        if self.fee_payer is None or self.fee_payer == self.keypair:
            return self.signer()  # standard input can be read once
        if self._payer is None:
            self._payer = self.key(self.fee_payer)
        return self._payer

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
        """The asset that a symbol of the issuer, its number (@0), or an address stands for.

        Only a symbol is looked up on the chain. Raises UsageError, AccountMissing.
        """
        if text.startswith("@"):
            if not text[1:].isdecimal() or not text.isascii() or int(text[1:]) >= 2**32:
                raise UsageError(f"{text!r} is no asset's number; write @0 for the issuer's first one")
            return pda.asset(self.issuer, int(text[1:]))
        if len(text) >= 32:
            try:
                return Pubkey.from_string(text)
            except ValueError:
                raise UsageError(f"{text!r} is neither a symbol nor an address") from None
        with self.instead("name the asset by its address, or by its number, such as @0"):
            return await Integrator(ledger).resolve(self.issuer, text)

    async def multiplier(self, ledger: Ledger, asset: Pubkey) -> Multiplier:
        """Shares per token in force: as the chain has it, or with --sign-only as --multiplier says.

        Raises UsageError when the two differ, AccountMissing.
        """
        given = self.given_multiplier
        if given is not None and self.sign_only:
            return given
        with self.instead("say how many shares a token is worth with --multiplier"):
            found = await Integrator(ledger).multiplier(asset)
        if given not in (None, found):
            raise UsageError(f"--multiplier says {given} shares per token, and the chain {found}; nothing was sent")
        return found

    async def coin(self, ledger: Ledger, asset: Pubkey) -> PaymentToken:
        """What the asset's redemptions are paid in: as the chain has it, or with --sign-only as --coin says.

        Raises UsageError when the two differ, and while no bond was opened; AccountMissing.
        """
        given = None if self.given_coin is None else self.given_coin.of_asset(asset)
        if given is not None and self.sign_only:
            self.decimals = given.decimals
            return given
        with self.instead("say what the asset pays in with --coin MINT:DECIMALS"):
            found = await payment_token(ledger, asset, await Integrator(ledger).asset_account(asset))
        self.decimals = found.decimals
        if given is not None and (given.mint, given.program, given.decimals) != (
            found.mint,
            found.program,
            found.decimals,
        ):
            raise UsageError(f"--coin says {_coin_text(given)}, and the chain {_coin_text(found)}; nothing was sent")
        return found

    async def coin_decimals(self, ledger: Ledger, asset: Pubkey) -> int:
        """Decimals of that coin; while none was chosen those of --coin, or else the usual ones."""
        if self.sign_only and self.given_coin is not None:
            self.decimals = self.given_coin.decimals
            return self.decimals
        with self.instead("say what the asset pays in with --coin MINT:DECIMALS"):
            state = await Integrator(ledger).asset_account(asset)
        if state.payment_mint != Pubkey.default():
            self.decimals = state.payment_decimals
            return self.decimals
        return USUAL_DECIMALS if self.given_coin is None else self.given_coin.decimals

    @contextmanager
    def instead(self, advice: str) -> Iterator[None]:
        """What to tell when something is to be read with --sign-only, and cannot be."""
        fixed = self._fixed if isinstance(self._fixed, OfflineLedger) else None
        before = "" if fixed is None else fixed.hint
        if fixed is not None:
            fixed.hint = advice
        try:
            yield
        finally:
            if fixed is not None:
                fixed.hint = before

    # Before writing

    async def announce(self, ledger: Ledger, *signers: Signer) -> None:
        """Tell on stderr where and as whom this writes; on mainnet-beta ask first, unless --yes."""
        keys = list(dict.fromkeys(str(signer.pubkey) for signer in signers))
        payer = f", fee payer {keys[-1]}" if len(keys) > 1 else ""
        if self.sign_only:
            typer.echo(f"signing only, nothing is sent: signer {keys[0]}{payer}", err=True)
            return
        genesis = await ledger.genesis_hash()
        name = cluster_name(genesis)
        where = place_of(self.rpc_url)
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
        self.require_signed()
        if self.json:
            typer.echo(json.dumps(data, indent=2))
            return
        for one in human:
            self.out.print(Text(one) if isinstance(one, str) else one)

    def show_signed(self, prepared: PreparedTransaction) -> None:
        """Print what was signed, as the Solana CLI does. Raises KeypairError after that for a bad signature."""
        dump = self.signing is not None and self.signing.dump
        typer.echo(json.dumps(signed_json(prepared, dump), indent=2) if self.json else signed_text(prepared, dump))
        warn_of_programs(prepared)
        prepared.require_good()

    def require_signed(self) -> None:
        """Refuse options about signatures at a command that signs no transaction. Raises UsageError."""
        if self.signing is not None and not (isinstance(self._fixed, PresignedLedger) and self._fixed.asked):
            raise UsageError(
                "there is nothing to sign: this command makes no transaction, or all that it does is done; leave out"
                " --sign-only, --blockhash, --signer, --nonce and what goes with them to see"
            )


def _coin_text(coin: PaymentToken) -> str:
    program = TOKEN_PROGRAMS.get(coin.program, str(coin.program))
    return f"{coin.mint} of {program} with {coin.decimals} decimals"


def can_ask() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty()


def session_of(ctx: typer.Context) -> Session:
    """The session that the root command made."""
    return cast(Session, ctx.obj)
