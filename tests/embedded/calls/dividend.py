"""What is sent from the declaration of a distribution to its end: by corporate officers, payers, owners and anyone."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.embedded.calls.corporate import officer
from tests.embedded.calls.people import ALICE, CASHIER, DOLLAR, MALLORY, TREASURY, Stock, purse
from tests.embedded.chain import Call, call
from tests.embedded.trees import PAGE, Tree
from xstock_client.constants import ASSOCIATED_TOKEN, PROGRAM_ID, TOKEN, Role

__all__ = [
    "RATES_HASH",
    "WITHOUT_ISSUER",
    "claim_dividends",
    "close_claim_page",
    "declare_distribution",
    "fund_distribution",
    "open_claim_page",
    "reclaim_distribution",
    "register_recipient",
    "remit_withheld",
]

RATES_HASH: Final = sha256(b"rates").digest()
WITHOUT_ISSUER: Final = 1
"""The rule that the issuer gets nothing."""


def declare_distribution(
    stock: Stock,
    claim_until: int,
    number: int = 0,
    *,
    snapshot: int = 0,
    action: int | None = None,
    by: Pubkey | None = None,
    mint: Pubkey = DOLLAR,
    rules: int = 0,
    rates_hash: bytes = RATES_HASH,
    withholding: Pubkey | None = None,
    vault: Pubkey | None = None,
) -> Call:
    """The vault must be there. Tax goes to the issuer's tax account, which must be there too."""
    return call(
        "declare_distribution",
        payer=TREASURY,
        asset=stock.asset,
        action=stock.action(snapshot if action is None else action),
        snapshot=stock.snapshot(snapshot),
        distribution=stock.distribution(number, snapshot=snapshot),
        payout_mint=mint,
        vault=vault or stock.payout_vault(number, snapshot=snapshot, mint=mint),
        withholding_account=withholding or stock.desk.tax_account(mint),
        number=number,
        rules=rules,
        rates_hash=rates_hash,
        claim_until=claim_until,
        **officer(stock, Role.CORPORATE, by),
    )


def fund_distribution(
    stock: Stock,
    amount: int,
    number: int = 0,
    *,
    snapshot: int = 0,
    funder: Pubkey = CASHIER,
    source: Pubkey | None = None,
    mint: Pubkey = DOLLAR,
    program: Pubkey = TOKEN,
) -> Call:
    return call(
        "fund_distribution",
        funder=funder,
        distribution=stock.distribution(number, snapshot=snapshot),
        payout_mint=mint,
        source=source or purse(funder, mint),
        vault=stock.payout_vault(number, snapshot=snapshot, mint=mint),
        payment_program=program,
        amount=amount,
    )


def open_claim_page(
    stock: Stock,
    tree: Tree,
    page: int = 0,
    number: int = 0,
    *,
    snapshot: int = 0,
    payer: Pubkey = TREASURY,
    **said: Any,
) -> Call:
    """``said`` bends the entry or its proof."""
    proven: dict[str, Any] = {"entry": bytes(tree.page(page)), "nodes": tree.of_page(page), **said}
    return call(
        "open_claim_page",
        payer=payer,
        distribution=stock.distribution(number, snapshot=snapshot),
        claims=stock.claims(page, number=number, snapshot=snapshot),
        page=page,
        **proven,
    )


def _bump(owner: Pubkey, mint: Pubkey, program: Pubkey) -> int:
    """Of the owner's associated token account."""
    return Pubkey.find_program_address([bytes(owner), bytes(program), bytes(mint)], ASSOCIATED_TOKEN)[1]


def claim_dividends(
    stock: Stock,
    tree: Tree,
    first: int,
    /,
    count: int = 1,
    number: int = 0,
    *,
    snapshot: int = 0,
    by: Pubkey = MALLORY,
    page: int | None = None,
    to: Sequence[Pubkey | None] = (),
    recipients: Sequence[Pubkey | None] = (),
    mint: Pubkey = DOLLAR,
    program: Pubkey = TOKEN,
    **said: Any,
) -> Call:
    """A stranger pays ``count`` neighbours. ``recipients`` are registered wallets in the owners' places; ``to`` are
    destinations other than associated accounts; ``said`` bends the arguments."""
    leaves = [tree.leaves[index] for index in range(first, first + count)]
    named = [*recipients, *[None] * (count - len(recipients))]
    wallets = [wallet or leaf.owner for wallet, leaf in zip(named, leaves, strict=True)]
    accounts = [*to, *[None] * (count - len(to))]
    records = [
        stock.recipient(leaf.owner) if wallet else PROGRAM_ID for wallet, leaf in zip(named, leaves, strict=True)
    ]
    destinations = [one or purse(wallet, mint) for one, wallet in zip(accounts, wallets, strict=True)]
    told: dict[str, Any] = {
        "first": first,
        "amounts": [figure for leaf in leaves for figure in (leaf.amount, leaf.withheld)],
        "bumps": bytes(_bump(wallet, mint, program) for wallet in wallets),
        "nodes": tree.in_page(first, count),
        "payees": list(zip(destinations, records, strict=True)),
        **said,
    }
    return call(
        "claim_dividends",
        claimer=by,
        distribution=stock.distribution(number, snapshot=snapshot),
        claims=stock.claims(first // PAGE if page is None else page, number=number, snapshot=snapshot),
        payout_mint=mint,
        vault=stock.payout_vault(number, snapshot=snapshot, mint=mint),
        payment_program=program,
        **told,
    )


def close_claim_page(
    stock: Stock, page: int = 0, number: int = 0, *, snapshot: int = 0, rent_receiver: Pubkey = TREASURY
) -> Call:
    return call(
        "close_claim_page",
        distribution=stock.distribution(number, snapshot=snapshot),
        claims=stock.claims(page, number=number, snapshot=snapshot),
        rent_receiver=rent_receiver,
    )


def remit_withheld(
    stock: Stock,
    number: int = 0,
    *,
    snapshot: int = 0,
    mint: Pubkey = DOLLAR,
    program: Pubkey = TOKEN,
    withholding: Pubkey | None = None,
) -> Call:
    return call(
        "remit_withheld",
        distribution=stock.distribution(number, snapshot=snapshot),
        payout_mint=mint,
        vault=stock.payout_vault(number, snapshot=snapshot, mint=mint),
        withholding_account=withholding or stock.desk.tax_account(mint),
        payment_program=program,
    )


def reclaim_distribution(
    stock: Stock,
    number: int = 0,
    *,
    snapshot: int = 0,
    by: Pubkey | None = None,
    mint: Pubkey = DOLLAR,
    program: Pubkey = TOKEN,
    destination: Pubkey | None = None,
) -> Call:
    """The treasurer, to the purse of the issuer's authority."""
    return call(
        "reclaim_distribution",
        asset=stock.asset,
        distribution=stock.distribution(number, snapshot=snapshot),
        payout_mint=mint,
        vault=stock.payout_vault(number, snapshot=snapshot, mint=mint),
        destination=destination or purse(stock.desk.authority, mint),
        payment_program=program,
        **officer(stock, Role.TREASURER, by, "treasurer"),
    )


def register_recipient(stock: Stock, recipient: Pubkey, *, owner: Pubkey = ALICE) -> Call:
    return call(
        "register_recipient",
        payer=TREASURY,
        owner=owner,
        asset=stock.asset,
        record=stock.recipient(owner),
        recipient=recipient,
    )
