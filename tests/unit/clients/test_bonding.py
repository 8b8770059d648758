"""The bond through the clients: opened, filled, looked at, taken out in public; and what mints make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import BOND, DOLLAR, LISTING, NOW, ONE, SOL, World, dollars, key
from xstock_client.amounts import Cash, Raw
from xstock_client.clients import IssuerDesk
from xstock_client.clients.token import PaymentMintRefused
from xstock_client.constants import DAY_S, TOKEN, Role
from xstock_client.errors import AccountMissing, TransactionFailed, UsageError
from xstock_client.headroom import Limit
from xstock_client.policy import QueueState

SECOND = replace(LISTING, isin="US67066G1040", symbol="NVDAx")


@pytest.fixture
async def funded(world: World) -> World:
    await world.attest(6_000, 5_000)
    await world.give(100)
    return world


async def bare(world: World) -> Pubkey:
    """A second stock, without a bond."""
    return (await world.admin.list_asset(SECOND)).asset


async def test_a_bond_is_opened_and_filled_by_anybody(world: World) -> None:
    asset = await bare(world)
    report = await world.reader.bond(asset)
    assert (report.payment_mint, report.vault, report.amount, report.headroom) == (None, None, Cash(0), Raw(0))
    with pytest.raises(UsageError, match="has no payment mint yet: its issuer must open the bond"):
        await world.admin.deposit_bond(asset, Cash(1))
    await world.admin.open_bond(asset, world.coin.mint)
    token = await world.admin.payment_token(asset)
    assert (token.program, token.decimals, token.vault) == (TOKEN, 6, world.coin.account(asset))
    anybody = key()
    await world.coin.give(anybody.pubkey, dollars("7"))
    await world.ledger.airdrop(anybody.pubkey, SOL)
    await IssuerDesk(world.ledger, issuer=world.issuer, signer=anybody).deposit_bond(asset, dollars("5"))
    report = await world.reader.bond(asset)
    assert report.amount == report.vault_balance == report.free == dollars("5") and report.decimals == 6
    # five dollars at one a token, for a tenth of the supply
    assert (report.covered_supply, report.headroom, report.missing) == (Raw(50 * ONE), Raw(50 * ONE), Cash(0))
    assert report.penalty_rate == dollars("1") and report.coverage_bps == 1_000 and report.exit is None
    assert any("can freeze any account of it" in one for one in report.risks)


async def test_a_mint_that_cannot_pay_is_told_before_anything_is_sent(world: World) -> None:
    asset = await bare(world)
    with pytest.raises(AccountMissing, match="there is no mint"):
        await world.admin.open_bond(asset, key().pubkey)
    with pytest.raises(PaymentMintRefused, match="wallets show another amount"):
        await world.admin.open_bond(asset, world.mint)  # a stock's own token


async def test_nothing_is_minted_that_the_bond_does_not_cover(funded: World) -> None:
    world = funded
    room = await world.reader.headroom(world.asset)
    assert (room.bond, room.limited_by) == (Raw(9_900 * ONE), Limit.BOND)
    for more, name in ((room.bond + Raw(1), "UnderBonded"), (room.bond, None)):
        mint = world.desk.mint(world.asset, 1, more, world.holder_key.pubkey)
        if name:
            assert (await refusal(mint)).figures == {"free": 1_000 * DOLLAR, "needed": 1_000 * DOLLAR + 1}
        else:
            assert (await mint).status == "minted"
    assert (await world.reader.headroom(world.asset)).limited_by is Limit.BOND
    report = (await world.reader.reserve_report(world.asset)).bond
    assert (report.needed, report.missing, report.headroom) == (BOND, Cash(0), Raw(0))


async def test_a_withdrawal_waits_in_public_and_counts_as_gone(funded: World) -> None:
    world = funded
    treasurer = world.desk
    to = world.coin.account(world.treasury.pubkey)
    await treasurer.queue_bond_withdrawal(world.asset, dollars("995"), to)
    report = await world.reader.bond(world.asset)
    assert report.exit is not None and report.exit.state is QueueState.WAITING
    assert (report.exit.amount, report.exit.ready_at, report.exit.destination) == (dollars("995"), NOW + 2 * DAY_S, to)
    assert (report.staying, report.missing, report.headroom) == (dollars("5"), dollars("5"), Raw(0))
    assert report.exit.now_possible == Cash(0)
    early = await refusal(treasurer.withdraw_bond(world.asset))
    assert (early.name, early.figures["ready_at"]) == ("ChangeNotReady", NOW + 2 * DAY_S)
    # what requests reserve stays until they end
    await world.holder.request(world.asset, Raw(100 * ONE))
    world.ledger.advance(2 * DAY_S)
    report = await world.reader.bond(world.asset)
    assert report.exit is not None and report.exit.state is QueueState.READY
    assert (report.reserved, report.exit.now_possible) == (dollars("100"), dollars("900"))
    before = await world.coin.balance(world.treasury.pubkey)
    await treasurer.withdraw_bond(world.asset)
    assert await world.coin.balance(world.treasury.pubkey) == before + dollars("900")
    report = await world.reader.bond(world.asset)
    assert report.exit is not None and report.exit.amount == dollars("95") and report.free == Cash(0)
    world.ledger.advance(14 * DAY_S + 1)
    report = await world.reader.bond(world.asset)
    assert report.exit is not None and report.exit.state is QueueState.EXPIRED and report.staying == dollars("100")


async def test_all_that_is_there_can_be_asked_for_and_cancelled(funded: World) -> None:
    world = funded
    to = world.coin.account(world.treasury.pubkey)
    await world.admin.queue_bond_withdrawal(world.asset, None, to)
    report = await world.reader.bond(world.asset)
    assert report.exit is not None and (report.exit.everything, report.exit.amount) == (True, BOND)
    assert report.staying == Cash(0)
    await world.desk.cancel_bond_withdrawal(world.asset)  # a pauser may
    assert (await world.reader.bond(world.asset)).exit is None
    assert (await refusal(world.admin.cancel_bond_withdrawal(world.asset))).name == "NothingQueued"
    await world.admin.queue_bond_withdrawal(world.asset, None, to)
    world.ledger.advance(2 * DAY_S)
    await world.admin.withdraw_bond(world.asset)
    report = await world.reader.bond(world.asset)
    assert (report.amount, report.exit) == (Cash(0), None)


async def test_only_officers_take_it_out(funded: World) -> None:
    world = funded
    to = world.coin.account(world.treasury.pubkey)
    stranger = world.admin.acting_as(key())
    assert (await refusal(stranger.queue_bond_withdrawal(world.asset, dollars("1"), to))).name == "NotAuthority"
    await world.admin.revoke_role(Role.TREASURER, world.member.pubkey)
    await world.desk.queue_bond_withdrawal(world.asset, dollars("1"), to)  # an admin still


async def test_what_the_stablecoins_issuer_took_is_seen(funded: World) -> None:
    world = funded
    report = await world.reader.bond(world.asset)
    assert report.vault is not None and report.seized == Cash(0)
    account = await world.ledger.account(report.vault)
    assert account is not None
    data = bytearray(account.data)
    data[64:72] = (400 * DOLLAR).to_bytes(8, "little")
    data[108] = 2
    world.ledger.set_account(report.vault, replace(account, data=bytes(data)))
    report = await world.reader.bond(world.asset)
    assert (report.seized, report.vault_balance, report.vault_frozen) == (dollars("600"), dollars("400"), True)
    quote = await world.holder.quote(world.asset, Raw(ONE))
    assert any("the stablecoin's issuer has taken some" in one for one in quote.warnings)
    # a penalty that cannot be paid keeps nobody's tokens
    made = await world.holder.request(world.asset, Raw(ONE))
    world.ledger.advance(2 * DAY_S + 1)
    with pytest.raises(TransactionFailed, match="frozen"):
        await world.holder.take_back(world.asset, made.id)
    back = await world.holder.take_back(world.asset, made.id, without_penalty=True)
    assert back.defaulted is None and back.why_no_penalty is not None and "frozen" in back.why_no_penalty


async def test_thirty_days_later_anybody_sends_tokens_back_without_the_penalty(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(ONE))
    await world.coin.give(world.holder_key.pubkey, Cash(1))
    own = world.coin.account(world.holder_key.pubkey)
    account = await world.ledger.account(own)
    assert account is not None
    data = bytearray(account.data)
    data[108] = 2
    world.ledger.set_account(own, replace(account, data=bytes(data)))
    world.ledger.advance(2 * DAY_S + 1)
    with pytest.raises(UsageError, match="the penalty cannot be paid: .* is frozen"):
        await world.keeper.default(world.asset, world.holder_key.pubkey, made.id)
    world.ledger.advance(30 * DAY_S)
    done = await world.keeper.default(world.asset, world.holder_key.pubkey, made.id)
    assert (done.penalty, done.payee) == (Cash(0), None)
    assert (await world.reader.bond(world.asset)).amount == BOND


async def test_a_strangers_choice_of_accounts_is_none(funded: World) -> None:
    world = funded
    made = await world.holder.request(world.asset, Raw(ONE))
    world.ledger.advance(2 * DAY_S + 1)
    holder, other = world.holder_key.pubkey, world.coin.account(world.treasury.pubkey)
    with pytest.raises(UsageError, match="only the holder chooses"):
        await world.keeper.default(world.asset, holder, made.id, payee=other)
    with pytest.raises(UsageError, match="can choose where the tokens go; leave the destination out"):
        await world.keeper.default(world.asset, holder, made.id, destination=Pubkey.new_unique())
