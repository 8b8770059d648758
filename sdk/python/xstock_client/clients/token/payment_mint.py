"""Whether a stablecoin can be what redemptions are paid in, judged as the program's ``open_bond`` judges it.

The program refuses a mint that takes a part of a payment, runs code in it, starts accounts frozen, or shows another
amount than it moves. What a stablecoin's own issuer can do later no program can rule out: that is told as risks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.clients.token.extensions import Extension, address_in, extension_name
from xstock_client.clients.token.state import TokenMint
from xstock_client.errors import DecodeError, UsageError
from xstock_client.ledger import Account

__all__ = ["MintFinding", "PaymentMint", "PaymentMintRefused", "vet_payment_mint"]

# TransferFeeConfig: two authorities and the withheld amount, then the older and the newer fee, each with its first
# epoch, the largest fee and the basis points
_FEES_AT: Final = 32 + 32 + 8
_FEE_SIZE: Final = 8 + 8 + 2
_INITIALIZED: Final = 1


@dataclass(frozen=True, slots=True)
class MintFinding:
    """Why one extension of a mint makes it unfit."""

    extension: int
    name: str
    """The extension in words; ``unknown`` when this SDK does not know it."""
    reason: str

    def __str__(self) -> str:
        return f"extension {self.extension} ({self.name}): {self.reason}"


class PaymentMintRefused(UsageError):
    """A mint in which the program takes no payments.

    ``findings`` is never empty; ``extension`` and ``name`` are those of the first, which is the one that the program
    would name.
    """

    def __init__(self, findings: Sequence[MintFinding]) -> None:
        self.findings = tuple(findings)
        self.extension = self.findings[0].extension
        self.name = self.findings[0].name
        found = "; ".join(map(str, self.findings))
        super().__init__(f"this mint cannot be a payment mint: {found}. Choose a stablecoin without")


@dataclass(frozen=True, slots=True)
class PaymentMint:
    """A mint that the program takes for payments and bonds."""

    token: TokenMint
    risks: tuple[str, ...]
    """What its issuer can still do, a sentence each."""

    @property
    def program(self) -> Pubkey:
        """SPL Token or Token-2022."""
        return self.token.program

    @property
    def decimals(self) -> int:
        """Prices, penalties and bonds are in base units of so many decimals."""
        return self.token.decimals


def vet_payment_mint(account: Account) -> PaymentMint:
    """Judge a stablecoin's mint before ``open_bond``.

    Raises PaymentMintRefused, with all that stands against it, for a mint that the program refuses, and DecodeError
    for an account that is no mint.
    """
    mint = TokenMint.decode(account)
    findings = [
        MintFinding(kind, extension_name(kind), reason)
        for kind, value in mint.extensions.items()
        if (reason := _unfit(kind, value)) is not None
    ]
    if findings:
        raise PaymentMintRefused(findings)
    return PaymentMint(mint, tuple(_risks(mint)))


def _unfit(kind: int, value: bytes) -> str | None:
    if kind in _HARMLESS:
        return None
    if kind in _CONDITIONAL:
        judge, size = _CONDITIONAL[kind]
        if len(value) != size:
            raise DecodeError(
                f"extension {kind} ({extension_name(kind)}) has {len(value)} bytes, not the {size} of Token-2022"
            )
        return judge(value)
    return _REASONS.get(kind, "the program takes only what it knows to be harmless")


def _fee(value: bytes) -> str | None:
    older, newer = (
        int.from_bytes(value[end - 2 : end], "little") for end in (_FEES_AT + _FEE_SIZE, _FEES_AT + 2 * _FEE_SIZE)
    )
    if older == newer == 0:
        return None
    epoch = int.from_bytes(value[_FEES_AT + _FEE_SIZE :][:8], "little")
    fee = f"{newer} basis points from epoch {epoch} on" if older == 0 else f"up to {max(older, newer)} basis points"
    return f"a fee is kept from every transfer ({fee}), so that no payment arrives whole"


def _default_state(value: bytes) -> str | None:
    return None if value[0] == _INITIALIZED else "new accounts start frozen, and a holder's could not be paid"


def _hook(value: bytes) -> str | None:
    program = address_in(value, 32)
    return None if program is None else f"every transfer runs the program {program}, which can refuse payments"


_HARMLESS: Final = frozenset(
    {
        Extension.MINT_CLOSE_AUTHORITY,
        Extension.CONFIDENTIAL_TRANSFER_MINT,
        Extension.PERMANENT_DELEGATE,
        Extension.CONFIDENTIAL_TRANSFER_FEE_CONFIG,
        Extension.METADATA_POINTER,
        Extension.TOKEN_METADATA,
        Extension.GROUP_POINTER,
        Extension.TOKEN_GROUP,
        Extension.GROUP_MEMBER_POINTER,
        Extension.TOKEN_GROUP_MEMBER,
    }
)
"""Fit whatever they say; :func:`_risks` tells what some of them let the issuer do."""

_CONDITIONAL: Final[Mapping[int, tuple[Callable[[bytes], str | None], int]]] = {
    Extension.TRANSFER_FEE_CONFIG: (_fee, _FEES_AT + 2 * _FEE_SIZE),
    Extension.DEFAULT_ACCOUNT_STATE: (_default_state, 1),
    Extension.TRANSFER_HOOK: (_hook, 64),
}
"""Fit as long as they are switched off; with their sizes."""

_REASONS: Final[Mapping[int, str]] = {
    Extension.NON_TRANSFERABLE: "its tokens cannot be transferred",
    Extension.INTEREST_BEARING_CONFIG: "wallets show another amount than was paid",
    Extension.CONFIDENTIAL_MINT_BURN: "its supply is hidden",
    Extension.SCALED_UI_AMOUNT: "wallets show another amount than was paid",
    Extension.PAUSABLE: "its issuer can stop all payments at once",
    Extension.PERMISSIONED_BURN: "holders cannot burn it without its issuer",
}


def _risks(mint: TokenMint) -> Iterator[str]:
    """What no check today can rule out for tomorrow, the widest powers first."""
    values = mint.extensions
    if mint.mint_authority is not None:
        yield (
            f"{mint.mint_authority} can create any amount of it: be sure that this is the stablecoin you mean, "
            "by the address that its issuer publishes"
        )
    if (seizer := address_in(values.get(Extension.PERMANENT_DELEGATE, b""))) is not None:
        yield f"{seizer} can take or burn it out of any account, the bond's and holders' too (permanent delegate)"
    if mint.freeze_authority is not None:
        yield f"{mint.freeze_authority} can freeze any account of it, the bond's and holders' too"
        if Extension.DEFAULT_ACCOUNT_STATE in values:
            yield f"{mint.freeze_authority} can let new accounts start frozen, from one moment to the next"
    if (collector := address_in(values.get(Extension.TRANSFER_FEE_CONFIG, b""))) is not None:
        yield f"{collector} can switch on a transfer fee, which takes effect two epochs later: payments would fail then"
    if (hooker := address_in(values.get(Extension.TRANSFER_HOOK, b""))) is not None:
        yield f"{hooker} can attach a program to every transfer, at once: payments would fail from then on"
    if (closer := address_in(values.get(Extension.MINT_CLOSE_AUTHORITY, b""))) is not None:
        yield f"{closer} can close the mint when none of it is left, and another one can take its address"
