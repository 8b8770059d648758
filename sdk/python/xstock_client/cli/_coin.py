"""The coin that redemptions are paid in, as people write it: ``MINT:DECIMALS``, and sums of it in plain decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Ui
from xstock_client.cli._args import plain_number
from xstock_client.clients import PaymentToken, TokenAccount
from xstock_client.constants import TOKEN, TOKEN_2022
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger
from xstock_client.pda import token_account

__all__ = ["USUAL_DECIMALS", "Coin", "Price", "cash_of", "parse_coin", "parse_sum", "require_money"]

USUAL_DECIMALS: Final = 6
"""Of most stablecoins: what sums are taken in before an asset has chosen its coin."""
_PROGRAMS: Final = {"": TOKEN, "token": TOKEN, "token-2022": TOKEN_2022}


@dataclass(frozen=True, slots=True)
class Coin:
    """What --coin says."""

    mint: Pubkey
    decimals: int
    program: Pubkey = TOKEN

    def of_asset(self, asset: Pubkey) -> PaymentToken:
        """The coin as what ``asset`` pays in; its bond lies in the associated account."""
        return PaymentToken(self.mint, self.program, token_account(asset, self.mint, self.program), self.decimals)


def parse_coin(text: str | Coin) -> Coin:
    """A coin from ``MINT:DECIMALS`` or ``MINT:DECIMALS:token-2022``."""
    if isinstance(text, Coin):
        return text
    mint, _, rest = text.partition(":")
    decimals, _, program = rest.partition(":")
    if not (decimals.isascii() and decimals.isdecimal() and len(decimals) < 3) or program not in _PROGRAMS:
        raise typer.BadParameter(
            f"{text!r} is no coin: write its mint and its decimals, such as MINT:6, with :token-2022 behind them for a"
            " coin of Token-2022"
        )
    try:
        return Coin(Pubkey.from_string(mint), int(decimals), _PROGRAMS[program])
    except ValueError:
        raise typer.BadParameter(f"{mint!r} before the colon is not an address (32 bytes in base58)") from None


def parse_sum(text: str | Ui) -> Ui:
    """A sum of the coin, in plain decimals."""
    if isinstance(text, Ui):
        return text
    try:
        return Ui.parse(plain_number(text))
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write a sum of the coin such as 190.25 or 25,000") from None


def cash_of(amount: Ui, decimals: int, what: str) -> Cash:
    """``amount`` in base units of a coin of so many decimals. Raises UsageError naming ``what``."""
    try:
        return amount.to_cash(decimals)
    except ValueError as error:
        raise UsageError(f"{what}: {error}, which is what the coin has") from None


async def require_money(ledger: Ledger, coin: PaymentToken, source: Pubkey, amount: Cash) -> None:
    """Refuse, in words, what a token program refuses by a number: an account that is missing or holds less.

    Raises UsageError.
    """
    account = await ledger.account(source)
    if account is None:
        raise UsageError(
            f"there is no account {source} of the coin {coin.mint}: fund it, or name another one (--source)"
        )
    held = Cash(TokenAccount.decode(account).amount.value)
    if held < amount:
        sums = f"{held.to_ui(coin.decimals)}, less than {amount.to_ui(coin.decimals)}"
        raise UsageError(f"the account {source} holds {sums}: fund it, or name another one (--source)")


Price = Annotated[
    Ui | None,
    typer.Option(parser=parse_sum, metavar="PRICE", help="Units of the coin per whole share, such as 190.25."),
]
