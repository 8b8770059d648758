"""A dividend on the bench's stage: a claim in a tree of a million holders, and what it takes to pay them all.

The tree is real: one million owners, of whom some neighbours are wallets of the bench. The distributor that it is set
beside is Jito's (jito-foundation/distributor): one claim a transaction, signed by its owner, and an account of 64 bytes
for each; its compute units were measured with the same chain from its public source (README).
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Final

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.clock import Clock
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from bench.redeeming import lookup_table
from bench.stage import COIN, TRANSACTION_LIMIT, Measured, Stage, key
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.clients.payouts import push_figures
from xstock_client.constants import ASSOCIATED_TOKEN, DAY_S, PROGRAM_ID, SYSTEM, TOKEN, Role
from xstock_client.merkle import PAGE_LEAVES, Entry, MerkleTree, encode_nodes

HOLDERS: Final = 1_000_000
PAYEES: Final = 64
"""Neighbours in the tree that are wallets of the bench."""
FIRST: Final = 777_777
"""Index of the first of them."""
GROSS, WITHHELD = 1_000, 150
"""Base units of each leaf."""
TAX_ACCOUNT: Final = key("tax account").pubkey()
"""A token account of the issuer's authority."""
JITO_CLAIM: Final = 18_046
"""Compute units of Jito's new_claim, of a thousand leaves."""
STATUS_BYTES: Final = 64
SIGNATURE_FEE: Final = 5_000
"""Lamports."""


@dataclass(frozen=True, slots=True)
class Dividend:
    """A funded distribution on the stage, its tree, and the neighbours that can be paid."""

    stage: Stage
    distribution: Pubkey
    tree: MerkleTree
    wallets: tuple[Keypair, ...]

    @property
    def vault(self) -> Pubkey:
        return self.stage.purse(self.distribution)

    def claims(self, page: int) -> Pubkey:
        return pda.claim_page(self.distribution, page)

    def opening(self, page: int) -> Instruction:
        return ix.open_claim_page(
            payer=self.stage.payer.pubkey(),
            distribution=self.distribution,
            claims=self.claims(page),
            page=page,
            entry=encode_nodes([self.tree.page_entry(page)]),
            nodes=encode_nodes(self.tree.page_proof(page)),
        )

    def claiming(self, first: int, count: int) -> Instruction:
        """Pays ``count`` neighbours from leaf ``first`` on, as a stranger would."""
        owners = [self.wallets[index - FIRST].pubkey() for index in range(first, first + count)]
        homes = [
            Pubkey.find_program_address([bytes(owner), bytes(TOKEN), bytes(COIN)], ASSOCIATED_TOKEN) for owner in owners
        ]
        return ix.claim_dividends(
            claimer=self.stage.payer.pubkey(),
            distribution=self.distribution,
            claims=self.claims(first // PAGE_LEAVES),
            payout_mint=COIN,
            vault=self.vault,
            payment_program=TOKEN,
            first=first,
            amounts=[GROSS, WITHHELD] * count,
            bumps=bytes(bump for _, bump in homes),
            nodes=encode_nodes(self.tree.range_proof(first, count)),
            payees=[(home, PROGRAM_ID) for home, _ in homes],
        )


def declared(stage: Stage) -> Dividend:
    """Everything up to a funded distribution, measured on the way. The stage is built and has not minted yet."""
    desk = stage.desk.pubkey()
    attestors = [key(f"snapshot attestor {number}") for number in range(2)]
    keys = [*(one.pubkey() for one in attestors), *[Pubkey.default()] * 3]
    grant = stage.grant(Role.ATTESTOR_MANAGER)
    stage.send("set_attestors", ix.set_attestors(manager=desk, grant=grant, asset=stage.asset, keys=keys, threshold=2))
    stage.send("dividend_mint", stage.minting(100 * 10**8))
    record = stage.svm.get_clock().unix_timestamp + 2 * DAY_S
    stage.send("announce_action", _announcement(stage, record))
    _wait(stage, 2 * DAY_S)
    action, snapshot = pda.corporate_action(stage.asset, 0), pda.snapshot(stage.asset, 0)
    taken = {"payer": stage.payer.pubkey(), "asset": stage.asset, "action": action, "snapshot": snapshot}
    stage.send("record_snapshot", ix.record_snapshot(**taken, mint=stage.mint, number=0))
    balances = Entry(bytes(range(32)), 100 * 10**8)  # nobody looks into the snapshot's tree here
    _vote(stage, attestors, snapshot, None, balances, 0)
    distribution = pda.distribution(snapshot, 0)
    stage.fund(distribution, 0)
    stage.fund(desk, 0, TAX_ACCOUNT)
    stage.send("declare_distribution", _declaration(stage, distribution))
    wallets, owners = _owners()
    amounts, taxes = array("Q", [GROSS]) * HOLDERS, array("Q", [WITHHELD]) * HOLDERS
    dividend = Dividend(stage, distribution, MerkleTree.build(distribution, owners, amounts, taxes), wallets)
    _vote(stage, attestors, snapshot, distribution, dividend.tree.root, WITHHELD * HOLDERS)
    funding = ix.fund_distribution(
        funder=desk,
        distribution=distribution,
        payout_mint=COIN,
        source=stage.purse(desk),
        vault=dividend.vault,
        payment_program=TOKEN,
        amount=GROSS * HOLDERS,
    )
    stage.send("fund_distribution", funding)
    for wallet in wallets:
        stage.fund(wallet.pubkey(), 0)
    return dividend


def per_account(stage: Stage) -> int:
    """Lamports that a distributor with an account for each claim takes for one holder: its fee and the rent."""
    rent = stage.svm.minimum_balance_for_rent_exemption(STATUS_BYTES)
    return SIGNATURE_FEE + int(rent)


def claim(dividend: Dividend) -> tuple[Measured, Measured]:
    """The opening of a page, and then one claim in it."""
    opened = dividend.stage.send("open_claim_page", dividend.opening(FIRST // PAGE_LEAVES))
    return opened, dividend.stage.send("claim", dividend.claiming(FIRST, 1))


@dataclass(frozen=True, slots=True)
class Push:
    """What it takes to pay every holder."""

    transactions: int
    pages: int
    rent: int
    """Lamports that the pages hold, and that return once claims are over."""

    @property
    def lamports(self) -> int:
        """Fees and rent."""
        return self.transactions * SIGNATURE_FEE + self.rent


def most_in_one_transaction(dividend: Dividend) -> tuple[int, Measured]:
    """Pay as many neighbours as one transaction holds, from a page's usual place on; shared accounts in a table."""
    stage, table = dividend.stage, _table(dividend)
    start = FIRST + 1
    count = max(n for n in range(1, PAYEES) if len(_pushing(dividend, table, start, n)) <= TRANSACTION_LIMIT)
    transaction = VersionedTransaction.from_bytes(_pushing(dividend, table, start, count))
    result = stage.svm.send_transaction(transaction)
    if isinstance(result, FailedTransactionMetadata):
        raise SystemExit(f"bench: a push of {count} failed: {result.err()}\n" + "\n".join(result.meta().logs()))
    return count, Measured(result.compute_units_consumed(), len(bytes(transaction)))


def cost_of_pushing(dividend: Dividend, holders: int) -> Push:
    """Pages opened and all holders paid, as the SDK's own run packs them; the rent of a page is that of one that is
    open."""
    figures = push_figures(holders)
    rent = dividend.stage.rent(dividend.claims(FIRST // PAGE_LEAVES))
    return Push(figures.transactions, figures.opens, figures.opens * rent)


def _pushing(dividend: Dividend, table: AddressLookupTableAccount, first: int, count: int) -> bytes:
    stage = dividend.stage
    stage.svm.expire_blockhash()
    budget = [set_compute_unit_limit(100_000), set_compute_unit_price(1)]
    instructions = [*budget, dividend.claiming(first, count)]
    payer = stage.payer
    message = MessageV0.try_compile(payer.pubkey(), instructions, [table], stage.svm.latest_blockhash())
    return bytes(VersionedTransaction(message, [payer]))


def _table(dividend: Dividend) -> AddressLookupTableAccount:
    """A lookup table of what all claims of a page share, written as its program would."""
    shared = [meta.pubkey for meta in dividend.claiming(FIRST, 1).accounts[:-2] if not meta.is_signer]
    addresses = [one for one in dict.fromkeys(shared) if one not in (SYSTEM, PROGRAM_ID)]
    return lookup_table(dividend.stage, "claims table", addresses)


def _owners() -> tuple[tuple[Keypair, ...], bytes]:
    """One million owners in order: the bench's wallets lie between made-up ones."""
    wallets = sorted((key(f"payee {number}") for number in range(PAYEES)), key=lambda one: bytes(one.pubkey()))
    before = b"".join(number.to_bytes(32, "big") for number in range(1, FIRST + 1))
    after = b"".join(b"\xff" * 24 + number.to_bytes(8, "big") for number in range(HOLDERS - FIRST - PAYEES))
    return tuple(wallets), before + b"".join(bytes(one.pubkey()) for one in wallets) + after


def _announcement(stage: Stage, record: int) -> Instruction:
    return ix.announce_action(
        payer=stage.payer.pubkey(),
        officer=stage.desk.pubkey(),
        issuer=stage.issuer,
        asset=stage.asset,
        reserve=pda.reserve(stage.asset),
        action=pda.corporate_action(stage.asset, 0),
        mint=stage.mint,
        number=0,
        kind=1,
        ratio_new=0,
        ratio_old=0,
        old_multiplier=0,
        rate=GROSS * HOLDERS // 100 * 10**6,
        payout_mint=COIN,
        ex_at=record,
        record_at=record,
        pay_at=record,
        effective_at=0,
        document_hash=b"\1" * 32,
        isin=bytes(12),
        symbol=bytes(12),
    )


def _declaration(stage: Stage, distribution: Pubkey) -> Instruction:
    return ix.declare_distribution(
        payer=stage.payer.pubkey(),
        officer=stage.desk.pubkey(),
        issuer=stage.issuer,
        asset=stage.asset,
        action=pda.corporate_action(stage.asset, 0),
        snapshot=pda.snapshot(stage.asset, 0),
        distribution=distribution,
        payout_mint=COIN,
        vault=stage.purse(distribution),
        withholding_account=TAX_ACCOUNT,
        number=0,
        rules=0,
        rates_hash=b"\2" * 32,
        claim_until=stage.svm.get_clock().unix_timestamp + 400 * DAY_S,
    )


def _vote(
    stage: Stage, attestors: list[Keypair], snapshot: Pubkey, distribution: Pubkey | None, root: Entry, withheld: int
) -> None:
    """Both attestors agree, and the day to challenge it passes."""
    for attestor in attestors:
        vote = ix.vote_root(
            attestor=attestor.pubkey(),
            asset=stage.asset,
            snapshot=snapshot,
            distribution=distribution,
            hash=root.hash,
            sum=root.sum,
            leaf_count=HOLDERS,
            withheld=withheld,
        )
        stage.send("vote_root", vote, signers=(attestor,))
    _wait(stage, DAY_S + 1)


def _wait(stage: Stage, seconds: int) -> None:
    clock = stage.svm.get_clock()
    later = clock.unix_timestamp + seconds
    stage.svm.warp_to_slot(clock.slot + 1)
    stage.svm.set_clock(
        Clock(clock.slot + 1, clock.epoch_start_timestamp, clock.epoch, clock.leader_schedule_epoch, later)
    )
