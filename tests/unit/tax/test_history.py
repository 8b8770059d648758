"""A holder's history as it is read from a ledger: complete, or refused."""

from __future__ import annotations

import asyncio
import struct
from datetime import UTC, datetime

from tests.unit.cli.desk import MINT, Desk
from tests.unit.cli.test_chain_commands import supply
from tests.unit.tax.tokens import (
    DAY,
    ONE,
    burn,
    close,
    facts,
    give,
    hand_over,
    history,
    minted,
    move,
    own,
    request,
    second_account,
    send,
)
from xstock_client.amounts import Cash, Raw
from xstock_client.constants import TOKEN_2022
from xstock_client.tax import Acquired, How, Manner, Removed, tax_year
from xstock_client.tax.token_moves import Burned, Moved, steps


def test_a_mint_is_a_lot_with_its_signature_and_time(owner: Desk) -> None:
    told = history(owner)
    (lot,) = told.moves
    assert isinstance(lot, Acquired)
    assert (lot.how, lot.raw) == (How.MINT, Raw(1000 * ONE))
    executed = asyncio.run(owner.ledger.transaction(lot.signature))
    assert executed is not None
    assert executed.block_time == lot.at
    assert (told.symbol, told.isin, told.coin, told.decimals) == ("AAPLx", "US0378331005", owner.coin.mint, 6)


def test_who_never_held_any_has_an_empty_history(owner: Desk) -> None:
    assert history(owner, "stranger").moves == ()


def test_transfers_in_and_out_and_burns(owner: Desk) -> None:
    sent = give(owner, "holder", "friend", 100)
    owner.ledger.advance(60)
    give(owner, "friend", "holder", 30)
    burned = send(owner, "holder", burn(owner, "holder", 5))
    told = history(owner)
    assert facts(told) == [("mint", 1000), ("transfer-out", 100), ("transfer-in", 30), ("burn", 5)]
    assert [one.signature for one in told.moves][1::2] == [sent.signature, burned.signature]
    assert facts(history(owner, "friend")) == [("transfer-in", 100), ("transfer-out", 30)]
    assert list(steps(burned)) == [Burned(own(owner, "holder"), 5 * ONE)]


def test_moving_between_own_accounts_is_nothing(owner: Desk) -> None:
    made, opened = second_account(owner, "holder", "holder")
    first = own(owner, "holder")
    send(owner, "holder", *opened, move(owner, first, made.pubkey(), "holder", 300), also=(made,))
    assert facts(history(owner)) == [("mint", 1000)]
    send(owner, "holder", move(owner, made.pubkey(), own(owner, "holder"), "holder", 300))
    send(owner, "holder", close(owner, made.pubkey(), "holder"))
    assert facts(history(owner)) == [("mint", 1000)]


def test_an_account_that_is_closed_is_found_in_the_holders_own_transactions(owner: Desk) -> None:
    """A friend opened and filled it; nothing but the holder's signature on its way out tells of it."""
    give(owner, "holder", "friend", 100)
    made, opened = second_account(owner, "friend", "holder")
    send(owner, "friend", *opened, move(owner, own(owner, "friend"), made.pubkey(), "friend", 40), also=(made,))
    send(owner, "holder", move(owner, made.pubkey(), own(owner, "friend"), "holder", 40))
    send(owner, "holder", close(owner, made.pubkey(), "holder"))
    assert facts(history(owner)) == [("mint", 1000), ("transfer-out", 100), ("transfer-in", 40), ("transfer-out", 40)]


def test_an_account_that_changes_hands_takes_its_tokens_along(owner: Desk) -> None:
    made, opened = second_account(owner, "holder", "holder")
    first = own(owner, "holder")
    send(owner, "holder", *opened, move(owner, first, made.pubkey(), "holder", 300), also=(made,))
    send(owner, "holder", hand_over(owner, made.pubkey(), "holder", "friend"))
    assert facts(history(owner)) == [("mint", 1000), ("transfer-out", 300)]
    assert facts(history(owner, "friend")) == [("transfer-in", 300)]
    send(owner, "friend", hand_over(owner, made.pubkey(), "friend", "holder"))
    assert facts(history(owner)) == [("mint", 1000), ("transfer-out", 300), ("transfer-in", 300)]


def test_a_swap_within_one_transaction_counts_what_is_left_of_it(owner: Desk) -> None:
    give(owner, "holder", "friend", 100)
    back = move(owner, own(owner, "friend"), own(owner, "holder"), "friend", 25)
    there = move(owner, own(owner, "holder"), own(owner, "friend"), "holder", 10)
    send(owner, "holder", there, back, also=(owner.keys["friend"],))
    assert facts(history(owner))[-1] == ("transfer-in", 15)


# Redemptions


def test_tokens_in_escrow_stay_the_holders(owner: Desk) -> None:
    request(owner, 200)
    assert facts(history(owner)) == [("mint", 1000)]
    told = history(owner)
    (lot,) = tax_year(told, datetime.fromtimestamp(told.now, UTC).year).lots
    assert lot.carried is not None
    assert lot.carried.raw == Raw(1000 * ONE)
    owner.ok("redeem", "cancel", "AAPLx", "0", key="holder")
    assert facts(history(owner)) == [("mint", 1000)]


def test_a_settled_part_is_a_disposal_with_its_payment_and_fee(listed: Desk) -> None:
    listed.ok("policy", "queue", "AAPLx", "--redemption-fee", "0.1%", key="authority")
    listed.ledger.advance(3 * DAY)
    listed.ok("policy", "apply", "AAPLx", key="relayer")
    listed.attest()
    owner = minted(listed)
    which = f"{owner.address('holder')}/0"
    request(owner, 200)
    owner.ok("redeem", "accept", "AAPLx", which, key="member")
    owner.ok("redeem", "settle", "AAPLx", which, "--price", "160", "--rest", "50", key="member")
    told = history(owner)
    assert facts(told) == [("mint", 1000), ("redemption", 150)]
    gone = told.moves[1]
    assert isinstance(gone, Removed)
    paid = 150 * 160 * 10**6
    assert (gone.proceeds, gone.fee, gone.coin) == (Cash(paid - paid // 1000), Cash(paid // 1000), owner.coin.mint)
    assert gone.proceeds == owner.money("holder")
    owner.ok("redeem", "settle", "AAPLx", which, "--price", "170", key="member")
    told = history(owner)
    assert facts(told) == [("mint", 1000), ("redemption", 150), ("redemption", 50)]
    payments = [one.proceeds.value for one in told.moves if isinstance(one, Removed) and one.proceeds]
    assert sum(payments) == owner.money("holder").value


def test_a_payment_outside_the_chain_is_unknown_and_not_zero(owner: Desk) -> None:
    arbiter = owner.appoint()
    terms = owner.folder / "terms.pdf"
    terms.write_text("pay by wire")
    words = ("redeem", "request", "AAPLx", "10", "--off-chain", "--terms", str(terms), "--arbiter", arbiter)
    owner.ok(*words, key="holder")
    which = f"{owner.address('holder')}/0"
    owner.ok("redeem", "accept", "AAPLx", which, key="member")
    owner.ok("redeem", "paid", "AAPLx", which, "--evidence-hash", "cd" * 32, key="member")
    assert facts(history(owner)) == [("mint", 1000)]
    owner.ok("redeem", "confirm", "AAPLx", "0", key="holder")
    gone = history(owner).moves[-1]
    assert isinstance(gone, Removed)
    assert (gone.how, gone.raw, gone.proceeds, gone.fee) == (Manner.OFF_CHAIN, Raw(10 * ONE), None, None)


def test_shares_that_went_to_another_chain(abroad: Desk) -> None:
    supply(abroad, "0")
    abroad.ok("chain", "cap", "AAPLx", "3", "100", key="authority")
    terms = ("--off-chain", "--terms-hash", "ab" * 32, "--arbiter", abroad.appoint())
    which = f"{abroad.address('holder')}/0"
    abroad.ok("redeem", "request", "AAPLx", "60", *terms, key="holder")
    abroad.ok("redeem", "accept", "AAPLx", which, key="member")
    abroad.ok("redeem", "paid", "AAPLx", which, "--evidence-hash", "cd" * 32, "--to-chain", "3", key="member")
    abroad.ok("redeem", "confirm", "AAPLx", "0", key="holder")
    gone = history(abroad).moves[-1]
    assert isinstance(gone, Removed)
    assert (gone.how, gone.raw, gone.proceeds) == (Manner.OTHER_CHAIN, Raw(60 * ONE), None)


def test_a_missed_deadline_brings_a_penalty_and_no_disposal(owner: Desk) -> None:
    request(owner, 100)
    owner.ok("redeem", "accept", "AAPLx", f"{owner.address('holder')}/0", key="member")
    owner.ledger.advance(30 * DAY)
    owner.ok("redeem", "take-back", "AAPLx", "0", key="holder")
    told = history(owner)
    assert facts(told) == [("mint", 1000)]
    (penalty,) = told.penalties
    assert (penalty.amount, penalty.coin, penalty.request) == (owner.money("holder"), owner.coin.mint, 0)
    assert penalty.amount.value > 0


def test_steps_of_a_batch_are_taken_apart(owner: Desk) -> None:
    """As Token-2022 writes batches; the runtime of these tests has none yet."""
    executed = give(owner, "holder", "friend", 1)
    (plain,) = [one for one in executed.instructions if one.program_id == TOKEN_2022 and one.data[:1] == b"\x0c"]
    first = bytes([len(plain.accounts), len(plain.data)]) + plain.data
    second = bytes([3, 9]) + b"\x08" + struct.pack("<Q", 7)
    accounts = (*plain.accounts, plain.accounts[0], MINT, plain.accounts[3])
    batch = type(plain)(TOKEN_2022, accounts, b"\xff" + first + second, 1)
    wrapped = type(executed)(
        executed.signature, executed.slot, executed.block_time, None, 0, executed.account_keys, (batch,), ()
    )
    source, destination = own(owner, "holder"), own(owner, "friend")
    assert list(steps(wrapped)) == [Moved(source, destination, ONE), Burned(source, 7)]
