"""What officers do, right or wrong, as a transaction and as what the model makes of it."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.properties.chain import address, issuer_of
from tests.properties.desk import START, Desk
from tests.properties.parts import DAY, ROLES, Grant, Listing, Shown, Terms
from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.accounts import Limits, Policy
from xstock_client.constants import SYSTEM, TOKEN_2022

__all__ = ["RELAYER", "OfficeActs"]

RELAYER: Final = address("relayer")


class OfficeActs(Desk):
    """``shown`` is the grant that a signer shows, None for the authority's own signature.

    ``swap`` names an account that is replaced by the other asset's, or by something that it must not be.
    """

    def __init__(self, terms: Terms, now: int = START) -> None:
        super().__init__(terms, now)
        self.chain_only([self._page(0, self.other.asset)], [])
        for role in ROLES:  # of the rival's own issuer
            self.chain_only([self._grant("rival", role, "rival", now + 300 * DAY)], ["rival"])
            self.m.grants[role, "rival"] = Grant(now + 300 * DAY)

    # Which accounts

    @staticmethod
    @lru_cache(maxsize=256)
    def _role(shown: tuple[int, str]) -> Pubkey:
        return pda.role(issuer_of(shown[1]), shown[0], address(shown[1]))

    def _shown(self, shown: Shown) -> Pubkey | None:
        return self._role(shown) if shown else None

    def _officer(self, by: str, shown: Shown) -> dict[str, Any]:
        return {"authority": address(by), "admin_grant": self._shown(shown)}

    def _guard(self, by: str, shown: Shown) -> dict[str, Any]:
        return {"canceller": address(by), "grant": self._shown(shown)}

    def _of_asset(self, by: str) -> dict[str, Any]:
        """The rival comes with its own issuer, on our asset."""
        return {"issuer": issuer_of(by), "asset": self.here.asset}

    def _books(self, swap: str = "") -> dict[str, Any]:
        return {
            "asset": self.here.asset,
            "reserve": (self.other if swap == "reserve" else self.here).reserve,
            "mint": (self.other if swap == "mint" else self.here).mint,
        }

    # Issuers and listings

    def create_issuer(self, number: int, name: str, timelock: int, by: str = "auth1") -> str:
        instruction = self.founding(number, by, name, timelock)
        return self.do("create issuer", lambda m: m.create_issuer(number, name, timelock), [instruction], [by])

    def list_asset(self, by: str, new: Listing, *, shown: Shown = None, swap: str = "") -> str:
        token_program = SYSTEM if swap else TOKEN_2022
        instruction = self.listing(new, by, admin_grant=self._shown(shown), token_program=token_program)
        return self.do("list asset", lambda m: m.list_asset(by, new, shown=shown, swap=swap), [instruction], [by])

    # Roles

    def _grant(self, by: str, role: int, member: str, expires: int, shown: Shown = None) -> Instruction:
        return ix.grant_role(
            payer=RELAYER,
            issuer=issuer_of(member),
            member=address(member),
            grant=self._role((role, member)),
            role=role,
            expires_at=expires,
            **self._officer(by, shown),
        )

    def grant_role(self, by: str, role: int, member: str, expires: int, *, shown: Shown = None) -> str:
        return self.do(
            "grant role",
            lambda m: m.grant_role(by, role, member, expires, shown=shown),
            [self._grant(by, role, member, expires, shown)],
            [by],
        )

    def revoke_role(self, by: str, role: int, member: str, rent_to: str = "relayer", *, shown: Shown = None) -> str:
        instruction = ix.revoke_role(
            issuer=self.here.issuer,
            grant=self._role((role, member)),
            rent_receiver=address(rent_to),
            **self._officer(by, shown),
        )
        return self.do(
            "revoke role", lambda m: m.revoke_role(by, role, member, rent_to, shown=shown), [instruction], [by]
        )

    def cancel_role_change(self, by: str, role: int, member: str, *, shown: Shown = None) -> str:
        instruction = ix.cancel_role_change(
            issuer=issuer_of(by), role=self._role((role, member)), **self._guard(by, shown)
        )
        return self.do(
            "cancel role change", lambda m: m.cancel_role_change(by, role, member, shown=shown), [instruction], [by]
        )

    def renounce(self, by: str, role: int) -> str:
        instruction = ix.renounce_role(authority=address(by), issuer=self.here.issuer, role=role)
        return self.do("renounce", lambda m: m.renounce(by, role), [instruction], [by])

    def cancel_renunciation(self, by: str, *, shown: Shown = None) -> str:
        instruction = ix.cancel_renunciation(issuer=self.here.issuer, **self._guard(by, shown))
        return self.do("cancel renunciation", lambda m: m.cancel_renunciation(by, shown=shown), [instruction], [by])

    # Handoff

    def propose(self, by: str, heir: str) -> str:
        instruction = ix.propose_authority(authority=address(by), issuer=self.here.issuer, new_authority=address(heir))
        return self.do("propose", lambda m: m.propose(by, heir), [instruction], [by])

    def inherit(self, by: str) -> str:
        instruction = ix.accept_authority(new_authority=address(by), issuer=self.here.issuer)
        return self.do("inherit", lambda m: m.inherit(by), [instruction], [by])

    def cancel_handoff(self, by: str, *, shown: Shown = None) -> str:
        instruction = ix.cancel_handoff(issuer=self.here.issuer, **self._guard(by, shown))
        return self.do("cancel handoff", lambda m: m.cancel_handoff(by, shown=shown), [instruction], [by])

    # Policy

    def set_policy(self, by: str, named: int, values: Policy, *, shown: Shown = None, swap: str = "") -> str:
        instruction = ix.set_policy(
            issuer=issuer_of(by), named=named, **asdict(values), **self._officer(by, shown), **self._books(swap)
        )
        return self.do(
            "set policy", lambda m: m.set_policy(by, named, values, shown=shown, swap=swap), [instruction], [by]
        )

    def apply_policy(self, *, swap: str = "", twice: bool = False) -> str:
        instruction = ix.apply_policy(**self._books(swap))
        return self.do("apply policy", lambda m: m.apply_policy(swap=swap), [instruction], twice=twice)

    def cancel_policy(self, by: str, *, shown: Shown = None) -> str:
        instruction = ix.cancel_policy(**self._of_asset(by), **self._guard(by, shown))
        return self.do("cancel policy", lambda m: m.cancel_policy(by, shown=shown), [instruction], [by])

    # Allowances and tickets

    def set_allowance(self, by: str, minter: str, limits: Limits, *, shown: Shown = None, swap: str = "") -> str:
        instruction = ix.set_allowance(
            payer=RELAYER,
            reserve=self._books(swap)["reserve"],
            minter=address(minter),
            allowance=pda.allowance(self.here.asset, address(minter)),
            **asdict(limits),
            **self._of_asset(by),
            **self._officer(by, shown),
        )
        return self.do(
            "set allowance",
            lambda m: m.set_allowance(by, minter, limits, shown=shown, swap=swap),
            [instruction],
            [by],
        )

    def cancel_raise(self, by: str, minter: str, *, shown: Shown = None) -> str:
        instruction = ix.cancel_raise(
            allowance=pda.allowance(self.here.asset, address(minter)),
            **self._of_asset(by),
            **self._guard(by, shown),
        )
        return self.do("cancel raise", lambda m: m.cancel_raise(by, minter, shown=shown), [instruction], [by])

    def raise_watermark(self, by: str, watermark: int, *, shown: Shown = None) -> str:
        instruction = ix.raise_watermark(watermark=watermark, **self._of_asset(by), **self._officer(by, shown))
        return self.do("raise watermark", lambda m: m.raise_watermark(by, watermark, shown=shown), [instruction], [by])

    def _page(self, page: int, asset: Pubkey) -> Instruction:
        return ix.open_ticket_page(payer=RELAYER, asset=asset, tickets=pda.ticket_page(asset, page), page=page)

    def open_page(self, page: int) -> str:
        return self.do("open page", lambda m: m.open_page(page), [self._page(page, self.here.asset)])

    def close_page(self, page: int, rent_to: str = "relayer", *, swap: str = "") -> str:
        """``swap``: the other asset's page."""
        tickets = pda.ticket_page((self.other if swap else self.here).asset, page)
        instruction = ix.close_ticket_page(asset=self.here.asset, tickets=tickets, rent_receiver=address(rent_to))
        return self.do("close page", lambda m: m.close_page(page, rent_to, swap=swap), [instruction])

    def rival_allowance(self, minter: str, limits: Limits) -> None:
        """The other asset's allowance, which makes the issuer live too."""
        instruction = ix.set_allowance(
            payer=RELAYER,
            authority=address("auth0"),
            issuer=self.here.issuer,
            asset=self.other.asset,
            reserve=self.other.reserve,
            minter=address(minter),
            allowance=pda.allowance(self.other.asset, address(minter)),
            **asdict(limits),
        )
        self.chain_only([instruction], ["auth0"])
        self.m.go_live()
