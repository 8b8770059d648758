"""The reference model's dividends: what is paid out of which funds, to whom, and once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import Any, Final, NamedTuple

from tests.embedded.trees import PAGE, Tree
from tests.properties.bonding import UNFIT, coin_of
from tests.properties.chain import owner_address
from tests.properties.claims import COINS, WHOLE
from tests.properties.corporate import CASH
from tests.properties.parts import ALREADY, CORPORATE, DAY, MISSING, OK, ONE, TREASURER, Shown
from tests.properties.voting import MILLION, Ballot, Voting, provable

__all__ = ["Distribution", "Payee", "Paying", "gross_of"]

CLAIM_TIME: Final = (182 * DAY, 3_660 * DAY)


def gross_of(raw: int, multiplier: int, rate: int) -> int:
    """What an owner is paid before tax: of its shares, rounded down, and rounded down."""
    return floor(Fraction(floor(Fraction(raw * multiplier, ONE)) * rate, WHOLE * MILLION))


class Payee(NamedTuple):
    """Where one leaf is to be paid: to an account, of its owner or (``by_record``) of the recipient it registered."""

    account: str
    by_record: str = ""


@dataclass(slots=True)
class Distribution:
    """Money for who held at a record date."""

    snapshot: int
    number: int
    coin: str
    vault: str
    tax_to: str
    rules: int
    rates: int
    rate: int
    declared: int
    opens: int
    until: int
    ballot: Ballot = field(default_factory=Ballot)
    funded: int = 0
    paid: int = 0
    withheld: int = 0
    reclaimed: int = 0
    remitted: int = 0
    pages: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Who paid the rent, and the page's sum."""
    claimed: dict[int, int] = field(default_factory=dict)
    """Gross of each leaf that was paid, by its index: of pages that closed too."""
    entries: dict[int, bytes] = field(default_factory=dict)

    @property
    def remaining(self) -> int:
        """Funds for claims."""
        return self.funded - self.paid - self.withheld - self.reclaimed


@dataclass(slots=True)
class Paying(Voting):
    """Dividends."""

    dividends: dict[tuple[int, int], Distribution] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)

    def _fork(self) -> dict[str, Any]:
        dividends = {
            at: replace(
                one, ballot=one.ballot.fork(), pages={**one.pages}, claimed={**one.claimed}, entries={**one.entries}
            )
            for at, one in self.dividends.items()
        }
        return {
            "actions": [replace(one) for one in self.actions],
            "calendar": [*self.calendar],
            "snapshots": [replace(one, ballot=one.ballot.fork()) for one in self.snapshots],
            "dividends": dividends,
            "recipients": {**self.recipients},
        }

    def ballot_of_dividend(self, at: tuple[int, int]) -> Ballot | None:
        one = self.dividends.get(at)
        return one.ballot if one else None

    # Distributions

    def declare(
        self,
        by: str,
        at: tuple[int, int],
        coin: str,
        until: int,
        *,
        action: int,
        tax_to: str,
        vault: str = "",
        rates: int = 1,
        rules: int = 0,
        shown: Shown = None,
    ) -> str:
        """On a final snapshot, as announced."""
        vault = vault or f"{coin}/dist{at[0]}-{at[1]}"
        if (shown and shown not in self.grants) or action >= len(self.actions) or at[0] >= len(self.snapshots):
            return MISSING
        if at in self.dividends:
            return ALREADY
        if (code := self.of_asset(by, shown, (CORPORATE,))) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        said, taken = self.actions[action], self.snapshots[at[0]]
        if said.kind != CASH:
            return "WrongActionKind"
        if taken.action != action:
            return "WrongAction"
        if not taken.ballot.final(self.now):
            return "NotFinal"
        if at[1] != taken.distributions:
            return "WrongDistributionNumber"
        if rules > 1 or not rates:
            return "BadRules"
        if coin != said.coin:
            return "WrongPaymentMint"
        if coin in UNFIT or (coin == "eur" and self.taxed):
            return UNFIT.get(coin, "UnfitPaymentMint")
        if coin_of(vault) != coin or self.owners.get(vault) != f"dist{at[0]}-{at[1]}":
            return "WrongTokenAccount"
        if vault in self.delegates or vault in self.frozen:
            return "WrongBondVault"
        if coin == "cents":
            return "PaymentDecimals"
        if coin_of(tax_to) != coin or self.owners.get(tax_to) != self.authority:
            return "WrongWithholdingAccount"
        opens = max(said.pay, self.now)
        if not CLAIM_TIME[0] <= until - opens <= CLAIM_TIME[1]:
            return "BadClaimWindow"
        taken.distributions += 1
        taken.ballot.sealed = True
        self.dividends[at] = Distribution(*at, coin, vault, tax_to, rules, rates, said.rate, self.now, opens, until)
        self.told = {"number": at[1], "rate": said.rate, "claim_from": opens, "claim_until": until}
        self.told |= {"decimals": COINS[coin], "rules": rules}
        return OK

    def _accounts_fault(self, swap: str) -> str:
        return {"": OK, "payout_mint": "WrongPaymentMint", "vault": "WrongBondVault"}[swap]

    def fund(self, by: str, at: tuple[int, int], amount: int, source: str, *, swap: str = "") -> str:
        """Anybody's money, up to what is owed."""
        if (one := self.dividends.get(at)) is None:
            return MISSING
        if (code := self._accounts_fault(swap)) != OK:
            return code
        if not amount:
            return "ZeroAmount"
        if not one.ballot.final(self.now):
            return "NotFinal"
        if self.now > one.until - 91 * DAY:
            return "TooLateToFund"
        taken = min(amount, one.ballot.root.sum - one.funded)
        if not taken:
            return "NothingMissing"
        if (code := self.pay(source, one.vault, taken, by)) != OK:
            return code
        one.funded, one.ballot.sealed = one.funded + taken, True
        self.told = {"amount": taken, "funded": one.funded, "gross": one.ballot.root.sum}
        return OK

    def open_claims(self, at: tuple[int, int], page: int, tree: Tree) -> str:
        """The page lies under the final root."""
        if (one := self.dividends.get(at)) is None:
            return MISSING
        if page in one.pages:
            return ALREADY
        if not one.ballot.final(self.now):
            return "NotFinal"
        if self.now > one.until:
            return "ClaimsClosed"
        if page:
            return "BadProof"  # there is one
        if (tree.root.hash, tree.sum) != one.ballot.root[:2]:
            return "WrongRoot"
        one.pages[page], one.entries[page] = ("relayer", tree.page(page).sum), tree.page(page).hash
        self.told = {"page": page}
        return OK

    def claim(
        self,
        by: str,
        at: tuple[int, int],
        tree: Tree,
        first: int,
        payees: Sequence[Payee],
        *,
        page: int = 0,
        flaw: str = "",
        swap: str = "",
    ) -> str:
        """Neighbouring leaves. ``flaw``: a proof or figures that are not the leaves'."""
        one = self.dividends.get(at)
        if one is None or page not in one.pages:
            return MISSING
        if swap == "claims":
            return "WrongDistribution"
        if (code := self._accounts_fault(swap)) != OK:
            return code
        if flaw == "batch" or not payees:
            return "BadBatch"
        if first // PAGE != page:
            return "WrongClaimPage"
        if not one.ballot.final(self.now):
            return "NotFinal"
        if self.now < one.opens:
            return "ClaimsNotOpen"
        if self.now > one.until:
            return "ClaimsClosed"
        if one.funded != one.ballot.root.sum:
            return "UnderFunded"
        if flaw == "tax":
            return "TaxAboveGross"
        owners = []
        for payee in payees:
            if payee.by_record and payee.by_record not in self.recipients:
                return MISSING
            if payee.by_record and self.recipients[payee.by_record] == payee.by_record:  # taken back
                payee = payee._replace(by_record="")
            if (code := self._payee_fault(by, one, payee)) != OK:
                return code
            owners.append(payee.by_record or self.owners[payee.account])
        leaves = [tree.leaves.get(first + step) for step in range(len(payees))]
        if flaw == "nodes":
            return "BadProof"
        right = all(leaf and leaf.owner == owner_address(owner) for leaf, owner in zip(leaves, owners, strict=True))
        right = right and all(provable(tree, first + step) for step in range(len(payees)))
        if not right or flaw == "amount" or (tree.root.hash, tree.sum) != one.ballot.root[:2]:
            return "WrongRoot"
        return self._pay_leaves(one, first, [leaf for leaf in leaves if leaf], payees)

    def _payee_fault(self, by: str, one: Distribution, payee: Payee) -> str:
        if coin_of(payee.account) != one.coin:
            return "WrongTokenAccount"
        holder = self.owners[payee.account]
        if payee.by_record and self.recipients[payee.by_record] != holder:
            return "WrongTokenAccount"
        if by in (payee.by_record or holder, holder):
            return OK
        if payee.account != f"{one.coin}/{holder}" or not holder.startswith(("holder", "asset")):
            return "NotAssociated"
        return "OwnerIsProgram" if holder == "asset" and not payee.by_record else OK

    def _pay_leaves(self, one: Distribution, first: int, leaves: Sequence[Any], payees: Sequence[Payee]) -> str:
        for index, (leaf, payee) in enumerate(zip(leaves, payees, strict=True), first):
            if index in one.claimed:
                return "LeafClaimed"
            one.claimed[index] = leaf.amount
            one.paid, one.withheld = one.paid + leaf.amount - leaf.withheld, one.withheld + leaf.withheld
            net = leaf.amount - leaf.withheld
            if net and (code := self.pay(one.vault, payee.account, net)) != OK:
                return code
            if self.told and index > first:
                self.before.append(self.told)
            self.told = {"index": index, "gross": leaf.amount, "withheld": leaf.withheld}
            self.told |= {"paid_total": one.paid, "withheld_total": one.withheld}
        return OK

    def remit(self, at: tuple[int, int], tax_to: str = "", *, swap: str = "") -> str:
        if (one := self.dividends.get(at)) is None:
            return MISSING
        if (code := self._accounts_fault(swap)) != OK:
            return code
        if (tax_to or one.tax_to) != one.tax_to:
            return "WrongWithholdingAccount"
        if not (amount := one.withheld - one.remitted):
            return "NothingLeft"
        if (code := self.pay(one.vault, one.tax_to, amount, whole=False)) != OK:
            return code
        one.remitted = one.withheld
        self.told = {"amount": amount, "remitted": one.remitted}
        return OK

    def reclaim(self, by: str, at: tuple[int, int], to: str, *, shown: Shown = None, swap: str = "") -> str:
        """What nobody has claimed, once claims are closed."""
        if (one := self.dividends.get(at)) is None or (shown and shown not in self.grants):
            return MISSING
        if (code := self.of_asset(by, shown, (TREASURER,))) != OK:
            return code
        if (code := self._accounts_fault(swap)) != OK:
            return code
        if coin_of(to) != one.coin or self.owners[to] != self.authority:
            return "WrongTokenAccount"
        if self.now <= one.until:
            return "ClaimsOpen"
        if not (amount := one.remaining):
            return "NothingLeft"
        if (code := self.pay(one.vault, to, amount, whole=False)) != OK:
            return code
        one.reclaimed += amount
        self.told = {"amount": amount, "funded": one.funded, "paid": one.paid, "withheld": one.withheld}
        return OK

    def close_claims(self, at: tuple[int, int], page: int, rent_to: str = "relayer") -> str:
        """A day after the last claim, so that no clock that goes back opens the page again."""
        if (one := self.dividends.get(at)) is None or page not in one.pages:
            return MISSING
        if rent_to != "relayer":
            return "WrongRentReceiver"
        if self.now - DAY <= one.until:
            return "ClaimsOpen"
        del one.pages[page], one.entries[page]
        self.told = {"page": page, "claimed": sum(one.claimed.values())}
        return OK

    def register_recipient(self, by: str, recipient: str) -> str:
        if recipient == "nobody":
            return "EmptyCustodianField"
        self.told = {}
        self.recipients[by] = recipient
        return OK
