"""Every operation, right or wrong, as a transaction and as what the model makes of it."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.properties.chain import OK, address, listing
from tests.properties.desk import START, Desk
from tests.properties.holders import Model
from tests.properties.parts import DAY, MANAGER, MINTER, OUTSIDERS, PAUSER, REDEEMER, ROLES, UNPAUSER, Policy, Report
from tests.properties.reports import FLAWS, envelope
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import MEMO, SYSTEM, TOKEN_2022
from xstock_client.message import account_hash

__all__ = ["Acts"]

_RELAYER = address("relayer")


@lru_cache(maxsize=64)
def _lei(name: str) -> bytes:
    return name.encode().ljust(20, b"0") if name else bytes(20)


class Acts(Desk):
    """``swap`` names an account that is replaced by the other asset's, or by something that it must not be."""

    def __init__(self, policy: Policy, now: int = START) -> None:
        super().__init__(policy, now)
        self.chain_only([self._allowance("auth0", "minter0", 10**9, 10**9, listed=self.other)], ["auth0"])
        self.chain_only([self._page(0, self.other.asset)], [])
        for role in ROLES:
            self.grant_role("rival", role, "rival", now + 300 * DAY)

    # Issuer

    def _role(self, shown: tuple[int, str]) -> Pubkey:
        return pda.role(pda.issuer(2 if shown[1] in OUTSIDERS else 1), shown[0], address(shown[1]))

    def grant_role(self, by: str, role: int, member: str, expires: int) -> str:
        """By the rival, a grant of the rival's own issuer."""
        instruction = ix.grant_role(
            payer=_RELAYER,
            authority=address(by),
            issuer=pda.issuer(2 if member in OUTSIDERS else 1),
            member=address(member),
            grant=self._role((role, member)),
            role=role,
            expires_at=expires,
        )

        def predict(m: Model) -> str:
            if member in OUTSIDERS:
                m.grants[role, member] = expires
                m.told = {}
                return OK
            return m.grant_role(by, role, member, expires)

        return self.do("grant role", predict, [instruction], [by])

    def revoke_role(self, by: str, role: int, member: str, rent_to: str) -> str:
        instruction = ix.revoke_role(
            authority=address(by),
            issuer=self.here.issuer,
            grant=self._role((role, member)),
            rent_receiver=address(rent_to),
        )
        return self.do("revoke role", lambda m: m.revoke_role(by, role, member, rent_to), [instruction], [by])

    def propose(self, by: str, heir: str) -> str:
        instruction = ix.propose_authority(authority=address(by), issuer=self.here.issuer, new_authority=address(heir))
        return self.do("propose", lambda m: m.propose(by, heir), [instruction], [by])

    def inherit(self, by: str) -> str:
        instruction = ix.accept_authority(new_authority=address(by), issuer=self.here.issuer)
        return self.do("inherit", lambda m: m.inherit(by), [instruction], [by])

    def _allowance(
        self, by: str, minter: str, limit: int, cap: int, *, listed: listing | None = None, swap: str = ""
    ) -> Instruction:
        asset = (listed or self.here).asset
        return ix.set_allowance(
            payer=_RELAYER,
            authority=address(by),
            issuer=pda.issuer(2 if by in OUTSIDERS else 1),
            asset=asset,
            reserve=(self.other if swap else listed or self.here).reserve,
            minter=address(minter),
            allowance=pda.allowance(asset, address(minter)),
            window_limit=limit,
            lifetime_cap=cap,
        )

    def set_allowance(self, by: str, minter: str, limit: int, cap: int, *, swap: str = "") -> str:
        """By the rival: with the rival's own issuer, on our asset."""
        rival = by in OUTSIDERS
        return self.do(
            "set allowance",
            lambda m: m.set_allowance(by, minter, limit, cap, rival=rival, swap=swap),
            [self._allowance(by, minter, limit, cap, swap=swap)],
            [by],
        )

    # Custodians

    def register(
        self,
        by: str,
        slot: int,
        lei: str,
        account: str,
        key: str,
        *,
        shown: tuple[int, str] | None = None,
        other: bool = False,
    ) -> str:
        grant = shown or (MANAGER, by)
        instruction = ix.register_custodian(
            manager=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            reserve=(self.other if other else self.here).reserve,
            slot=slot,
            custodian_id=_lei(lei),
            account_hash=account_hash(account) if account else bytes(32),
            attester=address(key),
        )
        return self.do("register", lambda m: m.register(by, grant, slot, lei, account, key, other), [instruction], [by])

    def retire(self, by: str, slot: int, *, shown: tuple[int, str] | None = None) -> str:
        grant = shown or (MANAGER, by)
        instruction = ix.retire_custodian(manager=address(by), grant=self._role(grant), slot=slot, **self._books())
        return self.do("retire", lambda m: m.retire(by, grant, slot), [instruction], [by])

    def attest(self, *reports: Report, flaw: str = "", twice: bool = False) -> str:
        """All in one instruction. Twice: the second one reads the same signatures again."""

        def predict(m: Model) -> str:
            code = deepcopy(m).attest(reports) if flaw == "one too many" else OK  # it is read last
            return FLAWS[flaw] if flaw and code == OK else m.attest(reports)

        instructions = envelope(reports, self.here, self.other, flaw)
        return self.do("attest", predict, instructions, twice=twice, events=len(reports))

    def _books(self, swap: str = "") -> dict[str, Pubkey]:
        return {
            "asset": self.here.asset,
            "reserve": (self.other if swap == "reserve" else self.here).reserve,
            "mint": (self.other if swap == "mint" else self.here).mint,
        }

    # Minting

    def _page(self, page: int, asset: Pubkey) -> Instruction:
        return ix.open_ticket_page(payer=_RELAYER, asset=asset, tickets=pda.ticket_page(asset, page), page=page)

    def open_page(self, page: int) -> str:
        return self.do("open page", lambda m: m.open_page(page), [self._page(page, self.here.asset)])

    def mint(
        self,
        by: str,
        ticket: int,
        amount: int,
        to: str,
        *,
        shown: tuple[int, str] | None = None,
        allowance: str = "",
        page: int | None = None,
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
            token_program=self._token_program(swap),
            ticket=ticket,
            amount=amount,
            **self._books(swap),
        )
        return self.do(
            "mint",
            lambda m: m.mint(by, ticket, amount, to, shown=grant, allowance=of, page=number, swap=swap),
            [instruction],
            [by],
            twice=twice,
        )

    @staticmethod
    def _token_program(swap: str) -> Pubkey:
        return SYSTEM if swap == "token_program" else TOKEN_2022

    # Redemption

    def open_book(self, holder: str) -> str:
        instruction = ix.open_holder_book(
            payer=_RELAYER,
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
            payer=_RELAYER,
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

    def accept(
        self, by: str, holder: str, id: int, *, shown: tuple[int, str] | None = None, twice: bool = False
    ) -> str:
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
        shown: tuple[int, str] | None = None,
        book: str = "",
        rent_to: str = "relayer",
        swap: str = "",
        twice: bool = False,
    ) -> str:
        grant, book = shown or (REDEEMER, by), book or holder
        instruction = ix.settle_redemption(
            redeemer=address(by),
            grant=self._role(grant),
            rent_receiver=address(rent_to),
            amount=amount,
            accepted_at=accepted,
            **self._request(holder, id, book),
            **self._tokens(swap),
        )
        return self.do(
            "settle",
            lambda m: m.settle(by, grant, holder, id, amount, accepted, book=book, rent_to=rent_to, swap=swap),
            [instruction],
            [by],
            twice=twice,
        )

    # Guards

    def halt(self, by: str, functions: int, *, shown: tuple[int, str] | None = None) -> str:
        grant = shown or (PAUSER, by)
        instruction = ix.halt(pauser=address(by), grant=self._role(grant), asset=self.here.asset, functions=functions)
        return self.do("halt", lambda m: m.halt(by, grant, functions, lift=False), [instruction], [by])

    def resume(self, by: str, functions: int, *, shown: tuple[int, str] | None = None, swap: str = "") -> str:
        grant = shown or (UNPAUSER, by)
        instruction = ix.resume(
            unpauser=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            reserve=self._books(swap)["reserve"],
            functions=functions,
        )
        return self.do("resume", lambda m: m.halt(by, grant, functions, lift=True, swap=swap), [instruction], [by])

    def reopen(self, by: str, *, shown: tuple[int, str] | None = None, swap: str = "") -> str:
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
