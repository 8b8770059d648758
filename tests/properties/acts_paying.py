"""What becomes of a dividend: declared, funded, claimed, pushed, taken back; right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded.trees import PAGE, Tree
from tests.properties.acts_corporate import CorporateActs
from tests.properties.acts_office import RELAYER
from tests.properties.acts_redeem import AUTHORITY
from tests.properties.chain import address, owner_address
from tests.properties.parts import TREASURER, Shown
from tests.properties.paying import Payee
from tests.properties.wallets import COIN_PROGRAMS
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import ASSOCIATED_TOKEN, PROGRAM_ID

__all__ = ["PayingActs"]


class PayingActs(CorporateActs):
    """``at`` is a distribution: its snapshot, and its number there."""

    def _distribution(self, at: tuple[int, int]) -> Pubkey:
        return pda.distribution(self._snapshot(at[0]), at[1])

    def _purse(self, at: tuple[int, int], swap: str = "") -> dict[str, Any]:
        """Payout mint and vault, and the program that moves money."""
        one = self.m.dividends.get(at)
        coin, vault = (one.coin, one.vault) if one else ("usd", "usd/vault")
        return {
            "payout_mint": address("fee" if swap == "payout_mint" else coin),
            "vault": self.here.account(f"{coin}/thief" if swap == "vault" else vault),
            "payment_program": COIN_PROGRAMS[coin],
        }

    def declare(
        self,
        by: str,
        at: tuple[int, int],
        coin: str,
        until: int,
        *,
        action: int,
        tax_to: str = "",
        vault: str = "",
        rates: int = 1,
        rules: int = 0,
        shown: Shown = None,
    ) -> str:
        """Its vault is made first, if it is not there: anybody can."""
        grant, own = self._corporate(by, shown), f"{coin}/dist{at[0]}-{at[1]}"
        tax = tax_to or f"{coin}/{self.m.authority}"
        if own not in self.m.cash:
            self.open_cash(own, f"dist{at[0]}-{at[1]}")
        instruction = ix.declare_distribution(
            payer=RELAYER,
            officer=address(by),
            grant=self._shown(grant),
            action=self._action(action),
            snapshot=self._snapshot(at[0]),
            distribution=self._distribution(at),
            payout_mint=address(coin),
            vault=self.here.account(vault or own),
            withholding_account=self.here.account(tax),
            number=at[1],
            rules=rules,
            rates_hash=bytes([rates]) * 32,
            claim_until=until,
            **self._of_asset(by),
        )
        return self.do(
            "declare",
            lambda m: m.declare(
                by, at, coin, until, action=action, tax_to=tax, vault=vault, rates=rates, rules=rules, shown=grant
            ),
            [instruction],
            [by],
        )

    def fund(self, by: str, at: tuple[int, int], amount: int, source: str = "", *, swap: str = "") -> str:
        one = self.m.dividends.get(at)
        purse = source or f"{one.coin if one else 'usd'}/{by}"
        instruction = ix.fund_distribution(
            funder=address(by),
            distribution=self._distribution(at),
            source=self.here.account(purse),
            amount=amount,
            **self._purse(at, swap),
        )
        return self.do("fund", lambda m: m.fund(by, at, amount, purse, swap=swap), [instruction], [by])

    def open_claims(self, at: tuple[int, int], tree: Tree, page: int = 0) -> str:
        instruction = ix.open_claim_page(
            payer=RELAYER,
            distribution=self._distribution(at),
            claims=pda.claim_page(self._distribution(at), page),
            page=page,
            entry=bytes(tree.page(0)),
            nodes=tree.of_page(0),
        )
        return self.do("open claims", lambda m: m.open_claims(at, page, tree), [instruction])

    def claim(
        self,
        by: str,
        at: tuple[int, int],
        tree: Tree,
        first: int,
        payees: Sequence[Payee],
        *,
        page: int = 0,
        flaw: str = "",
        swap: str = "",
        twice: bool = False,
    ) -> str:
        payees, count = tuple(payees), len(payees)
        known = [tree.leaves.get(first + step) for step in range(count)]
        amounts = [figure for leaf in known for figure in ((leaf.amount, leaf.withheld) if leaf else (1, 0))]
        nodes = tree.in_page(first % PAGE, max(count, 1))
        if flaw == "tax":
            amounts[1:2] = [amounts[0] + 1]
        elif flaw == "amount":
            amounts[:1] = [amounts[0] + 1]
        elif flaw == "nodes":
            nodes = nodes[:-40]
        instruction = ix.claim_dividends(
            claimer=address(by),
            distribution=self._distribution(at),
            claims=pda.claim_page(self._distribution((at[0], at[1] + (swap == "claims"))), page),
            first=first,
            amounts=amounts[:-1] if flaw == "batch" else amounts,
            bumps=bytes(self._bump(payee.account) for payee in payees),
            nodes=nodes,
            payees=[(self.here.account(payee.account), self._record(payee)) for payee in payees],
            **self._purse(at, swap),
        )
        return self.do(
            "claim",
            lambda m: m.claim(by, at, tree, first, payees, page=page, flaw=flaw, swap=swap),
            [instruction],
            [by],
            twice=twice,
            events=max(count, 1),
        )

    def _bump(self, account: str) -> int:
        coin, _, _ = account.partition("/")
        owner = owner_address(self.m.owners[account])
        seeds = [bytes(owner), bytes(COIN_PROGRAMS[coin]), bytes(address(coin))]
        return Pubkey.find_program_address(seeds, ASSOCIATED_TOKEN)[1]

    def _record(self, payee: Payee) -> Pubkey:
        if not payee.by_record:
            return PROGRAM_ID
        return pda.recipient(self.here.asset, owner_address(payee.by_record))

    def remit(self, at: tuple[int, int], tax_to: str = "", *, swap: str = "") -> str:
        one = self.m.dividends.get(at)
        account = tax_to or (one.tax_to if one else "usd/thief")
        instruction = ix.remit_withheld(
            distribution=self._distribution(at),
            withholding_account=self.here.account(account),
            **self._purse(at, swap),
        )
        return self.do("remit", lambda m: m.remit(at, tax_to, swap=swap), [instruction])

    def reclaim(self, by: str, at: tuple[int, int], to: str = "", *, shown: Shown = None, swap: str = "") -> str:
        grant = None if shown == AUTHORITY else shown or (TREASURER, by)
        one = self.m.dividends.get(at)
        account = to or f"{one.coin if one else 'usd'}/{self.m.authority}"
        instruction = ix.reclaim_distribution(
            treasurer=address(by),
            grant=self._shown(grant),
            distribution=self._distribution(at),
            destination=self.here.account(account),
            **self._of_asset(by),
            **self._purse(at, swap),
        )
        return self.do("reclaim", lambda m: m.reclaim(by, at, account, shown=grant, swap=swap), [instruction], [by])

    def close_claims(self, at: tuple[int, int], page: int = 0, rent_to: str = "relayer") -> str:
        instruction = ix.close_claim_page(
            distribution=self._distribution(at),
            claims=pda.claim_page(self._distribution(at), page),
            rent_receiver=address(rent_to),
        )
        return self.do("close claims", lambda m: m.close_claims(at, page, rent_to), [instruction])

    def register_recipient(self, by: str, recipient: str) -> str:
        instruction = ix.register_recipient(
            payer=RELAYER,
            owner=address(by),
            asset=self.here.asset,
            record=pda.recipient(self.here.asset, address(by)),
            recipient=address(recipient),
        )
        return self.do("register recipient", lambda m: m.register_recipient(by, recipient), [instruction], [by])
