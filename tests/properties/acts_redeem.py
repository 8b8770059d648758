"""What holders, the desk, arbiters and strangers do with requests, right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.properties.acts_bond import BondActs
from tests.properties.acts_office import RELAYER
from tests.properties.chain import address
from tests.properties.claims import PRICE, Bargain
from tests.properties.parts import ARBITER, NO_CHAIN, REDEEMER, Shown
from tests.properties.redeeming import Part
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import MEMO, SYSTEM

__all__ = ["AUTHORITY", "RedeemActs"]

AUTHORITY: Final = (0, "")
"""Shown in place of a grant: none, as the issuer's authority does."""


class RedeemActs(BondActs):
    """Who signs for the desk shows its redeemer's grant, if nothing else is said."""

    def open_book(self, holder: str) -> str:
        instruction = ix.open_holder_book(
            payer=RELAYER,
            holder=address(holder),
            asset=self.here.asset,
            book=pda.holder_book(self.here.asset, address(holder)),
        )
        return self.do("open book", lambda m: m.open_book(holder), [instruction])

    # Accounts

    def _request(self, holder: str, id: int) -> Pubkey:
        return pda.redemption_request(self.here.asset, address(holder), id)

    def _of_request(self, holder: str, id: int) -> dict[str, Pubkey]:
        return {"asset": self.here.asset, "request": self._request(holder, id)}

    def _tokens(self, swap: str) -> dict[str, Pubkey]:
        return {
            "mint": (self.other if swap == "mint" else self.here).mint,
            "escrow": (self.other if swap == "escrow" else self.here).escrow,
            "token_program": self._token_program(swap),
        }

    def _redeemer(self, by: str, shown: Shown) -> dict[str, Any]:
        return {"redeemer": address(by), "grant": self._shown(shown), "issuer": self._of_asset(by)["issuer"]}

    @staticmethod
    def _grant_of(by: str, shown: Shown) -> Shown:
        return None if shown == AUTHORITY else shown or (REDEEMER, by)

    def _source(self, holder: str, id: int) -> str:
        """Where the tokens came from; anything where there is no request."""
        found = self.m.requests.get((holder, id))
        return found.source if found else holder

    def _is_marked(self, holder: str, id: int, swap: str) -> bool:
        """Whether a request counts on another chain, or another asset's reserve is to be passed."""
        found = self.m.requests.get((holder, id))
        return swap == "reserve" or (found is not None and found.marked > 0)

    @staticmethod
    def _memo(memo: bool, swap: str) -> Pubkey | None:
        return SYSTEM if swap == "memo_program" else MEMO if memo else None

    # Holders

    def request(
        self,
        holder: str,
        id: int,
        amount: int,
        bargain: Bargain | None = None,
        *,
        by: str = "",
        source: str = "",
        book: str = "",
        swap: str = "",
        twice: bool = False,
    ) -> str:
        by, source, book, deal = by or holder, source or holder, book or holder, bargain or Bargain()
        terms = 0 if swap == "terms" else id % 255 + 1
        swap = "" if swap == "terms" else swap
        instruction = ix.request_redemption(
            payer=RELAYER,
            authority=address(by),
            holder=address(holder),
            book=pda.holder_book(self.here.asset, address(book)),
            source=self.here.account(source),
            id=id,
            amount=amount,
            payout=deal.payout,
            min_price=deal.min_price,
            payout_terms_hash=bytes([terms]) * 32,
            payment_mint=self._money(swap)["payment_mint"] if self.m.coin or swap else address("nobody"),
            arbiter=address(deal.arbiter or "nobody"),
            **self._of_request(holder, id),
            **self._tokens(swap),
        )
        return self.do(
            "request",
            lambda m: m.request(by, holder, id, amount, deal, terms, source=source, book=book, swap=swap),
            [instruction],
            [by],
            twice=twice,
        )

    def cancel(
        self,
        holder: str,
        id: int,
        *,
        by: str = "",
        to: str = "",
        source: str = "",
        rent_to: str = "relayer",
        memo: bool = False,
        reserve: bool | None = None,
        swap: str = "",
        twice: bool = False,
    ) -> str:
        """``reserve``: whether it is passed; if nothing is said, where it is needed."""
        by, source = by or holder, source or self._source(holder, id)
        to, reserve = to or source, self._is_marked(holder, id, swap) if reserve is None else reserve
        instruction = ix.cancel_redemption(
            holder=address(by),
            rent_receiver=address(rent_to),
            source=self.here.account(source),
            destination=self.here.account(to),
            reserve=self._books(swap)["reserve"] if reserve else None,
            memo_program=self._memo(memo, swap),
            **self._of_request(holder, id),
            **self._tokens(swap),
        )
        return self.do(
            "cancel",
            lambda m: m.cancel(by, holder, id, source=source, to=to, reserve=reserve, rent_to=rent_to, swap=swap),
            [instruction],
            [by],
            twice=twice,
        )

    def agree(self, holder: str, id: int, price: int | None = None, *, by: str = "", swap: str = "") -> str:
        """To the price that was quoted."""
        by, one = by or holder, self.m.requests.get((holder, id))
        quote = price if price is not None else one.min_price if one else PRICE
        instruction = ix.agree_quote(holder=address(by), min_price=quote, **self._watched(holder, id, swap))
        return self.do("agree", lambda m: m.agree(by, holder, id, quote, swap=swap), [instruction], [by])

    def _watched(self, holder: str, id: int, swap: str) -> dict[str, Pubkey]:
        return self._of_request(holder, id) | ({"asset": self.other.asset} if swap else {})

    def dispute(self, holder: str, id: int, *, by: str = "", swap: str = "") -> str:
        by = by or holder
        instruction = ix.dispute_payment(holder=address(by), **self._watched(holder, id, swap))
        return self.do("dispute", lambda m: m.dispute(by, holder, id, swap=swap), [instruction], [by])

    # Anyone

    def default(
        self,
        by: str,
        holder: str,
        id: int,
        *,
        to: str = "",
        source: str = "",
        payee: str | None = None,
        rent_to: str = "relayer",
        reserve: bool | None = None,
        swap: str = "",
        twice: bool = False,
    ) -> str:
        """``payee``: empty to leave out the accounts of the payment."""
        source = source or self._source(holder, id)
        to, reserve = to or source, self._is_marked(holder, id, swap) if reserve is None else reserve
        paid = f"{self.m.coin}/{holder}" if payee is None else payee
        accounts: dict[str, Any] = self._money(swap) | {"payee": self.here.account(paid)} if paid else {}
        instruction = ix.default_redemption(
            caller=address(by),
            rent_receiver=address(rent_to),
            source=self.here.account(source),
            destination=self.here.account(to),
            reserve=self._books(swap)["reserve"] if reserve else None,
            memo_program=self._memo(False, swap),
            **accounts,
            **self._of_request(holder, id),
            **self._tokens(swap),
        )
        return self.do(
            "default",
            lambda m: m.default(
                by, holder, id, source=source, to=to, payee=paid, reserve=reserve, rent_to=rent_to, swap=swap
            ),
            [instruction],
            [by],
            twice=twice,
        )

    def conclude(self, by: str, holder: str, id: int, *, rent_to: str = "relayer", swap: str = "") -> str:
        instruction = ix.conclude_redemption(
            caller=address(by),
            reserve=self._books(swap)["reserve"],
            rent_receiver=address(rent_to),
            **self._of_request(holder, id),
            **self._tokens(swap),
        )
        return self.do(
            "conclude", lambda m: m.conclude(by, holder, id, rent_to=rent_to, swap=swap), [instruction], [by]
        )

    # The desk

    def accept(
        self,
        by: str,
        holder: str,
        id: int,
        price: int | None = None,
        *,
        judge: Shown = None,
        shown: Shown = None,
        twice: bool = False,
    ) -> str:
        """With the usual quote where one is needed, and the arbiter's grant where there is one."""
        grant, one = self._grant_of(by, shown), self.m.requests.get((holder, id))
        quote = price if price is not None else PRICE if one and one.at_market else 0
        if judge == AUTHORITY:
            judge = None
        elif judge is None and one and one.arbiter:
            judge = (ARBITER, one.arbiter)
        instruction = ix.accept_redemption(
            price=quote,
            arbiter_grant=self._shown(judge),
            **self._redeemer(by, grant),
            **self._of_request(holder, id),
        )
        return self.do(
            "accept", lambda m: m.accept(by, grant, holder, id, quote, judge=judge), [instruction], [by], twice=twice
        )

    def settle(
        self,
        by: str,
        parts: Sequence[Part],
        price: int,
        rest: int = 0,
        *,
        shown: Shown = None,
        agent: str = "agent",
        purse: str = "",
        swap: str = "",
        twice: bool = False,
    ) -> str:
        grant, purse, parts = self._grant_of(by, shown), purse or f"{self.m.coin or 'usd'}/{agent}", tuple(parts)
        money = self._money(swap)
        del money["bond_vault"]
        amounts = [one.amount for one in parts]
        accounts: dict[str, Any] = {**self._tokens(swap), **money, **self._redeemer(by, grant)}
        instruction = ix.settle_redemptions(
            asset=self.here.asset,
            reserve=self._books(swap)["reserve"],
            paying_agent=address(agent),
            payment_source=self.here.account(purse),
            price=price,
            rest=rest,
            amounts=amounts if swap != "uneven" else [*amounts, 1],
            requests=[
                (self._request(one.holder, one.id), self.here.account(one.payee), address(one.rent_to)) for one in parts
            ],
            **accounts,
        )
        return self.do(
            "settle",
            lambda m: m.settle(by, grant, parts, price, rest, agent=agent, purse=purse, swap=swap),
            [instruction],
            [by, agent],
            twice=twice,
            events=len(parts),
        )

    def reject(
        self,
        by: str,
        holder: str,
        id: int,
        *,
        shown: Shown = None,
        source: str = "",
        rent_to: str = "relayer",
        swap: str = "",
    ) -> str:
        grant, source = self._grant_of(by, shown), source or self._source(holder, id)
        accounts: dict[str, Any] = {**self._of_request(holder, id), **self._tokens(swap), **self._redeemer(by, grant)}
        instruction = ix.reject_redemption(
            rent_receiver=address(rent_to),
            source=self.here.account(source),
            memo_program=self._memo(False, swap),
            **accounts,
        )
        return self.do(
            "reject",
            lambda m: m.reject(by, grant, holder, id, source=source, rent_to=rent_to, swap=swap),
            [instruction],
            [by],
        )

    def mark_paid(
        self,
        by: str,
        holder: str,
        id: int,
        *,
        shown: Shown = None,
        evidence: int = 7,
        to_chain: int = NO_CHAIN,
        swap: str = "",
    ) -> str:
        grant = self._grant_of(by, shown)
        accounts: dict[str, Any] = {**self._of_request(holder, id), **self._redeemer(by, grant)}
        instruction = ix.mark_paid(
            reserve=self._books(swap)["reserve"],
            evidence_hash=bytes([evidence]) * 32,
            to_chain=to_chain,
            **accounts,
        )
        return self.do(
            "mark paid",
            lambda m: m.mark_paid(by, grant, holder, id, evidence=evidence, to_chain=to_chain, swap=swap),
            [instruction],
            [by],
        )

    # The arbiter

    def rule(self, by: str, holder: str, id: int, paid: bool, *, swap: str = "") -> str:
        """Whom the request named needs to show nothing."""
        instruction = ix.rule_dispute(
            arbiter=address(by), reserve=self._books(swap)["reserve"], paid=paid, **self._of_request(holder, id)
        )
        return self.do("rule", lambda m: m.rule(by, holder, id, paid=paid, swap=swap), [instruction], [by])
