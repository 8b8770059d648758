"""Reports into transactions: which go together, in which order, and the instructions that bring them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients.keysets import SlotView, slot_of
from xstock_client.clients.reports import MergedReport
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import UsageError
from xstock_client.ledger.building import compile_message
from xstock_client.message import Kind, ed25519_instruction
from xstock_client.rebase import BasisRule

__all__ = ["fits", "in_order", "pack", "relay_instructions"]

_OPEN = 8
"""Transactions that are tried before a new one is begun."""


def relay_instructions(batch: Sequence[MergedReport], *, program_id: Pubkey = PROGRAM_ID) -> list[Instruction]:
    """One signature check, and one relay for each run of reports on one asset: those are judged together."""
    relays = []
    first = 0
    for asset, run in groupby(batch, key=lambda one: one.asset):
        count = sum(len(one.signatures) for one in run)
        relays.append(
            instructions.attest(
                asset=asset,
                reserve=pda.reserve(asset, program_id=program_id),
                mint=pda.mint(asset, program_id=program_id),
                precompile=0,
                signature=first,
                count=count,
                program_id=program_id,
            )
        )
        first += count
    return [ed25519_instruction([one for report in batch for one in report.signatures]), *relays]


def fits(batch: Sequence[MergedReport], payer: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> bool:
    """Whether the reports fit into one transaction."""
    try:
        # With a price, so that a priority fee never makes it too long.
        compile_message(relay_instructions(batch, program_id=program_id), payer, blockhash=Hash.default(), price=1)
    except UsageError:
        return False
    return True


def in_order(reports: Sequence[MergedReport], slots: Sequence[SlotView], rule: BasisRule) -> list[MergedReport]:
    """One asset's reports: slots whose news is bad last, the reports of one slot by their sequence.

    ``slots`` are up to date, and ``rule`` is of now: figures of another basis are compared as the program stores them.

    Where they do not fit one transaction, a redemption which two custodians report, or shares that moved from one to
    the other, so do not set the solvency latch in between.
    """
    final: dict[tuple[Kind, int], MergedReport] = {}
    for one in reports:
        place = (one.said.KIND, one.said.slot)
        if place not in final or one.said.sequence > final[place].said.sequence:
            final[place] = one

    def bad_news(place: tuple[Kind, int]) -> bool:
        slot = slot_of(slots, *place)
        if slot is None:
            return False
        said, abroad = final[place].said, place[0] is Kind.CHAIN
        figure = rule.converted(int(said.figure), said.basis, up=abroad)
        return figure > slot.figure if abroad else figure < slot.figure

    def rank(one: MergedReport) -> tuple[bool, Kind, int, int, int]:
        said = one.said
        return bad_news((said.KIND, said.slot)), said.KIND, said.slot, said.epoch, said.sequence

    return sorted(reports, key=rank)


def pack(
    groups: Sequence[Sequence[MergedReport]], fit: Callable[[Sequence[MergedReport]], bool]
) -> list[list[MergedReport]]:
    """Groups, each of one asset and in order, into as few transactions as hold them.

    A group stays together unless it is too large for one transaction; then it is cut, in its order.
    """
    made: list[list[MergedReport]] = []
    for group in groups:
        home = next((one for one in made[-_OPEN:] if fit([*one, *group])), None)
        if home is not None:
            home.extend(group)
            continue
        made.append([])
        for report in group:
            if made[-1] and not fit([*made[-1], report]):
                made.append([])
            made[-1].append(report)
    return made
