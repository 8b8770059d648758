"""Leaves of trees that no honest command makes: an owner twice, out of order, one that nobody counted."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import Desk
from tests.unit.cli.payday import ASSET, ATTESTORS, Payday
from xstock_client import pda
from xstock_client.clients import SnapshotAttestor
from xstock_client.distribution import Root
from xstock_client.ledger import KeypairSigner
from xstock_client.merkle import MerkleTree

SNAPSHOT = pda.snapshot(ASSET, 0)
HALF = 5_000 * 10**8


@pytest.fixture
def payday(backed: Desk) -> Payday:
    return Payday(backed)


def owner_of(desk: Desk, name: str) -> Pubkey:
    return Pubkey.from_string(desk.address(name))


def agree(payday: Payday, account: Pubkey, rows: Sequence[tuple[Pubkey, int, int]], count: int | None = None) -> None:
    """Two attestors vote for the tree of ``rows`` as they stand, of which they count ``count``."""
    owners = b"".join(bytes(owner) for owner, _, _ in rows)
    gross, tax = array("Q", [amount for _, amount, _ in rows]), array("Q", [withheld for _, _, withheld in rows])
    tree = MerkleTree.build(account, owners, gross, tax if any(tax) else None, ordered=False)
    root = Root(tree.root, len(rows) if count is None else count, sum(tax))
    for name in ATTESTORS[:2]:
        client = SnapshotAttestor(payday.desk.ledger, signer=KeypairSigner(payday.desk.keys[name]))
        asyncio.run(client.vote_root(account, root))


def balances_file(desk: Desk, *rows: tuple[Pubkey, int]) -> str:
    path = desk.folder / "theirs.csv"
    path.write_text("#format,theirs\nowner,raw\n" + "".join(f"{owner},{amount}\n" for owner, amount in rows))
    return str(path)


def leaves(desk: Desk, words: Sequence[str], file: str, *indexes: int) -> list[str]:
    """The files of these leaves."""
    made = [str(desk.folder / f"leaf-{index}.json") for index in indexes]
    for index, path in zip(indexes, made, strict=True):
        assert desk.ok(*words, str(index), "--leaves", file, "-o", path)["index"] == index
    return made


@pytest.mark.parametrize("twice", [True, False], ids=["an owner twice", "out of order"])
def test_balances_that_are_not_in_order_are_challenged(payday: Payday, twice: bool) -> None:
    desk = payday.desk
    payday.recorded()
    low, high = sorted((owner_of(desk, name) for name in ("holder", "pool")), key=bytes)
    rows = [(high, HALF, 0), (high if twice else low, HALF, 0)]
    agree(payday, SNAPSHOT, rows)
    file = balances_file(desk, *(row[:2] for row in rows))
    found = leaves(desk, ("snapshot", "leaf", "AAPLx", "0"), file, 0, 1)
    assert len(desk.ok("snapshot", "challenge", *found, key="relayer")["transactions"]) == 2
    assert desk.ok("snapshot", "status", "AAPLx", "0")["ballot"]["round"] == 1


def test_a_leaf_that_nobody_counted_is_made_and_challenged(payday: Payday) -> None:
    desk = payday.desk
    payday.recorded()
    low, high = sorted((owner_of(desk, name) for name in ("holder", "pool")), key=bytes)
    agree(payday, SNAPSHOT, [(low, HALF, 0), (high, HALF, 0)], count=1)
    (extra,) = leaves(desk, ("snapshot", "leaf", "AAPLx", "0"), balances_file(desk, (low, HALF), (high, HALF)), 1)
    done = desk.ok("snapshot", "challenge", extra, key="relayer")
    assert done["transaction"]["events"][0]["event"] == "RootRejected"


def test_entitlements_that_are_not_in_order_are_challenged(payday: Payday) -> None:
    desk = payday.desk
    payday.declared()
    account, owner = pda.distribution(SNAPSHOT, 0), owner_of(desk, "holder")
    rows = [(owner, 2_500_000_000, 750_000_000)] * 2
    agree(payday, account, rows)
    path = desk.folder / "theirs.csv"
    lines = [f"{at},{key},{gross},{tax},{gross - tax}\n" for at, (key, gross, tax) in enumerate(rows)]
    path.write_text("".join(["index,owner,gross,withheld,net\n", *lines]))
    found = leaves(desk, ("dividend", "leaf", "AAPLx", "0"), str(path), 0, 1)
    assert len(desk.ok("snapshot", "challenge", *found, key="relayer")["transactions"]) == 2
    assert desk.ok("dividend", "status", "AAPLx", "0")["ballot"]["round"] == 1


def test_files_of_the_other_commands_are_taken(payday: Payday) -> None:
    """What `snapshot build` and `dividend entitlements` write; of a right tree a leaf is that of `prove`."""
    desk = payday.desk
    payday.entitled()
    for words, options, file in (
        (("snapshot",), ("--balances", payday.balances), payday.balances),
        (("dividend",), payday.files, str(desk.folder / "entitlements.csv")),
    ):
        if words == ("dividend",):
            desk.ok("dividend", "entitlements", "AAPLx", "0", *payday.files, "-o", file)
        proof = desk.folder / "proof.json"
        desk.ok(*words, "prove", "AAPLx", "0", desk.address("pool"), *options, "-o", str(proof))
        made: list[Any] = [Path(one).read_text() for one in leaves(desk, (*words, "leaf", "AAPLx", "0"), file, 0, 1, 2)]
        assert proof.read_text() in made


def test_leaves_of_another_tree_are_refused(payday: Payday) -> None:
    desk = payday.desk
    payday.recorded()
    low, high = sorted((owner_of(desk, name) for name in ("holder", "pool")), key=bytes)
    output = desk.folder / "leaf.json"
    good = balances_file(desk, (low, HALF), (high, HALF))
    leaf = ("snapshot", "leaf", "AAPLx", "0", "0", "-o", str(output), "--leaves")
    assert "have not agreed on a tree" in desk.refused(2, *leaf, good)
    agree(payday, SNAPSHOT, [(low, HALF, 0), (high, HALF, 0)])
    other = balances_file(desk, (low, HALF + 1), (high, HALF - 1))
    assert "and the attestors agreed on" in desk.refused(3, *leaf, other)
    path = Path(other)
    for text, told in (
        ("", "theirs.csv:1: the heading must be"),
        ("#x\nowner,amount\n", "theirs.csv:2: the heading must be"),
        (f"owner,raw\n{low}\n", "theirs.csv:2: must be owner,raw"),
        (f"owner,raw\n{low},-1\n", "theirs.csv:2: must be owner,raw"),
        (f"owner,raw\n{low},1\n\n", "theirs.csv:3: must be owner,raw"),
        (f"owner,raw\n{low},{2**64}\n", "is more than 64 bits hold"),
        ("owner,raw\nnobody,1\n", "theirs.csv:2: 'nobody' is not an address"),
        (f"owner,raw\n{low},{2**64 - 1}\n{low},1\n", "the leaves add up to"),
        (f"index,owner,gross,withheld,net\n1,{low},5,1,4\n", "is leaf 0 by its place, and 1 by its index"),
        (f"index,owner,gross,withheld,net\n0,{low},5,1\n", "must be index,owner,gross,withheld,net"),
    ):
        path.write_text(text)
        assert told in " ".join(desk.refused(3, *leaf, str(path)).split())
    path.write_bytes(b"owner,raw\n\xff")
    assert "is not UTF-8 text" in desk.refused(3, *leaf, str(path))
    assert "cannot be read" in desk.refused(3, *leaf, str(desk.folder / "none.csv"))
    good = balances_file(desk, (low, HALF), (high, HALF))
    beyond = ("snapshot", "leaf", "AAPLx", "0", "2", "--leaves", good, "-o", str(output))
    assert "the tree has 2 leaves" in desk.refused(3, *beyond)
    assert not output.exists()
