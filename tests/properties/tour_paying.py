"""The tour's stops at dividends: snapshots and votes, challenges, funds, claims and what is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.embedded.trees import Tree
from tests.properties.acts_redeem import AUTHORITY
from tests.properties.chain import owner_address
from tests.properties.claims import LIMIT, PRICE, WIRE
from tests.properties.corporate import HOUR, SPLIT
from tests.properties.parts import DAY, OK, PAUSER
from tests.properties.paying import Payee
from tests.properties.scene import VOTERS, Scene
from tests.properties.tour import opened, want
from tests.properties.tour_corporate import announced, dividend, multiplied
from tests.properties.trees import balances_of, entitlements_of
from tests.properties.voting import Place, Root

__all__ = ["PAYING_STOPS"]

_AUTH: Final = "auth0"
_AT: Final = (0, 0)
_SNAPSHOT: Final = Place(0)
_PAID: Final = Place(*_AT)


def _recorded(s: Scene, coin: str = "usd") -> Tree:
    """The balances of a record date."""
    one = announced(s, dividend(s, 3, coin=coin))
    s.set_now(one.record)
    want(OK, s.record(one.number, len(s.m.snapshots)))
    s.set_now(s.now + 1)
    return balances_of(s.here.asset, s.m.snapshots[-1])


def _agreed(s: Scene, at: Place, tree: Tree) -> None:
    for voter in VOTERS[:2]:
        want(OK, s.vote(voter, at, Root.of(tree)))


def _final(s: Scene, at: Place, tree: Tree) -> None:
    _agreed(s, at, tree)
    s.set_now(s.now + DAY + 1)


def _declared(s: Scene, coin: str = "usd") -> Tree:
    """The entitlements of a distribution."""
    _final(s, _SNAPSHOT, _recorded(s, coin))
    want(OK, s.declare("officer", _AT, coin, s.now + 183 * DAY, action=0))
    return entitlements_of(s.m.snapshots[0], s.m.dividends[_AT])


def _funded(s: Scene, coin: str = "usd") -> Tree:
    """All money is there, and the page is open."""
    tree = _declared(s, coin)
    _final(s, _PAID, tree)
    want(OK, s.fund("paymaster", _AT, tree.sum))
    want(OK, s.open_claims(_AT, tree))
    return tree


def _holder(tree: Tree, name: str) -> tuple[int, Payee]:
    """Whose leaf is where, and its own account."""
    return tree.index_of(owner_address(name)), Payee(f"usd/{name}")


def snapshots() -> None:
    s = opened()
    one, other = announced(s, dividend(s, 3)), announced(s, dividend(s, 5))
    split = announced(s, multiplied(s, SPLIT, 2, 1, 7))
    dead = announced(s, dividend(s, 9))
    want(OK, s.cancel_action("officer", dead.number))
    want("missing", s.record(9, 0))
    want("NotRecordTime", s.record(0, 0))
    want("WrongActionKind", s.record(split.number, 0))
    want("WrongActionState", s.record(dead.number, 0))
    s.set_now(one.record - 1)
    want("NotRecordTime", s.record(0, 0))
    asked = [("holder0", s.ask("holder0", 20, deal)) for deal in (LIMIT, WIRE)]
    for request in asked:
        want(OK, s.accept("redeemer", *request))
    want(OK, s.transfer("holder1", "escrow", 3))
    s.set_now(one.record + HOUR)
    want("WrongMint", s.record(0, 0, swap="mint"))
    want("WrongActionNumber", s.record(0, 1))
    want(OK, s.mint("minter0", 40, 1, "holder0"))
    want(OK, s.burn("holder1", 1))
    want(OK, s.record(0, 0))
    want("exists", s.record(0, 0))
    want("SnapshotTaken", s.record(0, 1))
    want("SnapshotTaken", s.cancel_action("officer", 0))
    want("SnapshotSlot", s.mint("minter0", 41, 1, "holder0"))
    want("SnapshotSlot", s.settle("redeemer", [s.part(*asked[0])], PRICE))
    want("SnapshotSlot", s.conclude("holder0", *asked[1]))
    want(OK, s.burn("holder1", 2))  # past the program, in that very slot
    want(OK, s.transfer("holder0", "holder2", 5))
    s.set_now(s.now + 1)
    tree = balances_of(s.here.asset, s.m.snapshots[0])
    assert tree.sum == s.m.snapshots[0].supply - 2
    want("WrongTotal", s.vote("voter0", _SNAPSHOT, Root.of(tree)))  # the program has not seen the burn
    want(OK, s.check())
    want(OK, s.vote("voter0", _SNAPSHOT, Root.of(tree)))
    want(OK, s.settle("redeemer", [s.part(*asked[0])], PRICE))
    s.set_now(other.record + HOUR + 1)
    want("NotRecordTime", s.record(other.number, 1))
    s = opened(minted=0)
    one = announced(s, dividend(s, 3))
    s.set_now(one.record)
    want("ZeroAmount", s.record(0, 0))


def votes() -> None:
    s = opened()
    tree = _recorded(s)
    root = Root.of(tree)
    want("missing", s.vote("voter0", Place(5), root))
    want("missing", s.reject_root("voter0", Place(0, 7)))
    want("WrongAsset", s.vote("voter0", _SNAPSHOT, root, swap="asset"))
    want("WrongAsset", s.reject_root("voter0", _SNAPSHOT, swap="asset"))
    want("NotAttestor", s.vote("stranger", _SNAPSHOT, root))
    for wrong in (root.sum - 1, root.sum + 1, 0):
        want("WrongTotal", s.vote("voter0", _SNAPSHOT, root._replace(sum=wrong)))
    for bad in (root._replace(leaves=root.sum + 1), root._replace(leaves=0), root._replace(withheld=1)):
        want("BadRoot", s.vote("voter0", _SNAPSHOT, bad))
    want("NothingAgreed", s.reject_root("voter0", _SNAPSHOT))
    want(OK, s.vote("voter0", _SNAPSHOT, root._replace(hash=bytes(32))))
    want(OK, s.vote("voter1", _SNAPSHOT, root))
    want(OK, s.vote("voter0", _SNAPSHOT, root))  # changed: agreed
    want("RootAgreed", s.vote("voter2", _SNAPSHOT, root))
    want("NotAttestor", s.reject_root("voter3", _SNAPSHOT))
    s.set_now(s.now + DAY)
    want(OK, s.reject_root("voter2", _SNAPSHOT))  # in the last second
    _agreed(s, _SNAPSHOT, tree)
    want("AlreadyRejected", s.reject_root("voter2", _SNAPSHOT))
    want("NotFinal", s.declare("officer", _AT, "usd", s.now + 200 * DAY, action=0))
    s.set_now(s.now + DAY + 1)
    want("RootFinal", s.reject_root("voter0", _SNAPSHOT))
    want(OK, s.declare("officer", _AT, "usd", s.now + 200 * DAY, action=0))
    s.set_now(s.now - 2)
    want("RootFinal", s.reject_root("voter0", _SNAPSHOT))  # whatever the clock says
    due = entitlements_of(s.m.snapshots[0], s.m.dividends[_AT])
    want("WrongTotal", s.vote("voter0", _PAID, Root.of(due)._replace(sum=s.m.most(_PAID) + 1)))
    want("BadRoot", s.vote("voter0", _PAID, Root.of(due)._replace(withheld=due.sum + 1)))
    want("BadRoot", s.vote("voter0", _PAID, Root.of(due)._replace(leaves=tree.size + 1)))
    _recorded(s)
    want("WrongSnapshot", s.vote("voter0", _PAID, Root.of(due), swap="snapshot"))
    want("WrongSnapshot", s.reject_root("voter0", _PAID, swap="snapshot"))
    want("NotFinal", s.fund("paymaster", _AT, 1))
    want("NotFinal", s.open_claims(_AT, due))


def challenges() -> None:
    s = opened()
    right = _recorded(s)
    want("NothingAgreed", s.show("stranger", _SNAPSHOT, right, 0))
    want("NothingAgreed", s.challenge_sum("stranger", _SNAPSHOT, right, 1))
    leaves = [right.leaves[index] for index in range(right.size)]
    disordered = Tree.in_order(right.account, *leaves[1:], leaves[0])
    _agreed(s, _SNAPSHOT, disordered)
    want("missing", s.show("stranger", Place(3), disordered, 0))
    want("WrongAsset", s.show("stranger", _SNAPSHOT, disordered, 0, swap="asset"))
    want("WrongAsset", s.challenge_sum("stranger", _SNAPSHOT, disordered, 1, swap="asset"))
    want("WrongRoot", s.show("stranger", _SNAPSHOT, right, 0))
    want("WrongRoot", s.challenge_sum("stranger", _SNAPSHOT, right, 1))
    want("NothingWrong", s.challenge_sum("stranger", _SNAPSHOT, disordered, 1))
    want("BadProof", s.challenge_sum("stranger", _SNAPSHOT, disordered, 13))
    want("BadProof", s.challenge_sum("stranger", _SNAPSHOT, disordered, 0))
    want(OK, s.show("stranger", _SNAPSHOT, disordered, 0))
    want(OK, s.show("thief", _SNAPSHOT, disordered, right.size - 1))  # whoever has shown the other
    assert not s.m.snapshots[0].ballot.agreed
    first = replace(leaves[0], amount=leaves[0].amount + 1)  # one unit too many, and a node that hides it
    lied = Tree(right.account, dict(enumerate([first, *leaves[1:]])), right.size, {(3, 0): -1})
    _agreed(s, _SNAPSHOT, lied)
    want("WrongRoot", s.show("stranger", _SNAPSHOT, lied, 0))
    want(OK, s.challenge_sum("stranger", _SNAPSHOT, lied, 3))
    few = Root.of(right)._replace(leaves=right.size - 1)
    for voter in VOTERS[:2]:
        want(OK, s.vote(voter, _SNAPSHOT, few))
    want(OK, s.show("stranger", _SNAPSHOT, right, 0))
    want(OK, s.show("stranger", _SNAPSHOT, right, right.size - 1))  # more leaves than it says
    assert not s.m.snapshots[0].ballot.agreed
    _final(s, _SNAPSHOT, right)
    want("RootFinal", s.show("stranger", _SNAPSHOT, right, 0))
    want("RootFinal", s.challenge_sum("stranger", _SNAPSHOT, right, 1))


def declarations() -> None:
    s = opened()
    want("missing", s.declare("officer", _AT, "usd", s.now + 200 * DAY, action=0))
    _final(s, _SNAPSHOT, _recorded(s))
    other, split = announced(s, dividend(s, 3)), announced(s, multiplied(s, SPLIT, 2, 1, 6))
    until = s.now + 200 * DAY
    want("NotAuthority", s.declare("stranger", _AT, "usd", until, action=0, shown=AUTHORITY))
    want("WrongRoleGrant", s.declare("pauser", _AT, "usd", until, action=0, shown=(PAUSER, "pauser")))
    want("WrongIssuer", s.declare("rival", _AT, "usd", until, action=0))
    want("WrongActionKind", s.declare("officer", _AT, "usd", until, action=split.number))
    want("WrongAction", s.declare("officer", _AT, "usd", until, action=other.number))
    want("WrongDistributionNumber", s.declare("officer", (0, 1), "usd", until, action=0))
    want("BadRules", s.declare("officer", _AT, "usd", until, action=0, rules=2))
    want("BadRules", s.declare("officer", _AT, "usd", until, action=0, rates=0))
    want("WrongPaymentMint", s.declare("officer", _AT, "chf", until, action=0))
    want("WrongTokenAccount", s.declare("officer", _AT, "usd", until, action=0, vault="usd/vault"))
    for account in ("usd/thief", "chf/auth0", "usd/dist0-0"):
        want("WrongWithholdingAccount", s.declare("officer", _AT, "usd", until, action=0, tax_to=account))
    for length in (182 * DAY - 1, 3_660 * DAY + 1):
        want("BadClaimWindow", s.declare("officer", _AT, "usd", s.now + length, action=0))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.declare("officer", _AT, "usd", until, action=0))
    want(OK, s.resume("unpauser", 4))
    want(OK, s.declare(_AUTH, _AT, "usd", s.now + 182 * DAY, action=0, rules=1, shown=AUTHORITY))
    want("exists", s.declare("officer", _AT, "usd", until, action=0))
    want(OK, s.declare("officer", (0, 1), "usd", s.now + 3_660 * DAY, action=0))
    for coin, refusal in (("interest", "UnfitPaymentMint"), ("cents", "PaymentDecimals")):
        s = opened()
        _final(s, _SNAPSHOT, _recorded(s, coin))
        want(refusal, s.declare("officer", _AT, coin, s.now + 200 * DAY, action=0, tax_to="usd/auth0"))


def funds() -> None:
    s = opened()
    want("missing", s.fund("paymaster", _AT, 1))
    tree = _declared(s)
    _agreed(s, _PAID, tree)
    want("NotFinal", s.fund("paymaster", _AT, 1))
    s.set_now(s.now + DAY + 1)
    want("WrongPaymentMint", s.fund("paymaster", _AT, 1, swap="payout_mint"))
    want("WrongBondVault", s.fund("paymaster", _AT, 1, swap="vault"))
    want("ZeroAmount", s.fund("paymaster", _AT, 0))
    want("token:4", s.fund("thief", _AT, 1, "usd/agent"))
    want("token:1", s.fund("holder0", _AT, 501))
    want(OK, s.fund("thief", _AT, 1))  # a stranger's contribution
    want(OK, s.open_claims(_AT, tree))
    index, payee = _holder(tree, "holder0")
    want("UnderFunded", s.claim("holder0", _AT, tree, index, [payee]))
    want(OK, s.fund("paymaster", _AT, tree.sum))  # takes what is missing
    assert s.m.dividends[_AT].funded == tree.sum
    want("NothingMissing", s.fund("paymaster", _AT, 1))
    want(OK, s.send_cash("usd/agent", "usd/dist0-0", 7))  # a donation is nobody's
    want(OK, s.declare("officer", (0, 1), "usd", s.now + 182 * DAY, action=0))
    more = entitlements_of(s.m.snapshots[0], s.m.dividends[0, 1])
    _final(s, Place(0, 1), more)
    s.set_now(s.m.dividends[0, 1].until - 91 * DAY + 1)
    want("TooLateToFund", s.fund("paymaster", (0, 1), more.sum))


def claims() -> None:
    s = opened()
    want(OK, s.transfer("holder1", "escrow", 9))
    want("missing", s.claim("stranger", _AT, Tree.of(s.here.asset, {}), 0, []))
    one = replace(dividend(s, 3), pay=0)
    one = announced(s, replace(one, pay=one.record + 5 * DAY))
    s.set_now(one.record)
    want(OK, s.record(0, 0))
    s.set_now(s.now + 1)
    _final(s, _SNAPSHOT, balances_of(s.here.asset, s.m.snapshots[0]))
    want(OK, s.declare("officer", _AT, "usd", one.pay + 182 * DAY, action=0))
    want(OK, s.declare("officer", (0, 1), "usd", one.pay + 182 * DAY, action=0))
    tree = entitlements_of(s.m.snapshots[0], s.m.dividends[_AT])
    twin = entitlements_of(s.m.snapshots[0], s.m.dividends[0, 1])
    _agreed(s, Place(0, 1), twin)
    _final(s, _PAID, tree)
    want(OK, s.open_claims((0, 1), twin))
    want("WrongRoot", s.open_claims(_AT, twin))
    want("BadProof", s.open_claims(_AT, tree, 1))  # there is one page
    want(OK, s.open_claims(_AT, tree))
    want("exists", s.open_claims(_AT, tree))
    index, payee = _holder(tree, "holder0")
    want("ClaimsNotOpen", s.claim("holder0", _AT, tree, index, [payee]))
    s.set_now(one.pay)
    want("UnderFunded", s.claim("holder0", _AT, tree, index, [payee]))
    want(OK, s.fund("paymaster", _AT, tree.sum))
    want("WrongDistribution", s.claim("holder0", _AT, tree, index, [payee], swap="claims"))
    want("WrongPaymentMint", s.claim("holder0", _AT, tree, index, [payee], swap="payout_mint"))
    want("WrongBondVault", s.claim("holder0", _AT, tree, index, [payee], swap="vault"))
    for flaw, refusal in (
        ("batch", "BadBatch"),
        ("tax", "TaxAboveGross"),
        ("amount", "WrongRoot"),
        ("nodes", "BadProof"),
    ):
        want(refusal, s.claim("holder0", _AT, tree, index, [payee], flaw=flaw))
    want("BadBatch", s.claim("holder0", _AT, tree, index, []))
    want("WrongClaimPage", s.claim("holder0", _AT, tree, index + 4096, [payee]))
    want("WrongRoot", s.claim("holder0", _AT, twin, index, [payee]))  # of another distribution
    want("WrongRoot", s.claim("thief", _AT, tree, index, [Payee("usd/thief")]))
    want("WrongTokenAccount", s.claim("holder0", _AT, tree, index, [Payee("chf/holder0")]))
    want("missing", s.claim("stranger", _AT, tree, index, [Payee("usd/holder0", "holder0")]))
    want("NotAssociated", s.claim("stranger", _AT, tree, index, [Payee("usd/aside")]))
    ours, vault = tree.index_of(s.here.asset), Payee("usd/asset")
    want("OwnerIsProgram", s.claim("stranger", _AT, tree, ours, [vault]))
    s.freeze("usd/holder0", True)
    want("token:17", s.claim("stranger", _AT, tree, index, [payee]))
    want(OK, s.claim("holder0", _AT, tree, index, [Payee("usd/aside")]))  # where the owner likes
    want("LeafClaimed", s.claim("holder0", _AT, tree, index, [Payee("usd/aside")]))
    index, payee = _holder(tree, "holder1")
    want("LeafClaimed", s.claim("stranger", _AT, tree, index, [payee], twice=True))
    want("EmptyCustodianField", s.register_recipient("holder1", "nobody"))
    want(OK, s.register_recipient("holder1", "holder2"))
    want("WrongTokenAccount", s.claim("stranger", _AT, tree, index, [Payee("usd/holder0", "holder1")]))
    want(OK, s.claim("stranger", _AT, tree, index, [Payee("usd/holder2", "holder1")]))
    want("LeafClaimed", s.claim("holder1", _AT, tree, index, [payee]))
    want(OK, s.register_recipient("holder2", "holder2"))  # taken back
    index, payee = _holder(tree, "holder2")
    want(OK, s.claim("stranger", _AT, tree, index, [payee._replace(by_record="holder2")]))
    assert set(range(tree.size)) - s.m.dividends[_AT].claimed.keys() == {ours}


def pushes() -> None:
    """Neighbours in one transaction, each once."""
    s = opened()
    tree = _funded(s)
    names = {owner_address(name): name for name in ("holder0", "holder1", "holder2")}
    payees = [Payee(f"usd/{names[tree.leaves[index].owner]}") for index in range(tree.size)]
    want("WrongRoot", s.claim("stranger", _AT, tree, 0, payees[::-1]))
    want(OK, s.claim("stranger", _AT, tree, 1, payees[1:2]))
    want("LeafClaimed", s.claim("stranger", _AT, tree, 0, payees))
    want(OK, s.claim("stranger", _AT, tree, 0, payees[:1]))
    want(OK, s.claim("stranger", _AT, tree, 2, payees[2:]))
    s = opened()
    tree = _funded(s)
    want(OK, s.claim("stranger", _AT, tree, 0, payees))
    one = s.m.dividends[_AT]
    assert (one.remaining, one.paid + one.withheld) == (0, tree.sum)


def ends() -> None:
    s = opened()
    want("missing", s.remit(_AT))
    want("missing", s.reclaim("treasurer", _AT))
    want("missing", s.close_claims(_AT))
    tree = _funded(s)
    one = s.m.dividends[_AT]
    want("NothingLeft", s.remit(_AT))
    index, payee = _holder(tree, "holder0")
    s.set_now(one.until)
    want(OK, s.claim("stranger", _AT, tree, index, [payee]))  # in the last second
    want("WrongPaymentMint", s.remit(_AT, swap="payout_mint"))
    want("WrongBondVault", s.remit(_AT, swap="vault"))
    want("WrongWithholdingAccount", s.remit(_AT, "usd/thief"))
    want(OK, s.remit(_AT))
    want("ClaimsOpen", s.reclaim("treasurer", _AT))
    want("ClaimsOpen", s.close_claims(_AT))
    s.set_now(one.until + 1)
    index, payee = _holder(tree, "holder1")
    want("ClaimsClosed", s.claim("stranger", _AT, tree, index, [payee]))
    want("ClaimsOpen", s.close_claims(_AT))
    want("NotAuthority", s.reclaim("stranger", _AT, shown=AUTHORITY))
    want("WrongIssuer", s.reclaim("rival", _AT))
    want("WrongRoleGrant", s.reclaim("officer", _AT, shown=(6, "officer")))
    want("WrongPaymentMint", s.reclaim("treasurer", _AT, swap="payout_mint"))
    want("WrongBondVault", s.reclaim("treasurer", _AT, swap="vault"))
    want("WrongTokenAccount", s.reclaim("treasurer", _AT, "usd/treasury"))
    want(OK, s.reclaim("treasurer", _AT))
    want("NothingLeft", s.reclaim(_AUTH, _AT, shown=AUTHORITY))
    s.set_now(one.until + DAY + 1)
    want("WrongRentReceiver", s.close_claims(_AT, rent_to="thief"))
    want(OK, s.close_claims(_AT))
    s.set_now(s.now - 30)  # whatever the clock does
    want("ClaimsClosed", s.open_claims(_AT, tree))


PAYING_STOPS: Final = (snapshots, votes, challenges, declarations, funds, claims, pushes, ends)
