"""The Solana CLI's names and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.desk import Desk
from xstock_client.cli._config import GENESIS, SolanaConfig, cluster_name, genesis_of, place_of, url_of
from xstock_client.cli._root import _hoisted
from xstock_client.errors import BadInput, UsageError

URLS = {
    "https://api.mainnet-beta.solana.com": ("m", "mainnet-beta", "mainnet"),
    "https://api.testnet.solana.com": ("t", "testnet"),
    "https://api.devnet.solana.com": ("d", "devnet"),
    "http://localhost:8899": ("l", "localhost"),
}


@pytest.mark.parametrize(("url", "names"), URLS.items())
def test_monikers(url: str, names: tuple[str, ...]) -> None:
    assert {url_of(name) for name in names} == {url}
    assert url_of(url) == url


@pytest.mark.parametrize("text", ["mainnet-gamma", "M", "localhost:8899", ""])
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="unknown cluster"):
        url_of(text)


def test_genesis_hashes() -> None:
    assert genesis_of("m") == genesis_of("mainnet") == GENESIS["mainnet-beta"]
    assert genesis_of("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG") == genesis_of("d") == GENESIS["devnet"]
    assert cluster_name(GENESIS["testnet"]) == "testnet"
    assert cluster_name(bytes(32)) == "1" * 32


def test_what_is_printed_of_a_url_holds_no_key() -> None:
    assert place_of("https://user:secret@rpc.example.com:8080/key?api=secret") == "https://rpc.example.com:8080"


def test_the_solana_clis_file_is_used(desk: Desk, tmp_path: Path) -> None:
    usual = tmp_path / "home/.config/solana/cli/config.yml"
    usual.parent.mkdir(parents=True)
    usual.write_text(
        "json_rpc_url: https://rpc.example.com/key\nwebsocket_url: wss://ws.example.com\n"
        f"keypair_path: {desk.key('authority')}\ncommitment: finalized\naddress_labels: {{}}\n"
    )
    desk.fund("authority")
    assert desk.run("issuer", "create", "7", "Test").exit_code == 0
    assert desk.asked.pop() == ("https://rpc.example.com/key", "wss://ws.example.com", "finalized")
    # The websocket of the file belongs to the URL of the file.
    desk.ok("asset", "list", "-u", "d", "--commitment", "processed")
    assert desk.asked.pop() == ("https://api.devnet.solana.com", None, "processed")
    other = tmp_path / "other.yml"
    other.write_text("json_rpc_url: t\n")
    desk.ok("asset", "list", "-C", str(other))
    assert desk.asked.pop() == ("https://api.testnet.solana.com", None, "confirmed")


def test_without_a_file_the_solana_clis_defaults_hold(desk: Desk) -> None:
    desk.refused(4, "asset", "list")
    assert desk.asked == [("https://api.mainnet-beta.solana.com", None, "confirmed")]


@pytest.mark.parametrize("content", ["[]", "a: [", "commitment: maybe", "json_rpc_url: [1]", "\x00"])
def test_a_damaged_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text(content)
    with pytest.raises(BadInput, match=str(path)):
        SolanaConfig.read(path)


def test_global_options_may_stand_anywhere() -> None:
    flags, values = {"--json", "-y"}, {"-u", "--url"}
    for given, wanted in (
        (["asset", "list", "-u", "l", "--json"], ["-u", "l", "--json", "asset", "list"]),
        (["asset", "-ul", "list"], ["-ul", "asset", "list"]),
        (["asset", "--url=l", "list", "-y"], ["--url=l", "-y", "asset", "list"]),
        (["sign", "-o", "FILE"], ["sign", "-o", "FILE"]),
        (["list", "--", "-u", "l"], ["list", "--", "-u", "l"]),
        (["list", "-u"], ["-u", "list"]),
        (["list", "--output=x"], ["list", "--output=x"]),
    ):
        assert _hoisted(given, flags, values) == wanted
