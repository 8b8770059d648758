"""Balances rolled back from today's accounts, held to a model that knows them; and answers that are not whole."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from tests.unit.snapshot.model import ASSET, ESCROW, MINT, Chain, Node, Tx, event_bytes, key, request_bytes, token_bytes
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Raw
from xstock_client.constants import TOKEN_2022
from xstock_client.errors import AccountMissing, BadSnapshot, DecodeError, IncompleteHistory, LedgerError, XstockError
from xstock_client.events import decode_event
from xstock_client.redemption import OpenRequest
from xstock_client.snapshot import (
    History,
    RecordDateBalances,
    WaitingTokens,
    requests_at,
    roll_back,
    waiting_from_told,
)
from xstock_client.told import replay_requests

OWNERS = [key("owner", number) for number in range(5)]
ADDRESSES = [key("account", number) for number in range(8)]
ATAS = [key("associated", number) for number in range(3)]

Op = tuple[str, int, int, int]
OPS = st.lists(
    st.tuples(
        st.sampled_from(
            "move move move burn close open hand_over request settle take_back donate fail read slot sweep".split()
        ),
        st.integers(0, 20),
        st.integers(0, 20),
        st.integers(0, 1_000),
    ),
    max_size=25,
)


def play(chain: Chain, ops: list[Op]) -> None:
    """Do what is possible of ``ops``; what is not names a neighbour or nothing."""
    for op, one, two, amount in ops:
        own = [address for address in (*ADDRESSES, *ATAS) if address in chain.accounts]
        if op == "slot":
            chain.next_slot(1 + one % 3)
        elif op == "open":
            closed = [address for address in (*ADDRESSES, *ATAS) if address not in chain.accounts]
            if closed:
                address = closed[one % len(closed)]
                # an associated account is always its one owner's
                owner = OWNERS[ATAS.index(address)] if address in ATAS else OWNERS[two % len(OWNERS)]
                chain.open(address, owner, immutable=address in ATAS)
        elif op in ("settle", "take_back"):
            if not chain.requests:
                continue
            request = sorted(chain.requests, key=lambda item: item[1])[one % len(chain.requests)]
            if op == "settle":
                chain.settle(request, 1 + amount % chain.requests[request])
            elif own:
                names = ["RedemptionCancelled", "RedemptionRejected", "RedemptionDefaulted"]
                chain.take_back(request, own[two % len(own)], names[amount % 3])
        elif own:
            source, target = own[one % len(own)], own[two % len(own)]
            held = chain.accounts[source][1]
            part = amount % (held + 1)
            if op == "move":
                chain.move(source, target, part)
            elif op == "donate":
                chain.move(source, ESCROW, part)
            elif op == "sweep" and source != target:
                chain.move(source, target, held, close=True)
            elif op == "burn":
                chain.burn(source, part, close=part == held)
            elif op == "close" and not held:
                chain.close(source)
            elif op == "hand_over" and source not in chain.immutable:
                chain.hand_over(source, OWNERS[two % len(OWNERS)])
            elif op == "request" and part:
                chain.request(source, part)
            elif op == "fail":
                chain.move(source, target, part, failed=True)
            elif op == "read":
                chain.run([source], tokens=bool(amount % 2), mint=False)


def beginning() -> Chain:
    chain = Chain()
    for number, address in enumerate((*ATAS, *ADDRESSES[:4])):
        chain.open(address, OWNERS[number % len(OWNERS)], immutable=address in ATAS)
        chain.give(address, 1_000 * (number + 1))
    chain.next_slot()
    return chain


async def build(
    node: Node, slot: int, supply: int | None = None, burned: int = 0, **options: Any
) -> RecordDateBalances:
    history = History(node, pause=0.0)
    recorded = node.chain.ends[slot].supply if supply is None else supply
    return await roll_back(history, ASSET, slot=slot, supply=Raw(recorded), burned=Raw(burned), **options)


def as_dict(balances: RecordDateBalances) -> dict[Pubkey, int]:
    return {owner: amount.value for owner, amount in balances}


@st.composite
def histories(draw: st.DrawFn) -> tuple[Chain, int, Node]:
    """A chain with a record slot in it, and a node that reads it some time later while it goes on."""
    chain = beginning()
    play(chain, draw(OPS))
    slot = chain.record()
    chain.recorded = chain.supply
    # still in the record slot; the program burns nothing in it, but others can
    play(chain, [op for op in draw(OPS) if op[0] not in ("slot", "settle")])
    chain.next_slot()
    play(chain, draw(OPS))
    requests_at = chain.slot
    play(chain, draw(OPS))
    supply_at = chain.slot
    chain.next_slot()
    play(chain, draw(OPS))
    at = chain.slot
    chain.next_slot()
    play(chain, draw(OPS))
    return (
        chain,
        slot,
        Node(chain, at=at, requests_at=requests_at, supply_at=supply_at, page=draw(st.sampled_from([2, 7, 1000]))),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.booleans(), st.integers(1, 9), st.integers(0, 9))
def test_whatever_happens_afterwards_the_balances_are_those_of_the_record_slot(
    made: tuple[Chain, int, Node], every_account: bool, at_once: int, later: int
) -> None:
    chain, slot, node = made
    burned = chain.recorded - chain.ends[slot].supply
    options = {"every_account": every_account, "at_once": at_once}
    balances = asyncio.run(build(node, slot, chain.recorded, burned + later, **options))
    assert as_dict(balances) == chain.ends[slot].balances()
    assert balances.total == Raw(chain.ends[slot].supply) and balances.slot == slot
    if burned:
        with pytest.raises(BadSnapshot, match=f"{burned:,} missing, and at most {burned - 1:,} were burned outside"):
            asyncio.run(build(node, slot, chain.recorded, burned - 1, **options))


Answer = Callable[[str, tuple[Any, ...], Any], Any]


def without_signature(address: Pubkey, signature: str) -> Answer:
    """The node leaves one transaction out of one account's history."""

    def answer(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getSignaturesForAddress" and params[0] == str(address):
            return [one for one in value if one["signature"] != signature]
        return value

    return answer


def without_account(address: Pubkey) -> Answer:
    """The node leaves one account out."""

    def answer(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getProgramAccounts":
            value["value"] = [one for one in value["value"] if one["pubkey"] != str(address)]
        return value

    return answer


def without_balance(signature: str, before: bool, index: int) -> Answer:
    """The node leaves one token balance out of one record."""

    def answer(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getTransaction" and params[0] == signature:
            balances = value["meta"]["preTokenBalances" if before else "postTokenBalances"]
            del balances[index : index + 1]
        return value

    return answer


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.data())
def test_one_answer_with_a_hole_is_refused_or_makes_no_difference(
    made: tuple[Chain, int, Node], data: st.DataObject
) -> None:
    chain, slot, node = made
    later = [one for one in chain.txs if slot < one.slot <= node.at]
    # an owner is changed, and an account closed, in that account's own history alone
    movements = [one for one in later if MINT in one.keys]
    accounts = sorted(chain.ends[node.at].accounts, key=bytes)
    holes: list[Answer] = [without_account(data.draw(st.sampled_from(accounts)))]
    if movements:
        tx: Tx = data.draw(st.sampled_from(movements))
        holes.append(without_signature(data.draw(st.sampled_from([MINT, *tx.before, *tx.after])), tx.signature))
        holes.append(without_balance(tx.signature, data.draw(st.booleans()), data.draw(st.integers(0, 1))))
    node.answer = data.draw(st.sampled_from(holes))
    try:
        balances = asyncio.run(build(node, slot, chain.recorded, chain.recorded - chain.ends[slot].supply))
    except XstockError:
        return
    assert as_dict(balances) == chain.ends[slot].balances()


def two_holders() -> tuple[Chain, int]:
    """Alice has 1,000 and Bob 500 at the end of the record slot; then Alice gives Bob 300 and 50."""
    chain = Chain()
    for address, owner, amount in ((ADDRESSES[0], OWNERS[0], 1_000), (ADDRESSES[1], OWNERS[1], 500)):
        chain.open(address, owner)
        chain.give(address, amount)
    chain.next_slot()
    slot = chain.record()
    for amount in (300, 50):
        chain.next_slot()
        chain.move(ADDRESSES[0], ADDRESSES[1], amount)
    chain.next_slot()
    return chain, slot


async def test_the_plain_case() -> None:
    chain, slot = two_holders()
    seen: list[tuple[int, int | None]] = []
    balances = await build(Node(chain), slot, on_progress=lambda done, total: seen.append((done, total)))
    assert as_dict(balances) == {OWNERS[0]: 1_000, OWNERS[1]: 500}
    # four lists (mint, escrow, two accounts), then 2 records
    assert seen == [(0, None), *((done, 4) for done in range(1, 5)), (5, 6), (6, 6)]


async def test_the_same_bytes_whatever_order_the_node_answers_in() -> None:
    chain, slot = two_holders()
    plain = await build(Node(chain), slot)
    node = Node(chain, page=1)

    def backwards(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getProgramAccounts":
            value["value"].reverse()
        return value

    node.answer = backwards
    assert await build(node, slot, at_once=1) == plain


async def test_accounts_that_are_gone_are_found_again() -> None:
    chain, slot = two_holders()
    chain.burn(ADDRESSES[1], chain.accounts[ADDRESSES[1]][1], close=True)  # nothing but the mint names it any more
    chain.hand_over(ADDRESSES[0], OWNERS[2])
    chain.open(ADDRESSES[2], OWNERS[3])
    chain.move(ADDRESSES[0], ADDRESSES[2], 650, close=True)
    chain.next_slot()
    assert {*chain.accounts} == {ESCROW, ADDRESSES[2]}
    for every_account in (True, False):
        balances = await build(Node(chain), slot, every_account=every_account)
        assert as_dict(balances) == {OWNERS[0]: 1_000, OWNERS[1]: 500}


async def test_the_order_within_a_slot_is_not_needed() -> None:
    chain, slot = two_holders()
    for amount in (100, 40, 7):
        chain.move(ADDRESSES[1], ADDRESSES[0], amount)
    chain.hand_over(ADDRESSES[1], OWNERS[2])
    chain.move(ADDRESSES[0], ADDRESSES[1], 700)
    chain.next_slot()
    node = Node(chain)

    def shuffled(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getSignaturesForAddress":
            value.sort(key=lambda one: (-one["slot"], one["signature"]))
        return value

    node.answer = shuffled
    assert as_dict(await build(node, slot)) == {OWNERS[0]: 1_000, OWNERS[1]: 500}


async def test_escrowed_tokens_belong_to_those_who_wait_and_the_rest_to_the_asset() -> None:
    chain, slot = two_holders()
    chain = Chain()
    for address, owner in ((ADDRESSES[0], OWNERS[0]), (ADDRESSES[1], OWNERS[1])):
        chain.open(address, owner)
        chain.give(address, 1_000)
    chain.next_slot()
    open_then, settled_since, taken_back_since = (chain.request(ADDRESSES[0], amount) for amount in (10, 20, 40))
    over = chain.request(ADDRESSES[1], 80)
    chain.take_back(over, ADDRESSES[1])
    chain.move(ADDRESSES[1], ESCROW, 5)
    chain.settle(open_then, 3)
    chain.next_slot()
    slot = chain.record()
    chain.next_slot()
    chain.settle(settled_since, 15)
    chain.settle(settled_since, 5)
    chain.take_back(taken_back_since, ADDRESSES[1])
    chain.request(ADDRESSES[1], 100)
    chain.hand_over(ADDRESSES[0], OWNERS[2])
    chain.next_slot()
    balances = await build(Node(chain), slot)
    assert as_dict(balances) == {OWNERS[0]: 930 + 67, OWNERS[1]: 995, ASSET: 5}
    assert (balances.of(OWNERS[2]), balances.of(ASSET)) == (Raw(0), Raw(5))


async def test_another_total_is_told_with_its_figures() -> None:
    chain, slot = two_holders()
    with pytest.raises(BadSnapshot) as caught:
        await build(Node(chain), slot, supply=1_700, burned=199)
    assert str(caught.value).startswith(
        f"the mint's supply at the end of slot {slot} was 1,500 raw, but 1,700 were recorded in it: 200 missing, and at"
        " most 199 were burned outside the program since; if somebody did so in that very slot, let the program notice"
    )
    assert (await build(Node(chain), slot, supply=1_700, burned=200)).total == Raw(1_500)
    with pytest.raises(BadSnapshot, match="but 1,400 were recorded in it: 100 too much; check the slot and the snap"):
        await build(Node(chain), slot, supply=1_400, burned=10_000)


async def test_accounts_without_a_history_that_do_not_make_up_the_supply() -> None:
    chain, slot = two_holders()
    chain.open(ADDRESSES[5], OWNERS[3])
    chain.give(ADDRESSES[5], 7)
    chain.next_slot()
    slot = chain.record()
    chain.next_slot()
    node = Node(chain)
    node.answer = without_account(ADDRESSES[5])
    with pytest.raises(BadSnapshot, match="make up 1,500 raw, but the supply was 1,507: 7 missing; the RPC or the cap"):
        await build(node, slot)
    node.answer = every("getAccountInfo", lambda value: {**value, "value": None})
    with pytest.raises(AccountMissing, match=f"the mint {MINT} does not exist"):
        await build(node, slot)
    chain.give(ADDRESSES[5], 5_000)
    node = Node(chain, supply_at=chain.slot)
    node.answer = every("getAccountInfo", emptied)
    with pytest.raises(IncompleteHistory, match="does not lead to its supply of 0 raw"):
        await build(node, slot)


async def test_a_record_that_is_late_is_waited_for_and_one_that_is_lost_refused() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    lost = chain.txs[-1].signature
    asked = 0

    def late(method: str, params: tuple[Any, ...], value: Any) -> Any:
        nonlocal asked
        if method == "getTransaction" and params[0] == lost:
            asked += 1
            return value if asked == 3 else None
        return value

    node.answer = late
    assert as_dict(await build(node, slot)) == {OWNERS[0]: 1_000, OWNERS[1]: 500} and asked == 3
    node.answer = lambda method, params, value: None if method == "getTransaction" and params[0] == lost else value
    node.calls.clear()
    with pytest.raises(IncompleteHistory, match=r"has no record of it \(asked 5 times\); try an RPC that keeps"):
        await build(node, slot)

    assert sum(params[0] == lost for method, params in node.calls if method == "getTransaction") == 5


async def test_lists_that_each_leave_out_another_are_not_asked_for_ever() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    one, two = (tx.signature for tx in chain.txs[-2:])
    holes = [without_signature(ADDRESSES[0], one), without_signature(ADDRESSES[1], two)]

    def answer(method: str, params: tuple[Any, ...], value: Any) -> Any:
        for hole in holes:
            value = hole(method, params, value)
        return value

    node.answer = answer
    with pytest.raises(IncompleteHistory, match="but the RPC leaves it out"):
        await build(node, slot)
    asked = [params[0] for method, params in node.calls if method == "getSignaturesForAddress"]
    assert asked.count(str(ADDRESSES[0])) == asked.count(str(ADDRESSES[1])) == 2


async def test_a_history_may_end_at_the_record_slot() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    node.answer = every("getSignaturesForAddress", lambda value: [one for one in value if one["slot"] >= slot])
    assert as_dict(await build(node, slot)) == {OWNERS[0]: 1_000, OWNERS[1]: 500}


async def test_balances_of_another_mint_are_passed_over() -> None:
    chain, slot = two_holders()
    node = Node(chain)

    def with_stranger(value: Any) -> Any:
        for name, amount in (("preTokenBalances", "7"), ("postTokenBalances", "9")):
            told = value["meta"][name]
            told.append({**told[0], "accountIndex": 0, "mint": str(key("mint")), "uiTokenAmount": {"amount": amount}})
        return value

    node.answer = every("getTransaction", with_stranger)
    assert as_dict(await build(node, slot)) == {OWNERS[0]: 1_000, OWNERS[1]: 500}


def test_requests_of_another_asset_are_passed_over() -> None:
    other, mine = key("other asset"), (OWNERS[0], 0)
    request = OpenRequest.of(key("request"), RedemptionRequest.decode(request_bytes(*mine, 10)))
    assert requests_at([request], [], ASSET) == [WaitingTokens(*mine, Raw(10))]
    assert requests_at([request], [], other) == []
    names = "Requested Settled Cancelled Rejected Defaulted".split()
    for name in names:
        event = decode_event(event_bytes(f"Redemption{name}", asset=other, holder=OWNERS[0], id=0, amount=3))
        assert requests_at([request], [event], ASSET) == [WaitingTokens(*mine, Raw(10))]
    for name in names[1:]:
        event = decode_event(event_bytes(f"Redemption{name}", holder=OWNERS[0], id=0, amount=3))
        assert requests_at([request], [event], ASSET) == [WaitingTokens(*mine, Raw(13))]
        assert requests_at([], [event], ASSET) == [WaitingTokens(*mine, Raw(3))]


def test_what_waits_by_all_events_is_what_is_open() -> None:
    events = [
        decode_event(event_bytes("RedemptionRequested", holder=holder, id=id, amount=10, multiplier=1, payout=1))
        for holder, id in ((OWNERS[0], 0), (OWNERS[0], 1), (OWNERS[1], 0))
    ]
    events.append(decode_event(event_bytes("RedemptionSettled", holder=OWNERS[0], id=0, amount=4, rest=6)))
    events.append(decode_event(event_bytes("RedemptionCancelled", holder=OWNERS[1], id=0, amount=10)))
    told = replay_requests(events)
    expected = [WaitingTokens(OWNERS[0], 0, Raw(6)), WaitingTokens(OWNERS[0], 1, Raw(10))]
    assert waiting_from_told(told, ASSET) == expected
    assert waiting_from_told(told, key("other asset")) == []


async def test_a_list_that_catches_up_is_read_again() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    newest = chain.txs[-1].signature
    looks: dict[str, int] = {}

    def behind(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method != "getSignaturesForAddress" or "before" in params[1]:
            return value
        looks[params[0]] = looks.get(params[0], 0) + 1
        return [one for one in value if one["signature"] != newest] if looks[params[0]] == 1 else value

    node.answer = behind
    assert as_dict(await build(node, slot)) == {OWNERS[0]: 1_000, OWNERS[1]: 500}
    assert looks[str(MINT)] >= 2 and looks[str(ADDRESSES[0])] == looks[str(ADDRESSES[1])] == 2


async def test_a_list_that_leaves_out_what_another_shows_is_refused() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    node.answer = without_signature(ADDRESSES[1], chain.txs[-1].signature)
    with pytest.raises(IncompleteHistory, match=f"names token account {ADDRESSES[1]}, but the RPC leaves it out"):
        await build(node, slot)


@pytest.mark.parametrize("place", ["oldest", "newest"])
async def test_what_one_node_hides_from_all_lists_is_seen_but_for_the_oldest(place: str) -> None:
    """The limit that the guide names: attestors therefore read nodes of their own."""
    chain, slot = two_holders()
    node = Node(chain)

    def hide(found: list[Any]) -> list[Any]:
        later = [one for one in found if one["slot"] > slot]
        hidden = later[-1:] if place == "oldest" else later[:1]
        return [one for one in found if one not in hidden]

    node.answer = every("getSignaturesForAddress", hide)
    if place == "oldest":
        assert as_dict(await build(node, slot)) == {OWNERS[0]: 700, OWNERS[1]: 800}
        return
    with pytest.raises(IncompleteHistory, match="has a gap at slot"):
        await build(node, slot)


async def test_a_movement_that_no_list_shows_breaks_the_chain() -> None:
    chain, slot = two_holders()
    node = Node(chain)

    def nowhere(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getSignaturesForAddress":
            return [one for one in value if one["signature"] != chain.txs[-1].signature]
        return value

    node.answer = nowhere
    with pytest.raises(
        IncompleteHistory, match="has a gap at slot .*: its 1 transactions of that slot do not lead to 850"
    ):
        await build(node, slot)


async def test_a_left_out_account_breaks_the_chain() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    node.answer = without_account(ADDRESSES[1])
    with pytest.raises(IncompleteHistory, match=f"token account {ADDRESSES[1]} has a gap .* lead to no such account"):
        await build(node, slot)


async def test_a_missing_event_of_a_request_is_refused() -> None:
    chain, slot = two_holders()
    chain.request(ADDRESSES[0], 10)
    chain.next_slot()
    node = Node(chain)

    def silent(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getTransaction":
            value["meta"]["innerInstructions"] = []
        return value

    node.answer = silent
    with pytest.raises(
        BadSnapshot, match="10 raw wait for 1 open requests at the end of slot .*, but the escrow .* 0;"
    ):
        await build(node, slot)
    # made since, and told to be other than it is
    chain.txs[-1].events = [event_bytes("RedemptionRequested", holder=OWNERS[0], id=0, amount=9)]
    node.answer = lambda method, params, value: value
    with pytest.raises(IncompleteHistory, match=r"events of request 0 of .* do not lead to what .* \(1 raw off\)"):
        await build(node, slot)


async def test_history_that_does_not_reach_back_is_refused() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    node.first = slot + 1
    with pytest.raises(IncompleteHistory, match=f"no history before slot {slot + 1}, and the record slot is {slot}"):
        await build(node, slot)
    node.first = slot
    assert await build(node, slot)
    asked = 0

    def moving(method: str, params: tuple[Any, ...], value: Any) -> Any:
        nonlocal asked
        asked += method == "getFirstAvailableBlock"
        return slot + 7 if method == "getFirstAvailableBlock" and asked == 2 else value

    node.answer = moving
    with pytest.raises(IncompleteHistory, match=f"keeps no history before slot {slot + 7}"):
        await build(node, slot)

    def cut(method: str, params: tuple[Any, ...], value: Any) -> Any:
        if method == "getSignaturesForAddress":
            return [one for one in value if one["slot"] > slot]
        return value

    node.answer = cut
    with pytest.raises(IncompleteHistory, match=f"history of the mint {MINT} ends after the record slot {slot}, in"):
        await build(node, slot)


async def test_a_record_slot_that_is_not_final_yet() -> None:
    chain, slot = two_holders()
    node = Node(chain)
    node.answer = lambda method, params, value: slot - 1 if method == "getSlot" else value
    with pytest.raises(LedgerError, match=rf"slot {slot} is not final yet \(the RPC is at {slot - 1}\)"):
        await build(node, slot)


def every(method: str, change: Callable[[Any], Any]) -> Answer:
    return lambda asked, params, value: change(value) if asked == method else value


def meta(**fields: Any) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        value["meta"].update(fields)
        return value

    return change


def emptied(value: Any) -> Any:
    data = bytearray(base64.b64decode(value["value"]["data"][0]))
    data[36:44] = bytes(8)
    value["value"]["data"][0] = base64.b64encode(data).decode()
    return value


def swapped(value: list[Any]) -> list[Any]:
    return [value[1], value[0], *value[2:]]


def repeated(value: list[Any]) -> list[Any]:
    return value + value[-1:]


def no_owner(value: Any) -> Any:
    for one in value["meta"]["preTokenBalances"]:
        del one["owner"]
    return value


def negative(value: Any) -> Any:
    for one in value["meta"]["preTokenBalances"]:
        one["uiTokenAmount"]["amount"] = "-5"
    return value


def accounts(found: Any) -> Callable[[Any], Any]:
    return lambda value: {**value, "value": found}


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (
            every("getSignaturesForAddress", lambda value: value[::-1]),
            LedgerError,
            "the history of .* out of order",
        ),
        (every("getSignaturesForAddress", swapped), LedgerError, "lists the history of .* out of order or twice"),
        (every("getSignaturesForAddress", repeated), LedgerError, "out of order or twice"),
        (every("getSignaturesForAddress", lambda value: None), LedgerError, "does not answer getSignaturesForAddress"),
        (every("getSlot", lambda value: "7"), LedgerError, "does not answer getSlot as Solana's do"),
        (every("getFirstAvailableBlock", lambda value: None), LedgerError, "does not answer getFirstAvailableBlock"),
        (every("getProgramAccounts", lambda value: value["value"]), LedgerError, "getProgramAccounts with its slot"),
        (
            every("getProgramAccounts", lambda value: {**value, "context": {"slot": 1}}),
            LedgerError,
            "as of slot 1, bef",
        ),
        (every("getTransaction", lambda value: {**value, "slot": 1}), LedgerError, "its record is of .* at slot 1;"),
        (every("getTransaction", meta(err={"X": 1})), LedgerError, "as one that took effect, but its .* and failed;"),
        (every("getProgramAccounts", accounts([{}])), LedgerError, "does not answer getProgramAccounts as"),
        (every("getProgramAccounts", accounts([7])), LedgerError, "not answer getProgramAccounts as"),
        (every("getProgramAccounts", accounts(None)), LedgerError, "answer getProgramAccounts as Sol"),
        (
            every("getAccountInfo", lambda value: {**value, "value": {"lamports": 1}}),
            LedgerError,
            "does not answer getAccountInfo as",
        ),
        (every("getTransaction", lambda value: {"slot": 3}), LedgerError, "does not answer getTransaction"),
        (every("getTransaction", negative), LedgerError, "does not answer getTransaction .* as Solana's"),
        (
            every("getTransaction", meta(postTokenBalances=None)),
            IncompleteHistory,
            "keeps no token balances of tr",
        ),
        (every("getTransaction", meta(innerInstructions=None)), DecodeError, "keeps no inner instructions"),
        (every("getTransaction", no_owner), IncompleteHistory, "keeps no owners of token accounts"),
    ],
)
async def test_answers_that_are_none(answer: Answer, kind: type[XstockError], message: str) -> None:
    chain, slot = two_holders()
    node = Node(chain)
    assert await build(node, slot)
    node.answer = answer
    with pytest.raises(kind, match=message):
        await build(node, slot)


async def test_accounts_twice_or_of_another_mint_are_refused_and_multisigs_passed_over() -> None:
    chain, slot = two_holders()
    node = Node(chain)

    def tokens(change: Callable[[list[Any]], None]) -> Answer:
        def answer(method: str, params: tuple[Any, ...], value: Any) -> Any:
            if method == "getProgramAccounts" and params[0] == str(TOKEN_2022):
                change(value["value"])
            return value

        return answer

    node.answer = tokens(lambda found: found.append(found[0]))
    with pytest.raises(LedgerError, match="twice; try another RPC"):
        await build(node, slot)

    def other_mint(found: list[Any]) -> None:
        data = token_bytes(OWNERS[0], 5, immutable=False, mint=key("mint"))
        found[0]["account"]["data"][0] = base64.b64encode(data).decode()

    node.answer = tokens(other_mint)
    with pytest.raises(LedgerError, match=f"of mint {key('mint')}, but {MINT} was asked for"):
        await build(node, slot)

    def multisig(found: list[Any]) -> None:
        account = {**found[0]["account"], "data": ["A" * 472 + "AA==", "base64"]}
        found.append({"pubkey": str(key("multisig")), "account": account})

    node.answer = tokens(multisig)
    assert as_dict(await build(node, slot)) == {OWNERS[0]: 1_000, OWNERS[1]: 500}
