"""Chains and tokens by their CAIP names."""

from __future__ import annotations

from hashlib import sha256

import pytest

from xstock_client.caip import ChainToken
from xstock_client.errors import UsageError

DAI = "eip155:1/erc20:0x6B175474E89094C44Da98b954EedeAC495271d0F"


def test_a_token_names_its_chain() -> None:
    named = ChainToken.parse(DAI)
    assert (named.chain, named.token) == ("eip155:1", DAI.lower())
    assert named.chain_bytes == b"eip155:1".ljust(48, b"\0")
    assert named.token_hash == sha256(b"xstock:token:" + DAI.lower().encode()).digest()


def test_an_evm_address_has_one_hash_however_it_is_written() -> None:
    assert ChainToken.parse(DAI).token_hash == ChainToken.parse(DAI.lower()).token_hash
    solana = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
    assert ChainToken.parse(solana).token == solana, "capitals are part of other addresses"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eip155:1",
        "eip155:1/",
        "eip155:1/erc20",
        "eip155/erc20:0x1",
        "EIP155:1/erc20:0x1",
        DAI + "/1",
        DAI + " ",
        "\u00e9" + DAI,
        "x" * 9 + ":1/erc20:0x1",
        "eip155:" + "1" * 33 + "/erc20:0x1",
        "eip155:1/erc20:" + "0" * 129,
    ],
    ids=range(12),
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a token's CAIP-19 id"):
        ChainToken.parse(text)


def test_the_longest_names_fit_a_slot() -> None:
    assert len(ChainToken.parse("a" * 8 + ":" + "b" * 32 + "/abc:x").chain_bytes) == 48
