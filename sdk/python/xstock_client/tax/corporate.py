"""An asset's corporate actions and its cash dividends to one owner, with the transactions that told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda
from xstock_client.accounts import Asset, CorporateAction, Distribution, Snapshot
from xstock_client.amounts import Cash, Multiplier
from xstock_client.constants import TOKEN_PROGRAMS, ActionKind, ActionState
from xstock_client.errors import IncompleteHistory
from xstock_client.events import ActionAnnounced, DividendPaid, parse_events
from xstock_client.ledger import Ledger
from xstock_client.tax.model import Action, Dividend, EventKind
from xstock_client.tax.transactions import Transactions, time_of
from xstock_client.views import multiplier_at

__all__ = ["read_actions", "read_dividends"]

_KINDS: Final[Mapping[int, EventKind]] = {
    ActionKind.STOCK_DIVIDEND: EventKind.STOCK_DIVIDEND,
    ActionKind.SPLIT: EventKind.SPLIT,
    ActionKind.REVERSE_SPLIT: EventKind.REVERSE_SPLIT,
}
"""Those that change the multiplier."""

LayoutT = TypeVar("LayoutT", CorporateAction, Distribution, Snapshot)


async def read_actions(
    ledger: Ledger,
    transactions: Transactions,
    asset: Pubkey,
    state: Asset,
    listed: Multiplier,
    now: int,
    *,
    program_id: Pubkey,
) -> tuple[Action, ...]:
    """Splits, reverse splits and stock dividends that were not cancelled, by their effective time.

    Raises IncompleteHistory unless every action of the asset is there, and they lead from the multiplier ``listed``
    to the one in force ``now``.
    """
    addresses = [pda.corporate_action(asset, number, program_id=program_id) for number in range(state.actions)]
    found = await _load(ledger, CorporateAction, addresses, program_id)
    actions = [
        Action(
            number=one.number,
            kind=_KINDS[one.kind],
            # a stock dividend's ratio counts the old shares too
            new=one.ratio.new - (one.ratio.old if _KINDS[one.kind] is EventKind.STOCK_DIVIDEND else 0),
            old=one.ratio.old,
            effective_at=one.effective_at,
            before=Multiplier(one.old_multiplier),
            after=Multiplier(one.new_multiplier),
            signature=await _announced(transactions, address, one, program_id),
        )
        for address, one in found.items()
        if one.kind in _KINDS and one.state != ActionState.CANCELLED
    ]
    actions.sort(key=lambda one: (one.effective_at, one.number))
    _require_chain(actions, listed, now, multiplier_at(state, now))
    return tuple(actions)


async def read_dividends(
    ledger: Ledger, transactions: Transactions, asset: Pubkey, state: Asset, owner: Pubkey, *, program_id: Pubkey
) -> tuple[Dividend, ...]:
    """The cash dividends of ``asset`` that were paid to ``owner`` or to a recipient that it registered, oldest first.

    A payment names the owner who asks for it, or the owner's record of a recipient, or the owner's associated account
    of the coin, which is where a stranger may pay to. Raises IncompleteHistory.
    """
    records = [pda.snapshot(asset, number, program_id=program_id) for number in range(state.snapshots)]
    snapshots = await _load(ledger, Snapshot, records, program_id)
    declared = [
        pda.distribution(address, number, program_id=program_id)
        for address, one in snapshots.items()
        for number in range(one.distributions)
    ]
    distributions = await _load(ledger, Distribution, declared, program_id)
    recipient = pda.recipient(asset, owner, program_id=program_id)
    coins = dict.fromkeys(one.payout_mint for one in distributions.values())
    homes = [pda.token_account(owner, coin, program) for coin in coins for program in TOKEN_PROGRAMS]
    found: dict[tuple[Pubkey, int], Dividend] = {}
    for address in (owner, recipient, *homes):
        for executed in await transactions.of(address):
            for event in parse_events(executed, program_id=program_id):
                if not isinstance(event, DividendPaid) or (event.asset, event.owner) != (asset, owner):
                    continue
                if event.distribution not in distributions:
                    raise IncompleteHistory(
                        f"transaction {executed.signature} paid out of distribution {event.distribution}, which was"
                        " declared while this was read, or which this RPC hides: read it again, or ask another one"
                    )
                found[event.distribution, event.index] = Dividend(
                    paid_at=time_of(executed),
                    gross=Cash(event.gross),
                    withheld=Cash(event.withheld),
                    payout_mint=event.payout_mint,
                    decimals=distributions[event.distribution].decimals,
                    distribution=event.distribution,
                    destination=event.destination,
                    signature=executed.signature,
                )
    return tuple(sorted(found.values(), key=lambda one: (one.paid_at, str(one.distribution))))


async def _load(
    ledger: Ledger, layout: type[LayoutT], addresses: Sequence[Pubkey], program_id: Pubkey
) -> dict[Pubkey, LayoutT]:
    """Accounts that the chain counts. Raises IncompleteHistory when one is not there."""
    found: dict[Pubkey, LayoutT] = {}
    for address, account in zip(addresses, await ledger.accounts(addresses) if addresses else (), strict=True):
        if account is None or account.owner != program_id:
            raise IncompleteHistory(
                f"the asset has a {layout.__name__} at {address}, and this RPC shows none: ask again, or another one"
            )
        found[address] = layout.decode(account.data)
    return found


async def _announced(
    transactions: Transactions, address: Pubkey, action: CorporateAction, program_id: Pubkey
) -> Signature:
    for executed in await transactions.of(address):
        for event in parse_events(executed, program_id=program_id):
            if isinstance(event, ActionAnnounced) and (event.asset, event.action) == (action.asset, action.number):
                return executed.signature
    raise IncompleteHistory(
        f"this RPC does not hold the transaction that announced action {action.number}; ask one that keeps the whole"
        " history"
    )


def _require_chain(actions: Iterable[Action], listed: Multiplier, now: int, in_force: Multiplier) -> None:
    """Each action begins where the one before ended, and the last one in force led to today's multiplier."""
    reached = listed
    for one in actions:
        if one.effective_at <= now:
            if one.before != reached:
                break
            reached = one.after
    if reached != in_force:
        raise IncompleteHistory(
            f"a token is worth {in_force} shares, and the corporate actions that this RPC tells of lead to {reached};"
            " ask again, or another one"
        )
