"""What the program tells about every change, and the parser that finds it in a transaction.

Events are calls of the program to itself, which only its event authority can sign. Log lines are never events:
any program can print them, and long logs are cut. A failed transaction changed nothing, so it has no events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from solders.pubkey import Pubkey

from xstock_client._generated import events as _generated
from xstock_client._generated.events import *  # noqa: F403
from xstock_client._generated.events import EVENTS, Event
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import DecodeError
from xstock_client.pda import event_authority

if TYPE_CHECKING:
    from xstock_client.ledger.base import ExecutedTransaction

__all__ = ["EVENT_TAG", "decode_event", "parse_events"]
__all__ += _generated.__all__

EVENT_TAG: Final = bytes.fromhex("e445a52e51cb9a1d")
"""First eight bytes of an event call: Anchor's 0x1d9acb512ea545e4, little-endian."""


def decode_event(data: bytes) -> Event:
    """The event that these bytes are: its discriminator, then its body, without :data:`EVENT_TAG`.

    Raises DecodeError for anything else, an event that this SDK does not know included: to skip it would show a
    history with a hole.
    """
    event = EVENTS.get(data[:8])
    if event is None:
        seen = data[:8].hex() or "no data"
        raise DecodeError(f"no known event has the discriminator {seen}; a newer program may emit it: update the SDK")
    return event.decode(data)


def parse_events(executed: ExecutedTransaction, *, program_id: Pubkey = PROGRAM_ID) -> tuple[Event, ...]:
    """The program's events in order of execution; none for a failed transaction. Raises DecodeError."""
    if executed.error is not None:
        return ()
    authority = (event_authority(program_id),)
    return tuple(
        decode_event(instruction.data[8:])
        for instruction in executed.instructions
        if instruction.program_id == program_id
        and instruction.data.startswith(EVENT_TAG)
        and instruction.stack_height >= 2
        and instruction.accounts == authority
    )
