"""The issuer's office: roles, handoff, what waits for its timelock, and how that is stopped."""

from __future__ import annotations

from hashlib import sha256

import pytest
from anchorpy.error import AccountDoesNotExistError
from solders.keypair import Keypair

from tests.anchorpy.beginning import ASSET, ISSUER_ID, SHARE
from tests.anchorpy.desk import HOUR, Desk, Stock
from xstock_client import events, pda
from xstock_client.anchorpy import typed_errors
from xstock_client.constants import DAY_S, PolicyField, Role, SlotChange
from xstock_client.errors import ProgramRefused

# What can be renounced, and is held by nobody: one before the issuer is live, one after.
AT_ONCE, LATER = Role.TREASURER, Role.COMPLIANCE


async def set_up(desk: Desk, genesis: bytes) -> Stock:
    me, now = desk.me, await desk.ledger.now()
    issuer = pda.issuer(ISSUER_ID)
    name = b"Anchorpy Issuer".ljust(32, b"\0")
    created = await desk.call(
        "create_issuer",
        events.IssuerCreated,
        ISSUER_ID,
        name,
        genesis,
        2 * DAY_S,
        payer=me,
        authority=me,
        issuer=issuer,
    )
    assert (created.issuer, created.id, created.name, created.genesis_hash) == (issuer, ISSUER_ID, name, genesis)
    account = await desk.fetch("Issuer", issuer)
    assert (account.authority, bytes(account.name), bytes(account.genesis_hash)) == (me, name, genesis)

    # There and back, so that every later instruction is the wallet's.
    other = Keypair()
    handoff = (events.AuthorityProposed, events.AuthorityAccepted)
    await desk.call("propose_authority", handoff[0], other.pubkey(), authority=me, issuer=issuer)
    accept = desk.builder("accept_authority", new_authority=other.pubkey(), issuer=issuer).signers([other])
    await desk.run(accept, "accept_authority", handoff[1])
    back = desk.builder("propose_authority", me, authority=other.pubkey(), issuer=issuer).signers([other])
    await desk.run(back, "propose_authority", handoff[0])
    await desk.call("accept_authority", handoff[1], new_authority=me, issuer=issuer)

    stock = Stock(issuer, ASSET)
    own = [role for role in Role if role not in (AT_ONCE, LATER, Role.ARBITER)]
    officers = (
        (Role.ADMIN, desk.admin),
        (Role.APPROVER, desk.approver),
        (Role.PAUSER, desk.pauser),
        (Role.ARBITER, desk.arbiter),
    )
    for role, member in [*((role, me) for role in own), *((role, key.pubkey()) for role, key in officers)]:
        granted = await desk.call(
            "grant_role", events.RoleGranted, int(role), now + 30 * DAY_S, **desk.granting(stock, role, member)
        )
        assert (granted.role, granted.member, granted.expires_at) == (role, member, now + 30 * DAY_S)
    assert (await desk.fetch("RoleGrant", pda.role(issuer, Role.PAUSER, me))).role == Role.PAUSER
    grants = (await desk.fetch("Issuer", issuer)).grants
    assert [grants[role] for role in Role] == [2, 1, 2, 1, 1, 1, 0, 2, 1, 0, 1]

    for_once = pda.role(issuer, Role.PAUSER, other.pubkey())
    short = (int(Role.PAUSER), now + HOUR)
    await desk.call("grant_role", events.RoleGranted, *short, **desk.granting(stock, Role.PAUSER, other.pubkey()))
    await desk.call("revoke_role", events.RoleRevoked, authority=me, issuer=issuer, grant=for_once, rent_receiver=me)
    with pytest.raises(AccountDoesNotExistError):
        await desk.fetch("RoleGrant", for_once)
    gone = await desk.call("renounce_role", events.RoleRenounced, int(AT_ONCE), authority=me, issuer=issuer)
    assert (gone.done, gone.renounced) == (1, 1 << AT_ONCE)
    await list_stock(desk, stock)
    return stock


async def list_stock(desk: Desk, stock: Stock) -> None:
    listing = desk.program.type["ListAssetArgs"](
        number=0,
        isin=b"US0378331005",
        symbol=b"AAPLx".ljust(12, b"\0"),
        name="Apple xStock",
        uri="https://example.org/aaplx.json",
        terms_uri="https://example.org/terms.pdf",
        terms_hash=sha256(b"terms").digest(),
        policy=desk.policy(),
        permissioned_burn=False,
        pro_rata=True,
    )
    markers = {
        "isin_marker": pda.isin_marker(stock.issuer, "US0378331005"),
        "symbol_marker": pda.symbol_marker(stock.issuer, "AAPLx"),
    }
    given = {"payer": desk.me, "authority": desk.me, "issuer": stock.issuer, "escrow": stock.escrow}
    await desk.call("list_asset", events.AssetListed, listing, **given, **stock.judged, **markers)
    account = await desk.fetch("Asset", stock.asset)
    assert (account.issuer, account.mint, account.escrow) == (stock.issuer, stock.mint, stock.escrow)
    assert (bytes(account.isin), account.policy.max_age_s) == (b"US0378331005", 120 * HOUR)
    assert (account.policy.haircut_bps, account.policy.custodian_share_bps) == (2_000, 10_000)
    assert (await desk.fetch("IsinMarker", markers["isin_marker"])).asset == stock.asset
    assert (await desk.fetch("SymbolMarker", markers["symbol_marker"])).asset == stock.asset


async def policy(desk: Desk, stock: Stock) -> None:
    """Before the first mint: tighter acts at once, and so does looser, once it is applied."""
    given = {"authority": desk.me, "issuer": stock.issuer, **stock.judged}
    named = int(PolicyField.MAX_AGE | PolicyField.HAIRCUT)
    values = desk.policy(max_age_s=100 * HOUR, haircut_bps=1_000)
    told = await desk.call("set_policy", events.PolicySet, named, values, **given)
    assert (told.tighter, told.looser) == (PolicyField.MAX_AGE, PolicyField.HAIRCUT)
    asset = await desk.fetch("Asset", stock.asset)
    assert (asset.policy.max_age_s, asset.policy.haircut_bps) == (100 * HOUR, 2_000)
    assert (asset.queued_policy.fields, asset.queued_policy.values.haircut_bps) == (PolicyField.HAIRCUT, 1_000)
    await desk.call("apply_policy", events.PolicyApplied, **stock.judged)
    assert (await desk.fetch("Asset", stock.asset)).policy.haircut_bps == 1_000


async def stolen_admin(desk: Desk, stock: Stock) -> None:
    """After the first mint: what an admin's key loosens waits, and a pauser cancels it."""
    thief = desk.admin.pubkey()
    given = {"authority": thief, "admin_grant": pda.role(stock.issuer, Role.ADMIN, thief), "issuer": stock.issuer}
    values = desk.policy(collateral_bps=10_000, max_age_s=168 * HOUR)
    loosen = desk.builder("set_policy", int(PolicyField.MAX_AGE), values, **given, **stock.judged)
    told = await desk.run(loosen.signers([desk.admin]), "set_policy", events.PolicySet)
    assert (told.by, told.looser, told.queued.values.max_age_s) == (thief, PolicyField.MAX_AGE, 168 * HOUR)
    with pytest.raises(ProgramRefused, match="ChangeNotReady"), typed_errors():
        await desk.builder("apply_policy", **stock.judged).rpc()
    guard = desk.pauser.pubkey()
    grant = pda.role(stock.issuer, Role.PAUSER, guard)
    cancel = desk.builder("cancel_policy", canceller=guard, grant=grant, issuer=stock.issuer, asset=stock.asset)
    cancelled = await desk.run(cancel.signers([desk.pauser]), "cancel_policy", events.PolicyCancelled)
    assert (cancelled.by, cancelled.queued.fields) == (guard, PolicyField.MAX_AGE)
    assert (await desk.fetch("Asset", stock.asset)).queued_policy.fields == 0


async def second_thoughts(desk: Desk, stock: Stock) -> None:
    """Once the issuer is live and has minted, every loosening waits; the authority drops each."""
    me, issuer = desk.me, stock.issuer
    by = {"canceller": me, "issuer": issuer}
    own = {"authority": me, "issuer": issuer}
    asked = await desk.call("propose_authority", events.AuthorityProposed, Keypair().pubkey(), **own)
    assert asked.pending_from == asked.at + 2 * DAY_S
    await desk.call("cancel_handoff", events.HandoffCancelled, **by)

    begun = await desk.call("renounce_role", events.RoleRenounced, int(LATER), **own)
    assert (begun.done, begun.renounce_from) == (0, begun.at + 2 * DAY_S)
    await desk.call("cancel_renunciation", events.RenunciationCancelled, **by)

    newcomer, until = Keypair().pubkey(), await desk.ledger.now() + 20 * DAY_S
    place = desk.granting(stock, Role.MINTER, newcomer)
    granted = await desk.call("grant_role", events.RoleGranted, int(Role.MINTER), until, **place)
    assert (granted.expires_at, granted.next_from) == (0, granted.at + 2 * DAY_S)
    await desk.call("cancel_role_change", events.RoleChangeCancelled, **by, role=place["grant"])

    raised = desk.limits(window_limit=3_000 * SHARE)
    place = desk.allowing(stock)
    waiting = await desk.call("set_allowance", events.AllowanceSet, raised, **place)
    assert (waiting.limits.window_limit, waiting.pending.window_limit) == (2_000 * SHARE, 3_000 * SHARE)
    allowance = {"asset": stock.asset, "allowance": place["allowance"]}
    dropped = await desk.call("cancel_raise", events.AllowanceRaiseCancelled, **by, **allowance)
    assert dropped.dropped.window_limit == 3_000 * SHARE

    registered = await desk.register(stock, 0, [Keypair().pubkey()], 1)
    assert registered.replaces == 1 and registered.valid_from == registered.at + 48 * HOUR
    slots = {"asset": stock.asset, "reserve": stock.reserve}
    kind = int(SlotChange.CUSTODIAN_KEYS)
    await desk.call("cancel_slot_change", events.SlotChangeCancelled, kind, 0, **by, **slots)
    keys = (await desk.fetch("Reserve", stock.reserve)).custodians[0].signers
    assert (keys.pending_count, keys.count, keys.threshold) == (0, 2, 2)
