"""Every instruction as its rightful caller would send it; each function takes what a test may want to vary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.embedded.chain import Call, call, key
from xstock_client import pda
from xstock_client.constants import DAY_S, PROGRAM_ID, TICKETS_PER_PAGE, Role
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.message import account_hash

ONE = 10**8
"""Raw units of one share."""
HOUR_S = 3600
NAME = "Apple xStock"
URI = "https://example.com/AAPLx.json"
TERMS_URI = "https://example.com/terms"
TERMS_HASH = sha256(b"terms").digest()
PAYOUT_HASH = sha256(b"payout").digest()
MAX_AGE_S = 120 * HOUR_S
CHANGE_DELAY_S = 2 * DAY_S
REDEMPTION_WINDOW_S = 5 * DAY_S
WINDOW_LIMIT = 5_000 * ONE
LIFETIME_CAP = 20_000 * ONE

FEES = key("fees")
"""Pays every transaction's fee, and nothing else."""
TREASURY = key("treasury")
"""Pays the rent of every account."""
ALICE, BOB, MALLORY = key("alice"), key("bob"), key("mallory")


def staff(role: Role) -> Pubkey:
    """The key of a role. Both issuers grant to the same keys, so that grants differ in their issuer alone."""
    return key(f"staff {role.name}")


def deputy(role: Role) -> Pubkey:
    """A second key of a role."""
    return key(f"deputy {role.name}")


@dataclass(frozen=True)
class Desk:
    """An issuer."""

    id: int

    @cached_property
    def authority(self) -> Pubkey:
        return key(f"authority {self.id}")

    @cached_property
    def address(self) -> Pubkey:
        return pda.issuer(self.id)

    def grant(self, role: Role, member: Pubkey | None = None) -> Pubkey:
        return pda.role(self.address, role, member or staff(role))


@dataclass(frozen=True)
class Stock:
    """A listed asset with its addresses."""

    desk: Desk
    number: int
    isin: str
    symbol: str
    min_custodians: int = 2
    permissioned_burn: bool = True

    @cached_property
    def asset(self) -> Pubkey:
        return pda.asset(self.desk.address, self.number)

    @cached_property
    def mint(self) -> Pubkey:
        return pda.mint(self.asset)

    @cached_property
    def escrow(self) -> Pubkey:
        return pda.escrow(self.asset)

    @cached_property
    def reserve(self) -> Pubkey:
        return pda.reserve(self.asset)

    def custodian(self, slot: int) -> Pubkey:
        """The first attester of a slot."""
        return key(f"custodian {self.desk.id} {self.number} {slot}")

    def wallet(self, owner: Pubkey) -> Pubkey:
        """The owner's associated token account."""
        return pda.token_account(owner, self.mint)

    def book(self, holder: Pubkey) -> Pubkey:
        return pda.holder_book(self.asset, holder)

    def request(self, holder: Pubkey, id: int) -> Pubkey:
        return pda.redemption_request(self.asset, holder, id)

    def page(self, page: int = 0) -> Pubkey:
        return pda.ticket_page(self.asset, page)

    def allowance(self, minter: Pubkey) -> Pubkey:
        return pda.allowance(self.asset, minter)


OURS, RIVAL = Desk(7), Desk(8)
APPLE = Stock(OURS, 0, "US0378331005", "AAPLx")
NVIDIA = Stock(OURS, 1, "US67066G1040", "NVDAx", min_custodians=1, permissioned_burn=False)
RIVAL_APPLE = Stock(RIVAL, 0, "US0378331005", "AAPLx")
RIVAL_NVIDIA = Stock(RIVAL, 1, "US67066G1040", "NVDAx")
TESLA = Stock(OURS, 2, "US88160R1014", "TSLAx")
"""Not listed in the world: for tests of listing."""

LEIS = (b"529900ALPINE00000043", b"529900HARBOR00000020", b"529900MEADOW00000016")


def create_issuer(desk: Desk, *, name: bytes = b"Issuer", genesis_hash: bytes = GENESIS_HASH) -> Call:
    return call(
        "create_issuer",
        payer=TREASURY,
        authority=desk.authority,
        issuer=desk.address,
        id=desk.id,
        name=name.ljust(32, b"\0"),
        genesis_hash=genesis_hash,
    )


def propose_authority(desk: Desk, new: Pubkey) -> Call:
    return call("propose_authority", authority=desk.authority, issuer=desk.address, new_authority=new)


def accept_authority(desk: Desk, new: Pubkey) -> Call:
    return call("accept_authority", new_authority=new, issuer=desk.address)


def grant_role(desk: Desk, role: int, member: Pubkey, expires_at: int) -> Call:
    return call(
        "grant_role",
        payer=TREASURY,
        authority=desk.authority,
        issuer=desk.address,
        member=member,
        grant=pda.role(desk.address, role, member),
        role=role,
        expires_at=expires_at,
    )


def revoke_role(desk: Desk, role: Role, member: Pubkey) -> Call:
    return call(
        "revoke_role",
        authority=desk.authority,
        issuer=desk.address,
        grant=desk.grant(role, member),
        rent_receiver=TREASURY,
    )


def list_asset(stock: Stock, **changes: object) -> Call:
    """``changes`` are arguments; the addresses stay those of ``stock``, markers follow ISIN and symbol."""
    values: dict[str, object] = {
        "number": stock.number,
        "isin": stock.isin.encode(),
        "symbol": stock.symbol.encode().ljust(12, b"\0"),
        "name": NAME,
        "uri": URI,
        "terms_uri": TERMS_URI,
        "terms_hash": TERMS_HASH,
        "max_age_s": MAX_AGE_S,
        "change_delay_s": CHANGE_DELAY_S,
        "redemption_window_s": REDEMPTION_WINDOW_S,
        "min_custodians": stock.min_custodians,
        "permissioned_burn": stock.permissioned_burn,
        **changes,
    }
    issuer = stock.desk.address
    return call(
        "list_asset",
        payer=TREASURY,
        authority=stock.desk.authority,
        issuer=issuer,
        asset=stock.asset,
        mint=stock.mint,
        escrow=stock.escrow,
        reserve=stock.reserve,
        isin_marker=_marker(b"isin", issuer, values["isin"]),
        symbol_marker=_marker(b"symbol", issuer, values["symbol"]),
        **values,
    )


def _marker(kind: bytes, issuer: Pubkey, value: object) -> Pubkey:
    # malformed values have addresses too, which pda.py refuses to derive
    assert isinstance(value, bytes)
    return Pubkey.find_program_address([kind, bytes(issuer), value], PROGRAM_ID)[0]


def set_allowance(stock: Stock, minter: Pubkey, window: int = WINDOW_LIMIT, cap: int = LIFETIME_CAP) -> Call:
    return call(
        "set_allowance",
        payer=TREASURY,
        authority=stock.desk.authority,
        issuer=stock.desk.address,
        asset=stock.asset,
        reserve=stock.reserve,
        minter=minter,
        allowance=stock.allowance(minter),
        window_limit=window,
        lifetime_cap=cap,
    )


def register_custodian(
    stock: Stock,
    slot: int,
    *,
    lei: bytes | None = None,
    account: bytes | None = None,
    attester: Pubkey | None = None,
) -> Call:
    manager = staff(Role.ATTESTOR_MANAGER)
    return call(
        "register_custodian",
        manager=manager,
        grant=stock.desk.grant(Role.ATTESTOR_MANAGER),
        asset=stock.asset,
        reserve=stock.reserve,
        slot=slot,
        custodian_id=LEIS[slot] if lei is None else lei,
        account_hash=safe(slot) if account is None else account,
        attester=stock.custodian(slot) if attester is None else attester,
    )


def safe(slot: int) -> bytes:
    """The hash of the safekeeping account that a slot is bound to."""
    return account_hash(f"SAFE-{slot}")


def retire_custodian(stock: Stock, slot: int) -> Call:
    return call(
        "retire_custodian",
        manager=staff(Role.ATTESTOR_MANAGER),
        grant=stock.desk.grant(Role.ATTESTOR_MANAGER),
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
        slot=slot,
    )


def attest(stock: Stock, *before: Instruction, precompile: int = 0, signature: int = 0, count: int = 1) -> Call:
    return call(
        "attest",
        before,
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
        precompile=precompile,
        signature=signature,
        count=count,
    )


def open_ticket_page(stock: Stock, page: int) -> Call:
    return call("open_ticket_page", payer=TREASURY, asset=stock.asset, tickets=stock.page(page), page=page)


def mint_shares(
    stock: Stock,
    amount: int,
    *,
    ticket: int,
    to: Pubkey = ALICE,
    minter: Pubkey | None = None,
    page: int | None = None,
) -> Call:
    """``page`` is the ticket's own unless named."""
    minter = minter or staff(Role.MINTER)
    return call(
        "mint_shares",
        minter=minter,
        grant=stock.desk.grant(Role.MINTER, minter),
        asset=stock.asset,
        reserve=stock.reserve,
        allowance=stock.allowance(minter),
        tickets=stock.page(ticket // TICKETS_PER_PAGE if page is None else page),
        mint=stock.mint,
        destination=stock.wallet(to),
        ticket=ticket,
        amount=amount,
    )


def open_holder_book(stock: Stock, holder: Pubkey) -> Call:
    return call("open_holder_book", payer=TREASURY, holder=holder, asset=stock.asset, book=stock.book(holder))


def request_redemption(stock: Stock, amount: int, *, id: int, holder: Pubkey = ALICE) -> Call:
    return call(
        "request_redemption",
        payer=TREASURY,
        holder=holder,
        asset=stock.asset,
        book=stock.book(holder),
        request=stock.request(holder, id),
        mint=stock.mint,
        source=stock.wallet(holder),
        escrow=stock.escrow,
        id=id,
        amount=amount,
        payout_terms_hash=PAYOUT_HASH,
    )


def cancel_redemption(
    stock: Stock, *, id: int, holder: Pubkey = ALICE, to: Pubkey | None = None, memo: Pubkey | None = None
) -> Call:
    return call(
        "cancel_redemption",
        holder=holder,
        asset=stock.asset,
        book=stock.book(holder),
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        destination=to or stock.wallet(holder),
        memo_program=memo,
    )


def accept_redemption(stock: Stock, *, id: int, holder: Pubkey = ALICE) -> Call:
    return call(
        "accept_redemption",
        redeemer=staff(Role.REDEEMER),
        grant=stock.desk.grant(Role.REDEEMER),
        asset=stock.asset,
        request=stock.request(holder, id),
    )


def settle_redemption(stock: Stock, amount: int, *, accepted_at: int, id: int, holder: Pubkey = ALICE) -> Call:
    return call(
        "settle_redemption",
        redeemer=staff(Role.REDEEMER),
        grant=stock.desk.grant(Role.REDEEMER),
        asset=stock.asset,
        book=stock.book(holder),
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        amount=amount,
        accepted_at=accepted_at,
    )


def halt(stock: Stock, functions: int) -> Call:
    return call(
        "halt",
        pauser=staff(Role.PAUSER),
        grant=stock.desk.grant(Role.PAUSER),
        asset=stock.asset,
        functions=functions,
    )


def resume(stock: Stock, functions: int) -> Call:
    return call(
        "resume",
        unpauser=staff(Role.UNPAUSER),
        grant=stock.desk.grant(Role.UNPAUSER),
        asset=stock.asset,
        reserve=stock.reserve,
        functions=functions,
    )


def reopen(stock: Stock) -> Call:
    return call(
        "reopen",
        unpauser=staff(Role.UNPAUSER),
        grant=stock.desk.grant(Role.UNPAUSER),
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
    )


def check_solvency(stock: Stock) -> Call:
    return call("check_solvency", asset=stock.asset, reserve=stock.reserve, mint=stock.mint)
