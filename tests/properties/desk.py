"""Program and model side by side, and all that must hold after every operation.

The model says what must come of a transaction, the transaction runs, and everything is compared: the outcome, the
event and its figures, every account with the replayed events and with the model, and the promises themselves with
the full list of burns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.properties import audit, audit_claims, audit_corporate, audit_sdk
from tests.properties.books import books
from tests.properties.chain import GENESIS, OK, Chain, address, listing
from tests.properties.claims import COINS, PROGRAMS
from tests.properties.holders import Model
from tests.properties.parts import Listing, Terms
from tests.properties.replay import Replay
from tests.properties.wallets import Wallet
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import PROGRAM_ID
from xstock_client.events import Event, SharesMinted

__all__ = ["HOLDERS", "START", "TALLY", "Desk"]

START: Final = 1_790_000_000
HOLDERS: Final = ("holder0", "holder1", "holder2")
TALLY: Final[Counter[tuple[str, str]]] = Counter()
"""How often each operation came to each outcome, over all runs of this process."""

_BAD_NEWS: Final = {"attest", "retire", "check", "set policy"}
_END_A_CLAIM: Final = {"cancel", "default", "rule"}
"""What a chain has reported beside tokens that waited here is owed beside them again."""

_GATES: Final = {"mint": True, "reopen": True, "apply policy": False}
"""Operations that promise 1 always guards, and whether they ask for a quorum too."""
_NAMES: Final = {
    "program:UninitializedAccount": "missing",
    "program:AccountDataTooSmall": "missing",
    "program:2040": "same account twice",
    "system:0": "exists",
}


def _money() -> dict[str, dict[str, tuple[str, int]]]:
    """Whose accounts there are of each payment mint, and what is in them."""
    rich = {"agent": 10**6, "paymaster": 10**12, "treasury": 0, "thief": 500, "nobody else": 0}
    bosses = ("auth0", "auth1")
    people = (
        {name: (name, rich.get(name, 50)) for name in (*rich, *HOLDERS)}
        | {name: (name, 0) for name in bosses}
        | {"aside": (HOLDERS[0], 0)}
    )
    vault = {"vault": ("asset", 0), "asset": ("asset", 0)}
    found = dict.fromkeys(COINS, people | vault) | {coin: vault for coin in PROGRAMS if coin not in COINS}
    found["eur"] = found["eur"] | {"used vault": ("asset", 0)}
    return {coin: {f"{coin}/{name}": one for name, one in ones.items()} for coin, ones in found.items()}


def _passes(_: Model) -> str:
    return OK


class Desk:
    """The chain, the model, and the replay of the chain's events, kept in step."""

    def __init__(self, terms: Terms, now: int = START) -> None:
        self.chain = Chain(now)
        self.m = Model(now, terms, terms.policy)
        self.replay = Replay()
        self.told: list[tuple[Event, ...]] = []
        self.counting, self.sound, self.trying, self.setting_up = False, False, False, True
        self.other = self.chain.other
        self.m.slot = self.chain.slot
        self.trace: list[tuple[int, str, Callable[[Model], str], str]] = []
        self.minted: set[int] = set()
        self.found: audit.Decoded = {}
        self.wallets: Mapping[Pubkey, Wallet] = {}
        self.short = False
        self._set_up(terms)
        self.sound = True

    def in_business(self) -> None:
        """The set-up is over, and all of it is as it should be: from now on operations count."""
        self.found = audit.decoded(self.chain)
        self.compare()
        self.counting, self.setting_up = True, False

    @property
    def here(self) -> listing:
        """The asset, by its names of today."""
        return self.chain.here

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
        try:
            return self._do(name, predict, instructions, signers, twice, events)
        except AssertionError as error:
            error.add_note(f"the sequence that led here, and then {name}:\n{self.story()}")
            self.sound = False
            raise

    def _do(
        self,
        name: str,
        predict: Callable[[Model], str],
        instructions: Sequence[Instruction],
        signers: Sequence[str],
        twice: bool,
        events: int,
    ) -> str:
        expected, trial = self._predict(predict, 1 + twice)
        instructions = [*instructions] * (1 + twice)
        result = (self.chain.try_out if self.trying else self.chain.run)(instructions, signers)
        outcome = _NAMES.get(result.outcome, result.outcome)
        if not self.trying:
            self.trace.append((self.m.now, name, predict, outcome))
        if self.counting and not self.trying:
            TALLY[name, outcome] += 1
        assert outcome == expected, f"{name}: expected {expected}, got {result.outcome}\n" + "\n".join(result.logs)
        ours = events * sum(one.program_id == PROGRAM_ID for one in instructions) if outcome == OK else 0
        assert len(result.events) == ours, f"{name}: {len(result.events)} events, not {ours}"
        if self.trying or outcome != OK:
            return outcome  # nothing changed
        before, self.m = self.m.supply, trial
        self._hear(result.events)
        meant = [*self.m.before, self.m.told]
        for event, told in zip(result.events[-len(meant) :], meant, strict=False):
            seen = {field: getattr(event, field) for field in told}
            assert seen == told, f"{name}: the event tells {seen}, not {told}"
        assert self.m.supply <= before or name == "mint", f"{name} raised the supply"
        self._promises(name)
        if self.setting_up:
            return outcome  # compared in the end
        wallets = self.wallets
        self.compare(name)
        audit_claims.escrow_pays_holders(self.chain, wallets, self.wallets, result.events)
        return outcome

    def _predict(self, predict: Callable[[Model], str], times: int) -> tuple[str, Model]:
        trial = self.m.fork()
        for _ in range(times):
            if (outcome := predict(trial)) != OK:
                return outcome, self.m
        return OK, trial

    def _promises(self, name: str) -> None:
        if name in _BAD_NEWS:
            audit.bad_news_latches(self.m)
        if name in _GATES:
            audit.backed(self.m, quorum=_GATES[name])
        short = self.m.short()
        assert not short or self.short or name in _BAD_NEWS | _END_A_CLAIM, f"{name} broke promise 1"
        self.short = short

    def compare(self, name: str = "time") -> None:
        """Chain, model and replay say the same; nothing became looser."""
        self.wallets = audit.tokens(self.chain, self.m)
        audit_claims.money(self.chain, self.m)
        found = audit.decoded(self.chain)
        audit_claims.nothing_lost(self.chain, found, self.wallets)
        audit.nothing_looser(self.found, found, self.m.now, name)
        audit_corporate.final_stays(self.found, found, self.m.now)
        self.found = found
        audit.replayed(found, self.replay, self.m.now)
        books(self.chain, found, self.m)
        audit_corporate.paid_from_funds(self.chain, found, self.m)
        audit_corporate.one_basis(self.chain, self.m)
        audit_sdk.views_agree(self.chain, found, self.m)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """What is done inside is only tried: outcomes are compared, nothing stays."""
        self.trying = True
        try:
            yield
        finally:
            self.trying = False

    def replay_from_the_start(self) -> None:
        """Promise 10 once more, all at once."""
        fresh = Replay()
        for told in self.told:
            fresh.take(told)
        audit.replayed(audit.decoded(self.chain), fresh, self.m.now)

    def wallets_know(self) -> None:
        """Requests as the SDK tells of them, from accounts and from events."""
        audit_sdk.requests_agree(self.found, self.m, [event for told in self.told for event in told])

    def set_now(self, now: int) -> None:
        """Turn both clocks, and begin another slot; what has taken effect stays so. Time alone may make an asset short:
        it blocks, and never latches.
        """
        now = max(now, self.m.effective)
        self.chain.set_now(now)
        self.m.end_slot()
        audit_corporate.slot_ends(self.chain, self.found, self.wallets, self.m)
        self.m.slot = self.chain.slot
        self.m.set_now(now)
        self.short = self.m.short()
        self.trace.append((now, "time", _passes, OK))

    def story(self) -> str:
        """Every operation so far, with its arguments as the model was asked about them."""
        lines = []
        for now, name, predict, outcome in self.trace:
            cells = zip(predict.__code__.co_freevars, predict.__closure__ or (), strict=True)
            words = ", ".join(f"{word}={cell.cell_contents!r}" for word, cell in cells if word != "self")
            lines.append(f"  {now} {name}({words}) -> {outcome}")
        return "\n".join(lines)

    # Setting up

    def _set_up(self, terms: Terms) -> None:
        """Two issuers, and two assets of the first: ``other``'s accounts serve for what must not be mixed up."""
        for number, authority in ((1, "auth0"), (2, "rival")):
            self.chain_only([self.founding(number, authority, authority, terms.timelock)], [authority])
            self.m.issuers.add(number)
        for number, one in enumerate((self.here, self.other)):
            new = Listing(number, one.isin, one.symbol, terms)
            self.chain_only([self.listing(new, "auth0")], ["auth0"])
            self.m.listed.append((one.isin, one.symbol))
        for holder in HOLDERS:
            self.m.open_account(holder, holder)
            self.chain_only([self.chain.open_account(holder)], [])
        for number, owner in enumerate(HOLDERS[:2]):
            self.put_side(f"side{number}", owner)
        for coin, accounts in _money().items():
            self.chain.issue(coin, accounts)
            self.m.owners |= {name: owner for name, (owner, _) in accounts.items()}
            self.m.cash |= {name: amount for name, (_, amount) in accounts.items()}
        self.wallets = audit.tokens(self.chain, self.m)

    def open_cash(self, account: str, owner: str) -> None:
        """An account of a payment mint, of somebody who had none."""
        self.chain.open_cash(account, owner)
        self.m.owners[account], self.m.cash[account] = owner, 0

    def put_side(self, account: str, owner: str) -> None:
        """A token account of a holder that is not the associated one, as a wallet may have made it."""
        self.chain.put_side(account, owner)
        self.m.open_account(account, owner)

    @staticmethod
    def founding(number: int, by: str, name: str, timelock: int) -> Instruction:
        """An issuer of its own."""
        who = {"payer": address("relayer"), "authority": address(by), "issuer": pda.issuer(number)}
        text = name.encode().ljust(32, b"\0")
        return ix.create_issuer(**who, id=number, name=text, genesis_hash=GENESIS, timelock_s=timelock)

    @staticmethod
    def listing(new: Listing, by: str, **rest: object) -> Instruction:
        """The first issuer's asset."""
        one = listing.of(new.number, new.isin, new.symbol)
        symbol = new.symbol.encode().ljust(12, b"\0")
        return ix.list_asset(
            payer=address("relayer"),
            authority=address(by),
            issuer=one.issuer,
            asset=one.asset,
            mint=one.mint,
            escrow=one.escrow,
            reserve=one.reserve,
            isin_marker=pda.isin_marker(one.issuer, new.isin),
            symbol_marker=pda.symbol_marker(one.issuer, new.symbol),
            number=new.number,
            isin=new.isin.encode(),
            symbol=symbol,
            name=new.name,
            uri=new.uri,
            terms_uri=new.terms_uri,
            terms_hash=bytes([new.number]) * 32,
            permissioned_burn=new.terms.only_we_burn,
            pro_rata=new.terms.pro_rata,
            **asdict(new.terms.policy),
            **rest,  # type: ignore[arg-type]
        )

    def chain_only(self, instructions: Sequence[Instruction], signers: Sequence[str]) -> None:
        """What the model of one asset knows nothing of."""
        result = self.chain.run(instructions, signers)
        assert result.outcome == OK, result.logs
        self._hear(result.events)
        self.found = audit.decoded(self.chain)

    def _hear(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, SharesMinted) and event.asset == self.here.asset:
                assert event.ticket not in self.minted, f"ticket {event.ticket} minted twice"
                self.minted.add(event.ticket)
        self.replay.take(events)
        self.told.append(events)
