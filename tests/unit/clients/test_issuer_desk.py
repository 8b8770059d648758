"""The desk on the embedded ledger: set-up, minting with an answer, guardians."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.unit.clients.silent import Silent
from tests.unit.clients.world import ISIN, LISTING, NOW, ONE, PROGRAM, SOL, World, key
from xstock_client import pda
from xstock_client.amounts import Raw
from xstock_client.clients import Attestor, Holder, IssuerDesk, Keeper, MintOutcome
from xstock_client.constants import DAY_S, TOKEN_2022, Halt, Role
from xstock_client.errors import (
    AccountMissing,
    ProgramRefused,
    TransactionFailed,
    Unconfirmed,
    UsageError,
    WrongCluster,
)
from xstock_client.events import SharesMinted, SolvencyChecked, parse_events
from xstock_client.ledger import EmbeddedLedger, Failure, LookupTable, Simulation
from xstock_client.views import allowance_left


async def refusal(attempt: Any) -> ProgramRefused:
    with pytest.raises(ProgramRefused) as caught:
        await attempt
    return caught.value


def test_every_writing_method_has_a_twin_that_only_builds() -> None:
    for client in (IssuerDesk, Holder, Attestor, Keeper):
        writing = [
            name
            for name, method in inspect.getmembers(client, inspect.iscoroutinefunction)
            if not name.startswith("_")
            and not name.endswith("_instructions")
            and inspect.signature(method).return_annotation
            in (
                *("Receipt", "Listed", "MintOutcome", "PolicyChanged", "Requested", "list[Receipt]"),
                *("Defaulted", "TakenBack", "list[LateReturn]", "list[BatchLine]"),
            )
        ]
        assert writing
        for name in writing:
            assert callable(getattr(client, f"{name}_instructions")), f"{client.__name__}.{name} has no twin"


async def test_the_payer_pays_and_the_signer_needs_no_lamports(world: World) -> None:
    await world.attest(60, 50)
    await world.give(10)
    for signer in (world.authority, world.member, world.holder_key):
        assert await world.ledger.balance(signer.pubkey) == 0
    assert await world.ledger.balance(world.treasury.pubkey) < 100 * SOL


async def test_an_issuer_of_another_cluster_is_refused_before_anything_is_sent(world: World) -> None:
    other = EmbeddedLedger(program=PROGRAM, now=NOW, genesis_hash=bytes([9] * 32))
    for address in (world.issuer, world.asset):
        other.set_account(address, await world.ledger.account(address))
    await other.airdrop(world.treasury.pubkey, SOL)
    desk = IssuerDesk(other, issuer=world.issuer, signer=world.authority, payer=world.treasury)
    with pytest.raises(WrongCluster, match="nothing that it attests means anything here"):
        await desk.grant_role(Role.MINTER, world.member.pubkey, NOW + 1000)
    with pytest.raises(WrongCluster):
        await Holder(other, signer=world.holder_key, payer=world.treasury).request(world.asset, Raw(1))
    with pytest.raises(WrongCluster):
        await desk.create_issuer(7, "Test", genesis_hash=bytes(32))
    assert await other.balance(world.treasury.pubkey) == SOL


async def test_an_issuer_id_must_give_the_desks_address(world: World) -> None:
    with pytest.raises(UsageError, match="issuer id 8 does not give"):
        await world.admin.create_issuer(8, "Test")
    with pytest.raises(UsageError, match="1 to 32 bytes"):
        world.admin.create_issuer_instructions(7, "x" * 33, bytes(32))


async def test_the_authority_is_handed_over_in_two_steps(world: World) -> None:
    heir = key()
    await world.admin.propose_authority(heir.pubkey)
    assert (await refusal(world.desk.accept_authority())).name == "NotPendingAuthority"
    early = await refusal(world.admin.acting_as(heir).accept_authority())
    assert (early.name, early.figures["ready_at"]) == ("ChangeNotReady", NOW + DAY_S)
    world.ledger.advance(DAY_S)
    await world.admin.acting_as(heir).accept_authority()
    assert (await world.reader.issuer_account(world.issuer)).authority == heir.pubkey
    assert (await refusal(world.admin.propose_authority(None))).name == "NotAuthority"


async def test_roles_come_and_go(world: World) -> None:
    grants = await world.reader.roles(world.issuer)
    assert [grant.role for grant in grants] == sorted(Role)
    await world.admin.revoke_role(Role.MINTER, world.member.pubkey)
    assert Role.MINTER not in [grant.role for grant in await world.reader.roles(world.issuer)]
    with pytest.raises(AccountMissing, match="does not hold the role minter"):
        await world.admin.revoke_role(Role.MINTER, world.member.pubkey)


async def test_listed_assets_are_found_by_symbol_and_by_number(world: World) -> None:
    assert await world.reader.resolve(world.issuer, "AAPLx") == world.asset
    assert [address for address, _ in await world.reader.assets(world.issuer)] == [world.asset]
    for symbol in ("aaplx", "NVDAx"):
        with pytest.raises(UsageError, match="unknown symbol"):
            await world.reader.resolve(world.issuer, symbol)
    with pytest.raises(UsageError, match="1 to 12 characters"):
        await world.reader.resolve(world.issuer, "")
    token = await world.reader.token(world.asset)
    assert (token.name, token.symbol, token.decimals, token.paused) == ("Apple xStock", "AAPLx", 8, False)
    assert token.uri == LISTING.uri
    terms = {"isin": ISIN, "terms_uri": LISTING.terms_uri, "terms_hash": LISTING.terms_hash.hex()}
    assert token.fields == terms


class WithoutPermissionedBurn(EmbeddedLedger):
    """A cluster whose Token-2022 does not know PermissionedBurn."""

    async def simulate(
        self,
        instructions: Sequence[Instruction],
        payer: Pubkey,
        *,
        accounts: Sequence[Pubkey] = (),
        tables: Sequence[LookupTable] = (),
    ) -> Simulation:
        if any(bytes(one.data[:8]).hex() == "0b19fecd3dfc170f" and one.data[-2] for one in instructions):
            return Simulation(0, (), Failure(0, TOKEN_2022, 12, "Custom"))
        return await super().simulate(instructions, payer, accounts=accounts, tables=tables)


async def test_permissioned_burn_is_asked_for_where_the_cluster_has_it(world: World) -> None:
    assert (await world.reader.asset_account(world.asset)).features == 1
    plain = World(WithoutPermissionedBurn(program=PROGRAM, now=NOW))
    await plain.build()
    assert (await plain.reader.asset_account(plain.asset)).features == 0
    second = replace(LISTING, isin="US67066G1040", symbol="NVDAx")
    with pytest.raises(TransactionFailed):
        await plain.admin.list_asset(second, permissioned_burn=True)
    assert not (await world.admin.list_asset(second, permissioned_burn=False)).permissioned_burn


async def test_a_refused_listing_tells_the_programs_reason_not_the_extensions(world: World) -> None:
    bad = replace(LISTING, isin="US67066G1041", symbol="NVDAx")
    assert (await refusal(world.admin.list_asset(bad))).name == "BadIsin"
    with pytest.raises(UsageError, match="max_age_s lies between 1 h and 7 d, compiled into the program; not 1 min"):
        await world.admin.list_asset(replace(bad, isin="US67066G1040", max_age=60))


async def test_a_mint_opens_what_is_missing_in_the_same_transaction(world: World) -> None:
    await world.attest(60, 50)
    owner = world.holder_key.pubkey
    first = await world.desk.mint_instructions(world.asset, 5, Raw(ONE), owner)
    assert len(first) == 3
    outcome = await world.desk.mint(world.asset, 5, Raw(ONE), owner)
    assert outcome.status == "minted" and outcome.receipt is not None
    assert outcome.destination == pda.token_account(owner, world.mint)
    minted = [event for event in parse_events(outcome.receipt.executed) if isinstance(event, SharesMinted)]
    assert [(event.ticket, event.amount) for event in minted] == [(5, ONE)]
    assert len(await world.desk.mint_instructions(world.asset, 6, Raw(ONE), owner)) == 1
    assert len(await world.desk.mint_instructions(world.asset, 4096, Raw(ONE), owner)) == 2
    assert await world.desk.ticket_used(world.asset, 5)
    assert not await world.desk.ticket_used(world.asset, 6)
    assert not await world.desk.ticket_used(world.asset, 4101)
    with pytest.raises(UsageError, match="a ticket lies between"):
        await world.desk.mint_instructions(world.asset, 4096 * 2**32, Raw(ONE), owner)


async def test_refusals_of_a_mint_carry_their_figures(world: World) -> None:
    await world.attest(60, 50)
    owner = world.holder_key.pubkey
    await world.give(100, ticket=1)
    short = await refusal(world.desk.mint(world.asset, 2, Raw(15 * ONE), owner))
    assert short.name == "ReserveShort"
    assert short.figures == {"reserve": 110 * ONE, "needed": 115 * ONE, "released": 0, "foreign": 0}
    used = await refusal(world.desk.mint(world.asset, 1, Raw(ONE), owner))
    assert (used.name, used.figures) == ("TicketUsed", {"ticket": 1})
    assert (await refusal(world.desk.mint(world.asset, 2, Raw(0), owner))).name == "ZeroAmount"
    world.ledger.advance(LISTING.max_age + 1)
    stale = await refusal(world.desk.mint(world.asset, 2, Raw(ONE), owner))
    assert (stale.name, stale.figures) == ("QuorumNotMet", {"fresh": 0, "needed": 2})


async def mint_silently(world: World, *, lands: bool, blind: bool = False) -> MintOutcome:
    ledger = world.ledger
    assert isinstance(ledger, Silent)
    assert (await world.reader.issuer_account(world.issuer)).asset_count == 1
    desk = world.desk
    await desk.require_cluster(world.issuer)
    ledger.silent, ledger.lands, ledger.blind = True, lands, blind
    return await desk.mint(world.asset, 3, Raw(ONE), world.holder_key.pubkey)


async def test_an_unknown_outcome_is_read_from_the_ticket(silent: World) -> None:
    landed = await mint_silently(silent, lands=True)
    assert landed.status == "minted" and landed.receipt is not None


async def test_a_mint_that_never_landed_is_not_minted(silent: World) -> None:
    lost = await mint_silently(silent, lands=False)
    assert lost.status == "not minted" and lost.receipt is None
    assert isinstance(lost.error, TransactionFailed)


async def test_a_mint_that_nobody_can_tell_is_unknown(silent: World) -> None:
    unknown = await mint_silently(silent, lands=True, blind=True)
    assert unknown.status == "unknown" and isinstance(unknown.error, Unconfirmed)


async def test_a_refusal_by_another_program_is_not_taken_for_a_lost_mint(world: World) -> None:
    await world.attest(60, 50)
    poor = IssuerDesk(world.ledger, issuer=world.issuer, signer=world.member, payer=key())
    with pytest.raises(TransactionFailed):
        await poor.mint(world.asset, 3, Raw(ONE), world.holder_key.pubkey)


async def test_allowances_limit_and_show_what_is_left(world: World) -> None:
    await world.attest(60, 50)
    await world.give(40)
    found = await world.reader.allowance(world.asset, world.member.pubkey)
    left, ever = allowance_left(found, await world.ledger.now())
    assert left == ever == Raw((10**6 - 40) * ONE)
    await world.admin.set_allowance(world.asset, world.member.pubkey, per_day=Raw(50 * ONE), lifetime=Raw(90 * ONE))
    window = await refusal(world.desk.mint(world.asset, 1, Raw(11 * ONE), world.holder_key.pubkey))
    assert (window.name, window.figures["left"]) == ("WindowExceeded", 10 * ONE)
    with pytest.raises(AccountMissing, match="has no allowance"):
        await world.reader.allowance(world.asset, world.holder_key.pubkey)


async def test_guardians_halt_and_resume(world: World) -> None:
    await world.attest(60, 50)
    await world.give(10)
    await world.desk.halt(world.asset, Halt.MINT | Halt.REQUESTS)
    mint = world.desk.mint(world.asset, 1, Raw(ONE), world.holder_key.pubkey)
    assert (await refusal(mint)).name == "MintHalted"
    assert (await refusal(world.holder.request(world.asset, Raw(ONE)))).name == "RequestsHalted"
    await world.desk.resume(world.asset, Halt.MINT)
    assert (await world.reader.reserve_report(world.asset)).halts == Halt.REQUESTS
    await world.give(1, ticket=1)


async def test_anybody_checks_solvency_and_the_latch_opens_only_when_covered(world: World) -> None:
    await world.attest(60, 50)
    await world.give(100)
    stranger = Attestor(world.ledger, payer=world.treasury)
    receipt = await stranger.check_solvency(world.asset)
    (event,) = parse_events(receipt.executed)
    assert isinstance(event, SolvencyChecked) and not event.latched
    await world.attest(60, 30)
    assert not await world.reader.solvent(world.asset)
    assert (await world.reader.reserve_report(world.asset)).latched
    assert (await refusal(world.desk.reopen(world.asset))).name == "ReserveShort"
    await world.attest(60, 40)
    await world.desk.reopen(world.asset)
    assert await world.reader.solvent(world.asset)
    await world.desk.retire_custodian(world.asset, 1)
    assert (await world.reader.reserve_report(world.asset)).latched
