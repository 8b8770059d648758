"""The reference model's money: token accounts of both kinds, the payment mint, and the issuer's bond."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tests.properties.claims import COINS, PROGRAMS, Exit
from tests.properties.minting import Minting
from tests.properties.office import SWAPS
from tests.properties.parts import ADMIN, FROZEN, LIFE, OK, PAUSED, PAUSER, POOR, STRANGER, TREASURER, TWICE, U64, Shown

__all__ = ["UNFIT", "Bonding"]

UNFIT = {"interest": "UnfitPaymentMint", "fee": "UnfitPaymentMint", "share": "WrongPaymentMint"}
"""What is no payment mint: one with interest, one with a fee, and the asset's own token."""


def coin_of(account: str) -> str:
    """The payment mint of an account of money."""
    return account.partition("/")[0]


@dataclass(slots=True)
class Bonding(Minting):
    """What is promised to holders, in money."""

    # Past the program

    def allowed(self, by: str, account: str, amount: int) -> str:
        """Whether somebody may take so much out of an account: its owner, or the delegate."""
        if by == self.owners[account]:
            return OK
        who, left = self.delegates.get(account, ("", 0))
        if who != by:
            return STRANGER
        return OK if amount <= left else POOR

    def use_up(self, by: str, account: str, amount: int) -> None:
        """A delegate can take that much less, and with nothing left is none."""
        if by != self.owners[account]:
            who, left = self.delegates.pop(account)
            if left > amount:
                self.delegates[account] = (who, left - amount)

    def move(self, source: str, to: str, amount: int, by: str = "") -> str:
        """Tokens of the asset, as Token-2022 checks it; without a name it is the owner who signs."""
        by = by or self.owners[source]
        if source in self.frozen:
            return FROZEN
        if amount > self.balances[source]:
            return POOR
        if self.paused:
            return PAUSED
        if (code := self.allowed(by, source, amount)) != OK:
            return code
        if to in self.frozen:
            return FROZEN
        if source != to:
            self.use_up(by, source, amount)
        self.balances[source] -= amount
        self.balances[to] += amount
        return OK

    def pay(self, source: str, to: str, amount: int, by: str = "", *, whole: bool = True) -> str:
        """Money: all of it arrives, or nothing is moved; unless whoever gets it bears a fee."""
        by = by or self.owners[source]
        if source in self.frozen or (PROGRAMS[coin_of(source)] == "Token" and to in self.frozen):
            return FROZEN
        if amount > self.cash[source]:
            return POOR
        if coin_of(source) != coin_of(to):
            return "token:3"
        if (code := self.allowed(by, source, amount)) != OK:
            return code
        if to in self.frozen:  # Token-2022 looks there last
            return FROZEN
        fee = ceil(Fraction(amount, 100)) if self.taxed and coin_of(source) == "eur" else 0
        if fee and whole:
            return "UnexpectedBalance"
        self.use_up(by, source, amount)
        self.cash[source] -= amount
        self.cash[to] += amount - fee
        return OK

    def is_cash(self, account: str) -> bool:
        """Whether it is an account of the payment mint in use."""
        return account in self.cash and coin_of(account) == self.coin

    @property
    def vault(self) -> str:
        """Where the bond is."""
        return f"{self.coin}/vault"

    # The bond

    def open_bond(self, by: str, coin: str, vault: str, *, shown: Shown = None) -> str:
        """Again only for the same decimals, while nobody waits for a payment, and when it is empty or was given up: all
        of it was to leave, and the time for that has come.
        """
        if (code := self.of_asset(by, shown)) != OK:
            return code
        if coin in UNFIT or (coin == "eur" and self.taxed):
            return UNFIT.get(coin, "UnfitPaymentMint")
        if coin_of(vault) != coin or self.owners.get(vault) != "asset":
            return "WrongTokenAccount"
        if vault in self.delegates or vault in self.frozen or vault.endswith("used vault"):
            return "WrongBondVault"
        if coin == "cents":
            return "PaymentDecimals"
        given_up = self.exit.amount == U64 and self.exit.ready <= self.now <= self.exit.until
        if self.coin and ((self.bond and not given_up) or self.requests or COINS[self.coin] != COINS[coin]):
            return "BondInUse"
        self.told = {"decimals": COINS[coin], "written_off": self.bond}
        self.coin, self.bond, self.exit = coin, 0, Exit()
        return OK

    def deposit(self, by: str, source: str, amount: int, *, swap: str = "") -> str:
        """Anybody's money."""
        if amount == 0:
            return "ZeroAmount"
        if not self.coin:
            return "NoBond"
        if swap:
            return SWAPS[swap]
        if (code := self.pay(source, self.vault, amount, by)) != OK:
            return code
        self.bond += amount
        self.told = {"amount": amount, "bond": self.bond}
        return OK

    def queue_exit(self, by: str, amount: int, to: str, *, shown: Shown = None, swap: str = "") -> str:
        """It waits in public; mints judge the bond as if it had left. The largest number is all there is."""
        if (code := self.of_asset(by, shown, (ADMIN, TREASURER))) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        if not self.coin:
            return "NoBond"
        if swap:
            return SWAPS[swap]
        if to == self.vault:
            return "WrongBondVault"
        if not self.is_cash(to):
            return "WrongTokenAccount"
        if not 0 < amount <= self.bond and amount != U64:
            return "BondClaimed"
        self.exit = Exit(amount, self.change_at(), self.change_at() + LIFE, to)
        self.told = {"bond": self.bond, "bond_reserved": self.reserved}
        return OK

    def withdraw(self, by: str, to: str, *, shown: Shown = None, swap: str = "") -> str:
        """Only what no open request could claim; the rest of it waits on."""
        if to == self.vault and swap != "bond_vault":
            return TWICE
        if (code := self.of_asset(by, shown, (ADMIN, TREASURER))) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        if swap:
            return SWAPS[swap]
        if not self.exit.amount:
            return "NothingQueued"
        if self.now < self.exit.ready:
            return "ChangeNotReady"
        if self.now > self.exit.until:
            return "ChangeExpired"
        amount = min(self.exit.amount, self.bond - self.reserved)
        if not amount:
            return "BondClaimed"
        if to != self.exit.to:
            return "WrongDestination"
        if (code := self.pay(self.vault, to, amount, whole=False)) != OK:
            return code
        self.bond -= amount
        left = (U64 if self.bond else 0) if self.exit.amount == U64 else self.exit.amount - amount
        self.exit = Exit(left, self.exit.ready, self.exit.until, to) if left else Exit()
        self.told = {"amount": amount, "left": left, "bond": self.bond, "bond_reserved": self.reserved}
        return OK

    def cancel_exit(self, by: str, *, shown: Shown = None) -> str:
        """The issuer, or a pauser."""
        if (code := self.of_asset(by, shown, (ADMIN, TREASURER, PAUSER))) != OK:
            return code
        if not self.exit.amount:
            return "NothingQueued"
        self.exit, self.told = Exit(), {}
        return OK
