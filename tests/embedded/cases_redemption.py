"""Refusals of requests, of their cancellation and acceptance, and of what all of redemption shares."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    BOB,
    BOND,
    EURO,
    LIMIT,
    MALLORY,
    NVIDIA,
    REDEMPTION_WINDOW_S,
    RIVAL,
    TESLA,
    staff,
)
from tests.embedded.cases import OLD_TOKEN, SUPPLY, Attempt, case, row
from tests.embedded.cases_ready import (
    ACCEPT,
    AGREE,
    CANCEL,
    CONCLUDE,
    DEFAULT,
    MARK,
    MARKET_REQUEST,
    OFF_REQUEST,
    OLD_MEMO,
    QUOTE,
    REJECT,
    REQUEST,
    SETTLE,
    TEN,
    doing,
    idle,
    in_state,
    money,
    waiting,
)
from tests.embedded.chain import FOREIGN_PROGRAM
from tests.embedded.setups import freeze
from tests.embedded.tokens import open_token_account
from tests.embedded.world import NOW, World
from xstock_client.accounts import Asset, HolderBook
from xstock_client.constants import TOKEN, TOKEN_2022, Payout, Role
from xstock_client.ledger import Account

ACCEPT_BY, SETTLE_BY = NOW + ACCEPT_WINDOW_S, NOW + REDEMPTION_WINDOW_S
ALL = 2**64 - 1
NOBODY = Pubkey.default()


def _counts(name: str, value: int) -> Callable[[World], None]:
    return lambda world: world.patch_field(Asset, APPLE.asset, name, value)


# Accounts that do not belong together, of all that move stocks

for _good in (REQUEST, CANCEL, SETTLE, CONCLUDE, REJECT, DEFAULT):
    money(_good.swap(token_program=OLD_TOKEN), "WrongTokenProgram", "the old token program", {})
    money(_good.swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint", {})
    money(_good.swap(escrow=NVIDIA.escrow), "WrongEscrow", "another asset's escrow", {})
for _good in (CANCEL, ACCEPT, CONCLUDE, REJECT, DEFAULT):
    money(_good.swap(asset=NVIDIA.asset), "WrongAsset", "another asset of the issuer", {})
for _good in (CANCEL, CONCLUDE, REJECT, DEFAULT):
    money(_good.swap(rent_receiver=MALLORY), "WrongRentReceiver", "a stranger gets the rent", {})
for _good in (CANCEL, REJECT, DEFAULT):
    money(_good.swap(memo_program=OLD_MEMO), "WrongMemoProgram", "the old memo program", {})
for _good in (SETTLE, CONCLUDE):
    money(_good.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})


def _copy_elsewhere(world: World) -> None:
    """Alice's token account once more, at another address, under another program."""
    data = world.get(APPLE.wallet(ALICE)).data
    world.chain.set_account(FOREIGN_PROGRAM, Account(10**9, OLD_TOKEN, data))


for _good, _side in ((REQUEST, "source"), (CANCEL, "destination"), (DEFAULT, "destination")):
    money(_good.swap(**{_side: APPLE.wallet(BOB)}), "WrongTokenAccount", "another holder's", {})
    money(_good.swap(**{_side: NVIDIA.wallet(ALICE)}), "WrongTokenAccount", "of another mint", {})
    money(
        _good.swap(**{_side: FOREIGN_PROGRAM}),
        "WrongTokenAccount",
        "of another token program",
        {},
        _copy_elsewhere,
    )

# The way back: see also the cases of paying

OTHER = APPLE.wallet(BOB)


def _source_frozen(world: World) -> None:
    freeze(world, APPLE.wallet(ALICE))


def _bobs_is_alices(world: World) -> None:
    """Bob's account is Alice's second one."""
    world.patch(OTHER, 32, bytes(ALICE))


for _good in (CANCEL, DEFAULT):
    money(
        _good.swap(destination=OTHER),
        "SourceFrozen",
        "to another account than the frozen one",
        {},
        _source_frozen,
        _bobs_is_alices,
    )
    money(
        _good.swap(destination=OTHER, source=OTHER),
        "WrongSource",
        "an account in the place of the frozen one",
        {},
        _source_frozen,
        _bobs_is_alices,
    )


# Requests

money(calls.request_redemption(APPLE, 0, id=0), "ZeroAmount", "nothing", {})
money(REQUEST, "RequestsHalted", "halted", {}, doing(calls.halt(APPLE, 2)))
money(OFF_REQUEST, "RequestsHalted", "halted, of a payment outside the chain", {}, doing(calls.halt(APPLE, 2)))
money(calls.request_redemption(APPLE, TEN, id=1), "WrongRequestId", "one ahead", {"given": 1, "next": 0})
for _payout in (0, 3, 255):
    money(
        calls.request_redemption(APPLE, TEN, id=0, payout=_payout),
        "WrongPayout",
        f"payout {_payout}",
        {"payout": _payout, "needed": 0},
    )
money(REQUEST.swap(book=NVIDIA.book(ALICE)), "WrongAsset", "the holder's book of another asset", {})
money(REQUEST.swap(book=APPLE.book(BOB)), "NotHolder", "another holder's book", {})
money(
    calls.request_redemption(APPLE, TEN, id=0, holder=BOB).swap(source=APPLE.wallet(ALICE)),
    "WrongTokenAccount",
    "from another's account, in one's own name",
    {},
)
row(
    calls.request_redemption(TESLA, TEN, id=0, mint=Pubkey.default()),
    "NoBond",
    "on chain, without a payment mint",
    doing(calls.list_asset(TESLA), calls.open_holder_book(TESLA, ALICE)),
    lambda world: world.do(open_token_account(TESLA, ALICE)),
)


@case("request_redemption", "Overflow")
def after_the_last_id(world: World) -> Attempt:
    world.patch_field(HolderBook, APPLE.book(ALICE), "next_id", ALL)
    return calls.request_redemption(APPLE, TEN, id=ALL), {}


money(REQUEST, "Overflow", "more pending than can be counted", {}, _counts("pending", ALL - TEN + 1))
money(REQUEST, "Overflow", "more open requests than can be counted", {}, _counts("open_requests", ALL))
for _kind, _price in ((Payout.ON_CHAIN, 0), (Payout.ON_CHAIN, 1), (Payout.OFF_CHAIN, 0)):
    for _coin, _mint in {"another coin": EURO, "no coin": NOBODY}.items():
        money(
            calls.request_redemption(APPLE, TEN, id=0, payout=_kind, min_price=_price, mint=_mint),
            "WrongPaymentMint",
            f"{_coin}, payout {_kind} from {_price}",
            {},
        )
for _about, _terms in {
    "on chain with an arbiter": {"arbiter": staff(Role.ARBITER)},
    "off chain without one": {"payout": Payout.OFF_CHAIN, "arbiter": NOBODY},
}.items():
    money(calls.request_redemption(APPLE, TEN, id=0, **_terms), "WrongArbiter", _about, {})  # type: ignore[arg-type]
money(
    calls.request_redemption(APPLE, TEN, id=0, payout=Payout.OFF_CHAIN, min_price=1),
    "WrongPayout",
    "a minimum price off chain",
    {"payout": Payout.OFF_CHAIN, "needed": Payout.ON_CHAIN},
)
money(
    calls.request_redemption(APPLE, TEN, id=0, payout=Payout.OFF_CHAIN, terms=bytes(32)),
    "EmptyCustodianField",
    "no terms off chain",
    {},
)
for _about, _terms in {"off chain": {"payout": Payout.OFF_CHAIN}, "at market": {"min_price": 0}}.items():
    money(
        calls.request_redemption(APPLE, TEN, id=0, delegate=MALLORY, **_terms),  # type: ignore[arg-type]
        "NotHolder",
        f"{_about} by a delegate",
        {},
        doing(tokens.Coin(APPLE.mint, TOKEN_2022, 8).lend(APPLE.wallet(ALICE), ALICE, MALLORY, TEN)),
    )


# Cancelling and accepting

money(CANCEL.swap(holder=BOB), "NotHolder", "another holder", {})
for _late, _about in ((0, "accepted"), (REDEMPTION_WINDOW_S, "in the last second to settle")):
    money(
        CANCEL,
        "AcceptedUntilDeadline",
        _about,
        {"now": NOW + _late, "deadline": SETTLE_BY},
        doing(ACCEPT),
        waiting(_late),
    )
money(ACCEPT, "WrongRequestState", "accepted", {"state": 2, "needed": 1}, doing(ACCEPT))
money(
    ACCEPT,
    "DeadlinePassed",
    "a second late",
    {"now": ACCEPT_BY + 1, "deadline": ACCEPT_BY},
    waiting(ACCEPT_WINDOW_S + 1),
)
for _good in (ACCEPT, SETTLE, REJECT):
    theirs = _good.swap(issuer=RIVAL.address, grant=RIVAL.grant(Role.REDEEMER))
    money(theirs, "WrongIssuer", "the desk of another issuer", {})


in_state(CANCEL, 2, 3, 5)
# Accepting at a price

row(ACCEPT, "QuoteNeeded", "at market without a quote", doing(MARKET_REQUEST))
for _price in (1, LIMIT - 1):
    money(
        calls.accept_redemption(APPLE, id=0, price=_price),
        "PriceTooLow",
        f"accepted at {_price}",
        {"payment": _price, "needed": LIMIT, "min_price": 0},
    )
row(
    calls.accept_redemption(APPLE, id=0, price=1),
    "WrongPayout",
    "a price off chain",
    doing(OFF_REQUEST),
    payout=Payout.OFF_CHAIN,
    needed=Payout.ON_CHAIN,
)
money(
    ACCEPT,
    "UnderBonded",
    "a base unit less free than the penalty that was shown",
    {"free": 0, "needed": 1},
    _counts("bond_reserved", BOND),
)


# Quotes

for _who in (BOB, MALLORY, staff(Role.REDEEMER)):
    money(AGREE.swap(holder=_who), "NotHolder", f"{_who}", {})
money(AGREE.swap(asset=NVIDIA.asset), "WrongAsset", "another asset of the issuer", {})
for _price in (0, calls.QUOTE - 1, calls.QUOTE + 1, ALL):
    money(
        calls.agree_quote(APPLE, id=0, price=_price),
        "OtherQuote",
        f"{_price}",
        {"given": _price, "quoted": calls.QUOTE},
    )
money(
    AGREE,
    "DeadlinePassed",
    "a second late",
    {"now": SETTLE_BY + 1, "deadline": SETTLE_BY},
    waiting(REDEMPTION_WINDOW_S + 1),
)
row(AGREE, "NothingQuoted", "asked at market", doing(MARKET_REQUEST), state=1)
row(AGREE, "NothingQuoted", "accepted with a minimum", doing(REQUEST, ACCEPT), state=2)
money(AGREE, "NothingQuoted", "agreed already", {"state": 2}, doing(AGREE))
row(
    calls.agree_quote(APPLE, id=0, price=0),
    "NothingQuoted",
    "paid outside the chain",
    doing(OFF_REQUEST, ACCEPT, MARK),
    state=3,
)
for _steps in ((), (waiting(REDEMPTION_WINDOW_S + 1),)):
    row(SETTLE, "QuoteOpen", f"nobody agreed, {len(_steps)}", doing(MARKET_REQUEST, QUOTE), *_steps)
row(
    CANCEL,
    "AcceptedUntilDeadline",
    "after agreeing to the quote",
    doing(MARKET_REQUEST, QUOTE, AGREE),
    now=NOW,
    deadline=SETTLE_BY,
)


# More than can be counted, and books that disagree


for _good in (SETTLE, CONCLUDE):
    money(_good, "Overflow", "more settled than can be counted", {}, _counts("settled", ALL - TEN + 1))
for _good in (SETTLE, CONCLUDE):
    money(_good, "Overflow", "less reserved than to be freed", {}, _counts("bond_reserved", 0))
money(REJECT, "Overflow", "less reserved than to be freed", {}, doing(ACCEPT), _counts("bond_reserved", 0))
row(CANCEL, "Overflow", "less reserved than to be freed", doing(MARKET_REQUEST), _counts("bond_reserved", 0))
for _good in (CANCEL, SETTLE, CONCLUDE, REJECT, DEFAULT):
    money(_good, "Overflow", "less pending than in the request", {}, _counts("pending", TEN - 1))
money(DEFAULT, "Overflow", "a penalty above the bond", {}, _counts("bond", 0))


# Token programs that move nothing

for _good, _expected, _seen in (
    (REQUEST, TEN, 0),
    (CANCEL, 0, TEN),
    (REJECT, 0, TEN),
    (CONCLUDE, SUPPLY - TEN, SUPPLY),
    (SETTLE, SUPPLY - TEN, SUPPLY),
):
    money(_good, "UnexpectedBalance", "no stock moved", {"expected": _expected, "seen": _seen}, idle(TOKEN_2022))
# the money is paid first, and the stocks burn afterwards
money(SETTLE, "UnexpectedBalance", "no money moved", {"expected": 2 * TEN, "seen": 0}, idle(TOKEN))
money(DEFAULT, "UnexpectedBalance", "no penalty moved", {"expected": BOND - 1, "seen": BOND}, idle(TOKEN))
money(DEFAULT, "UnexpectedBalance", "no stock moved back", {"expected": 0, "seen": TEN}, idle(TOKEN_2022))
