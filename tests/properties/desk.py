"""Every operation on program and model at once, and all that must hold after it.

A method takes what a caller may get right or wrong, asks the model what must come of it, runs the transaction, and
compares: the outcome, the event and its figures, every account with the replayed events and with the model, and the
promises themselves against the full list of burns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.properties import audit
from tests.properties.chain import GENESIS, OK, Chain, address
from tests.properties.holders import Model
from tests.properties.model import DAY, MANAGER, MINTER, OUTSIDERS, ROLES, Policy, Report
from tests.properties.replay import Replay
from tests.properties.reports import envelope
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import MEMO, PROGRAM_ID, SYSTEM
from xstock_client.events import Event
from xstock_client.message import account_hash

__all__ = ["HOLDERS", "START", "TALLY", "Desk"]

START: Final = 1_790_000_000
HOLDERS: Final = ("holder0", "holder1", "holder2")
TALLY: Final[Counter[tuple[str, str]]] = Counter()
"""How often each operation came to each outcome, over all runs of this process."""

_RELAYER = address("relayer")
_BAD_NEWS = {"attest", "retire", "check"}
_NAMES = {
    "program:UninitializedAccount": "missing",
    "program:AccountDataTooSmall": "missing",
    "system:0": "exists",
}


@lru_cache(maxsize=64)
def _lei(name: str) -> bytes:
    return name.encode().ljust(20, b"0") if name else bytes(20)


class Desk:
    """The chain, the model, and the replay of the chain's events, kept in step."""

    def __init__(self, policy: Policy, now: int = START) -> None:
        self.chain = Chain(now)
        self.m = Model(now, policy)
        self.replay = Replay()
        self.events: list[Event] = []
        self.here, self.other = self.chain.here, self.chain.other
        self._set_up(policy)

    # The one way in

    def do(
        self,
        name: str,
        predict: Callable[[Model], str],
        instructions: Sequence[Instruction],
        signers: Sequence[str] = (),
        *,
        twice: bool = False,
    ) -> str:
        """Run and compare; returns the outcome. ``twice`` puts the same instructions into one transaction twice."""
        before = self.m.supply
        if twice:
            trial = deepcopy(self.m)
            expected = predict(trial)
            if expected == OK and (expected := predict(trial)) == OK:
                self.m = trial
            instructions = [*instructions, *instructions]
        else:
            expected = predict(self.m)
        result = self.chain.run(instructions, signers)
        outcome = _NAMES.get(result.outcome, result.outcome)
        TALLY[name, outcome] += 1
        assert outcome == expected, f"{name}: expected {expected}, got {result.outcome}\n" + "\n".join(result.logs)
        ours = sum(one.program_id == PROGRAM_ID for one in instructions) if outcome == OK else 0
        assert len(result.events) == ours, f"{name}: {len(result.events)} events of {ours} instructions"
        for event in result.events:
            self.replay.apply(event)
        self.events += result.events
        if result.events:
            seen = {field: getattr(result.events[-1], field) for field in self.m.told}
            assert seen == self.m.told, f"{name}: the event tells {seen}, not {self.m.told}"
        if outcome == OK and name in _BAD_NEWS:
            audit.bad_news_latches(self.m)
        if outcome == OK and name in ("mint", "reopen"):
            audit.backed(self.m)
        assert self.m.supply <= before or name == "mint", f"{name} raised the supply"
        self.compare()
        return outcome

    def compare(self) -> None:
        """Chain, model and replay say the same."""
        audit.tokens(self.chain, self.m)
        found = audit.decoded(self.chain)
        audit.replayed(found, self.replay)
        audit.books(self.chain, found, self.m)

    def replay_from_the_start(self) -> None:
        """Promise 10 once more, all at once."""
        fresh = Replay()
        for event in self.events:
            fresh.apply(event)
        audit.replayed(audit.decoded(self.chain), fresh)

    def set_now(self, now: int) -> None:
        """Turn both clocks."""
        self.chain.set_now(now)
        self.m.set_now(now)

    def _set_up(self, policy: Policy) -> None:
        """Two issuers, and two assets of the first: ``other``'s accounts serve for what must not be mixed up."""

        def founded(number: int, authority: str) -> Instruction:
            name = authority.encode().ljust(32, b"\0")
            who = {"payer": _RELAYER, "authority": address(authority), "issuer": pda.issuer(number)}
            return ix.create_issuer(**who, id=number, name=name, genesis_hash=GENESIS)

        self.do("set up", lambda _: OK, [founded(1, "auth0")], ["auth0"])
        self.do("set up", lambda _: OK, [founded(2, "rival")], ["rival"])
        for number, one in enumerate((self.here, self.other)):
            listing = ix.list_asset(
                payer=_RELAYER,
                authority=address("auth0"),
                issuer=one.issuer,
                asset=one.asset,
                mint=one.mint,
                escrow=one.escrow,
                reserve=one.reserve,
                isin_marker=pda.isin_marker(one.issuer, one.isin),
                symbol_marker=pda.symbol_marker(one.issuer, one.symbol),
                number=number,
                isin=one.isin.encode(),
                symbol=pda.symbol_bytes(one.symbol),
                name=one.symbol,
                uri="https://issuer.example/token.json",
                terms_uri="https://issuer.example/terms",
                terms_hash=bytes([number]) * 32,
                max_age_s=policy.max_age,
                change_delay_s=policy.delay,
                redemption_window_s=policy.window,
                min_custodians=policy.quorum,
                permissioned_burn=policy.only_we_burn,
            )
            self.chain_only([listing], ["auth0"])
        self.chain_only([self._allowance("auth0", "minter0", 10**9, 10**9, asset=self.other.asset)], ["auth0"])
        self.chain_only([self._page(0, self.other.asset)], [])
        for role in ROLES:
            self.grant_role("rival", role, "rival", START + 300 * DAY)
        for holder in HOLDERS:
            self.m.balances[holder] = 0
            self.chain_only([self.chain.open_account(holder)], [])
        self.compare()

    def chain_only(self, instructions: Sequence[Instruction], signers: Sequence[str]) -> None:
        """What the model of one asset knows nothing of."""
        result = self.chain.run(instructions, signers)
        assert result.outcome == OK, result.logs
        for event in result.events:
            self.replay.apply(event)
        self.events += result.events

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
        instruction = ix.propose_authority(
            authority=address(by), issuer=self.here.issuer, new_authority=address(heir)
        )
        return self.do("propose", lambda m: m.propose(by, heir), [instruction], [by])

    def inherit(self, by: str) -> str:
        instruction = ix.accept_authority(new_authority=address(by), issuer=self.here.issuer)
        return self.do("inherit", lambda m: m.inherit(by), [instruction], [by])

    def _allowance(
        self, by: str, minter: str, limit: int, cap: int, *, asset: Pubkey | None = None, issuer: int = 1
    ) -> Instruction:
        asset = asset or self.here.asset
        return ix.set_allowance(
            payer=_RELAYER,
            authority=address(by),
            issuer=pda.issuer(issuer),
            asset=asset,
            minter=address(minter),
            allowance=pda.allowance(asset, address(minter)),
            window_limit=limit,
            lifetime_cap=cap,
        )

    def set_allowance(self, by: str, minter: str, limit: int, cap: int) -> str:
        """By the rival: with the rival's own issuer, on our asset."""
        rival = by in OUTSIDERS
        instruction = self._allowance(by, minter, limit, cap, issuer=2 if rival else 1)
        return self.do(
            "set allowance", lambda m: m.set_allowance(by, minter, limit, cap, rival=rival), [instruction], [by]
        )

    # Custodians

    def register(
        self, by: str, slot: int, lei: str, account: str, key: str, *, shown: tuple[int, str] | None = None, other: bool = False
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
        return self.do(
            "register", lambda m: m.register(by, grant, slot, lei, account, key, other), [instruction], [by]
        )

    def retire(self, by: str, slot: int, *, shown: tuple[int, str] | None = None) -> str:
        grant = shown or (MANAGER, by)
        instruction = ix.retire_custodian(
            manager=address(by), grant=self._role(grant), slot=slot, **self._books()
        )
        return self.do("retire", lambda m: m.retire(by, grant, slot), [instruction], [by])

    def attest(self, report: Report, *, twice: bool = False) -> str:
        instructions = envelope(report, self.here, self.other)
        if twice:  # the second one reads the same signature again
            return self.do("attest", lambda m: m.attest(report), instructions, twice=True)
        return self.do("attest", lambda m: m.attest(report), instructions)

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
        return SYSTEM if swap == "token_program" else ix_token_program()

    # Redemption, guards and the world outside are in the subclass


def ix_token_program() -> Pubkey:
    from xstock_client.constants import TOKEN_2022

    return TOKEN_2022


_ = MEMO
