"""Redemptions paid on chain: the desk's queue, settling, parts, and what became of a request."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from solders.pubkey import Pubkey

from tests.unit.clients.silent import Silent
from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import BOND, DOLLAR, NOW, ONE, SOL, World, dollars, key
from xstock_client import pda
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.clients import EndedRequest, Holder, TokenAccount
from xstock_client.clients.requests import closing_check
from xstock_client.constants import DAY_S, Payout, RequestState, Role
from xstock_client.counting import price_for
from xstock_client.errors import AccountMissing, ProgramRefused, TransactionFailed, UsageError
from xstock_client.events import RedemptionSettled, parse_events
from xstock_client.ledger import Receipt
from xstock_client.policy import PolicyUpdate
from xstock_client.redemption import Actor, Move, RequestStatus
from xstock_client.told import End, replay_requests

PRICE, LIMIT = dollars("187.42"), dollars("180")


@pytest.fixture
async def funded(world: World) -> World:
    """The holder has 100 AAPLx, and the treasury's dollars pay."""
    await world.attest(60, 50)
    await world.give(100)
    return world


def owner(world: World) -> Pubkey:
    return world.holder_key.pubkey


TERMS = {"payout": Payout.OFF_CHAIN, "payout_terms_hash": bytes([9] * 32)}
"""Of a payment outside the chain."""


async def accepted(world: World, tokens: int = 30, min_price: Cash = LIMIT) -> int:
    """A request with a minimum price that the desk has accepted."""
    made = await world.holder.request(world.asset, Raw(tokens * ONE), min_price=min_price)
    await world.desk.accept(world.asset, owner(world), made.id)
    return made.id


async def agreed(world: World, tokens: int = 10) -> int:
    """An accepted request for a payment outside the chain."""
    made = await world.holder.request(world.asset, Raw(tokens * ONE), **TERMS)  # type: ignore[arg-type]
    await world.desk.accept(world.asset, owner(world), made.id)
    return made.id


async def test_the_queue_is_found_by_asset_and_state(funded: World) -> None:
    world = funded
    first = await world.holder.request(world.asset, Raw(ONE))
    second = await world.holder.request(world.asset, Raw(2 * ONE))
    assert (first.id, second.id) == (0, 1)
    await world.desk.accept(world.asset, owner(world), 1, price=PRICE)
    queue = await world.desk.queue(world.asset)
    assert [(one.id, one.state, one.amount) for one in queue] == [
        (0, RequestState.REQUESTED, Raw(ONE)),
        (1, RequestState.ACCEPTED, Raw(2 * ONE)),
    ]
    assert [one.id for one in await world.desk.queue(world.asset, RequestState.REQUESTED)] == [0]
    assert await world.desk.queue(pda.asset(world.issuer, 1)) == []


async def test_the_desk_sees_first_what_is_due_first(funded: World) -> None:
    world = funded
    await accepted(world, 1)
    world.ledger.advance(3_600)
    await world.holder.request(world.asset, Raw(ONE))
    first, second = await world.desk.open_requests(world.asset)
    # the older one is accepted, and has until its time to settle
    assert (first.request.id, first.deadline, first.seconds_left) == (1, NOW + 3_600 + 2 * DAY_S, 2 * DAY_S)
    assert (second.request.id, second.deadline) == (0, NOW + 5 * DAY_S)
    assert (first.next, first.may(Actor.DESK)) == (Actor.DESK, (Move.ACCEPT, Move.REJECT))
    world.ledger.advance(2 * DAY_S + 1)
    first, _ = await world.desk.open_requests(world.asset)
    assert (first.late, first.seconds_left, first.next) == (True, -1, Actor.HOLDER)


async def test_payment_and_burn_are_one(funded: World) -> None:
    world = funded
    number = await accepted(world)
    wrong = world.desk.settle(
        world.asset, owner(world), number, amount=Raw(29 * ONE), price=PRICE, agent=world.treasury
    )
    assert (await refusal(wrong)).name == "SettlementMismatch"
    assert await world.coin.balance(owner(world)) == Cash(0)
    receipt = await world.desk.settle(
        world.asset, owner(world), number, amount=Raw(30 * ONE), price=PRICE, agent=world.treasury
    )
    assert await world.coin.balance(owner(world)) == dollars("5622.6")
    table = await world.reader.reserve_report(world.asset)
    assert table.supply == Raw(70 * ONE)
    # The old reports may still count the shares that were paid out.
    assert (table.released, table.obligation) == (Shares(30 * ONE), Shares(100 * ONE))
    (event,) = parse_events(receipt.executed)
    assert isinstance(event, RedemptionSettled) and event.payment == dollars("5622.6").value
    with pytest.raises(AccountMissing, match="is not open"):
        await world.desk.request_of(world.asset, owner(world), number)
    told = await world.desk.ended(world.asset, owner(world), number)
    assert told is not None and (told.end, told.paid, told.name) == (End.SETTLED, dollars("5622.6"), "settled")


async def test_money_that_is_not_there_burns_nothing(funded: World) -> None:
    world, poor = funded, key()
    number = await accepted(world, 1)
    await world.coin.give(poor.pubkey, dollars("100"))
    with pytest.raises(TransactionFailed, match="SPL Token refused: the account holds fewer tokens than that"):
        await world.desk.settle(world.asset, owner(world), number, amount=Raw(ONE), price=PRICE, agent=poor)
    assert (await world.reader.token(world.asset)).supply == Raw(100 * ONE)


async def test_a_part_is_settled_and_the_rest_waits(funded: World) -> None:
    world = funded
    number = await accepted(world, 30)
    pay = {"price": PRICE, "agent": world.treasury}
    with pytest.raises(UsageError, match="the rest stays below what the request holds, 30; not 30"):
        await world.desk.settle(world.asset, owner(world), number, amount=Raw(30 * ONE), rest=Raw(30 * ONE), **pay)  # type: ignore[arg-type]
    await world.desk.settle(world.asset, owner(world), number, amount=Raw(30 * ONE), rest=Raw(20 * ONE), **pay)  # type: ignore[arg-type]
    request = await world.desk.request_of(world.asset, owner(world), number)
    assert (request.amount, request.requested, request.penalty) == (Raw(20 * ONE), Raw(30 * ONE), dollars("20"))
    await world.desk.settle(world.asset, owner(world), number, amount=Raw(20 * ONE), **pay)  # type: ignore[arg-type]
    told = await world.holder.status(world.asset, number)
    assert isinstance(told, EndedRequest) and [one.amount for one in told.settlements] == [Raw(10 * ONE), Raw(20 * ONE)]
    assert told.paid == dollars("5622.6") == await world.coin.balance(owner(world))


async def test_the_authority_may_redeem_without_a_grant(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(ONE), min_price=LIMIT)
    await world.admin.accept(world.asset, owner(world), made.id)
    await world.admin.settle(world.asset, owner(world), made.id, amount=Raw(ONE), price=PRICE, agent=world.treasury)
    made = await world.holder.request(world.asset, Raw(ONE))
    stranger = world.admin.acting_as(key())
    with pytest.raises(ProgramRefused, match="does not hold the role redeemer: have the issuer grant it"):
        await stranger.accept(world.asset, owner(world), made.id, price=PRICE)


async def test_late_is_better_than_never(funded: World) -> None:
    world = funded
    number = await accepted(world, 2)
    world.ledger.advance(5 * DAY_S + 1)
    await world.desk.settle(world.asset, owner(world), number, amount=Raw(2 * ONE), price=PRICE, agent=world.treasury)
    assert await world.coin.balance(owner(world)) == dollars("374.84")


async def test_another_account_of_the_holder_can_be_paid(funded: World) -> None:
    world = funded
    number = await accepted(world, 1)
    pay = {"amount": Raw(ONE), "price": PRICE, "agent": world.treasury}
    stranger = key().pubkey
    await world.coin.give(stranger, Cash(1))
    wrong = world.desk.settle(world.asset, owner(world), number, payee=world.coin.account(stranger), **pay)  # type: ignore[arg-type]
    assert (await refusal(wrong)).name == "WrongTokenAccount"
    await world.coin.give(owner(world), Cash(1))
    right = world.coin.account(owner(world))
    await world.desk.settle(world.asset, owner(world), number, payee=right, **pay)  # type: ignore[arg-type]


async def test_without_a_bond_nothing_is_paid_on_chain(world: World) -> None:
    other = Pubkey.new_unique()
    with pytest.raises(AccountMissing, match="there is no asset"):
        await world.desk.payment_token(other)


# a missed deadline


async def test_a_missed_deadline_is_called_in_by_anybody(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(30 * ONE))
    assert await world.keeper.default_late(world.asset) == []
    early = await refusal(world.keeper.default(world.asset, owner(world), made.id))
    assert (early.name, early.figures["deadline"]) == ("DeadlineNotPassed", NOW + 2 * DAY_S)
    world.ledger.advance(2 * DAY_S + 1)
    (done,) = await world.keeper.default_late(world.asset)
    assert done.error is None and done.defaulted is not None
    assert (done.defaulted.penalty, done.defaulted.payee) == (dollars("30"), world.coin.account(owner(world)))
    assert done.defaulted.destination == pda.token_account(owner(world), world.mint)
    assert await world.coin.balance(owner(world)) == dollars("30")
    assert (await world.holder.balance(world.asset)).raw == Raw(100 * ONE)
    bond = await world.reader.bond(world.asset)
    assert (bond.amount, bond.reserved, bond.vault_balance) == (BOND - dollars("30"), Cash(0), BOND - dollars("30"))
    told = await world.holder.status(world.asset, made.id)
    assert isinstance(told, EndedRequest) and (told.end, told.penalty) == (End.DEFAULTED, dollars("30"))


async def test_the_crank_tells_what_it_cannot_do_and_goes_on(funded: World) -> None:
    world = funded
    second = Holder(world.ledger, signer=key(), payer=world.treasury)
    await world.desk.mint(world.asset, 1, Raw(5 * ONE), second.authority)
    await world.holder.request(world.asset, Raw(ONE))
    await second.request(world.asset, Raw(5 * ONE))
    await world.coin.give(second.authority, Cash(1))
    await freeze(world, world.coin.account(second.authority))
    world.ledger.advance(2 * DAY_S + 1)
    done = {one.request.holder: one for one in await world.keeper.default_late(world.asset)}
    assert done[owner(world)].error is None
    failed = done[second.authority]
    assert failed.defaulted is None and "frozen by the stablecoin's issuer" in str(failed.error)
    # the holder gets the tokens all the same
    back = await second.take_back(world.asset, 0, without_penalty=True)
    assert (back.penalty, back.defaulted) == (Cash(0), None)
    assert "frozen by the stablecoin's issuer" in str(back.why_no_penalty)
    assert (await second.balance(world.asset)).raw == Raw(5 * ONE)


async def test_taking_back_brings_the_penalty_along(funded: World) -> None:
    world = funded
    early = await world.holder.request(world.asset, Raw(ONE))
    back = await world.holder.take_back(world.asset, early.id)
    assert (back.penalty, back.defaulted, back.why_no_penalty) == (Cash(0), None, None)
    late = await accepted(world, 4, min_price=dollars("500"))
    accept, settle = await refusal(world.holder.take_back(world.asset, late)), NOW + 5 * DAY_S
    assert (accept.name, accept.figures["deadline"]) == ("AcceptedUntilDeadline", settle)
    world.ledger.set_now(settle + 1)
    back = await world.holder.take_back(world.asset, late)
    assert (back.penalty, back.why_no_penalty) == (dollars("4"), None)
    # nobody had agreed to this price: it costs nothing, and the tokens are back
    unarmed = await world.holder.request(world.asset, Raw(ONE), min_price=dollars("500"))
    world.ledger.advance(2 * DAY_S + 1)
    back = await world.holder.take_back(world.asset, unarmed.id)
    assert back.penalty == Cash(0) and back.defaulted is not None and back.defaulted.payee is None
    assert (await world.holder.balance(world.asset)).raw == Raw(100 * ONE)


async def freeze(world: World, account: Pubkey) -> None:
    found = await world.ledger.account(account)
    assert found is not None
    data = bytearray(found.data)
    data[108] = 2
    world.ledger.set_account(account, type(found)(found.lamports, found.owner, bytes(data)))


# outside the chain


async def test_a_payment_outside_the_chain_is_confirmed_or_disputed(funded: World) -> None:
    world = funded
    proof = bytes([7] * 32)
    number = await agreed(world)
    with pytest.raises(ProgramRefused, match="WrongPayout"):
        await world.desk.settle(
            world.asset, owner(world), number, amount=Raw(10 * ONE), price=PRICE, agent=world.treasury
        )
    await world.desk.mark_paid(world.asset, owner(world), number, evidence_hash=proof)
    paid = await world.holder.status(world.asset, number)
    assert isinstance(paid, RequestStatus) and (paid.name, paid.next) == ("paid", Actor.HOLDER)
    assert paid.may(Actor.HOLDER) == (Move.CONFIRM, Move.DISPUTE) and paid.deadline == NOW + 5 * DAY_S
    assert (await refusal(world.keeper.conclude(world.asset, owner(world), number))).name == "StillDisputable"
    await world.holder.dispute(world.asset, number)
    assert (await refusal(world.desk.rule(world.asset, owner(world), number, paid=True))).name
    await world.arbiter.rule(world.asset, owner(world), number, paid=False)
    request = await world.desk.request_of(world.asset, owner(world), number)
    assert (request.state, request.paid_at, request.until) == (RequestState.ACCEPTED, NOW, 0)
    again = world.desk.mark_paid(world.asset, owner(world), number, evidence_hash=proof)
    assert (await refusal(again)).name == "AlreadyClaimed"
    # what the arbiter did not believe the holder may still confirm, as it could while it was disputed
    await world.holder.confirm(world.asset, number)
    told = await world.reader.request_status(world.asset, owner(world), number)
    assert isinstance(told, EndedRequest) and (told.end, told.paid) == (End.SETTLED, Cash(0))


async def test_what_an_arbiter_upholds_anybody_concludes(funded: World) -> None:
    world = funded
    number = await agreed(world)
    await world.desk.mark_paid(world.asset, owner(world), number, evidence_hash=bytes([7] * 32))
    await world.holder.dispute(world.asset, number)
    await world.arbiter.rule(world.asset, owner(world), number, paid=True)
    upheld = await world.holder.status(world.asset, number)
    assert isinstance(upheld, RequestStatus) and (upheld.next, upheld.deadline) == (Actor.ANYONE, None)
    assert upheld.seconds_left is None and upheld.may(Actor.HOLDER) == (Move.CONCLUDE,)
    await world.keeper.conclude(world.asset, owner(world), number)
    told = await world.desk.ended(world.asset, owner(world), number)
    assert told is not None and told.end is End.SETTLED


async def test_an_arbiter_that_stays_silent_costs_the_penalty(funded: World) -> None:
    world = funded
    number = await agreed(world, 10)
    await world.desk.mark_paid(world.asset, owner(world), number, evidence_hash=bytes([7] * 32))
    await world.holder.dispute(world.asset, number)
    assert await world.keeper.late_requests(world.asset) == []
    world.ledger.advance(14 * DAY_S + 1)
    (late,) = await world.desk.open_requests(world.asset)
    assert (late.name, late.late, late.penalty, late.next) == ("disputed", True, dollars("10"), Actor.HOLDER)
    (done,) = await world.keeper.default_late(world.asset)
    assert done.defaulted is not None and done.defaulted.penalty == dollars("10")


async def test_shares_that_went_nowhere_come_back_off_the_chain(funded: World) -> None:
    """A request that counts on another chain needs its reserve to end; the clients pass it."""
    world, signer = funded, key()
    token = "eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f"
    await world.desk.register_chain(world.asset, 0, token=token, keys=[signer.pubkey])
    await world.admin.set_chain_cap(world.asset, 0, Shares(10 * ONE))
    number = await agreed(world, 10)
    world.ledger.advance(2 * DAY_S)
    await world.relayer.submit([await world.chain_report(0, 0, epoch=3, signer=signer)])
    await world.desk.mark_paid(world.asset, owner(world), number, evidence_hash=bytes([7] * 32), to_chain=0)
    request = await world.desk.request_of(world.asset, owner(world), number)
    assert (request.to_chain, request.marked_shares) == (0, Shares(10 * ONE))
    report = await world.reader.reserve_report(world.asset)
    # they have room under the cap now, and are owed here until they burn
    (chain,) = report.chains
    assert (chain.marked, chain.counted, chain.room) == (Shares(10 * ONE), Shares(0), Shares(0))
    assert report.last_obligation == report.obligation == Shares(100 * ONE)
    await world.holder.dispute(world.asset, number)
    world.ledger.advance(14 * DAY_S + 1)
    await world.holder.cancel(world.asset, number)
    assert (await world.holder.balance(world.asset)).raw == Raw(100 * ONE)


async def test_without_a_judge_nothing_is_paid_outside_the_chain(funded: World) -> None:
    world = funded
    (grant,) = await world.reader.arbiters(world.asset)
    assert grant.member == world.arbiter_key.pubkey
    made = await world.holder.request(world.asset, Raw(ONE), **TERMS)  # type: ignore[arg-type]
    (request,) = await world.holder.requests(world.asset)
    assert (request.id, request.arbiter) == (made.id, world.arbiter_key.pubkey)
    # thirty days in office, of which twenty-four are needed
    world.ledger.advance(6 * DAY_S)
    assert await world.reader.arbiters(world.asset) == []
    with pytest.raises(UsageError, match="nobody could accept a payment outside the chain"):
        await world.holder.request(world.asset, Raw(ONE), **TERMS)  # type: ignore[arg-type]
    named = await world.holder.request(world.asset, Raw(ONE), arbiter=world.arbiter_key.pubkey, **TERMS)  # type: ignore[arg-type]
    late = await refusal(world.desk.accept(world.asset, owner(world), named.id))
    assert late.name == "ArbiterLeaves"
    strange = await world.holder.request(world.asset, Raw(ONE), arbiter=key().pubkey, **TERMS)  # type: ignore[arg-type]
    with pytest.raises(ProgramRefused, match="does not hold the role arbiter"):
        await world.desk.accept(world.asset, owner(world), strange.id)


async def test_the_issuers_own_authority_is_no_judge(funded: World) -> None:
    world = funded
    await world.admin.grant_role(Role.ARBITER, world.authority.pubkey, NOW + 300 * DAY_S)
    world.ledger.advance(DAY_S + 1)
    assert [one.member for one in await world.reader.arbiters(world.asset)] == [world.arbiter_key.pubkey]


async def test_terms_that_make_no_sense_are_told_before_anything_is_sent(funded: World) -> None:
    world, off = funded, Payout.OFF_CHAIN
    with pytest.raises(UsageError, match="needs the hash of its terms"):
        await world.holder.request(world.asset, Raw(ONE), payout=off)
    with pytest.raises(UsageError, match="has no minimum price: agree on it in the terms"):
        await world.holder.request(world.asset, Raw(ONE), min_price=LIMIT, **TERMS)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="who alone can dispute it"):
        await world.holder.request(world.asset, Raw(ONE), owner=key().pubkey, **TERMS)  # type: ignore[arg-type]


# at market


async def test_a_quote_settles_nothing_until_its_holder_agrees(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(ONE))
    with pytest.raises(UsageError, match="this request is at market: name the price"):
        await world.desk.accept(world.asset, owner(world), made.id)
    await world.desk.accept(world.asset, owner(world), made.id, price=dollars("1"))
    status = await world.holder.status(world.asset, made.id)
    assert isinstance(status, RequestStatus) and (status.name, status.next) == ("quoted", Actor.HOLDER)
    assert (status.quote_until, status.request.min_price) == (NOW + 5 * DAY_S, dollars("1"))
    pay = {"amount": Raw(ONE), "price": PRICE, "agent": world.treasury}
    assert (await refusal(world.desk.settle(world.asset, owner(world), made.id, **pay))).name == "QuoteOpen"  # type: ignore[arg-type]
    await world.holder.take_back(world.asset, made.id)  # no, thanks
    made = await world.holder.request(world.asset, Raw(ONE))
    await world.desk.accept(world.asset, owner(world), made.id, price=PRICE)
    other = await refusal(world.holder.agree(world.asset, made.id, LIMIT))
    assert (other.name, other.figures) == ("OtherQuote", {"given": LIMIT.value, "quoted": PRICE.value})
    await world.holder.agree(world.asset, made.id, PRICE)
    assert (await refusal(world.holder.agree(world.asset, made.id, PRICE))).name == "NothingQuoted"
    (status,) = await world.desk.open_requests(world.asset)
    assert (status.quote_until, status.may(Actor.DESK)) == (None, (Move.SETTLE, Move.REJECT))
    assert (await refusal(world.holder.cancel(world.asset, made.id))).name == "AcceptedUntilDeadline"
    cheap = world.desk.settle(world.asset, owner(world), made.id, amount=Raw(ONE), price=LIMIT, agent=world.treasury)
    assert (await refusal(cheap)).figures == {"payment": 180 * DOLLAR, "needed": PRICE.value, "min_price": PRICE.value}
    await world.desk.settle(world.asset, owner(world), made.id, **pay)  # type: ignore[arg-type]


async def test_a_quote_that_nobody_agrees_to_lapses_for_nothing(funded: World) -> None:
    world = funded
    for _ in range(2):
        made = await world.holder.request(world.asset, Raw(ONE))
        await world.desk.accept(world.asset, owner(world), made.id, price=PRICE)
    world.ledger.advance(5 * DAY_S + 1)
    back = await world.holder.take_back(world.asset, 0)
    assert (back.penalty, back.why_no_penalty) == (Cash(0), None)
    (done,) = await world.keeper.default_late(world.asset)
    assert done.defaulted is not None and (done.defaulted.penalty, done.defaulted.payee) == (Cash(0), None)
    assert (await world.reader.bond(world.asset)).amount == BOND


async def test_a_quote_is_after_the_fee(world: World) -> None:
    await world.admin.set_policy(world.asset, PolicyUpdate(redemption_fee_bps=37))
    await world.admin.apply_policy(world.asset)
    await world.attest(60, 50)
    await world.give(100)
    made = await world.holder.request(world.asset, Raw(3 * ONE + 1))
    await world.desk.accept(world.asset, owner(world), made.id, price=PRICE)
    await world.holder.agree(world.asset, made.id, PRICE)
    pay = {"amount": Raw(3 * ONE + 1), "agent": world.treasury}
    price = price_for(PRICE.value, 37)
    low = world.desk.settle(world.asset, owner(world), made.id, price=PRICE, **pay)  # type: ignore[arg-type]
    assert (await refusal(low)).name == "PriceTooLow"
    await world.desk.settle(world.asset, owner(world), made.id, price=Cash(price), **pay)  # type: ignore[arg-type]
    assert await world.coin.balance(owner(world)) >= Cash(3 * PRICE.value + 2)


async def test_a_frozen_holder_is_rejected_and_stays_frozen(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(5 * ONE))
    account = pda.token_account(owner(world), world.mint)
    assert (await refusal(world.desk.reject(world.asset, owner(world), made.id))).name == "HolderNotFrozen"
    await freeze(world, account)
    await world.desk.reject(world.asset, owner(world), made.id)
    balance = await world.holder.balance(world.asset)
    assert (balance.raw, balance.frozen) == (Raw(100 * ONE), True)
    told = await world.holder.status(world.asset, made.id)
    assert isinstance(told, EndedRequest) and (told.end, told.destination) == (End.REJECTED, account)


# whether it took effect


@pytest.mark.parametrize("step", ["request", "accept", "settle", "part", "cancel", "default", "attest"])
async def test_every_step_of_a_redemption_knows_whether_it_took_effect(silent: World, step: str) -> None:
    ledger, asset, holder = silent.ledger, silent.asset, silent.holder_key.pubkey
    assert isinstance(ledger, Silent)
    await silent.give(100)
    await silent.coin.give(holder, Cash(1))
    if step != "request":
        await silent.holder.request(asset, Raw(2), min_price=LIMIT)
    if step in ("settle", "part"):
        await silent.desk.accept(asset, holder, 0)
    if step == "default":
        ledger.advance(2 * DAY_S + 1)
    report = await silent.report(0, 61)

    async def attempt() -> Receipt:
        match step:
            case "request":
                return (await silent.holder.request(asset, Raw(1), payout_terms_hash=bytes([1] * 32))).receipt
            case "accept":
                return await silent.desk.accept(asset, holder, 0)
            case "settle" | "part":
                rest = Raw(1 if step == "part" else 0)
                return await silent.desk.settle(
                    asset, holder, 0, amount=Raw(2), price=PRICE, rest=rest, agent=silent.treasury
                )
            case "cancel":
                return await silent.holder.cancel(asset, 0)
            case "default":
                return (await silent.keeper.default(asset, holder, 0)).receipt
        (receipt,) = await silent.relayer.submit([report])
        return receipt

    ledger.silent, ledger.lands = True, False
    with pytest.raises(TransactionFailed, match="never will"):
        await attempt()
    ledger.lands = True
    assert (await attempt()).units > 0


async def test_a_request_that_was_closed_the_other_way_is_not_taken_for_ours(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(ONE))
    settled, cancelled = (
        closing_check(world.ledger, world.asset, owner(world), made.id, [end], program_id=world.reader.program_id)
        for end in (End.SETTLED, End.CANCELLED)
    )
    assert (await settled(), await cancelled()) == ("not done", "not done")
    await world.holder.cancel(world.asset, made.id)
    assert (await settled(), await cancelled()) == ("unknown", "done")


async def test_events_tell_what_the_accounts_hold(funded: World) -> None:
    """At each step of several requests, the account and the events alone say the same."""
    world, seen = funded, 0
    await world.admin.set_policy(world.asset, PolicyUpdate(dispute_window_s=7 * DAY_S))

    async def agree() -> None:
        nonlocal seen
        history = await world.reader.history(world.asset, limit=200)
        told = replay_requests([event for _, events in reversed(history) for event in events])
        there = {(one.asset, one.holder, one.id): one for one in await world.desk.queue(world.asset)}
        assert {key for key, state in told.items() if not isinstance(state, EndedRequest)} == there.keys()
        for found, account in there.items():
            state = told[found]
            assert not isinstance(state, EndedRequest)
            assert asdict(state) == asdict(account)
        seen += len(there)

    one = (await world.holder.request(world.asset, Raw(9 * ONE), min_price=LIMIT)).id
    await agree()
    two = (await world.holder.request(world.asset, Raw(ONE), **TERMS)).id  # type: ignore[arg-type]
    three = (await world.holder.request(world.asset, Raw(ONE), **TERMS)).id  # type: ignore[arg-type]
    four = (await world.holder.request(world.asset, Raw(2 * ONE))).id
    for number in (one, two, three, four):
        await world.desk.accept(world.asset, owner(world), number, price=PRICE if number in (one, four) else Cash(0))
        await agree()
    await world.holder.agree(world.asset, four, PRICE)
    await agree()
    await world.desk.settle(
        world.asset, owner(world), one, amount=Raw(9 * ONE), rest=Raw(ONE), price=PRICE, agent=world.treasury
    )
    await agree()
    for number in (two, three):
        await world.desk.mark_paid(world.asset, owner(world), number, evidence_hash=bytes([3] * 32))
        await agree()
        await world.holder.dispute(world.asset, number)
        await agree()
        await world.arbiter.rule(world.asset, owner(world), number, paid=number == two)
        await agree()
    await world.keeper.conclude(world.asset, owner(world), two)
    await agree()
    world.ledger.advance(5 * DAY_S + 1)
    await world.keeper.default_late(world.asset)
    await agree()
    assert seen == 1 + 4 * 4 + 4 + 4 + 6 * 4 + 3


async def test_a_guarded_account_redeems_in_one_transaction(funded: World) -> None:
    """A CPI guard stops programs from moving tokens on the owner's word, and lets other delegates do it."""
    from tests.unit.clients.test_holder import guard

    world = funded
    await world.ledger.airdrop(owner(world), SOL)
    await guard(world)
    with pytest.raises(TransactionFailed, match="CPI guard blocks"):
        await world.holder.request(world.asset, Raw(ONE), min_price=LIMIT, guarded=False)
    for holder in (world.holder, Holder(world.ledger, signer=world.holder_key)):
        made = await holder.request(world.asset, Raw(7 * ONE), min_price=LIMIT)
        (request,) = await world.holder.requests(world.asset)
        assert (request.id, request.amount, request.holder) == (made.id, Raw(7 * ONE), owner(world))
        account = await world.ledger.account(pda.token_account(owner(world), world.mint))
        assert account is not None
        token = TokenAccount.decode(account)
        assert (token.delegate, token.cpi_guard) == (None, True), "nobody keeps a say over the account"
        await world.holder.cancel(world.asset, made.id)
    assert (await world.holder.balance(world.asset)).raw == Raw(100 * ONE)
    with pytest.raises(UsageError, match="so must you out of an account with a CPI guard"):
        await world.holder.request(world.asset, Raw(ONE))
    with pytest.raises(UsageError, match="nor out of an account with a CPI guard"):
        await world.holder.request(world.asset, Raw(ONE), **TERMS)  # type: ignore[arg-type]


async def test_a_delegate_asks_for_its_holder(funded: World) -> None:
    from xstock_client.clients.token import approve

    world = funded
    exchange = Holder(world.ledger, signer=key(), payer=world.treasury)
    account = pda.token_account(owner(world), world.mint)
    with pytest.raises(TransactionFailed, match="neither owns the token account nor is its delegate"):
        await exchange.request(world.asset, Raw(ONE), owner=owner(world), min_price=LIMIT)
    with pytest.raises(UsageError, match="a delegate names a minimum price, for it cannot agree to a quote"):
        await exchange.request(world.asset, Raw(ONE), owner=owner(world))
    lend = approve(
        account=account,
        mint=world.mint,
        delegate=exchange.authority,
        owner=owner(world),
        amount=Raw(3 * ONE),
        decimals=8,
    )
    await world.ledger.send([lend], world.treasury, [world.holder_key])
    made = await exchange.request(world.asset, Raw(3 * ONE), owner=owner(world), min_price=LIMIT)
    assert made.address == pda.redemption_request(world.asset, owner(world), made.id)
    assert [one.id for one in await world.holder.requests(world.asset)] == [made.id]
    assert await exchange.requests(world.asset) == []
    with pytest.raises(AccountMissing):
        await exchange.cancel(world.asset, made.id)
    await world.holder.cancel(world.asset, made.id)
