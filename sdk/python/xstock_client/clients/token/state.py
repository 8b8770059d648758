"""Mints and token accounts of SPL Token and Token-2022: balances, who may move them, and what wallets show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from solders.pubkey import Pubkey
from solders.token.state import Mint, TokenAccountState
from solders.token.state import TokenAccount as BaseAccount

from xstock_client.amounts import Raw
from xstock_client.clients.token.extensions import EXTENSIONS_AT, Extension, read_extensions, read_metadata
from xstock_client.constants import TOKEN, TOKEN_2022
from xstock_client.errors import DecodeError
from xstock_client.ledger import Account

__all__ = ["TokenAccount", "TokenMint"]

_MINT_SIZE: Final = 82
_ACCOUNT_SIZE: Final = 165
_MULTISIG_SIZE: Final = 355
"""Token-2022 has accounts of several signers too, whose bytes their maker chooses; nothing else has this size."""
_TYPE_AT: Final = EXTENSIONS_AT - 1
_MINT_TYPE: Final = 1
_ACCOUNT_TYPE: Final = 2
# ConfidentialTransferAccount: approved, key, three encrypted balances, a decryptable one, credits of either sort
_PLAIN_CREDITS_AT: Final = 1 + 32 + 3 * 64 + 36 + 1


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """A token account of either program: who owns how many base units, and what stands in the way of a transfer."""

    program: Pubkey
    """SPL Token or Token-2022."""
    mint: Pubkey
    owner: Pubkey
    amount: Raw
    """Base units of the mint."""
    delegate: Pubkey | None
    """May move ``delegated_amount`` beside the owner."""
    delegated_amount: Raw
    close_authority: Pubkey | None
    """May close the empty account in the owner's place, and keep its rent."""
    frozen: bool
    memo_required: bool
    """Incoming transfers need a memo right before them."""
    cpi_guard: bool
    """No program can move its tokens on the owner's signature; a delegate's will do."""
    immutable_owner: bool
    """It can never be given to somebody else, as associated accounts of Token-2022 cannot."""
    confidential_only: bool
    """Its owner refuses transfers in the open."""

    @property
    def plain(self) -> bool:
        """Nobody but its owner can move its tokens or close it, as far as the account itself says."""
        return self.delegate is None and self.close_authority is None

    @classmethod
    def decode(cls, account: Account) -> TokenAccount:
        """Read a token account of either program. Raises DecodeError for anything else."""
        extensions = _vetted("account", account, _ACCOUNT_SIZE, _ACCOUNT_TYPE)
        try:
            base = BaseAccount.from_bytes(account.data[:_ACCOUNT_SIZE])
        except ValueError as error:
            raise _other("account", account, str(error)) from None
        confidential = extensions.get(Extension.CONFIDENTIAL_TRANSFER_ACCOUNT, b"")
        return cls(
            program=account.owner,
            mint=base.mint,
            owner=base.owner,
            amount=Raw(base.amount),
            delegate=base.delegate,
            delegated_amount=Raw(base.delegated_amount if base.delegate else 0),
            close_authority=base.close_authority,
            frozen=base.state == TokenAccountState.Frozen,
            memo_required=any(extensions.get(Extension.MEMO_TRANSFER, b"")),
            cpi_guard=any(extensions.get(Extension.CPI_GUARD, b"")),
            immutable_owner=Extension.IMMUTABLE_OWNER in extensions,
            confidential_only=confidential[_PLAIN_CREDITS_AT : _PLAIN_CREDITS_AT + 1] == b"\0",
        )


@dataclass(frozen=True, slots=True)
class TokenMint:
    """A mint of either program: its supply, who may do what to it, and what wallets show."""

    program: Pubkey
    """SPL Token or Token-2022."""
    supply: Raw
    """Base units in existence."""
    decimals: int
    paused: bool
    mint_authority: Pubkey | None
    """May create more."""
    freeze_authority: Pubkey | None
    """May freeze any account."""
    extensions: dict[int, bytes]
    """Values of its extensions by their kinds (see :class:`Extension`); none of SPL Token's."""
    name: str = ""
    symbol: str = ""
    uri: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @classmethod
    def decode(cls, account: Account) -> TokenMint:
        """Read a mint of either program, with or without metadata. Raises DecodeError for anything else."""
        extensions = _vetted("mint", account, _MINT_SIZE, _MINT_TYPE)
        try:
            base = Mint.from_bytes(account.data[:_MINT_SIZE])
        except ValueError as error:
            raise _other("mint", account, str(error)) from None
        name, symbol, uri, fields = read_metadata(extensions.get(Extension.TOKEN_METADATA))
        return cls(
            program=account.owner,
            supply=Raw(base.supply),
            decimals=base.decimals,
            paused=any(extensions.get(Extension.PAUSABLE, b"")[32:]),
            mint_authority=base.mint_authority,
            freeze_authority=base.freeze_authority,
            extensions=extensions,
            name=name,
            symbol=symbol,
            uri=uri,
            fields=fields,
        )


def _vetted(what: str, account: Account, size: int, kind: int) -> dict[int, bytes]:
    """The extensions of an account that has ``size`` bytes, or of Token-2022 more and then the type ``kind``."""
    data = account.data
    if account.owner not in (TOKEN, TOKEN_2022):
        raise _other(what, account)
    if len(data) == size:
        return {}
    extended = account.owner == TOKEN_2022 and len(data) > _TYPE_AT and len(data) != _MULTISIG_SIZE
    if not extended or data[_TYPE_AT] != kind or any(data[size:_TYPE_AT]):
        raise _other(what, account)
    return read_extensions(data)


def _other(what: str, account: Account, why: str = "") -> DecodeError:
    reason = f" ({why})" if why else ""
    return DecodeError(
        f"not a Token-2022 {what}, nor one of SPL Token: {len(account.data)} bytes, owned by {account.owner}{reason}"
    )
