"""What attestor managers, custodians, and those who watch them do, right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tests.properties.acts_office import OfficeActs
from tests.properties.chain import OK, address
from tests.properties.custody import bundles
from tests.properties.holders import Model
from tests.properties.parts import MANAGER, Report, Shown
from tests.properties.reports import FLAWS, READ_LAST, envelope
from xstock_client import instructions as ix
from xstock_client.message import account_hash

__all__ = ["CustodyActs"]


@lru_cache(maxsize=64)
def _padded(name: str, size: int) -> bytes:
    return name.encode().ljust(size, b"0" if name else b"\0")


class CustodyActs(OfficeActs):
    """``keys`` are up to three names; ``"nobody"`` leaves a place empty."""

    def register(
        self,
        by: str,
        slot: int,
        lei: str,
        account: str,
        keys: Sequence[str],
        threshold: int = 1,
        *,
        shown: Shown = None,
        swap: str = "",
    ) -> str:
        grant = shown or (MANAGER, by)
        keys = tuple(keys)
        instruction = ix.register_custodian(
            manager=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            reserve=self._books(swap)["reserve"],
            slot=slot,
            custodian_id=_padded(lei, 20),
            account_hash=account_hash(account) if account else bytes(32),
            keys=[address(name) for name in keys],
            threshold=threshold,
        )
        return self.do(
            "register",
            lambda m: m.register(by, grant, slot, lei, account, keys, threshold, swap=swap),
            [instruction],
            [by],
        )

    def retire(self, by: str, slot: int, *, shown: Shown = None, swap: str = "") -> str:
        grant = shown or (MANAGER, by)
        instruction = ix.retire_custodian(manager=address(by), grant=self._role(grant), slot=slot, **self._books(swap))
        return self.do("retire", lambda m: m.retire(by, grant, slot, swap=swap), [instruction], [by])

    def register_chain(
        self,
        by: str,
        slot: int,
        chain: str,
        token: str,
        keys: Sequence[str],
        threshold: int = 1,
        *,
        shown: Shown = None,
        swap: str = "",
    ) -> str:
        grant = shown or (MANAGER, by)
        keys = tuple(keys)
        instruction = ix.register_chain(
            manager=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            reserve=self._books(swap)["reserve"],
            slot=slot,
            chain=chain.encode().ljust(48, b"\0"),
            token_hash=account_hash(token) if token else bytes(32),
            keys=[address(name) for name in keys],
            threshold=threshold,
        )
        return self.do(
            "register chain",
            lambda m: m.register_chain(by, grant, slot, chain, token, keys, threshold, swap=swap),
            [instruction],
            [by],
        )

    def set_cap(self, by: str, slot: int, cap: int, *, shown: Shown = None, swap: str = "") -> str:
        instruction = ix.set_chain_cap(
            reserve=self._books(swap)["reserve"], slot=slot, cap=cap, **self._of_asset(by), **self._officer(by, shown)
        )
        return self.do("set cap", lambda m: m.set_cap(by, slot, cap, shown=shown, swap=swap), [instruction], [by])

    def retire_chain(self, by: str, slot: int, *, shown: Shown = None, swap: str = "") -> str:
        grant = shown or (MANAGER, by)
        instruction = ix.retire_chain(
            manager=address(by),
            grant=self._role(grant),
            asset=self.here.asset,
            reserve=self._books(swap)["reserve"],
            slot=slot,
        )
        return self.do("retire chain", lambda m: m.retire_chain(by, grant, slot, swap=swap), [instruction], [by])

    def cancel_slot_change(self, by: str, kind: int, slot: int, *, shown: Shown = None, swap: str = "") -> str:
        instruction = ix.cancel_slot_change(
            reserve=self._books(swap)["reserve"], kind=kind, slot=slot, **self._of_asset(by), **self._guard(by, shown)
        )
        return self.do(
            "cancel slot change",
            lambda m: m.cancel_slot_change(by, kind, slot, shown=shown, swap=swap),
            [instruction],
            [by],
        )

    def attest(self, *reports: Report, flaw: str = "", twice: bool = False) -> str:
        """All in one instruction. Twice: the second one reads the same signatures again."""

        def predict(m: Model) -> str:
            if flaw == READ_LAST:  # seen while the last report's signatures are gathered
                *before, _ = bundles(reports)
                code = m.attest([one for one in reports if one.unsigned() in [seen for seen, _ in before]])
                return code if before and code != OK else FLAWS[flaw]
            return FLAWS[flaw] if flaw else m.attest(reports)

        instructions = envelope(reports, self.here, self.other, flaw)
        return self.do("attest", predict, instructions, twice=twice, events=len(bundles(reports)))
