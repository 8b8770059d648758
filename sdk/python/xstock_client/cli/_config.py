"""Where the command line takes cluster, keys and issuer from: the Solana CLI's file and names, and a file of ours."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import platformdirs
import yaml
from solders.hash import Hash, ParseHashError

from xstock_client.errors import BadInput, UsageError

__all__ = [
    "GENESIS",
    "MAINNET_GENESIS",
    "OwnConfig",
    "SolanaConfig",
    "cluster_name",
    "genesis_of",
    "own_config_path",
    "place_of",
    "url_of",
]

_URLS: Final = {
    "mainnet-beta": "https://api.mainnet-beta.solana.com",
    "testnet": "https://api.testnet.solana.com",
    "devnet": "https://api.devnet.solana.com",
    "localhost": "http://localhost:8899",
}
_MONIKERS: Final = {
    "m": "mainnet-beta",
    "mainnet-beta": "mainnet-beta",
    "mainnet": "mainnet-beta",
    "t": "testnet",
    "testnet": "testnet",
    "d": "devnet",
    "devnet": "devnet",
    "l": "localhost",
    "localhost": "localhost",
}
GENESIS: Final = {
    "mainnet-beta": bytes(Hash.from_string("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d")),
    "testnet": bytes(Hash.from_string("4uhcVJyU9pJkvQyUS88uRDiswHXSCkY3zQawwpjk2NsY")),
    "devnet": bytes(Hash.from_string("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG")),
}
"""Genesis hashes of the public clusters: which cluster a signature is for. A localnet has a new one each time."""
MAINNET_GENESIS: Final = GENESIS["mainnet-beta"]

_COMMITMENTS: Final = ("processed", "confirmed", "finalized")


def url_of(text: str) -> str:
    """The URL that a moniker of the Solana CLI stands for, or ``text`` itself."""
    moniker = _MONIKERS.get(text)
    if moniker is not None:
        return _URLS[moniker]
    if "://" not in text:
        raise UsageError(
            f"unknown cluster {text!r}: use l (localhost), d (devnet), t (testnet), m (mainnet-beta), or a URL"
            " that starts with http:// or https://"
        )
    return text


def genesis_of(text: str) -> bytes:
    """The genesis hash that a moniker or a base58 text names (32 bytes). Raises UsageError."""
    name = _MONIKERS.get(text)
    if name in GENESIS:
        return GENESIS[name]
    if name is not None:
        raise UsageError(
            f"{name} has a new genesis hash each time; name it with --genesis-hash (`solana genesis-hash`)"
        )
    try:
        return bytes(Hash.from_string(text))
    except ParseHashError:
        raise UsageError(f"{text!r} is neither a cluster (mainnet-beta, testnet, devnet) nor a genesis hash") from None


def cluster_name(genesis_hash: bytes) -> str:
    """mainnet-beta, testnet or devnet, or the hash of any other cluster."""
    return next((name for name, known in GENESIS.items() if known == genesis_hash), str(Hash(genesis_hash)))


def place_of(url: str) -> str:
    """Scheme, host and port: what may be printed, because paths and queries hold API keys."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


@dataclass(frozen=True, slots=True)
class SolanaConfig:
    """The Solana CLI's settings, as ``solana config set`` writes them."""

    url: str = _URLS["mainnet-beta"]
    websocket_url: str | None = None
    keypair: str = "~/.config/solana/id.json"
    commitment: str = "confirmed"

    @classmethod
    def read(cls, path: Path | None) -> SolanaConfig:
        """Read ``path``, or the usual file, which may be missing. Raises UsageError, BadInput."""
        place = path or Path("~/.config/solana/cli/config.yml").expanduser()
        usual = cls()
        if path is None and not place.exists():
            return usual
        content = _mapping(place)
        commitment = _text(content, "commitment", place) or usual.commitment
        if commitment not in _COMMITMENTS:
            raise BadInput(f"{place}: commitment {commitment!r} is none of {', '.join(_COMMITMENTS)}")
        return cls(
            url=url_of(_text(content, "json_rpc_url", place) or usual.url),
            websocket_url=_text(content, "websocket_url", place),
            keypair=_text(content, "keypair_path", place) or usual.keypair,
            commitment=commitment,
        )


def own_config_path() -> Path:
    """Our own settings file: XSTOCK_CONFIG, or config.yml in the user's configuration folder for xstock."""
    named = os.environ.get("XSTOCK_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("xstock") / "config.yml"


@dataclass(frozen=True, slots=True)
class OwnConfig:
    """Our own settings: the issuer that symbols belong to, and the cluster that signatures are for."""

    issuer: str | None = None
    genesis_hash: str | None = None

    @classmethod
    def read(cls) -> OwnConfig:
        """Read the file if there is one. Raises BadInput."""
        place = own_config_path()
        if not place.exists():
            return cls()
        content = _mapping(place)
        if unknown := sorted(set(content) - {"issuer", "genesis_hash"}):
            raise BadInput(f"{place}: unknown field {unknown[0]!r}; the fields are issuer and genesis_hash")
        return cls(_text(content, "issuer", place), _text(content, "genesis_hash", place))


def _mapping(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except FileNotFoundError:
        raise UsageError(f"there is no configuration file {path}; leave --config out to use the usual one") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise BadInput(f"{path} is not a readable YAML file") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path} is not a configuration file: it holds no fields")
    return content


def _text(content: dict[str, Any], field: str, path: Path) -> str | None:
    value = content.get(field)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"{path}: field {field} must be one plain value")
    return value or None
