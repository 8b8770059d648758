"""Redemptions on the bench's stage: requests, batches that pay and burn, and a default that pays its penalty."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from solders.account import Account
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.clock import Clock
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from bench.stage import COIN, TRANSACTION_LIMIT, Measured, Stage, key
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.constants import SYSTEM, TOKEN, TOKEN_2022, Payout, Role

AMOUNT: Final = 10**8
PRICE: Final = 187_420_000
LOOKUP_PROGRAM: Final = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")


@dataclass(frozen=True, slots=True)
class Customer:
    """A holder with one accepted request, who paid its rent."""

    wallet: Keypair
    request: Pubkey
    payee: Pubkey


def redeem(stage: Stage) -> None:
    """The desk's own requests, measured one by one: cancelled, settled, defaulted; one stays open."""
    payer, desk = stage.payer.pubkey(), stage.desk.pubkey()
    book = pda.holder_book(stage.asset, desk)
    stage.send("open_holder_book", ix.open_holder_book(payer=payer, holder=desk, asset=stage.asset, book=book))
    for number in range(4):
        stage.send("request_redemption", requesting(stage, stage.desk, number, stage.account, payer, PRICE // 2))
    back = {
        "mint": stage.mint,
        "escrow": pda.escrow(stage.asset),
        "source": stage.account,
        "destination": stage.account,
    }
    stage.send(
        "cancel_redemption",
        ix.cancel_redemption(**back, holder=desk, asset=stage.asset, request=stage.request(0), rent_receiver=payer),
    )
    for number in (1, 2):
        stage.send("accept_redemption", accepting(stage, stage.request(number)))
    customer = Customer(stage.desk, stage.request(1), stage.fund(desk, 0, key("second purse").pubkey()))
    stage.send("settle_redemption", settling(stage, [customer], payer))
    clock = stage.svm.get_clock()
    late = clock.unix_timestamp + 11 * 86_400
    stage.svm.set_clock(Clock(clock.slot, clock.epoch_start_timestamp, clock.epoch, clock.leader_schedule_epoch, late))
    default = ix.default_redemption(
        **back,
        caller=payer,
        asset=stage.asset,
        request=stage.request(2),
        rent_receiver=payer,
        payment_mint=COIN,
        bond_vault=stage.purse(stage.asset),
        payee=stage.purse(desk),
        payment_program=TOKEN,
    )
    stage.send("default_redemption", default)
    stage.svm.set_clock(clock)


def customers(stage: Stage, count: int) -> list[Customer]:
    """``count`` holders with an accepted request each; every one paid the rent of its own."""
    made = []
    for number in range(count):
        wallet = key(f"customer {number}")
        stage.svm.airdrop(wallet.pubkey(), 10**9)
        book = pda.holder_book(stage.asset, wallet.pubkey())
        opened = ix.open_holder_book(payer=stage.payer.pubkey(), holder=wallet.pubkey(), asset=stage.asset, book=book)
        account = pda.token_account(wallet.pubkey(), stage.mint)
        stage.send("customer", stage.opening(wallet.pubkey(), stage.mint), stage.minting(AMOUNT, account), opened)
        stage.fund(wallet.pubkey(), 0)
        asked = requesting(stage, wallet, 0, account, wallet.pubkey(), PRICE // 2)
        stage.send("customer_request", asked, signers=(wallet,))
        request = pda.redemption_request(stage.asset, wallet.pubkey(), 0)
        stage.send("customer_accept", accepting(stage, request))
        made.append(Customer(wallet, request, stage.purse(wallet.pubkey())))
    return made


def requesting(
    stage: Stage, holder: Keypair, number: int, source: Pubkey, payer: Pubkey, min_price: int
) -> Instruction:
    return ix.request_redemption(
        payer=payer,
        authority=holder.pubkey(),
        holder=holder.pubkey(),
        asset=stage.asset,
        book=pda.holder_book(stage.asset, holder.pubkey()),
        request=pda.redemption_request(stage.asset, holder.pubkey(), number),
        mint=stage.mint,
        source=source,
        escrow=pda.escrow(stage.asset),
        id=number,
        amount=AMOUNT,
        payout=int(Payout.ON_CHAIN),
        min_price=min_price,
        payout_terms_hash=bytes(32),
        payment_mint=COIN,
        arbiter=Pubkey.default(),
    )


def accepting(stage: Stage, request: Pubkey) -> Instruction:
    return ix.accept_redemption(
        redeemer=stage.desk.pubkey(),
        grant=stage.grant(Role.REDEEMER),
        issuer=stage.issuer,
        asset=stage.asset,
        request=request,
        price=0,
    )


def settling(stage: Stage, batch: list[Customer], rent_receiver: Pubkey | None = None) -> Instruction:
    """One instruction that pays and burns ``batch``; rent goes back to each customer, or to ``rent_receiver``."""
    return ix.settle_redemptions(
        redeemer=stage.desk.pubkey(),
        grant=stage.grant(Role.REDEEMER),
        issuer=stage.issuer,
        asset=stage.asset,
        reserve=pda.reserve(stage.asset),
        mint=stage.mint,
        escrow=pda.escrow(stage.asset),
        paying_agent=stage.desk.pubkey(),
        payment_mint=COIN,
        payment_source=stage.purse(stage.desk.pubkey()),
        payment_program=TOKEN,
        price=PRICE,
        rest=0,
        amounts=[AMOUNT] * len(batch),
        requests=[(one.request, one.payee, rent_receiver or one.wallet.pubkey()) for one in batch],
    )


def most_in_one_transaction(stage: Stage, waiting: list[Customer]) -> tuple[int, Measured]:
    """Settle as many of ``waiting`` as one transaction holds, with the shared accounts in a lookup table.

    The desk pays the fee, settles and pays the holders; a compute limit and a price are in the transaction.
    """
    table = _table(stage)
    count = max(
        n for n in range(1, len(waiting) + 1) if len(bytes(_versioned(stage, waiting[:n], table))) <= TRANSACTION_LIMIT
    )
    if count == len(waiting):
        raise SystemExit("bench: more customers are needed to find how many settlements fit")
    transaction = _versioned(stage, waiting[:count], table)
    result = stage.svm.send_transaction(transaction)
    if isinstance(result, FailedTransactionMetadata):
        raise SystemExit(f"bench: a batch of {count} failed: {result.err()}\n" + "\n".join(result.meta().logs()))
    return count, Measured(result.compute_units_consumed(), len(bytes(transaction)))


def _versioned(stage: Stage, batch: list[Customer], table: AddressLookupTableAccount) -> VersionedTransaction:
    stage.svm.expire_blockhash()
    budget = [set_compute_unit_limit(200_000), set_compute_unit_price(1)]
    instructions = [*budget, settling(stage, batch)]
    message = MessageV0.try_compile(stage.desk.pubkey(), instructions, [table], stage.svm.latest_blockhash())
    return VersionedTransaction(message, [stage.desk])


def _table(stage: Stage) -> AddressLookupTableAccount:
    """A lookup table of what all settlements of an asset share, written as its program would."""
    shared = [meta.pubkey for meta in settling(stage, []).accounts if not meta.is_signer]
    addresses = [one for one in dict.fromkeys([*shared, TOKEN_2022]) if one not in (SYSTEM, stage.desk.pubkey())]
    return lookup_table(stage, "lookup table", addresses)


def lookup_table(stage: Stage, name: str, addresses: list[Pubkey]) -> AddressLookupTableAccount:
    """A lookup table of ``addresses``, usable from the next slot on."""
    address = key(name).pubkey()
    header = struct.pack("<IQQBB32sH", 1, 2**64 - 1, 0, 0, 1, bytes(stage.desk.pubkey()), 0)
    data = header + b"".join(bytes(one) for one in addresses)
    stage.svm.set_account(address, Account(10**9, data, LOOKUP_PROGRAM, False, 0))
    stage.svm.warp_to_slot(stage.svm.get_clock().slot + 1)
    return AddressLookupTableAccount(address, addresses)
