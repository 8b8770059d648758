"""Rules that actions, snapshots and distributions keep among themselves, broken by hand."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE
from tests.embedded.cases import row
from tests.embedded.cases_corporate import APPLY, EX, NAMES, SPLIT, at
from tests.embedded.cases_distributions import CLAIM, DECLARE, GROSS, REMIT, ready
from tests.embedded.cases_ready import doing, waiting
from tests.embedded.cases_snapshots import MINE, RECORD, VOTE
from tests.embedded.chain import Call
from tests.embedded.dividends import Step
from tests.embedded.world import NOW, World
from xstock_client.accounts import Asset, Ballot, ClaimPage, CorporateAction, Distribution, Root, Snapshot
from xstock_client.constants import DAY_S

HALT = calls.halt(APPLE, 1)
_BALLOT = Snapshot.OFFSETS["ballot"]


def broken(good: Call, rule: int, about: str, *before: Callable[[World], object]) -> None:
    row(good, "BrokenInvariant", f"rule {rule}: {about}", *before, rule=rule)


def bent(address: Pubkey, offset: int, value: int, size: int = 8) -> Callable[[World], None]:
    """A number is overwritten."""
    return lambda world: world.patch(address, offset, value.to_bytes(size, "little"))


def asset(name: str, value: int, size: int = 8) -> Callable[[World], None]:
    return bent(APPLE.asset, Asset.OFFSETS[name], value, size)


def paid(name: str, value: int) -> Callable[[World], None]:
    return bent(MINE.address, Distribution.OFFSETS[name], value)


broken(HALT, 100, "a next multiplier that is not scheduled", asset("next_multiplier", 1))
broken(HALT, 101, "a split without a ratio", asset("next_is_split", 1, 1))
broken(HALT, 101, "a ratio without a split", asset("next_split", 1, 4))
broken(HALT, 102, "a split that halts nothing", doing(SPLIT), asset("halt_from", 0))
broken(HALT, 102, "a halt after the split", doing(SPLIT), asset("halt_from", EX + DAY_S + 1))
_ACTION = APPLE.action()
_REASON = CorporateAction.OFFSETS["reason_hash"]
broken(RECORD, 110, "a reason, and not cancelled", at(Step.ANNOUNCED), bent(_ACTION, _REASON, 1))
broken(
    RECORD,
    111,
    "an old multiplier without a new one",
    at(Step.ANNOUNCED),
    bent(_ACTION, CorporateAction.OFFSETS["old_multiplier"], 1),
)
broken(
    APPLY,
    112,
    "a snapshot of new identifiers",
    doing(NAMES),
    waiting(EX - NOW),
    bent(_ACTION, CorporateAction.OFFSETS["snapshot"], 0, 4),
)
_LEAVES = _BALLOT + Ballot.OFFSETS["root"] + Root.OFFSETS["leaf_count"]
broken(VOTE, 120, "leaves of nothing agreed", at(Step.RECORDED), bent(APPLE.snapshot(), _LEAVES, 1))
broken(DECLARE, 121, "in no slot", ready, bent(APPLE.snapshot(), Snapshot.OFFSETS["slot"], 0))
broken(
    VOTE,
    122,
    "built upon, and not agreed",
    at(Step.RECORDED),
    bent(APPLE.snapshot(), _BALLOT + Ballot.OFFSETS["sealed"], 1, 4),
)
broken(REMIT, 130, "more funds than owed", at(Step.PAGED), doing(CLAIM), paid("funded", GROSS + 1))
broken(CLAIM, 131, "more moved than withheld", at(Step.PAGED), paid("remitted", GROSS))
broken(CLAIM, 133, "a part taken back", at(Step.PAGED), paid("reclaimed", 1))
broken(
    CLAIM, 140, "more claimed than there is", at(Step.PAGED), bent(APPLE.claims(), ClaimPage.OFFSETS["claimed"], GROSS)
)
