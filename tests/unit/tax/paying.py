"""Corporate actions on the embedded cluster, instruction by instruction: what a history is then read from."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.unit.cli.desk import ISSUER_ID, MINT, Desk
from xstock_client import instructions, pda
from xstock_client.clients.token import create_token_account
from xstock_client.constants import ASSOCIATED_TOKEN, TOKEN, ActionKind, Role
from xstock_client.ledger import ExecutedTransaction, KeypairSigner

ISSUER = pda.issuer(int(ISSUER_ID))
ASSET = pda.asset(ISSUER, 0)
RESERVE = pda.reserve(ASSET)
DAY = 86_400
NOTICE = 4 * DAY + 60
"""Longer than a new multiplier waits."""
ONE = 10**12
NO_NAME = bytes(12)


def action_of(number: int) -> Pubkey:
    return pda.corporate_action(ASSET, number)


def key(desk: Desk, name: str) -> Pubkey:
    return Pubkey.from_string(desk.address(name))


def now(desk: Desk) -> int:
    return asyncio.run(desk.ledger.now())


def send(desk: Desk, name: str, *to_send: Instruction, also: Sequence[str] = ()) -> ExecutedTransaction:
    signers = [KeypairSigner(desk.keys[one]) for one in also]
    return asyncio.run(desk.ledger.send(list(to_send), KeypairSigner(desk.keys[name]), signers)).executed


def announce(
    desk: Desk,
    number: int,
    kind: ActionKind,
    *,
    ratio: tuple[int, int] = (0, 0),
    multiplier: int = 0,
    rate: int = 0,
    at: int,
    isin: bytes = NO_NAME,
    symbol: bytes = NO_NAME,
) -> ExecutedTransaction:
    """The ex time and whatever follows it is ``at``; a dividend is paid the day after."""
    cash = kind is ActionKind.CASH_DIVIDEND
    made = instructions.announce_action(
        payer=key(desk, "authority"),
        officer=key(desk, "authority"),
        issuer=ISSUER,
        asset=ASSET,
        reserve=RESERVE,
        action=action_of(number),
        mint=MINT,
        number=number,
        kind=kind,
        ratio_new=ratio[0],
        ratio_old=ratio[1],
        old_multiplier=multiplier,
        rate=rate,
        payout_mint=desk.coin.mint if cash else Pubkey.default(),
        ex_at=at,
        record_at=at if cash else 0,
        pay_at=at + DAY if cash else 0,
        effective_at=0 if cash else at,
        document_hash=bytes([1]) * 32,
        isin=isin,
        symbol=symbol,
    )
    return send(desk, "authority", made)


def cancel(desk: Desk, number: int) -> ExecutedTransaction:
    made = instructions.cancel_action(
        canceller=key(desk, "authority"),
        issuer=ISSUER,
        asset=ASSET,
        action=action_of(number),
        mint=MINT,
        reason_hash=bytes([2]) * 32,
    )
    return send(desk, "authority", made)


def rename(desk: Desk, number: int, isin: str, symbol: str, old_isin: str, old_symbol: str) -> ExecutedTransaction:
    made = instructions.apply_identifiers(
        payer=key(desk, "relayer"),
        issuer=ISSUER,
        asset=ASSET,
        action=action_of(number),
        isin_marker=pda.isin_marker(ISSUER, isin),
        symbol_marker=pda.symbol_marker(ISSUER, symbol),
        mint=MINT,
        rent_receiver=key(desk, "relayer"),
        isin=pda.isin_bytes(isin),
        symbol=pda.symbol_bytes(symbol),
        old_isin_marker=pda.isin_marker(ISSUER, old_isin),
        old_symbol_marker=pda.symbol_marker(ISSUER, old_symbol),
    )
    return send(desk, "relayer", made)


def appoint_attestors(desk: Desk) -> None:
    """Two, who must both agree; they wait out the timelock."""
    for name in ("first", "second"):
        desk.fund(name)
    made = instructions.set_attestors(
        manager=key(desk, "member"),
        grant=pda.role(ISSUER, int(Role.ATTESTOR_MANAGER), key(desk, "member")),
        asset=ASSET,
        keys=[key(desk, "first"), key(desk, "second"), *[Pubkey.default()] * 3],
        threshold=2,
    )
    send(desk, "member", made)
    desk.ledger.advance(3 * DAY)


# Trees of a handful of leaves, by the contract in math/merkle.rs

EMPTY = bytes(40)


def leaf(tree: Pubkey, index: int, owner: Pubkey, amount: int, withheld: int) -> bytes:
    data = b"xstkleaf" + bytes(tree) + struct.pack("<Q", index) + bytes(owner) + struct.pack("<QQ", amount, withheld)
    return hashlib.sha256(data).digest() + struct.pack("<Q", amount)


def above(left: bytes, right: bytes) -> bytes:
    if left == right == EMPTY:
        return EMPTY
    total = sum(struct.unpack("<Q", one[32:])[0] for one in (left, right))
    return hashlib.sha256(b"xstknode" + left + right).digest() + struct.pack("<Q", total)


def root_and_proof(leaves: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The entry of a page, and the nodes that all its leaves together need."""
    level, nodes = list(leaves), b""
    for _ in range(12):
        if len(level) % 2:
            level.append(EMPTY)
            nodes += EMPTY
        level = [above(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    (entry,) = level
    return entry, nodes


@dataclass
class Payout:
    """A cash dividend to a few owners, up to its open page."""

    desk: Desk
    distribution: Pubkey
    entitled: list[tuple[Pubkey, int, int]]
    """Owner, gross, withheld; by owner."""

    @property
    def claims(self) -> Pubkey:
        return pda.claim_page(self.distribution, 0)

    @property
    def vault(self) -> Pubkey:
        return self.desk.coin.account(self.distribution)

    def leaves(self) -> list[bytes]:
        return [leaf(self.distribution, index, *one) for index, one in enumerate(self.entitled)]

    def push(self, *destinations: tuple[Pubkey, Pubkey], by: str = "relayer") -> ExecutedTransaction:
        """Pay everyone at once: the wallet that gets each, and the owner's record, or the program for none."""
        desk, coin = self.desk, self.desk.coin
        payer = key(desk, by)
        bumps = []
        for wallet, _ in destinations:
            send(desk, by, create_token_account(payer, wallet, coin.mint, TOKEN))
            seeds = (bytes(wallet), bytes(TOKEN), bytes(coin.mint))
            bumps.append(Pubkey.find_program_address(seeds, ASSOCIATED_TOKEN)[1])
        made = instructions.claim_dividends(
            claimer=payer,
            distribution=self.distribution,
            claims=self.claims,
            payout_mint=coin.mint,
            vault=self.vault,
            payment_program=TOKEN,
            first=0,
            amounts=[amount for _, gross, withheld in self.entitled for amount in (gross, withheld)],
            bumps=bytes(bumps),
            nodes=root_and_proof(self.leaves())[1],
            payees=[(coin.account(wallet), record) for wallet, record in destinations],
        )
        return send(desk, by, made)


def record(desk: Desk, number: int, balances: dict[Pubkey, int], snapshot_number: int = 0) -> Pubkey:
    """Take the snapshot of action ``number`` at its record time, and have both attestors agree; final afterwards."""
    snapshot = pda.snapshot(ASSET, snapshot_number)
    made = instructions.record_snapshot(
        payer=key(desk, "relayer"),
        asset=ASSET,
        action=action_of(number),
        snapshot=snapshot,
        mint=MINT,
        number=snapshot_number,
    )
    send(desk, "relayer", made)
    held = sorted(balances.items(), key=lambda pair: bytes(pair[0]))
    entry, _ = root_and_proof([leaf(snapshot, index, owner, raw, 0) for index, (owner, raw) in enumerate(held)])
    vote(desk, snapshot, entry, len(held))
    return snapshot


def vote(
    desk: Desk, snapshot: Pubkey, entry: bytes, count: int, withheld: int = 0, distribution: Pubkey | None = None
) -> None:
    for name in ("first", "second"):
        made = instructions.vote_root(
            attestor=key(desk, name),
            asset=ASSET,
            snapshot=snapshot,
            hash=entry[:32],
            sum=struct.unpack("<Q", entry[32:])[0],
            leaf_count=count,
            withheld=withheld,
            distribution=distribution,
        )
        send(desk, name, made)
    desk.ledger.advance(DAY + 1)


def declare(desk: Desk, number: int, snapshot: Pubkey, entitled: dict[Pubkey, tuple[int, int]]) -> Payout:
    """Declare, agree on who is entitled to what (gross, withheld), fund, and open the page."""
    coin = desk.coin
    distribution = pda.distribution(snapshot, 0)
    authority, relayer = key(desk, "authority"), key(desk, "relayer")
    desk.pay("authority", "0")  # the withholding account is one of the issuer's
    send(desk, "authority", create_token_account(authority, distribution, coin.mint, TOKEN))
    made = instructions.declare_distribution(
        payer=authority,
        officer=authority,
        issuer=ISSUER,
        asset=ASSET,
        action=action_of(number),
        snapshot=snapshot,
        distribution=distribution,
        payout_mint=coin.mint,
        vault=coin.account(distribution),
        withholding_account=coin.account(authority),
        number=0,
        rules=0,
        rates_hash=bytes([3]) * 32,
        claim_until=now(desk) + 400 * DAY,
    )
    send(desk, "authority", made)
    rows = [(owner, *sums) for owner, sums in sorted(entitled.items(), key=lambda pair: bytes(pair[0]))]
    payout = Payout(desk, distribution, rows)
    entry, _ = root_and_proof(payout.leaves())
    vote(desk, snapshot, entry, len(rows), sum(tax for _, _, tax in rows), distribution)
    gross = sum(one for _, one, _ in rows)
    fund = instructions.fund_distribution(
        funder=key(desk, "member"),
        distribution=distribution,
        payout_mint=coin.mint,
        source=coin.account(key(desk, "member")),
        vault=payout.vault,
        payment_program=TOKEN,
        amount=gross,
    )
    send(desk, "member", fund)
    opened = instructions.open_claim_page(
        payer=relayer, distribution=distribution, claims=payout.claims, page=0, entry=entry, nodes=b""
    )
    send(desk, "relayer", opened)
    return payout


def register(desk: Desk, owner: str, recipient: Pubkey) -> ExecutedTransaction:
    made = instructions.register_recipient(
        payer=key(desk, owner),
        owner=key(desk, owner),
        asset=ASSET,
        record=pda.recipient(ASSET, key(desk, owner)),
        recipient=recipient,
    )
    return send(desk, owner, made)
