"""Keys that sign: the protocol, key files with the Solana CLI's manners, and wallets."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Protocol, TextIO, cast, runtime_checkable

from solders.keypair import Keypair
from solders.message import from_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import KeypairError, UsageError

__all__ = ["KeypairSigner", "Signer", "from_wallet", "load_signer"]

_KEYGEN = "create one with `solana-keygen new -o FILE`"
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
# Far above any key file; stops a wrong path (a database, a device) from being read whole.
_MAX_CHARS = 4096


@runtime_checkable
class Signer(Protocol):
    """A key that can sign a transaction message: a file, an HSM, a wallet."""

    @property
    def pubkey(self) -> Pubkey:
        """The address whose signature this gives."""
        ...

    async def sign(self, message: bytes) -> Signature:
        """The ed25519 signature over exactly ``message``."""
        ...


class KeypairSigner:
    """A :class:`Signer` that holds the secret key in memory."""

    __slots__ = ("_keypair",)

    def __init__(self, keypair: Keypair) -> None:
        self._keypair = keypair

    @property
    def pubkey(self) -> Pubkey:
        """The keypair's address."""
        return self._keypair.pubkey()

    async def sign(self, message: bytes) -> Signature:
        """The signature over ``message``."""
        return self._keypair.sign_message(message)

    def __repr__(self) -> str:
        return f"KeypairSigner({self.pubkey})"


def load_signer(spec: str | Path, *, stdin: TextIO | None = None) -> KeypairSigner:
    """Read a key as the Solana CLI names it.

    ``spec`` is a key file's path (``file:PATH`` too), or ``-`` or ``stdin:`` for standard
    input. The content is the CLI's JSON array of 64 numbers, or the base58 text that
    wallets export. Raises KeypairError; no message ever repeats the key's content.
    """
    text = str(spec)
    if isinstance(spec, str):
        _refuse_other_sources(text)
    if text in ("-", "stdin:", "stdin://"):
        return KeypairSigner(_parse((stdin or sys.stdin).read(_MAX_CHARS + 1), "standard input"))
    path = Path(text.removeprefix("file://").removeprefix("file:")).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            content = file.read(_MAX_CHARS + 1)
    except FileNotFoundError:
        raise KeypairError(f"no keypair file at {path}; {_KEYGEN}, or name another with --keypair") from None
    except IsADirectoryError:
        raise KeypairError(f"{path} is a folder, not a keypair file") from None
    except UnicodeDecodeError:
        raise KeypairError(f"{path} is not a keypair file: it holds binary data, not a JSON array") from None
    except OSError as error:
        raise KeypairError(f"cannot read the keypair file {path}: {error.strerror}") from None
    return KeypairSigner(_parse(content, str(path)))


def _refuse_other_sources(text: str) -> None:
    if not text:
        raise KeypairError(f"the keypair's path is empty; {_KEYGEN}")
    if text.lstrip().startswith("["):
        raise KeypairError("that is a key, not the path of a keypair file; keep it in a file, or pipe it in with `-`")
    scheme = _URL.match(text)
    kind = scheme.group(1).lower() if scheme else ""
    if text == "ASK" or kind == "prompt":
        raise KeypairError(
            f"a seed phrase cannot be typed in here ({text}); write it to a file first with"
            " `solana-keygen recover -o FILE prompt:`, and name that file"
        )
    if kind == "usb":
        raise KeypairError(
            "hardware wallets (usb:) are not opened here; use a keypair file, name the wallet by its address and bring"
            " its signature with --signer, or pass an object with `pubkey` and `sign` to the Python SDK"
        )
    # A single letter is a Windows drive, not a scheme; the pattern wants two or more.
    if kind and kind not in ("file", "stdin") and not Path(text).exists():
        raise KeypairError(f"unknown key source `{kind}:`; use a keypair file's path, `-` or `stdin:`")
    if not Path(text).exists() and _BASE58.fullmatch(text):
        if 32 <= len(text) <= 44:
            raise KeypairError(
                f"{text} is an address, which cannot sign; name its keypair file, or sign where the key is"
                " (--sign-only) and bring the signature (--blockhash, --signer)"
            )
        if 80 <= len(text) <= 88:
            raise KeypairError(
                "that is a secret key, not the path of a keypair file; keep it in a file, or pipe it in with `-`"
            )


def _parse(content: str, source: str) -> Keypair:
    text = content.strip()
    if len(content) > _MAX_CHARS:
        raise KeypairError(f"{source} is not a keypair file: it is longer than {_MAX_CHARS:,} characters")
    if not text:
        raise KeypairError(f"{source} is empty; a keypair file holds a JSON array of 64 numbers; {_KEYGEN}")
    secret = _from_base58(text, source) if _BASE58.fullmatch(text) else _from_json(text, source)
    try:
        return Keypair.from_bytes(secret)
    except ValueError:
        raise KeypairError(
            f"{source} is not a valid keypair: its last 32 bytes are not the public key of its first 32"
        ) from None


def _from_json(text: str, source: str) -> bytes:
    try:
        value = json.loads(text)
    except ValueError:
        raise KeypairError(f"{source} is not a keypair file: expected a JSON array of 64 numbers") from None
    if not isinstance(value, list):
        raise KeypairError(f"{source} is not a keypair file: it holds a JSON {type(value).__name__}, not an array")
    if len(value) != 64:
        hint = " (32 are a seed alone)" if len(value) == 32 else ""
        raise KeypairError(f"{source} is not a keypair file: its array has {len(value)} entries, not 64{hint}")
    for position, entry in enumerate(value):
        if isinstance(entry, bool) or not isinstance(entry, int) or not 0 <= entry <= 255:
            raise KeypairError(f"{source} is not a keypair file: entry {position} is not a number from 0 to 255")
    return bytes(value)


def _from_base58(text: str, source: str) -> bytes:
    # A signature is 64 bytes as well, and its parser does not look at the curve.
    try:
        return bytes(Signature.from_string(text))
    except ValueError:
        address = 32 <= len(text) <= 44
        what = "an address, which cannot sign" if address else "text, not a JSON array of 64 numbers"
        raise KeypairError(f"{source} is not a keypair file: it holds {what}") from None


def from_wallet(wallet: object) -> Signer:
    """A signer from anchorpy's ``Wallet`` or anything shaped like it.

    Takes an object with ``payer`` (a Keypair), or with ``public_key`` and
    ``sign_transaction`` (plain or async). Raises UsageError for anything else.
    """
    if isinstance(wallet, Signer):
        return wallet
    payer = getattr(wallet, "payer", None)
    if isinstance(payer, Keypair):
        return KeypairSigner(payer)
    if isinstance(getattr(wallet, "public_key", None), Pubkey) and callable(getattr(wallet, "sign_transaction", None)):
        return _WalletSigner(wallet)
    raise UsageError(
        f"{type(wallet).__name__} is not a wallet: it needs `payer` (a Keypair), or `public_key` and `sign_transaction`"
    )


class _WalletSigner:
    """Signs by handing the wallet an unsigned transaction and taking its signature back out."""

    __slots__ = ("_wallet",)

    def __init__(self, wallet: Any) -> None:
        self._wallet = wallet

    @property
    def pubkey(self) -> Pubkey:
        return cast(Pubkey, self._wallet.public_key)

    async def sign(self, message: bytes) -> Signature:
        parsed = from_bytes_versioned(message)
        keys = parsed.account_keys[: parsed.header.num_required_signatures]
        if self.pubkey not in keys:
            raise UsageError(f"the wallet {self.pubkey} is not a signer of this transaction")
        unsigned = VersionedTransaction.populate(parsed, [Signature.default()] * len(keys))
        answer = self._wallet.sign_transaction(unsigned)
        signed = await cast(Awaitable[VersionedTransaction], answer) if inspect.isawaitable(answer) else answer
        return cast(Signature, signed.signatures[keys.index(self.pubkey)])
