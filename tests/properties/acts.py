"""What minters, holders, redeemers and guardians do, right or wrong."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey

from tests.properties.acts_custody import CustodyActs
from tests.properties.acts_office import RELAYER
from tests.properties.chain import address
from tests.properties.parts import MINTER, NO_CHAIN, PAUSER, REDEEMER, UNPAUSER, Shown
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import MEMO, SYSTEM, TOKEN_2022

__all__ = ["Acts"]


class Acts(CustodyActs):
    """All of it."""

    # Minting

    def mint(
        self,
        by: str,
        ticket: int,
        amount: int,
        to: str,
        *,
        shown: Shown = None,
        allowance: str = "",
        page: int | None = None,
        approver: str = "",
        approval: Shown = None,
        swap: str = "",
        twice: bool = False,
    ) -> str:
        grant, of, number = shown or (MINTER, by), allowance or by, ticket // 4096 if page is None else page
        instruction = ix.mint_shares(
            minter=address(by),
            grant=self._role(grant),
            allowance=pda.allowance((self.other if swap == "allowance" else self.here).asset, address(of)),
            tickets=pda.ticket_page((self.other if swap == "tickets" else self.here).asset, number),
            destination=self.here.account(to),
            approver=address(approver) if approver else None,
            approver_grant=self._shown(approval),
            token_program=self._token_program(swap),
            ticket=ticket,
            amount=amount,
            **self._books(swap),
        )
        return self.do(
            "mint",
            lambda m: m.mint(
                by,
                ticket,
                amount,
                to,
                shown=grant,
                allowance=of,
                page=number,
                approver=approver,
                approval=approval,
                swap=swap,
            ),
            [instruction],
            [by, approver] if approver else [by],
            twice=twice,
        )

    @staticmethod
    def _token_program(swap: str) -> Pubkey:
        return SYSTEM if swap == "token_program" else TOKEN_2022

    # Redemption

    def open_book(self, holder: str) -> str:
        instruction = ix.open_holder_book(
            payer=RELAYER,
            holder=address(holder),
            asset=self.here.asset,
            book=pda.holder_book(self.here.asset, address(holder)),
        )
        return self.do("open book", lambda m: m.open_book(holder), [instruction])

    def _request(self, holder: str, id: int, book: str) -> dict[str, Pubkey]:
        asset = self.here.asset
        return {
            "asset": asset,
            "book": pda.holder_book(asset, address(book)),
            "request": pda.redemption_request(asset, address(holder), id),
        }

    def _tokens(self, swap: str) -> dict[str, Pubkey]:
        return {
            "mint": (self.other if swap == "mint" else self.here).mint,
            "escrow": (self.other if swap == "escrow" else self.here).escrow,
            "token_program": self._token_program(swap),
        }

    def request(
        self,
        holder: str,
        id: int,
        amount: int,
        *,
        source: str = "",
        book: str = "",
        swap: str = "",
        twice: bool = False,
    ) -> str:
        source, book = source or holder, book or holder
        instruction = ix.request_redemption(
            payer=RELAYER,
            holder=address(holder),
            source=self.here.account(source),
            id=id,
            amount=amount,
            payout_terms_hash=bytes([id % 256]) * 32,
            **self._request(holder, id, book),
            **self._tokens(swap),
        )
        return self.do(
            "request",
            lambda m: m.request(holder, id, amount, source=source, book=book, swap=swap),
            [instruction],
            [holder],
            twice=twice,
        )

    def cancel(
        self,
        holder: str,
        id: int,
        *,
        by: str = "",
        to: str = "",
        rent_to: str = "relayer",
        memo: bool = False,
        swap: str = "",
        twice: bool = False,
    ) -> str:
        by, to = by or holder, to or holder
        instruction = ix.cancel_redemption(
            holder=address(by),
            rent_receiver=address(rent_to),
            destination=self.here.account(to),
            memo_program=SYSTEM if swap == "memo_program" else MEMO if memo else None,
            **self._request(holder, id, holder),
            **self._tokens(swap),
        )
        return self.do(
            "cancel",
            lambda m: m.cancel(by, holder, id, to=to, rent_to=rent_to, swap=swap),
            [instruction],
            [by],
            twice=twice,
        )

    def accept(self, by: str, holder: str, id: int, *, shown: Shown = None, twice: bool = False) -> str:
        grant = shown or (REDEEMER, by)
        where = self._request(holder, id, holder)
        instruction = ix.accept_redemption(
            redeemer=address(by), grant=self._role(grant), asset=where["asset"], request=where["request"]
        )
        return self.do("accept", lambda m: m.accept(by, grant, holder, id), [instruction], [by], twice=twice)

    def settle(
        self,
        by: str,
        holder: str,
        id: int,
        amount: int,
        accepted: int,
        *,
        to_chain: int = NO_CHAIN,
        shown: Shown = None,
        book: str = "",
        rent_to: str = "relayer",
        swap: str = "",
        twice: bool = False,
    ) -> str:
        grant, book = shown or (REDEEMER, by), book or holder
        accounts: dict[str, Any] = {**self._request(holder, id, book), **self._tokens(swap)}
        instruction = ix.settle_redemption(
            redeemer=address(by),
            grant=self._role(grant),
            reserve=self._books(swap)["reserve"],
            rent_receiver=address(rent_to),
            amount=amount,
            accepted_at=accepted,
            to_chain=to_chain,
            **accounts,
        )
        return self.do(
            "settle",
            lambda m: m.settle(
                by, grant, holder, id, amount, accepted, to_chain=to_chain, book=book, rent_to=rent_to, swap=swap
            ),
            [instruction],
            [by],
            twice=twice,
        )

    # Guards

    def halt(self, by: str, functions: int, *, shown: Shown = None) -> str:
        grant = shown or (PAUSER, by)
        instruction = ix.halt(pauser=address(by), grant=self._role(grant), asset=self.here.asset, functions=functions)
        return self.do("halt", lambda m: m.halt(by, grant, functions, lift=False), [instruction], [by])

    def resume(self, by: str, functions: int, *, shown: Shown = None, swap: str = "") -> str:
        grant = shown or (UNPAUSER, by)
        instruction = ix.resume(
            unpauser=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            reserve=self._books(swap)["reserve"],
            functions=functions,
        )
        return self.do("resume", lambda m: m.halt(by, grant, functions, lift=True, swap=swap), [instruction], [by])

    def reopen(self, by: str, *, shown: Shown = None, swap: str = "") -> str:
        grant = shown or (UNPAUSER, by)
        instruction = ix.reopen(unpauser=address(by), grant=self._role(grant), **self._books(swap))
        return self.do("reopen", lambda m: m.reopen(by, grant, swap=swap), [instruction], [by])

    def check(self, *, swap: str = "") -> str:
        return self.do("check", lambda m: m.check(swap=swap), [ix.check_solvency(**self._books(swap))])

    # Past the program

    def transfer(self, source: str, to: str, amount: int) -> str:
        instruction = self.chain.transfer(source, to, amount)
        return self.do("transfer", lambda m: m.transfer(source, to, amount), [instruction], [source])

    def burn(self, owner: str, amount: int) -> str:
        return self.do("burn", lambda m: m.burn(owner, amount), [self.chain.burn(owner, amount)], [owner])

    def pause(self, on: bool) -> None:
        self.chain.pause(on)
        self.m.paused = on

    def freeze(self, owner: str, on: bool) -> None:
        self.chain.freeze(owner, on)
        (self.m.frozen.add if on else self.m.frozen.discard)(owner)
