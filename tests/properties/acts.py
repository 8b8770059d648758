"""What minters and guardians do, right or wrong."""

from __future__ import annotations

from tests.properties.acts_paying import PayingActs
from tests.properties.chain import address
from tests.properties.parts import MINTER, PAUSER, UNPAUSER, Shown
from xstock_client import instructions as ix
from xstock_client import pda

__all__ = ["Acts"]


class Acts(PayingActs):
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
