"""What an issuer's authority, its admins and its attestor managers send.

``by`` names who signs instead of the authority; its admin grant is passed then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded.calls.people import (
    DOLLAR,
    LIFETIME_CAP,
    NAME,
    POLICY,
    TERMS_HASH,
    TERMS_URI,
    TIMELOCK_S,
    TREASURY,
    URI,
    WINDOW_LIMIT,
    Desk,
    Stock,
    chain_id,
    lei,
    padded,
    purse,
    safe,
    staff,
    token_hash,
)
from tests.embedded.chain import Call, call
from xstock_client import pda
from xstock_client.constants import NO_APPROVER, PROGRAM_ID, Role
from xstock_client.ledger.embedded import GENESIS_HASH

__all__ = [
    "accept_authority",
    "create_issuer",
    "grant_role",
    "list_asset",
    "open_bond",
    "propose_authority",
    "raise_watermark",
    "register_chain",
    "register_custodian",
    "renounce_role",
    "retire_chain",
    "retire_custodian",
    "revoke_role",
    "set_allowance",
    "set_chain_cap",
    "set_policy",
]


def _officer(desk: Desk, by: Pubkey | None) -> dict[str, Pubkey]:
    if by is None:
        return {"authority": desk.authority}
    return {"authority": by, "admin_grant": desk.grant(Role.ADMIN, by)}


def _manager(stock: Stock) -> dict[str, Pubkey]:
    return {"manager": staff(Role.ATTESTOR_MANAGER), "grant": stock.desk.grant(Role.ATTESTOR_MANAGER)}


def create_issuer(
    desk: Desk, *, name: bytes = b"Issuer", genesis_hash: bytes = GENESIS_HASH, timelock_s: int = TIMELOCK_S
) -> Call:
    return call(
        "create_issuer",
        payer=TREASURY,
        authority=desk.authority,
        issuer=desk.address,
        id=desk.id,
        name=name.ljust(32, b"\0"),
        genesis_hash=genesis_hash,
        timelock_s=timelock_s,
    )


def propose_authority(desk: Desk, new: Pubkey) -> Call:
    return call("propose_authority", authority=desk.authority, issuer=desk.address, new_authority=new)


def accept_authority(desk: Desk, new: Pubkey) -> Call:
    return call("accept_authority", new_authority=new, issuer=desk.address)


def grant_role(desk: Desk, role: int, member: Pubkey, expires_at: int, *, by: Pubkey | None = None) -> Call:
    return call(
        "grant_role",
        payer=TREASURY,
        issuer=desk.address,
        member=member,
        grant=pda.role(desk.address, role, member),
        role=role,
        expires_at=expires_at,
        **_officer(desk, by),
    )


def revoke_role(desk: Desk, role: Role, member: Pubkey, *, by: Pubkey | None = None) -> Call:
    return call(
        "revoke_role",
        issuer=desk.address,
        grant=desk.grant(role, member),
        rent_receiver=TREASURY,
        **_officer(desk, by),
    )


def renounce_role(desk: Desk, role: int) -> Call:
    return call("renounce_role", authority=desk.authority, issuer=desk.address, role=role)


def list_asset(stock: Stock, *, by: Pubkey | None = None, **changes: object) -> Call:
    """``changes`` are arguments; the addresses stay those of ``stock``, markers follow ISIN and symbol."""
    values: dict[str, Any] = {
        "number": stock.number,
        "isin": stock.isin.encode(),
        "symbol": stock.symbol.encode().ljust(12, b"\0"),
        "name": NAME,
        "uri": URI,
        "terms_uri": TERMS_URI,
        "terms_hash": TERMS_HASH,
        **POLICY,
        "min_custodians": stock.min_custodians,
        "permissioned_burn": stock.permissioned_burn,
        "pro_rata": False,
        **changes,
    }
    issuer = stock.desk.address
    return call(
        "list_asset",
        payer=TREASURY,
        issuer=issuer,
        asset=stock.asset,
        mint=stock.mint,
        escrow=stock.escrow,
        reserve=stock.reserve,
        isin_marker=_marker(b"isin", issuer, values["isin"]),
        symbol_marker=_marker(b"symbol", issuer, values["symbol"]),
        **_officer(stock.desk, by),
        **values,
    )


def _marker(kind: bytes, issuer: Pubkey, value: object) -> Pubkey:
    # malformed values have addresses too, which pda.py refuses to derive
    assert isinstance(value, bytes)
    return Pubkey.find_program_address([kind, bytes(issuer), value], PROGRAM_ID)[0]


def set_policy(stock: Stock, *, by: Pubkey | None = None, named: int | None = None, **fields: int) -> Call:
    """``fields`` are named in the call unless ``named`` says otherwise; the others carry values that are never read."""
    if named is None:
        order = list(POLICY)
        named = sum(1 << order.index(field) for field in fields)
    return call(
        "set_policy",
        issuer=stock.desk.address,
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
        named=named,
        **{**dict.fromkeys(POLICY, 0), **fields},
        **_officer(stock.desk, by),
    )


def open_bond(stock: Stock, *, mint: Pubkey = DOLLAR, vault: Pubkey | None = None, by: Pubkey | None = None) -> Call:
    return call(
        "open_bond",
        issuer=stock.desk.address,
        asset=stock.asset,
        payment_mint=mint,
        bond_vault=vault or purse(stock.asset, mint),
        **_officer(stock.desk, by),
    )


def set_allowance(
    stock: Stock,
    minter: Pubkey,
    window: int = WINDOW_LIMIT,
    cap: int = LIFETIME_CAP,
    threshold: int = NO_APPROVER,
    *,
    by: Pubkey | None = None,
) -> Call:
    return call(
        "set_allowance",
        payer=TREASURY,
        issuer=stock.desk.address,
        asset=stock.asset,
        reserve=stock.reserve,
        minter=minter,
        allowance=stock.allowance(minter),
        window_limit=window,
        lifetime_cap=cap,
        approver_threshold=threshold,
        **_officer(stock.desk, by),
    )


def raise_watermark(stock: Stock, watermark: int, *, by: Pubkey | None = None) -> Call:
    return call(
        "raise_watermark",
        issuer=stock.desk.address,
        asset=stock.asset,
        watermark=watermark,
        **_officer(stock.desk, by),
    )


def register_custodian(
    stock: Stock,
    slot: int,
    *,
    id: bytes | None = None,
    account: bytes | None = None,
    keys: Sequence[Pubkey] | None = None,
    threshold: int = 1,
) -> Call:
    """``keys`` are padded; the slot's first attester alone unless named."""
    return call(
        "register_custodian",
        asset=stock.asset,
        reserve=stock.reserve,
        slot=slot,
        custodian_id=lei(slot) if id is None else id,
        account_hash=safe(slot) if account is None else account,
        keys=padded(*((stock.custodian(slot),) if keys is None else keys)),
        threshold=threshold,
        **_manager(stock),
    )


def retire_custodian(stock: Stock, slot: int) -> Call:
    return call(
        "retire_custodian",
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
        slot=slot,
        **_manager(stock),
    )


def register_chain(
    stock: Stock,
    slot: int,
    *,
    chain: bytes | None = None,
    token: bytes | None = None,
    keys: Sequence[Pubkey] | None = None,
    threshold: int = 1,
) -> Call:
    """``keys`` are padded; the slot's first watcher alone unless named."""
    return call(
        "register_chain",
        asset=stock.asset,
        reserve=stock.reserve,
        slot=slot,
        chain=chain_id(slot) if chain is None else chain,
        token_hash=token_hash(slot) if token is None else token,
        keys=padded(*((stock.watcher(slot),) if keys is None else keys)),
        threshold=threshold,
        **_manager(stock),
    )


def set_chain_cap(stock: Stock, slot: int, cap: int, *, by: Pubkey | None = None) -> Call:
    return call(
        "set_chain_cap",
        issuer=stock.desk.address,
        asset=stock.asset,
        reserve=stock.reserve,
        slot=slot,
        cap=cap,
        **_officer(stock.desk, by),
    )


def retire_chain(stock: Stock, slot: int) -> Call:
    return call("retire_chain", asset=stock.asset, reserve=stock.reserve, slot=slot, **_manager(stock))
