"""Signed reports, and every way to wrap one wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from solders.instruction import Instruction

from tests.properties.chain import address, key, listing
from tests.properties.parts import Report
from xstock_client import instructions as ix
from xstock_client.amounts import Shares
from xstock_client.constants import ED25519, PROGRAM_ID
from xstock_client.message import Attestation, ChainSupply, SignedAttestation, domain, ed25519_instruction

__all__ = ["FLAWS", "READ_LAST", "envelope"]

FLAWS: Final = {
    "domain of another asset": "WrongDomain",
    "domain of another cluster": "WrongDomain",
    "another version": "MalformedMessage",
    "another kind": "MalformedMessage",
    "in transit abroad": "MalformedMessage",
    "a byte too many": "MalformedMessage",
    "points at itself": "NotEd25519",
    "points past the end": "NotEd25519",
    "no such signature": "MalformedEd25519",
    "bytes of another instruction": "ForeignInstructionIndex",
    "forged": "ed25519:2",
    "another reserve": "WrongAsset",
    "another mint": "WrongMint",
    "no reports": "BadReportCount",
    "too many signatures": "BadReportCount",
    "one too many": "MalformedEd25519",
    "the last signature": "MalformedEd25519",
    "past the last number": "BadReportCount",
}
"""What can be wrong with an envelope, and what must come of it."""
READ_LAST: Final = "one too many"
"""The only flaw that is seen after reports before it were judged."""


def envelope(reports: Sequence[Report], here: listing, other: listing, flaw: str = "") -> list[Instruction]:
    """The signature checks and the instruction that reads them; ``flaw`` as in :data:`FLAWS`."""
    signed = [_signed(one.unsigned(), name, here, other, flaw) for one in reports for name in one.signers]
    first = [ed25519_instruction(signed)]
    if flaw == "bytes of another instruction":  # a second check, of the first one's bytes
        data = bytearray(first[0].data[:16])
        data[0] = 1
        for at in (4, 8, 14):
            data[at : at + 2] = bytes(2)
        first.append(Instruction(ED25519, bytes(data), []))
    count = len(signed)
    attest = ix.attest(
        asset=here.asset,
        reserve=(other if flaw == "another reserve" else here).reserve,
        mint=(other if flaw == "another mint" else here).mint,
        precompile={"points at itself": 1, "points past the end": 9}.get(flaw, len(first) - 1),
        signature={"no such signature": count, "the last signature": 254, "past the last number": 255}.get(flaw, 0),
        count={"no reports": 0, "too many signatures": 25, "one too many": count + 1}.get(
            flaw, 1 if "last" in flaw else count
        ),
    )
    return [*first, attest]


@lru_cache(maxsize=1024)
def _signed(report: Report, signer: str, here: listing, other: listing, flaw: str) -> SignedAttestation:
    bound = other.domain if flaw == "domain of another asset" else here.domain
    if flaw == "domain of another cluster":
        bound = domain(PROGRAM_ID, bytes(32), here.asset, here.isin)
    message = _message(report, bound).to_bytes()
    if flaw == "another version":
        message = message[:8] + b"\2" + message[9:]
    elif flaw == "another kind":
        message = message[:9] + b"\3" + message[10:]
    elif flaw == "in transit abroad":
        message = message[:9] + b"\2" + message[10:80] + b"\1" + message[81:]
    elif flaw == "a byte too many":
        message += b"\0"
    pen = key("forger" if flaw == "forged" else signer)
    return SignedAttestation(message, address(signer), pen.sign_message(message))


def _message(report: Report, bound: bytes) -> Attestation | ChainSupply:
    proof = (report.sequence * 8 + report.slot).to_bytes(32, "little")
    if report.abroad:
        return ChainSupply(
            slot=report.slot,
            epoch=report.epoch,
            domain=bound,
            basis=report.basis,
            sequence=report.sequence,
            as_of=report.as_of,
            supply=Shares(report.settled),
            report_hash=proof,
        )
    return Attestation(
        slot=report.slot,
        epoch=report.epoch,
        domain=bound,
        basis=report.basis,
        sequence=report.sequence,
        as_of=report.as_of,
        settled=Shares(report.settled),
        in_transit=Shares(report.in_transit),
        in_transit_by=report.by,
        report_hash=proof,
    )
