"""Program and model side by side, and all that must hold after every operation.

The model says what must come of a transaction, the transaction runs, and everything is compared: the outcome, the
event and its figures, every account with the replayed events and with the model, and the promises themselves with
the full list of burns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Final

from solders.instruction import Instruction

from tests.properties import audit
from tests.properties.chain import GENESIS, OK, Chain, address
from tests.properties.holders import Model
from tests.properties.parts import Policy
from tests.properties.replay import Replay
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import PROGRAM_ID
from xstock_client.events import Event

__all__ = ["HOLDERS", "START", "TALLY", "Desk"]

START: Final = 1_790_000_000
HOLDERS: Final = ("holder0", "holder1", "holder2")
TALLY: Final[Counter[tuple[str, str]]] = Counter()
"""How often each random operation came to each outcome, over all runs of this process."""

_BAD_NEWS = {"attest", "retire", "check"}
_NAMES = {
    "program:UninitializedAccount": "missing",
    "program:AccountDataTooSmall": "missing",
    "system:0": "exists",
}


class Desk:
    """The chain, the model, and the replay of the chain's events, kept in step."""

    def __init__(self, policy: Policy, now: int = START) -> None:
        self.chain = Chain(now)
        self.m = Model(now, policy)
        self.replay = Replay()
        self.told: list[tuple[Event, ...]] = []
        self.counting, self.sound = False, True
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
        events: int = 1,
    ) -> str:
        """Run and compare; returns the outcome.

        ``twice`` puts the same instructions into one transaction twice; each of ours tells ``events`` events.
        """
        before, self.sound = self.m.supply, False
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
        if self.counting:
            TALLY[name, outcome] += 1
        assert outcome == expected, f"{name}: expected {expected}, got {result.outcome}\n" + "\n".join(result.logs)
        ours = events * sum(one.program_id == PROGRAM_ID for one in instructions) if outcome == OK else 0
        assert len(result.events) == ours, f"{name}: {len(result.events)} events, not {ours}"
        self._hear(result.events)
        if result.events:
            seen = {field: getattr(result.events[-1], field) for field in self.m.told}
            assert seen == self.m.told, f"{name}: the event tells {seen}, not {self.m.told}"
        if outcome == OK and name in _BAD_NEWS:
            audit.bad_news_latches(self.m)
        if outcome == OK and name in ("mint", "reopen"):
            audit.backed(self.m)
        assert self.m.supply <= before or name == "mint", f"{name} raised the supply"
        self.compare()
        self.sound = True
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
        for told in self.told:
            fresh.take(told)
        audit.replayed(audit.decoded(self.chain), fresh)

    def set_now(self, now: int) -> None:
        """Turn both clocks."""
        self.chain.set_now(now)
        self.m.set_now(now)

    def _set_up(self, policy: Policy) -> None:
        """Two issuers, and two assets of the first: ``other``'s accounts serve for what must not be mixed up."""

        def founded(number: int, authority: str) -> Instruction:
            name = authority.encode().ljust(32, b"\0")
            who = {"payer": address("relayer"), "authority": address(authority), "issuer": pda.issuer(number)}
            return ix.create_issuer(**who, id=number, name=name, genesis_hash=GENESIS)

        self.chain_only([founded(1, "auth0")], ["auth0"])
        self.chain_only([founded(2, "rival")], ["rival"])
        for number, one in enumerate((self.here, self.other)):
            listing = ix.list_asset(
                payer=address("relayer"),
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
        for holder in HOLDERS:
            self.m.balances[holder] = 0
            self.chain_only([self.chain.open_account(holder)], [])

    def chain_only(self, instructions: Sequence[Instruction], signers: Sequence[str]) -> None:
        """What the model of one asset knows nothing of."""
        result = self.chain.run(instructions, signers)
        assert result.outcome == OK, result.logs
        self._hear(result.events)

    def _hear(self, events: tuple[Event, ...]) -> None:
        self.replay.take(events)
        self.told.append(events)
