"""Signing apart from sending: the options that every writing command has, and what is printed instead of a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from solders.hash import Hash, ParseHashError
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import UsageError
from xstock_client.instructions import INSTRUCTIONS
from xstock_client.ledger import DEFAULT_UNITS, PreparedTransaction, Signer, Terms, presigned

__all__ = ["Signing", "address_of", "after_nonce", "signed_json", "signed_text", "warn_of_programs"]


@dataclass(frozen=True, slots=True)
class Signing:
    """The Solana CLI's options for keys on several machines, checked against each other."""

    sign_only: bool
    dump: bool
    blockhash: Hash | None
    presigned: dict[Pubkey, Signature]
    nonce: Pubkey | None
    nonce_authority: str | None
    units: int
    price: int

    @classmethod
    def of(
        cls,
        *,
        sign_only: bool,
        dump: bool,
        blockhash: str | None,
        signers: Sequence[str],
        nonce: str | None,
        nonce_authority: str | None,
        units: int | None,
        price: int | None,
    ) -> Signing | None:
        """What was asked for, or None for an ordinary run. Raises UsageError for what does not go together."""
        made = presigned(signers)
        if sign_only and blockhash is None:
            raise UsageError(
                "--sign-only needs --blockhash: a recent one, or the value that the nonce account of --nonce stores;"
                " `xstock blockhash [NONCE_ACCOUNT]` shows it on a machine with a network"
            )
        if dump and not sign_only:
            raise UsageError("--dump-transaction-message goes with --sign-only: otherwise the transaction is sent")
        if made and blockhash is None:
            raise UsageError("--signer needs --blockhash: the one that the other machine signed with")
        if nonce_authority is not None and nonce is None:
            raise UsageError("--nonce-authority needs --nonce: the nonce account that this key advances")
        if blockhash is None and nonce is None:
            for name, value in (("--compute-unit-limit", units), ("--compute-unit-price", price)):
                if value is not None:
                    raise UsageError(
                        f"{name} goes with --blockhash or --nonce; without them the limit follows a simulation, and"
                        " the price what others pay"
                    )
            return None
        return cls(
            sign_only=sign_only,
            dump=dump,
            blockhash=None if blockhash is None else _hash(blockhash),
            presigned=made,
            nonce=None if nonce is None else _address("--nonce", nonce),
            nonce_authority=nonce_authority,
            units=DEFAULT_UNITS if units is None else units,
            price=price or 0,
        )

    def terms(self, nonce_authority: Signer | None) -> Terms:
        """What fixes the transaction's bytes."""
        return Terms(
            blockhash=self.blockhash,
            nonce=self.nonce,
            nonce_authority=nonce_authority,
            presigned=self.presigned,
            units=self.units,
            price=self.price,
        )


def address_of(spec: str) -> Pubkey | None:
    """The address that a key's place names instead of a key file, or None. A file of that name goes first."""
    try:
        address = Pubkey.from_string(spec)
    except ValueError:
        return None
    return None if Path(spec).exists() else address


def after_nonce(instructions: Sequence[Instruction]) -> list[Instruction]:
    """The same with a nonce's advance put before them: a relay names its signature check by its index."""
    relay = INSTRUCTIONS["attest"]
    size = len(relay)
    return [
        Instruction(one.program_id, one.data[:size] + bytes([one.data[size] + 1]) + one.data[size + 1 :], one.accounts)
        if one.program_id == PROGRAM_ID and one.data[:size] == relay
        else one
        for one in instructions
    ]


def signed_json(prepared: PreparedTransaction, dump: bool) -> dict[str, Any]:
    """The Solana CLI's JSON: parts with nothing in them are left out."""
    data: dict[str, Any] = {"blockhash": str(prepared.blockhash)}
    if dump:
        data["message"] = prepared.message_base64
    lists = {
        "signers": [f"{key}={made}" for key, made in prepared.signed.items()],
        "absent": [str(key) for key in prepared.absent],
        "badSig": [str(key) for key in prepared.bad],
    }
    return data | {name: values for name, values in lists.items() if values}


def signed_text(prepared: PreparedTransaction, dump: bool) -> str:
    """The Solana CLI's text."""
    data = signed_json(prepared, dump)
    lines = ["", f"Blockhash: {data['blockhash']}"]
    if dump:
        lines.append(f"Transaction Message: {data['message']}")
    for name, title in (
        ("signers", "Signers (Pubkey=Signature):"),
        ("absent", "Absent Signers (Pubkey):"),
        ("badSig", "Bad Signatures (Pubkey):"),
    ):
        if name in data:
            lines.extend([title, *(f" {value}" for value in data[name])])
    return "\n".join(lines)


def warn_of_programs(prepared: PreparedTransaction) -> None:
    """Tell on stderr of absent signers that can never sign."""
    for key in prepared.absent:
        if not key.is_on_curve():
            typer.echo(
                f"note: {key} is a program's address (such as a multisig's vault): it can never sign a transaction;"
                " import the message of --dump-transaction-message there",
                err=True,
            )


def _hash(text: str) -> Hash:
    try:
        return Hash.from_string(text)
    except ParseHashError:
        raise UsageError(f"{text!r} is not a blockhash (32 bytes in base58)") from None


def _address(option: str, text: str) -> Pubkey:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is not an address (32 bytes in base58)") from None
