"""The program as anchorpy sees it, with what anchorpy lacks: fixed accounts, events by self-CPI, typed errors."""

from __future__ import annotations

import asyncio
import copyreg
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import anchorpy
from anchorpy.error import ProgramError
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey
from solders.rpc.errors import SendTransactionPreflightFailureMessage
from solders.signature import Signature
from solders.transaction_status import TransactionErrorFieldless, TransactionErrorInstructionError

from xstock_client import idl, pda, refusals
from xstock_client.anchorpy.idl import down_convert
from xstock_client.anchorpy.ledger import AnchorpyLedger
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.errors import LedgerError, UsageError, XstockError
from xstock_client.events import Event, parse_events
from xstock_client.ledger.base import Failure
from xstock_client.ledger.decoding import parse_transaction
from xstock_client.ledger.failures import error_of, read_failure

__all__ = [
    "accounts",
    "claim_accounts",
    "events",
    "events_in",
    "explain",
    "program",
    "settlement_accounts",
    "typed_errors",
]

_LOOK_AGAIN = 0.25


def program(provider: anchorpy.Provider, *, program_id: Pubkey = PROGRAM_ID) -> anchorpy.Program:
    """The program for anchorpy: accounts by the IDL's names, instructions and arguments in snake case.

    What it sends, it confirms by anchorpy's rules: ``provider.opts`` says how far, and a
    transaction that fails after its preflight is not reported. :func:`events` shows what happened, and
    :class:`AnchorpyLedger` with our role clients sends until the outcome is known.
    """
    made = anchorpy.Program(anchorpy.Idl.from_json(json.dumps(down_convert(idl.load()))), program_id, provider)
    for build in made.instruction.values():
        build.accounts = partial(_signed_by_those_present, build.accounts, program_id)
    return made


def _signed_by_those_present(
    arrange: Callable[[Mapping[str, Pubkey]], list[AccountMeta]], program_id: Pubkey, given: Mapping[str, Pubkey]
) -> list[AccountMeta]:
    """An optional signer that is left out signs nothing: anchorpy would ask the program's address to sign."""
    return [AccountMeta(program_id, False, False) if one.pubkey == program_id else one for one in arrange(given)]


# anchorpy copies a struct argument before it encodes it, keys in lists too, and solders cannot copy a key.
copyreg.pickle(Pubkey, lambda key: (Pubkey, (bytes(key),)))


def accounts(instruction: str, /, *, program_id: Pubkey = PROGRAM_ID, **given: Pubkey | None) -> dict[str, Pubkey]:
    """The accounts of ``instruction`` for anchorpy's ``Context``, by the IDL's names.

    Fills in those with one right address. An optional account that is left out or None becomes the
    program's own address, which is how Anchor writes "none". Raises UsageError naming what is
    missing or unknown.
    """
    wanted = _instructions().get(instruction)
    if wanted is None:
        raise UsageError(f"the program has no instruction {instruction!r}; they are named as in its IDL")
    defaults = {one["name"]: Pubkey.from_string(one["address"]) for one in wanted if "address" in one}
    # Of the program that is called, whatever address the IDL was made for.
    defaults |= {"event_authority": pda.event_authority(program_id), "program": program_id}
    defaults |= {one["name"]: program_id for one in wanted if one.get("optional")}
    defaults["token_program"] = TOKEN_2022
    named = defaults | {name: address for name, address in given.items() if address is not None}
    names = [one["name"] for one in wanted]
    missing = [name for name in names if name not in named]
    unknown = [name for name in given if name not in names]
    if missing or unknown:
        problems = [f"lacks {', '.join(missing)}"] if missing else []
        problems += [f"takes no {', '.join(unknown)}"] if unknown else []
        raise UsageError(f"{instruction} {' and '.join(problems)}; pass its accounts by the names of the IDL")
    return {name: named[name] for name in names}


def settlement_accounts(requests: Iterable[tuple[Pubkey, Pubkey, Pubkey]]) -> list[AccountMeta]:
    """What ``settle_redemptions`` takes behind its named accounts: request, payee and rent receiver of each amount.

    For ``builder.remaining_accounts``, or ``Context(remaining_accounts=...)``.
    """
    return [AccountMeta(one, is_signer=False, is_writable=True) for each in requests for one in each]


def claim_accounts(
    payees: Iterable[tuple[Pubkey, Pubkey | None]], *, program_id: Pubkey = PROGRAM_ID
) -> list[AccountMeta]:
    """What ``claim_dividends`` takes behind its named accounts: destination and recipient record of each leaf.

    ``None`` stands for an owner that is paid directly.
    """
    return [
        AccountMeta(one or program_id, is_signer=False, is_writable=writable)
        for payee in payees
        for one, writable in zip(payee, (True, False), strict=True)
    ]


@cache
def _instructions() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The accounts of every instruction as the IDL lists them."""
    return {one["name"]: one["accounts"] for one in idl.load()["instructions"]}


async def events(
    provider: anchorpy.Provider, signature: Signature, *, program_id: Pubkey = PROGRAM_ID, wait: float = 20.0
) -> tuple[Event, ...]:
    """The program's events of a transaction, in order of execution; none of one that failed.

    anchorpy's own parser reads log lines, and these events are not in the logs. Waits up to ``wait``
    seconds for a transaction that the node has not yet confirmed. Raises LedgerError when it does not
    know the transaction by then, DecodeError for events of a newer program.
    """
    ledger = AnchorpyLedger(provider)
    until = time.monotonic() + wait
    while (executed := await ledger.transaction(signature)) is None:
        if time.monotonic() >= until:
            raise LedgerError(
                f"the RPC knows no confirmed transaction {signature} after {wait:g} s; check the signature and the"
                " cluster, or ask an RPC that keeps more history"
            )
        await asyncio.sleep(_LOOK_AGAIN)
    return parse_events(executed, program_id=program_id)


def events_in(transaction: Any, *, program_id: Pubkey = PROGRAM_ID) -> tuple[Event, ...]:
    """The program's events of a transaction that was fetched already; see :func:`events`.

    ``transaction`` is the answer of ``connection.get_transaction(..., encoding="base64")``, or its ``value``.
    Raises UsageError for another encoding, DecodeError for one without inner instructions.
    """
    value = getattr(transaction, "value", transaction)
    record: Any = json.loads(value.to_json()) if hasattr(value, "to_json") else None
    encoded = record.get("transaction") if isinstance(record, dict) else None
    if not isinstance(encoded, list) or encoded[1:] != ["base64"]:
        raise UsageError(
            'events need the whole transaction: fetch it with get_transaction(..., encoding="base64",'
            " max_supported_transaction_version=0), or pass its signature to `events`"
        )
    return parse_events(parse_transaction(record), program_id=program_id)


def explain(error: BaseException, *, program_id: Pubkey = PROGRAM_ID) -> XstockError | None:
    """The SDK's error for one that anchorpy or solana-py raised; None when it is no refusal of a transaction.

    ProgramRefused with the figures that the program logged, TransactionFailed for what other programs
    and the cluster refuse.
    """
    if isinstance(error, XstockError):
        return error
    if isinstance(error, ProgramError):
        failure = Failure(None, program_id, error.code, "Custom", tuple(error.logs or ()))
        return error_of(failure, partial(refusals.explain, program_id=program_id))
    # RPCException carries the node's answer: of a preflight with its logs, of a simulation the bare reason.
    answer = error.args[0] if error.args else None
    logs: tuple[str, ...] = ()
    if isinstance(answer, SendTransactionPreflightFailureMessage):
        data = json.loads(answer.to_json())["data"]
        reason, logs = data["err"], tuple(data["logs"] or ())
    elif isinstance(answer, TransactionErrorInstructionError):
        reason = {"InstructionError": json.loads(answer.to_json())}
    elif isinstance(answer, TransactionErrorFieldless):
        reason = str(answer).rpartition(".")[2]
    else:
        return None
    return error_of(read_failure(reason, logs, ()), partial(refusals.explain, program_id=program_id))


@contextmanager
def typed_errors(*, program_id: Pubkey = PROGRAM_ID) -> Iterator[None]:
    """Raise the SDK's errors in place of those that :func:`explain` knows; others pass through."""
    try:
        yield
    except Exception as error:
        typed = explain(error, program_id=program_id)
        if typed is None or typed is error:
            raise
        raise typed from error
