"""What corporate officers and snapshot attestors do, and what anyone can show to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.embedded.trees import Tree
from tests.properties.acts_office import RELAYER
from tests.properties.acts_redeem import AUTHORITY, RedeemActs
from tests.properties.chain import OK, address
from tests.properties.corporate import Action
from tests.properties.parts import CORPORATE, MANAGER, PAUSER, Shown
from tests.properties.voting import Place, Root
from xstock_client import instructions as ix
from xstock_client import pda

__all__ = ["CorporateActs"]

ROOT: Final = Place(0)


def _hash(number: int) -> bytes:
    return bytes([number]) * 32


class CorporateActs(RedeemActs):
    """Who signs for the company shows its officer's grant, if nothing else is said."""

    @staticmethod
    def _corporate(by: str, shown: Shown, role: int = CORPORATE) -> Shown:
        return None if shown == AUTHORITY else shown or (role, by)

    def _action(self, number: int) -> Pubkey:
        return pda.corporate_action(self.here.asset, number)

    def _snapshot(self, number: int) -> Pubkey:
        return pda.snapshot(self.here.asset, number)

    def announce(self, by: str, new: Action, *, shown: Shown = None, swap: str = "") -> str:
        grant = self._corporate(by, shown)
        books = self._books(swap)
        instruction = ix.announce_action(
            payer=RELAYER,
            officer=address(by),
            grant=self._shown(grant),
            action=self._action(new.number),
            reserve=books["reserve"],
            mint=books["mint"],
            number=new.number,
            kind=new.kind,
            ratio_new=new.new,
            ratio_old=new.old,
            old_multiplier=new.old_multiplier,
            rate=new.rate,
            payout_mint=self._coin(new.coin),
            ex_at=new.ex,
            record_at=new.record,
            pay_at=new.pay,
            effective_at=new.effective,
            document_hash=_hash(new.document),
            isin=new.isin.encode().ljust(12, b"\0"),
            symbol=new.symbol.encode().ljust(12, b"\0"),
            **self._of_asset(by),
        )
        return self.do("announce", lambda m: m.announce(by, new, shown=grant, swap=swap), [instruction], [by])

    def _coin(self, coin: str) -> Pubkey:
        """A payment mint; the asset's own token is none."""
        return self.here.mint if coin == "share" else address(coin or "nobody")

    def cancel_action(self, by: str, number: int, reason: int = 1, *, shown: Shown = None, swap: str = "") -> str:
        grant = self._corporate(by, shown)
        instruction = ix.cancel_action(
            canceller=address(by),
            grant=self._shown(grant),
            action=self._action(number),
            mint=self._books(swap)["mint"],
            reason_hash=_hash(reason),
            **self._of_asset(by),
        )
        return self.do(
            "cancel action",
            lambda m: m.cancel_action(by, number, reason, shown=grant, swap=swap),
            [instruction],
            [by],
        )

    def apply_identifiers(
        self,
        number: int,
        isin: str,
        symbol: str,
        *,
        given_up: tuple[bool, bool] | None = None,
        swap: str = "",
    ) -> str:
        issuer, (old_isin, old_symbol) = self.here.issuer, self.m.listed[0]
        gone = given_up or (isin != old_isin, symbol != old_symbol)
        instruction = ix.apply_identifiers(
            payer=RELAYER,
            issuer=issuer,
            asset=self.here.asset,
            action=self._action(number),
            mint=self._books(swap)["mint"],
            isin_marker=pda.isin_marker(issuer, isin),
            symbol_marker=pda.symbol_marker(issuer, symbol),
            old_isin_marker=pda.isin_marker(issuer, old_isin) if gone[0] else None,
            old_symbol_marker=pda.symbol_marker(issuer, old_symbol) if gone[1] else None,
            rent_receiver=address("thief") if swap == "rent_receiver" else RELAYER,
            isin=isin.encode(),
            symbol=symbol.encode().ljust(12, b"\0"),
        )

        def predict(m: Any) -> str:
            outcome: str = m.apply_identifiers(number, isin, symbol, given_up=given_up, swap=swap)
            return outcome

        before = self.here
        if not self.trying and predict(self.m.fork()) == OK:
            self.chain.rename(isin, symbol)
        try:
            return self.do("apply identifiers", predict, [instruction])
        except AssertionError:
            self.chain.rename(before.isin, before.symbol)
            raise

    # Attestors

    def set_attestors(self, by: str, names: Sequence[str], threshold: int = 2, *, shown: Shown = None) -> str:
        grant = shown or (MANAGER, by)
        padded = (*names, *("nobody",) * (5 - len(names)))
        instruction = ix.set_attestors(
            manager=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            keys=[address(name) for name in padded],
            threshold=threshold,
        )
        return self.do("set attestors", lambda m: m.set_attestors(by, grant, padded, threshold), [instruction], [by])

    def cancel_attestors(self, by: str, *, shown: Shown = None) -> str:
        grant = self._corporate(by, shown, PAUSER)
        instruction = ix.cancel_attestors(**self._guard(by, grant), **self._of_asset(by))
        return self.do("cancel attestors", lambda m: m.cancel_attestors(by, shown=grant), [instruction], [by])

    # Snapshots

    def record(self, action: int, number: int, *, swap: str = "") -> str:
        instruction = ix.record_snapshot(
            payer=RELAYER,
            asset=self.here.asset,
            action=self._action(action),
            snapshot=self._snapshot(number),
            mint=self._books(swap)["mint"],
            number=number,
        )
        return self.do("record", lambda m: m.record(action, number, swap=swap), [instruction])

    def _ballot(self, at: Place, swap: str) -> dict[str, Any]:
        """``swap``: the other asset; or another snapshot than the distribution's."""
        snapshot = self._snapshot(at.snapshot)
        paid = None if at.distribution is None else pda.distribution(snapshot, at.distribution)
        asset = (self.other if swap == "asset" else self.here).asset
        if swap == "snapshot":
            snapshot = self._snapshot(1 - at.snapshot)
        return {"asset": asset, "snapshot": snapshot, "distribution": paid}

    def vote(self, by: str, at: Place, root: Root, *, swap: str = "") -> str:
        instruction = ix.vote_root(
            attestor=address(by),
            hash=root.hash,
            sum=root.sum,
            leaf_count=root.leaves,
            withheld=root.withheld,
            **self._ballot(at, swap),
        )
        return self.do("vote", lambda m: m.vote(by, at, root, swap=swap), [instruction], [by])

    def reject_root(self, by: str, at: Place, *, swap: str = "") -> str:
        instruction = ix.reject_root(attestor=address(by), **self._ballot(at, swap))
        return self.do("reject root", lambda m: m.reject_root(by, at, swap=swap), [instruction], [by])

    def show(self, by: str, at: Place, tree: Tree, index: int, *, swap: str = "") -> str:
        leaf = tree.leaves[index]
        instruction = ix.challenge_order(
            challenger=address(by),
            index=index,
            owner=leaf.owner,
            amount=leaf.amount,
            withheld=leaf.withheld,
            nodes=tree.proof(index),
            **self._ballot(at, swap),
        )
        return self.do("show", lambda m: m.show(by, at, tree, index, swap=swap), [instruction], [by])

    def challenge_sum(self, by: str, at: Place, tree: Tree, level: int, position: int = 0, *, swap: str = "") -> str:
        below = max(level - 1, 0)
        left, right = tree.entry(below, 2 * position), tree.entry(below, 2 * position + 1)
        instruction = ix.challenge_sum(
            challenger=address(by),
            level=level,
            position=position,
            sum=tree.entry(level, position).sum,
            left=bytes(left),
            right=bytes(right),
            nodes=tree.proof(position, start=level),
            **self._ballot(at, swap),
        )
        return self.do(
            "challenge sum",
            lambda m: m.challenge_sum(by, at, tree, level, position, swap=swap),
            [instruction],
            [by],
        )
