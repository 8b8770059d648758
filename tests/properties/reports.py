"""Signed reports, and every way to wrap one wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from solders.instruction import Instruction

from tests.properties.chain import address, key, listing
from tests.properties.parts import Report
from xstock_client import instructions as ix
from xstock_client.amounts import Shares
from xstock_client.constants import ED25519, PROGRAM_ID
from xstock_client.message import Attestation, SignedAttestation, domain, ed25519_instruction

__all__ = ["FLAWS", "envelope"]

FLAWS: Final = {
    "domain of another asset": "WrongDomain",
    "domain of another cluster": "WrongDomain",
    "another version": "MalformedMessage",
    "a byte too many": "MalformedMessage",
    "points at itself": "NotEd25519",
    "points past the end": "NotEd25519",
    "no such signature": "MalformedEd25519",
    "bytes of another instruction": "ForeignInstructionIndex",
    "forged": "ed25519:2",
    "another reserve": "WrongAsset",
    "another mint": "WrongMint",
    "no reports": "BadReportCount",
    "nine reports": "BadReportCount",
    "one too many": "MalformedEd25519",
    "the last signature": "MalformedEd25519",
}
"""What can be wrong with an envelope, and what must come of it."""


def envelope(reports: Sequence[Report], here: listing, other: listing, flaw: str = "") -> list[Instruction]:
    """The signature checks and the instruction that reads them; ``flaw`` as in :data:`FLAWS`."""
    proof = ed25519_instruction([_signed(one, here, other, flaw) for one in reports])
    first = [proof]
    if flaw == "bytes of another instruction":  # a second check, of the first one's bytes
        data = bytearray(proof.data[:16])
        for at in (4, 8, 14):
            data[at : at + 2] = bytes(2)
        first.append(Instruction(ED25519, bytes(data), []))
    attest = ix.attest(
        asset=here.asset,
        reserve=(other if flaw == "another reserve" else here).reserve,
        mint=(other if flaw == "another mint" else here).mint,
        precompile={"points at itself": 1, "points past the end": 9}.get(flaw, len(first) - 1),
        signature={"no such signature": 1, "the last signature": 255}.get(flaw, 0),
        count={"no reports": 0, "nine reports": 9, "one too many": len(reports) + 1}.get(flaw, len(reports)),
    )
    return [*first, attest]


def _signed(report: Report, here: listing, other: listing, flaw: str) -> SignedAttestation:
    bound = other.domain if flaw == "domain of another asset" else here.domain
    if flaw == "domain of another cluster":
        bound = domain(PROGRAM_ID, bytes(32), here.asset, here.isin)
    message = Attestation(
        slot=report.slot,
        epoch=report.epoch,
        domain=bound,
        basis=report.basis,
        sequence=report.sequence,
        as_of=report.as_of,
        settled=Shares(report.settled),
        in_transit=Shares(report.in_transit),
        report_hash=report.sequence.to_bytes(32, "little"),
    ).to_bytes()
    if flaw == "another version":
        message = message[:8] + b"\2" + message[9:]
    elif flaw == "a byte too many":
        message += b"\0"
    pen = key("forger" if flaw == "forged" else report.signer)
    return SignedAttestation(message, address(report.signer), pen.sign_message(message))
