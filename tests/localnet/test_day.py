"""The issuer's day, the same code as the demo's, over JSON-RPC and websocket on a real validator."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console

from xstock_client.amounts import Cash
from xstock_client.clients import Integrator
from xstock_client.events import RedemptionSettled
from xstock_client.ledger import RpcLedger
from xstock_client.policy import QueueState
from xstock_client.rehearsal import run

STATEMENTS = Path(__file__).resolve().parents[2] / "examples/custody"
SHARE = 10**8
DOLLAR = 10**6


async def test_the_day_ends_with_the_books_that_it_should(localnet: str) -> None:
    async with RpcLedger(localnet) as ledger:
        day = await run(ledger, console=Console(quiet=True), statements=STATEMENTS)

        assert [refusal.name for refusal in day.refusals] == [
            "ApproverNeeded",
            "ReserveShort",
            "QuorumNotMet",
            "ChangeNotReady",
        ]
        assert day.refusals[1].figures == {
            "reserve": 11_000 * SHARE,
            "needed": 12_000 * SHARE,
            "released": 0,
            "foreign": 500 * SHARE,
        }
        told = Counter(type(event).__name__ for event in day.events)
        assert told["SharesMinted"] == 3
        assert told["ReserveAttested"] == 8 and told["ChainAttested"] == 1
        assert told["RedemptionRequested"] == told["RedemptionAccepted"] == told["RedemptionSettled"] == 1
        assert told["BondOpened"] == told["BondDeposited"] == 2
        assert told["RedemptionDefaulted"] == 0  # the one chapter that needs a clock that can be turned
        (paid,) = [event for event in day.events if isinstance(event, RedemptionSettled)]
        assert (paid.amount, paid.payment, paid.fee) == (1_000 * SHARE, 187_420 * DOLLAR, 0)
        assert told["PolicySet"] == told["PolicyCancelled"] == 1

        # what a stranger reads from the cluster afterwards, not what the scenario remembers
        apple = await Integrator(ledger).reserve_report(day.assets["US0378331005"])
        assert apple.supply.value == 9_000 * SHARE
        assert apple.released.value == 1_000 * SHARE
        assert apple.foreign.value == 500 * SHARE
        assert apple.obligation.value == 10_500 * SHARE
        assert (apple.bond.amount, apple.bond.reserved) == (Cash(5_000 * DOLLAR), Cash(0))
        assert apple.policy.min_custodians == 2 and apple.queue is QueueState.NONE
