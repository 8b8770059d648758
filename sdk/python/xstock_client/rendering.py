"""Events, receipts and amounts as JSON values and as text for people. Shared by the command line and the rehearsal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import IntEnum, IntFlag
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client.accounts import BondExit, Limits, QueuedPolicy, Ratio, Root
from xstock_client.amounts import U64_MAX, Cash, Multiplier, Raw, Shares
from xstock_client.constants import (
    NO_APPROVER,
    NO_CHAIN,
    PROGRAM_ID,
    ActionKind,
    DistributionRule,
    Feature,
    Halt,
    Payout,
    PolicyField,
    RejectReason,
    RequestState,
    Role,
    SlotChange,
)
from xstock_client.events import Event, parse_events
from xstock_client.ledger import ExecutedTransaction, Receipt
from xstock_client.rebase import NO_RATIO, ratio_text
from xstock_client.times import instant, span

__all__ = [
    "cash_json",
    "describe",
    "event_json",
    "fields_text",
    "halts_text",
    "instant",
    "raw_json",
    "receipt_json",
    "shares_json",
    "short",
    "span",
    "transaction_json",
]

_TEXTS: Final = frozenset({"chain", "custodian_id", "isin", "name", "old_isin", "old_symbol", "symbol", "terms_uri"})
_TIMES: Final = frozenset(
    {
        "accept_by",
        "accepted_at",
        "as_of",
        "at",
        "deadline",
        "ends_at",
        "expires_at",
        "granted_at",
        "in_transit_by",
        "latched_at",
    }
    | {
        "held_since",
        "live_at",
        "next_cap_from",
        "next_expires_at",
        "next_from",
        "old_as_of",
        "old_expires_at",
        "pending_from",
    }
    | {"pending_until", "ready_at", "renounce_from", "retire_from", "settle_by", "until", "valid_from"}
    | {"claim_from", "claim_until", "effective_at", "ex_at", "in_force_at", "pay_at", "record_at"}
)
_QUANTITIES: Final = frozenset(
    {"amount", "approver_threshold", "asset_window_limit", "burned_outside", "cap", "chain_supply"}
    | {"custodian_cap", "foreign", "in_transit", "last_reserve", "lifetime_cap", "lifetime_used", "marked"}
    | {"marked_shares", "mint_window_limit", "next_cap", "obligation", "old_cap", "old_settled", "old_supply"}
    | {"outbound", "payout_shares", "pending", "released", "reserve", "reserve_before", "rest", "settled"}
    | {"shares", "supply", "supply_before", "used", "window_limit"}
)
_MONEY: Final = frozenset(
    {"bond", "bond_needed", "bond_reserved", "fee", "gross", "holder_penalty_cap", "left", "min_price", "payment"}
    | {"penalty", "penalty_rate", "price", "written_off"}
)
_PAYOUTS: Final = frozenset(
    {"ClaimPageClosed", "DistributionFunded", "DistributionReclaimed", "DividendPaid", "WithheldRemitted"}
)
"""Told in base units of a payout mint, which may be another one than the payment mint."""
_FIELD_SETS: Final = frozenset({"fields", "looser", "named", "tighter"})
# What a person needs to follow a day; the JSON has everything. A field behind a question mark is told unless empty.
_BRIEF: Final[Mapping[str, tuple[str, ...]]] = {
    "ActionAnnounced": (
        *("action", "kind", "?ratio", "?old_multiplier", "?new_multiplier", "?rate", "?isin", "?symbol", "ex_at"),
        *("?record_at", "?pay_at", "?effective_at", "by"),
    ),
    "ActionCancelled": ("action", "kind", "reason_hash", "by"),
    "AllowanceRaiseCancelled": ("minter", "dropped", "by"),
    "AllowanceSet": ("minter", "limits", "?pending", "?pending_from"),
    "AssetListed": ("asset", "isin", "number", "features"),
    "AssetReopened": ("guardian", "obligation", "reserve"),
    "AttestorsCancelled": ("by",),
    "AttestorsSet": ("keys", "threshold", "in_force_at", "by"),
    "AuthorityAccepted": ("old_authority", "authority"),
    "AuthorityProposed": ("authority", "pending_authority", "pending_from", "pending_until"),
    "BondDeposited": ("amount", "depositor", "bond"),
    "BondOpened": ("payment_mint", "decimals", "by", "?written_off"),
    "BondWithdrawalCancelled": ("dropped", "by"),
    "BondWithdrawalQueued": ("exit", "by", "bond", "bond_reserved"),
    "BondWithdrawn": ("amount", "destination", "by", "left", "bond"),
    "ChainAttested": ("slot", "sequence", "as_of", "chain_supply", "cap", "?outbound", "obligation", "?latched"),
    "ChainCapSet": ("slot", "old_cap", "cap", "?next_cap_from", "next_cap", "?obligation", "?reserve"),
    "ChainRegistered": ("slot", "chain", "keys", "threshold", "epoch", "valid_from"),
    "ChainRetired": ("slot", "chain", "retired", "?retire_from"),
    "ClaimPageClosed": ("distribution", "page", "claimed"),
    "ClaimPageOpened": ("distribution", "page", "rent_payer"),
    "CustodianRegistered": ("slot", "custodian_id", "keys", "threshold", "epoch", "valid_from"),
    "CustodianRetired": ("slot", "custodian_id", "settled", "reserve", "?latched"),
    "DisputeRuled": ("holder", "id", "amount", "arbiter", "paid"),
    "DistributionDeclared": (
        *("distribution", "snapshot", "payout_mint", "rate", "rules", "rates_hash", "claim_from", "claim_until", "by"),
    ),
    "DistributionFunded": ("distribution", "amount", "funded", "gross", "funder"),
    "DistributionReclaimed": ("distribution", "amount", "destination", "by"),
    "DividendPaid": ("owner", "gross", "withheld", "destination", "index", "distribution"),
    "HaltsChanged": ("guardian", "old_halts", "halts", "?obligation", "?reserve"),
    "HandoffCancelled": ("pending_authority", "by"),
    "HolderBookOpened": ("holder",),
    "IdentifiersChanged": ("action", "old_isin", "isin", "old_symbol", "symbol"),
    "IssuerCreated": ("issuer", "name", "authority", "timelock_s"),
    "LeafShown": ("ballot", "index", "owner", "challenger"),
    "PaymentDisputed": ("holder", "id", "amount", "until"),
    "PaymentMarked": ("holder", "id", "amount", "evidence_hash", "?to_chain", "?marked_shares", "arbiter", "until"),
    "PolicyApplied": ("fields", "obligation", "reserve"),
    "PolicyCancelled": ("queued", "by"),
    "PolicySet": ("?tighter", "?looser", "?queued", "by", "?latched"),
    "QuoteAgreed": ("holder", "id", "amount", "min_price", "settle_by", "penalty"),
    "RecipientRegistered": ("owner", "?old_recipient", "recipient"),
    "RedemptionAccepted": ("holder", "id", "amount", "?min_price", "?until", "settle_by", "penalty"),
    "RedemptionCancelled": ("holder", "id", "amount", "state"),
    "RedemptionDefaulted": ("holder", "id", "amount", "state", "deadline", "penalty", "?payee", "bond"),
    "RedemptionRejected": ("holder", "id", "amount", "state", "destination"),
    "RedemptionRequested": ("holder", "id", "amount", "payout", "?min_price", "accept_by", "settle_by", "penalty"),
    "RedemptionSettled": (
        *("holder", "id", "amount", "?rest", "payout_shares", "?price", "?fee", "?payment", "?payee", "?to_chain"),
        *("supply_before", "supply"),
    ),
    "RenunciationCancelled": ("role", "by"),
    "ReserveAttested": ("slot", "sequence", "as_of", "settled", "?in_transit", "reserve", "obligation", "?latched"),
    "RoleChangeCancelled": ("member", "role", "expires_at", "next_expires_at", "by"),
    "RoleGranted": ("member", "role", "?expires_at", "?next_expires_at", "?next_from"),
    "RoleRenounced": ("role", "done", "?renounce_from", "renounced"),
    "RoleRevoked": ("member", "role", "ends_at"),
    "RootRejected": ("ballot", "root", "round", "reason", "by"),
    "RootVoted": ("ballot", "root", "attestor", "agree", "needed", "agreed"),
    "SharesMinted": ("ticket", "amount", "destination", "?approver", "supply", "obligation", "reserve"),
    "SlotChangeCancelled": ("kind", "slot", "?epoch", "by"),
    "SnapshotRecorded": ("number", "action", "slot", "supply", "multiplier"),
    "SolvencyChecked": ("obligation", "last_reserve", "latched"),
    "TicketPageClosed": ("page", "used", "rent_payer"),
    "TicketPageOpened": ("page",),
    "WatermarkRaised": ("old_watermark", "watermark", "highest_ticket", "by"),
    "WithheldRemitted": ("distribution", "amount", "remitted", "withholding_account"),
}


def short(address: Pubkey, names: Mapping[Pubkey, str] | None = None) -> str:
    """A name that is known for the address, or its first and last characters."""
    known = (names or {}).get(address)
    text = str(address)
    return known or f"{text[:4]}…{text[-4:]}"


def halts_text(halts: int) -> str:
    """What is halted: ``mint``, ``requests``, ``changes``, several, or nothing."""
    return ", ".join(str(one.name).lower() for one in Halt if halts & one) or "nothing"


def fields_text(fields: int) -> str:
    """Fields of a policy by their names: ``max age, haircut``."""
    return ", ".join(str(one.name).lower().replace("_", " ") for one in PolicyField if fields & one) or "none"


def raw_json(raw: Raw, multiplier: Multiplier) -> dict[str, Any]:
    """Token units and the shares that they are worth (``ui``, an exact decimal in a string)."""
    return {"raw": int(raw), "ui": _decimal(multiplier.shares_floor(raw))}


def shares_json(shares: Shares) -> dict[str, Any]:
    """Shares in base units and as an exact decimal."""
    return {"base": int(shares), "ui": _decimal(shares)}


def cash_json(cash: Cash, decimals: int) -> dict[str, Any]:
    """Money in base units of its mint and as an exact decimal."""
    return {"base": int(cash), "ui": str(cash.to_ui(decimals)).replace(",", "")}


def event_json(event: Event) -> dict[str, Any]:
    """An event with all its fields: addresses in base58, bytes in hexadecimal, texts and numbers as they are.

    Sets of policy fields and of roles are lists of their names.
    """
    return {"event": type(event).__name__, **_fields_json(event)}


def receipt_json(receipt: Receipt, *, program_id: Pubkey = PROGRAM_ID) -> dict[str, Any]:
    """A transaction that took effect, with its events where the RPC holds its record."""
    executed = receipt.transaction
    events = parse_events(executed, program_id=program_id) if executed is not None else ()
    return {
        "signature": str(receipt.signature),
        "slot": receipt.slot,
        "compute_units": receipt.units,
        "events": [event_json(event) for event in events],
    }


def transaction_json(executed: ExecutedTransaction, events: Sequence[Event]) -> dict[str, Any]:
    """A transaction of the history."""
    return {
        "signature": str(executed.signature),
        "slot": executed.slot,
        "block_time": executed.block_time,
        "failed": executed.error is not None,
        "compute_units": executed.units,
        "events": [event_json(event) for event in events],
    }


def describe(event: Event, names: Mapping[Pubkey, str] | None = None, *, cash_decimals: int | None = None) -> str:
    """What an event tells a person, on one line. ``names`` are known addresses.

    ``cash_decimals`` are those of the asset's payment mint; without them money is told in its base units.
    """
    say = _Words(type(event).__name__, names, cash_decimals)
    brief = _BRIEF.get(say.kind) or tuple(field.name for field in dataclasses.fields(event))
    wanted = [(name.removeprefix("?"), name.startswith("?")) for name in brief]
    parts = [
        f"{name.removesuffix('_s').replace('_', ' ')} {say.value(name, getattr(event, name))}"
        for name, optional in wanted
        if not (optional and _empty(name, getattr(event, name)))
    ]
    asset = getattr(event, "asset", None)
    about = f"{short(asset, names)}: " if isinstance(asset, Pubkey) and "asset" not in brief else ""
    return about + ", ".join(parts)


def _empty(name: str, value: object) -> bool:
    if isinstance(value, Limits):
        return value == Limits(0, 0, 0)
    if isinstance(value, QueuedPolicy):
        return value.fields == 0
    if isinstance(value, bytes):
        return not any(value)
    if name == "to_chain":
        return value == NO_CHAIN
    return value in (0, Pubkey.default(), NO_RATIO)


@dataclasses.dataclass(frozen=True, slots=True)
class _Words:
    """Values of one kind of event as a person reads them."""

    kind: str
    names: Mapping[Pubkey, str] | None
    cash_decimals: int | None

    def value(self, name: str, value: object) -> str:
        match value:
            case Pubkey():
                return short(value, self.names)
            case bytes():
                return _plain(value) if name in _TEXTS else value.hex()[:8] + "…"
            case tuple():
                return " ".join(self.value(name, one) for one in value if one != Pubkey.default()) or "none"
            case Limits():
                return _limits_text(value)
            case QueuedPolicy():
                return f"{fields_text(value.fields)} from {instant(value.ready_at)} to {instant(value.expires_at)}"
            case BondExit():
                amount = "all of it" if value.amount == U64_MAX else self._money(value.amount)
                return (
                    f"{amount} to {short(value.destination, self.names)} from"
                    f" {instant(value.ready_at)} to {instant(value.expires_at)}"
                )
            case Ratio():
                return ratio_text(value)
            case Root():
                return f"{value.entry.hash.hex()[:8]}… of {value.leaf_count:,} leaves, sum {value.entry.sum:,}"
            case int():
                return self._number(name, value)
            case _ if dataclasses.is_dataclass(value):
                inner = [(one.name, getattr(value, one.name)) for one in dataclasses.fields(value)]
                return " ".join(f"{key.replace('_', ' ')} {self.value(key, one)}" for key, one in inner)
        return str(value)

    def _number(self, name: str, value: int) -> str:
        if (self.kind, name) == ("TicketPageClosed", "used"):
            return f"{value:,}"
        if name in _TIMES:
            return instant(value)
        if self.kind in _PAYOUTS:
            return f"{value:,}"
        if name in _MONEY or (name == "amount" and self.kind.startswith("Bond")):
            return self._money(value)
        if name in _QUANTITIES:
            return str(Shares(value).to_ui())
        if name.endswith("_s"):
            return span(value)
        if name.endswith("_bps"):
            return f"{value / 100:g} %"
        if name in _FIELD_SETS:
            return fields_text(value)
        return self._word(name, value)

    def _word(self, name: str, value: int) -> str:
        if name in ("halts", "old_halts"):
            return halts_text(value)
        if name == "features":
            return ", ".join(_name(one) for one in Feature if value & one) or "none"
        if name == "renounced":
            return ", ".join(_roles(value)) or "none"
        if name == "role" and value in list(Role):
            return Role(value).label
        if (self.kind, name) == ("SlotChangeCancelled", "kind") and value in list(SlotChange):
            return _name(SlotChange(value))
        if name == "kind" and value in list(ActionKind):
            return ActionKind(value).label
        if name == "reason" and value in list(RejectReason):
            return _name(RejectReason(value))
        if name == "rules":
            return ", ".join(_name(one) for one in DistributionRule if value & one) or "none"
        if name.endswith("multiplier") and value:
            return str(Multiplier(value))
        if name == "state" and value in list(RequestState):
            return _name(RequestState(value))
        if name == "payout" and value in list(Payout):
            return _name(Payout(value))
        if name in ("agreed", "done", "latched", "paid", "retired"):
            return "yes" if value else "no"
        return f"{value:,}"

    def _money(self, value: int) -> str:
        return f"{value:,}" if self.cash_decimals is None else str(Cash(value).to_ui(self.cash_decimals))


def _name(one: IntEnum | IntFlag) -> str:
    return str(one.name).lower().replace("_", " ")


def _limits_text(limits: Limits) -> str:
    text = f"{Shares(limits.window_limit).to_ui()} a day, {Shares(limits.lifetime_cap).to_ui()} ever"
    if limits.approver_threshold == NO_APPROVER:
        return text
    return f"{text}, an approver above {Shares(limits.approver_threshold).to_ui()} a day"


def _roles(bits: int) -> list[str]:
    return [role.label for role in Role if bits >> role & 1]


def _fields_json(value: Any) -> dict[str, Any]:
    return {field.name: _json(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)}


def _json(name: str, value: object) -> Any:
    if isinstance(value, Pubkey):
        return str(value)
    if isinstance(value, bytes):
        return _plain(value) if name in _TEXTS else value.hex()
    if isinstance(value, tuple):
        return [_json(name, one) for one in value]
    if dataclasses.is_dataclass(value):
        return _fields_json(value)
    if isinstance(value, int) and name in _FIELD_SETS:
        return [str(one.name).lower() for one in PolicyField if value & one]
    if isinstance(value, int) and name == "renounced":
        return _roles(value)
    return value


def _decimal(shares: Shares) -> str:
    return str(shares.to_ui()).replace(",", "")


def _plain(value: bytes) -> str:
    return value.rstrip(b"\0").decode("utf-8", "replace")
