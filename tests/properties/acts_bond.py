"""What is done with money and accounts: the bond, right or wrong, and everything past the program."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey

from tests.properties import wallets
from tests.properties.acts_custody import CustodyActs
from tests.properties.chain import address
from tests.properties.holders import Model
from tests.properties.parts import Shown
from tests.properties.wallets import COIN_PROGRAMS
from xstock_client import instructions as ix
from xstock_client.constants import SYSTEM, TOKEN_2022

__all__ = ["BondActs"]


class BondActs(CustodyActs):
    """Accounts have names: a holder's, one on the side, and of a payment mint the coin's, a slash and whose it is."""

    # The bond

    def _money(self, swap: str = "") -> dict[str, Pubkey]:
        """Mint, vault and program of payments. Before there is a bond, those of the dollar."""
        coin = self.m.coin or "usd"
        wrong = "usd" if coin == "chf" else "chf"
        return {
            "payment_mint": address(wrong if swap == "payment_mint" else coin),
            "bond_vault": address(f"{coin}/{'nobody else' if swap == 'bond_vault' else 'vault'}"),
            "payment_program": COIN_PROGRAMS[coin],
        }

    def _desk(self, by: str, shown: Shown) -> dict[str, Any]:
        return {"authority": address(by), "grant": self._shown(shown)}

    def open_bond(self, by: str, coin: str, vault: str = "", *, shown: Shown = None) -> str:
        vault = vault or f"{coin}/vault"
        instruction = ix.open_bond(
            payment_mint=self.here.mint if coin == "share" else address(coin),
            bond_vault=self.here.account(vault),
            **self._officer(by, shown),
            **self._of_asset(by),
        )
        return self.do("open bond", lambda m: m.open_bond(by, coin, vault, shown=shown), [instruction], [by])

    def deposit_bond(self, by: str, amount: int, *, source: str = "", swap: str = "") -> str:
        source = source or f"{self.m.coin or 'usd'}/{by}"
        instruction = ix.deposit_bond(
            depositor=address(by),
            asset=self.here.asset,
            source=self.here.account(source),
            amount=amount,
            **self._money(swap),
        )
        return self.do("deposit bond", lambda m: m.deposit(by, source, amount, swap=swap), [instruction], [by])

    def queue_exit(self, by: str, amount: int, to: str = "", *, shown: Shown = None, swap: str = "") -> str:
        to = to or f"{self.m.coin or 'usd'}/treasury"
        instruction = ix.queue_bond_withdrawal(
            payment_mint=self._money(swap)["payment_mint"],
            destination=self.here.account(to),
            amount=amount,
            **self._desk(by, shown),
            **self._of_asset(by),
        )
        return self.do(
            "queue bond withdrawal",
            lambda m: m.queue_exit(by, amount, to, shown=shown, swap=swap),
            [instruction],
            [by],
        )

    def withdraw_bond(self, by: str, to: str = "", *, shown: Shown = None, swap: str = "", twice: bool = False) -> str:
        to = to or f"{self.m.coin or 'usd'}/treasury"
        instruction = ix.withdraw_bond(
            destination=self.here.account(to), **self._money(swap), **self._desk(by, shown), **self._of_asset(by)
        )
        return self.do(
            "withdraw bond",
            lambda m: m.withdraw(by, to, shown=shown, swap=swap),
            [instruction],
            [by],
            twice=twice,
        )

    def cancel_exit(self, by: str, *, shown: Shown = None) -> str:
        instruction = ix.cancel_bond_withdrawal(**self._guard(by, shown), **self._of_asset(by))
        return self.do("cancel bond withdrawal", lambda m: m.cancel_exit(by, shown=shown), [instruction], [by])

    # Past the program: owners and their accounts

    def transfer(self, source: str, to: str, amount: int) -> str:
        owner = self.m.owners[source]
        instruction = self.chain.transfer(source, to, amount, owner)
        return self.do("transfer", lambda m: m.transfer(source, to, amount), [instruction], [owner])

    def send_cash(self, source: str, to: str, amount: int) -> str:
        owner = self.m.owners[source]
        instruction = self.chain.transfer(source, to, amount, owner)
        return self.do("send cash", lambda m: m.pay(source, to, amount), [instruction], [owner])

    def burn(self, account: str, amount: int) -> str:
        owner = self.m.owners[account]
        instruction = self.chain.burn(account, amount, owner)
        return self.do("burn", lambda m: m.burn(account, amount), [instruction], [owner])

    def approve(self, account: str, who: str, amount: int) -> str:
        owner, where = self.m.owners[account], self.here.account(account)
        program = self.here.program_of(account)
        instruction = wallets.approve(program, where, address(who), address(owner), amount)
        return self.do("approve", lambda m: m.approve(account, who, amount), [instruction], [owner])

    def close(self, account: str) -> str:
        owner, where = self.m.owners[account], self.here.account(account)
        instruction = wallets.close(self.here.program_of(account), where, address("relayer"), address(owner))
        return self.do("close account", lambda m: m.close(account), [instruction], [owner])

    def hand_over(self, account: str, to: str) -> str:
        owner, where = self.m.owners[account], self.here.account(account)
        instruction = wallets.set_owner(self.here.program_of(account), where, address(to), address(owner))
        return self.do("hand over", lambda m: m.hand_over(account, to), [instruction], [owner])

    def reopen_account(self, account: str, owner: str) -> None:
        """A closed account is there again: the usual one of its owner, or one on the side."""
        if account.startswith("side"):
            self.put_side(account, owner)
        else:
            self._happens("open account", lambda _: self.chain_only([self.chain.open_account(owner)], []), account)
            self.m.open_account(account, owner)

    # What no instruction of this slice does

    def _happens(self, name: str, change: Any, *what: Any) -> None:
        """To the chain and to the model, and told in the story."""

        def predict(_: Model) -> str:
            return repr(what)

        self.trace.append((self.m.now, name, predict, "ok"))
        change(*what)

    def pause(self, on: bool) -> None:
        self._happens("pause", self.chain.pause, on)
        self.m.paused = on

    def freeze(self, account: str, on: bool) -> None:
        """By a later version of the program, or by the issuer of a stablecoin."""
        self._happens("freeze", self.chain.freeze, account, on)
        (self.m.frozen.add if on else self.m.frozen.discard)(account)

    def tax(self, on: bool) -> None:
        """The euro costs a fee from now on, whatever its mint was like when the bond was opened."""
        self._happens("tax", self.chain.tax, on)
        self.m.taxed = on

    @staticmethod
    def _token_program(swap: str) -> Pubkey:
        return SYSTEM if swap == "token_program" else TOKEN_2022
