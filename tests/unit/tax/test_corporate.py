"""Splits, stock dividends, new names and cash dividends as they are read from a ledger."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import MINT, Desk
from tests.unit.tax import paying
from tests.unit.tax.paying import ASSET, DAY, NOTICE, ONE, announce, key, now
from xstock_client import pda
from xstock_client.amounts import Cash, Multiplier, Raw, Shares
from xstock_client.clients.token import create_token_account, transfer_checked
from xstock_client.constants import PROGRAM_ID, ActionKind
from xstock_client.errors import IncompleteHistory
from xstock_client.ledger import Account
from xstock_client.tax import EventKind, HolderHistory, How, Manner, Removed, read_history, tax_year

TOKENS = 10**8
COIN = 10**6


def history(desk: Desk, name: str = "holder", ledger: Any = None) -> HolderHistory:
    return asyncio.run(read_history(ledger or desk.ledger, ASSET, key(desk, name)))


def this_year(told: HolderHistory) -> int:
    return datetime.fromtimestamp(told.now, UTC).year


@pytest.fixture
def owner(backed: Desk) -> Desk:
    """A holder with 900 tokens, and a friend with 100."""
    for name in ("friend", "holder"):
        backed.fund(name)
    mint = ("mint", "AAPLx", "1000", "--to", backed.address("holder"), "--ticket", "1")
    backed.ok(*mint, "--open-page", "--open-account", key="member")
    holder, friend = key(backed, "holder"), key(backed, "friend")
    stock = MINT
    paying.send(
        backed,
        "holder",
        create_token_account(holder, friend, stock),
        transfer_checked(
            source=pda.token_account(holder, stock),
            mint=stock,
            destination=pda.token_account(friend, stock),
            authority=holder,
            amount=Raw(100 * TOKENS),
            decimals=8,
        ),
    )
    return backed


def test_a_split_is_told_with_the_transaction_that_announced_it(owner: Desk) -> None:
    at = now(owner) + NOTICE
    told = announce(owner, 0, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=at)
    found = history(owner)
    (action,) = found.actions
    assert (action.kind, action.new, action.old, action.effective_at) == (EventKind.SPLIT, 10, 1, at)
    assert (action.before, action.after) == (Multiplier(ONE), Multiplier(10 * ONE))
    assert action.signature == told.signature
    assert tax_year(found, this_year(found)).corporate_actions == ()  # not in force yet
    owner.ledger.set_now(at)
    found = history(owner)
    records = tax_year(found, this_year(found))
    (event,) = records.corporate_actions
    assert (event.shares_before, event.shares_after) == (Shares(900 * TOKENS), Shares(9000 * TOKENS))
    (lot,) = [one for one in records.lots if one.carried]
    assert lot.carried is not None
    assert (lot.carried.raw, lot.carried.shares) == (Raw(900 * TOKENS), Shares(9000 * TOKENS))


def test_a_cancelled_split_is_none(owner: Desk) -> None:
    at = now(owner) + NOTICE
    announce(owner, 0, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=at)
    paying.cancel(owner, 0)
    owner.ledger.set_now(at + 1)
    assert history(owner).actions == ()


def test_a_stock_dividend_and_a_reverse_split_after_it(owner: Desk) -> None:
    """5 more for 100, then 1 for 2; the second is announced once the first is in force."""
    at = now(owner) + NOTICE
    announce(owner, 0, ActionKind.STOCK_DIVIDEND, ratio=(5, 100), multiplier=ONE, at=at)
    owner.ledger.set_now(at)
    more = ONE * 105 // 100
    later = at + 4 * DAY
    announce(owner, 1, ActionKind.REVERSE_SPLIT, ratio=(1, 2), multiplier=more, at=later)
    owner.ledger.set_now(later)
    found = history(owner)
    assert [(one.kind, one.new, one.old, one.after) for one in found.actions] == [
        (EventKind.STOCK_DIVIDEND, 5, 100, Multiplier(more)),
        (EventKind.REVERSE_SPLIT, 1, 2, Multiplier(more // 2)),
    ]
    lots = [one for one in tax_year(found, this_year(found)).lots if one.carried]
    assert [(one.how, one.carried and one.carried.shares) for one in lots] == [
        (How.MINT, Shares(450 * TOKENS)),
        (How.STOCK_DIVIDEND, Shares(2_250_000_000)),
    ]


def test_a_redemption_across_a_split_is_in_new_shares(owner: Desk) -> None:
    """Asked for before, settled after: 100 tokens, 1,000 shares at 16."""
    which = f"{owner.address('holder')}/0"
    owner.ok("redeem", "request", "AAPLx", "100", "--min-price", "15", key="holder")
    owner.ok("redeem", "accept", "AAPLx", which, key="member")
    at = now(owner) + NOTICE
    announce(owner, 0, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=at)
    owner.ledger.set_now(at)
    owner.ok("redeem", "settle", "AAPLx", which, "--price", "16", key="member")
    found = history(owner)
    gone = found.moves[-1]
    assert isinstance(gone, Removed)
    assert (gone.how, gone.raw, gone.shares) == (Manner.REDEMPTION, Raw(100 * TOKENS), Shares(1000 * TOKENS))
    assert (gone.proceeds, gone.fee) == (Cash(16_000 * COIN), Cash(0))
    (event,) = tax_year(found, this_year(found)).corporate_actions
    assert event.raw == Raw(900 * TOKENS)  # those in escrow are the holder's


def test_new_identifiers_lead_back_to_the_listing(owner: Desk) -> None:
    at = now(owner) + NOTICE
    isin, symbol = pda.isin_bytes("US5949181045"), pda.symbol_bytes("MSFTx")
    announce(owner, 0, ActionKind.IDENTIFIER_CHANGE, at=at, isin=isin, symbol=symbol)
    owner.ledger.set_now(at)
    paying.rename(owner, 0, "US5949181045", "MSFTx", "US0378331005", "AAPLx")
    found = history(owner)
    assert (found.symbol, found.isin) == ("MSFTx", "US5949181045")
    assert [one.how for one in found.moves] == [How.MINT, Manner.TRANSFER_OUT]
    assert found.actions == ()


# Cash dividends


@pytest.fixture
def paid_out(owner: Desk) -> paying.Payout:
    """0.24 a share on 1,000 shares: 216.00 to the holder, 15 % withheld; 24.00 to the friend, untaxed."""
    paying.appoint_attestors(owner)
    at = now(owner) + NOTICE
    announce(owner, 0, ActionKind.CASH_DIVIDEND, rate=240_000 * 10**6, at=at)
    owner.ledger.set_now(at)
    holder, friend = key(owner, "holder"), key(owner, "friend")
    snapshot = paying.record(owner, 0, {holder: 900 * TOKENS, friend: 100 * TOKENS})
    return paying.declare(owner, 0, snapshot, {holder: (216 * COIN, 32_400_000), friend: (24 * COIN, 0)})


def wallets(payout: paying.Payout, **instead: tuple[Pubkey, Pubkey]) -> list[tuple[Pubkey, Pubkey]]:
    """Everyone's own wallet, but for those named."""
    given = {key(payout.desk, name): where for name, where in instead.items()}
    return [given.get(owner, (owner, PROGRAM_ID)) for owner, _, _ in payout.entitled]


def test_a_pushed_dividend_is_found_though_it_names_no_wallet(paid_out: paying.Payout) -> None:
    desk = paid_out.desk
    assert history(desk).dividends == ()  # declared is not paid
    pushed = paid_out.push(*wallets(paid_out))
    holder = key(desk, "holder")
    assert holder not in pushed.account_keys
    (one,) = history(desk).dividends
    assert (one.gross, one.withheld, one.net) == (Cash(216 * COIN), Cash(32_400_000), Cash(183_600_000))
    assert (one.signature, one.paid_at) == (pushed.signature, pushed.block_time)
    assert (one.payout_mint, one.decimals) == (desk.coin.mint, 6)
    assert (one.distribution, one.destination) == (paid_out.distribution, desk.coin.account(holder))
    assert desk.money("holder") == one.net
    (theirs,) = history(desk, "friend").dividends
    assert (theirs.gross, theirs.withheld) == (Cash(24 * COIN), Cash(0))


def test_a_dividend_to_a_recipient_is_the_owners(paid_out: paying.Payout) -> None:
    desk = paid_out.desk
    keeper = key(desk, "keeper")
    paying.register(desk, "holder", keeper)
    record = pda.recipient(ASSET, key(desk, "holder"))
    paid_out.push(*wallets(paid_out, holder=(keeper, record)))
    (one,) = history(desk).dividends
    assert (one.gross, one.destination) == (Cash(216 * COIN), desk.coin.account(keeper))
    assert desk.money("keeper") == one.net
    assert desk.money("holder") == Cash(0)
    assert history(desk, "keeper").dividends == ()


def test_a_dividend_is_of_the_year_in_which_it_was_paid(paid_out: paying.Payout) -> None:
    paid_out.push(*wallets(paid_out))
    told = history(paid_out.desk)
    year = this_year(told)
    assert len(tax_year(told, year).dividends) == 1
    later = replace(told, now=told.now + 366 * DAY)
    assert tax_year(later, year + 1).dividends == ()


# What an RPC may leave out


class Without:
    """A ledger that hides some of the program's accounts."""

    def __init__(self, desk: Desk, *hidden: Pubkey) -> None:
        self._whole = desk.ledger
        self._hidden = hidden

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    async def accounts(self, addresses: list[Pubkey]) -> list[Account | None]:
        found = await self._whole.accounts(addresses)
        return [None if one in self._hidden else account for one, account in zip(addresses, found, strict=True)]

    async def signatures_for(self, address: Pubkey, **how: Any) -> Any:
        return [] if address in self._hidden else await self._whole.signatures_for(address, **how)


def test_an_action_that_is_left_out_is_refused(owner: Desk) -> None:
    announce(owner, 0, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=now(owner) + NOTICE)
    with pytest.raises(IncompleteHistory, match=f"has a CorporateAction at {paying.action_of(0)}, and"):
        history(owner, ledger=Without(owner, paying.action_of(0)))


def test_a_distribution_that_is_left_out_is_refused(paid_out: paying.Payout) -> None:
    paid_out.push(*wallets(paid_out))
    with pytest.raises(IncompleteHistory, match=f"has a Distribution at {paid_out.distribution}, and"):
        history(paid_out.desk, ledger=Without(paid_out.desk, paid_out.distribution))
    snapshot = pda.snapshot(ASSET, 0)
    with pytest.raises(IncompleteHistory, match=f"has a Snapshot at {snapshot}, and this RPC shows none"):
        history(paid_out.desk, ledger=Without(paid_out.desk, snapshot))


def test_a_split_whose_announcement_is_gone_is_refused(owner: Desk) -> None:
    """The account is there, and the history of its address is not."""
    announce(owner, 0, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=now(owner) + NOTICE)

    class Silent(Without):
        async def accounts(self, addresses: list[Pubkey]) -> list[Account | None]:
            return await owner.ledger.accounts(addresses)

    with pytest.raises(IncompleteHistory, match="the transaction that announced action 0"):
        history(owner, ledger=Silent(owner, paying.action_of(0)))


def test_an_action_that_the_multiplier_contradicts_is_refused(owner: Desk) -> None:
    """As if the account of a cancelled split still said announced."""
    address = paying.action_of(0)
    at = now(owner) + NOTICE
    announce(owner, 0, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=at)
    before = asyncio.run(owner.ledger.account(address))
    paying.cancel(owner, 0)
    owner.ledger.set_now(at)
    assert history(owner).actions == ()
    owner.ledger.set_account(address, before)
    with pytest.raises(IncompleteHistory, match="a token is worth 1 shares, and the corporate actions .* lead to 10"):
        history(owner)
