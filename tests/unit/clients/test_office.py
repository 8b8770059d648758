"""The issuer's office: admins, roles that wait, what pausers cancel, approvers and tickets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import NOW, ONE, PROGRAM, World, key
from xstock_client import pda
from xstock_client.accounts import RoleGrant, TicketPage
from xstock_client.amounts import Raw
from xstock_client.clients import IssuerDesk
from xstock_client.constants import DAY_S, NO_APPROVER, Role, SlotChange
from xstock_client.errors import AccountMissing, ProgramRefused, UsageError
from xstock_client.events import RoleGranted, RoleRenounced, RoleRevoked, parse_events
from xstock_client.ledger import EmbeddedLedger, KeypairSigner, NullSigner, Receipt
from xstock_client.message import account_hash
from xstock_client.views import allowance_view, grant_expiry

UNTIL = NOW + 90 * DAY_S


def told(receipt: Receipt) -> object:
    (event,) = parse_events(receipt.executed)
    return event


async def grant_of(world: World, role: Role, member: KeypairSigner) -> RoleGrant:
    found = [one for one in await world.reader.roles(world.issuer) if (one.role, one.member) == (role, member.pubkey)]
    (grant,) = found
    return grant


async def test_an_admin_grants_and_revokes_in_the_authoritys_place(world: World) -> None:
    newcomer = key()
    event = told(await world.desk.grant_role(Role.MINTER, newcomer.pubkey, UNTIL))
    assert isinstance(event, RoleGranted)
    # the issuer has an allowance, so it is live: more power waits a timelock
    assert (event.by, event.next_from, event.next_expires_at) == (world.member.pubkey, NOW + DAY_S, UNTIL)
    grant = await grant_of(world, Role.MINTER, newcomer)
    assert [grant_expiry(grant, NOW + after) for after in (0, DAY_S)] == [0, UNTIL]
    await world.desk.revoke_role(Role.MINTER, newcomer.pubkey)
    # admins are chosen by the authority alone
    assert (await refusal(world.desk.grant_role(Role.ADMIN, newcomer.pubkey, UNTIL))).name == "WrongRoleGrant"
    await world.admin.grant_role(Role.ADMIN, newcomer.pubkey, UNTIL)
    stranger = world.admin.acting_as(key())
    assert (await refusal(stranger.grant_role(Role.MINTER, newcomer.pubkey, UNTIL))).name == "NotAuthority"


async def test_an_admin_whose_role_ran_out_is_told_so(world: World) -> None:
    world.ledger.advance(31 * DAY_S)
    late = await refusal(world.desk.grant_role(Role.MINTER, key().pubkey, NOW + 60 * DAY_S))
    assert late.name == "RoleExpired"


async def test_a_pauser_of_long_standing_goes_only_after_a_timelock(world: World) -> None:
    world.ledger.advance(DAY_S)
    event = told(await world.admin.revoke_role(Role.PAUSER, world.member.pubkey))
    assert isinstance(event, RoleRevoked) and (event.closed, event.ends_at) == (0, NOW + 2 * DAY_S)
    # meanwhile the pauser stops its own end
    await world.desk.cancel_role_change(Role.PAUSER, world.member.pubkey)
    assert (await grant_of(world, Role.PAUSER, world.member)).next_from == 0
    with pytest.raises(ProgramRefused, match="has no grant of the role treasurer"):
        await world.desk.cancel_role_change(Role.TREASURER, key().pubkey)


async def test_a_waiting_grant_is_cancelled(world: World) -> None:
    newcomer = key()
    await world.admin.grant_role(Role.MINTER, newcomer.pubkey, UNTIL)
    await world.desk.cancel_role_change(Role.MINTER, newcomer.pubkey)
    assert grant_expiry(await grant_of(world, Role.MINTER, newcomer), NOW + 2 * DAY_S) == 0


async def test_a_handoff_is_cancelled(world: World) -> None:
    heir = key()
    await world.admin.propose_authority(heir.pubkey)
    await world.desk.cancel_handoff()
    world.ledger.advance(DAY_S)
    assert (await refusal(world.admin.acting_as(heir).accept_authority())).name == "NotPendingAuthority"
    assert (await refusal(world.desk.cancel_handoff())).name == "NothingQueued"


async def test_a_role_is_given_up_for_good_in_two_steps(world: World) -> None:
    assert (await refusal(world.admin.renounce_role(Role.TREASURER))).name == "RoleStillHeld"
    await world.admin.revoke_role(Role.TREASURER, world.member.pubkey)
    event = told(await world.admin.renounce_role(Role.TREASURER))
    assert isinstance(event, RoleRenounced) and (event.done, event.renounce_from) == (0, NOW + DAY_S)
    await world.desk.cancel_renunciation()
    await world.admin.renounce_role(Role.TREASURER)
    world.ledger.advance(DAY_S)
    event = told(await world.admin.renounce_role(Role.TREASURER))
    assert isinstance(event, RoleRenounced) and event.done
    again = await refusal(world.admin.grant_role(Role.TREASURER, key().pubkey, UNTIL))
    assert again.name == "RoleRenounced"
    assert (await refusal(world.admin.renounce_role(Role.PAUSER))).name == "CannotRenounce"


async def test_before_the_first_allowance_nothing_waits() -> None:
    async with EmbeddedLedger(program=PROGRAM, now=NOW) as ledger:
        world = World(ledger)
        await ledger.airdrop(world.treasury.pubkey, 10**10)
        await world.admin.create_issuer(world.number, "Test", timelock=3 * DAY_S)
        assert (await world.reader.issuer_account(world.issuer)).timelock_s == 3 * DAY_S
        event = told(await world.admin.grant_role(Role.MINTER, world.member.pubkey, UNTIL))
        assert isinstance(event, RoleGranted) and event.expires_at == UNTIL
        await world.admin.renounce_role(Role.TREASURER)
        assert (await world.reader.issuer_account(world.issuer)).renounced == 1 << Role.TREASURER
        with pytest.raises(ProgramRefused, match="TimelockOutOfRange"):
            await IssuerDesk(ledger, issuer=pda.issuer(9), signer=world.authority, payer=world.treasury).create_issuer(
                9, "Test", timelock=60
            )


# allowances and approvers


async def test_an_allowance_keeps_its_approver_threshold(world: World) -> None:
    async def threshold() -> int:
        found = await world.reader.allowance(world.asset, world.member.pubkey)
        return allowance_view(found, await world.ledger.now()).limits.approver_threshold

    limits: Any = {"per_day": Raw(50 * ONE), "lifetime": Raw(500 * ONE)}
    assert await threshold() == NO_APPROVER
    await world.admin.set_allowance(world.asset, world.member.pubkey, **limits, approver_threshold=Raw(5 * ONE))
    await world.admin.set_allowance(world.asset, world.member.pubkey, **limits)
    assert await threshold() == 5 * ONE, "a change of other limits does not drop it"
    (built,) = world.admin.set_allowance_instructions(world.asset, world.member.pubkey, **limits)
    assert bytes(built.data).endswith(b"\xff" * 8)


async def test_above_the_threshold_an_approver_signs_too(world: World) -> None:
    await world.attest(60, 50)
    approver = key()
    owner = world.holder_key.pubkey
    limits = {"per_day": Raw(50 * ONE), "lifetime": Raw(500 * ONE)}
    await world.admin.set_allowance(world.asset, world.member.pubkey, **limits, approver_threshold=Raw(5 * ONE))
    await world.desk.mint(world.asset, 1, Raw(5 * ONE), owner)
    alone = await refusal(world.desk.mint(world.asset, 2, Raw(ONE), owner))
    assert alone.figures == {"amount": ONE, "used": 6 * ONE, "threshold": 5 * ONE}
    with pytest.raises(ProgramRefused, match=f"{approver.pubkey} does not hold the role approver"):
        await world.desk.mint(world.asset, 2, Raw(ONE), owner, approver=approver)
    await world.admin.grant_role(Role.APPROVER, approver.pubkey, UNTIL)
    world.ledger.advance(DAY_S)
    await world.attest(60, 50)
    await world.desk.mint(world.asset, 2, Raw(6 * ONE), owner, approver=approver)
    assert (await refusal(world.desk.mint(world.asset, 3, Raw(ONE), owner, approver=world.member))).name == (
        "SelfApproval"
    )
    # or elsewhere: the transaction names both, and is signed where each key is
    built = await world.desk.mint_instructions(world.asset, 3, Raw(ONE), owner, approver=approver.pubkey)
    assert [meta.pubkey for meta in built[-1].accounts if meta.is_signer] == [world.member.pubkey, approver.pubkey]
    absent = NullSigner(approver.pubkey)
    with pytest.raises(Exception, match="its key is not on this machine"):
        await world.desk.mint(world.asset, 3, Raw(ONE), owner, approver=absent)


async def test_a_raise_is_cancelled_before_it_acts(world: World) -> None:
    await world.attest(60, 50)
    await world.give(10)
    more = Raw(10**7 * ONE)
    await world.admin.set_allowance(world.asset, world.member.pubkey, per_day=more, lifetime=more)
    found = await world.reader.allowance(world.asset, world.member.pubkey)
    assert allowance_view(found, NOW).waiting_from == NOW + 2 * DAY_S
    await world.desk.cancel_raise(world.asset, world.member.pubkey)
    found = await world.reader.allowance(world.asset, world.member.pubkey)
    assert allowance_view(found, NOW).waiting is None
    with pytest.raises(ProgramRefused, match="has no allowance"):
        await world.desk.cancel_raise(world.asset, key().pubkey)


# keys and tickets


async def test_a_slot_takes_k_of_n_keys(world: World) -> None:
    first, second = key(), key()
    safe = account_hash("SAFE-2")
    own = {"lei": "529900THIRD000000061", "account_hash": safe}
    for bad, words in (
        ({}, "name either the attester, or the keys"),
        ({"attester": first.pubkey, "keys": [second.pubkey]}, "name either the attester, or the keys"),
        ({"keys": [first.pubkey, first.pubkey]}, "stands twice"),
        ({"keys": [key().pubkey for _ in range(4)]}, "1 to 3 keys, not 4"),
        ({"keys": [first.pubkey], "threshold": 2}, "between 1 and the number of keys, 1; not 2"),
        ({"keys": [first.pubkey], "threshold": 0}, "not 0"),
    ):
        with pytest.raises(UsageError, match=words):
            await world.desk.register_custodian(world.asset, 2, **own, **bad)  # type: ignore[arg-type]
    await world.desk.register_custodian(world.asset, 2, **own, keys=[first.pubkey, second.pubkey])  # type: ignore[arg-type]
    row = (await world.reader.reserve_report(world.asset)).rows[2]
    assert (row.signers.next_keys, row.signers.next_threshold) == ((first.pubkey, second.pubkey), 2)


async def test_new_keys_are_cancelled_before_they_sign(world: World) -> None:
    await world.attest(60, 50)
    await world.give(10)
    await world.desk.register_custodian(
        world.asset, 0, lei="529900ALPINE00000043", account_hash=account_hash("SAFE-0"), attester=key().pubkey
    )
    assert (await world.reader.reserve_report(world.asset)).rows[0].signers.next_from == NOW + 2 * DAY_S
    await world.desk.cancel_slot_change(world.asset, SlotChange.CUSTODIAN_KEYS, 0)
    assert (await world.reader.reserve_report(world.asset)).rows[0].signers.next_keys == ()


async def test_a_page_closes_when_its_tickets_are_given_up(world: World) -> None:
    await world.attest(60, 50)
    await world.give(1, ticket=4095)
    await world.give(1, ticket=4096)
    early = await refusal(world.desk.close_ticket_page(world.asset, 0))
    assert (early.name, early.figures) == ("PageInUse", {"page": 0, "watermark": 0})
    await world.desk.raise_watermark(world.asset, 4096)
    assert (await refusal(world.admin.raise_watermark(world.asset, 4098))).figures["limit"] == 4097
    page = pda.ticket_page(world.asset, 0)
    before = await world.ledger.balance(world.treasury.pubkey)
    account = await world.ledger.account(page)
    assert account is not None and TicketPage.decode(account.data).rent_payer == world.treasury.pubkey
    await world.desk.close_ticket_page(world.asset, 0)
    assert await world.ledger.balance(world.treasury.pubkey) > before
    with pytest.raises(AccountMissing, match="ticket page 0 .* is not open"):
        await world.desk.close_ticket_page(world.asset, 0)
    low = await refusal(world.desk.mint(world.asset, 4095, Raw(ONE), world.holder_key.pubkey))
    assert (low.name, low.figures["watermark"]) == ("TicketTooLow", 4096)
