"""Which mints the SDK takes for payments, extension by extension; real mints are in tests/embedded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from tests.unit.clients.test_token import MINT, OTHER, OWNER, PAYER, account, behind, mint_bytes, some
from xstock_client.clients.token import Extension, PaymentMintRefused, TokenMint, vet_payment_mint
from xstock_client.constants import TOKEN, TOKEN_2022
from xstock_client.errors import DecodeError, UsageError

NOBODY = bytes(32)


def fees(older: int, newer: int, *, authority: bytes = NOBODY) -> bytes:
    """TransferFeeConfig with largest fees that are not zero: those do not matter."""
    parts = (
        epoch.to_bytes(8, "little") + b"\xff" * 8 + bps.to_bytes(2, "little")
        for epoch, bps in ((600, older), (605, newer))
    )
    return authority + bytes(OTHER) + b"\x09" + bytes(7) + b"".join(parts)


FIT = {
    Extension.TRANSFER_FEE_CONFIG: fees(0, 0),
    Extension.MINT_CLOSE_AUTHORITY: NOBODY,
    Extension.CONFIDENTIAL_TRANSFER_MINT: b"\x01" * 65,
    Extension.DEFAULT_ACCOUNT_STATE: b"\x01",
    Extension.PERMANENT_DELEGATE: NOBODY,
    Extension.TRANSFER_HOOK: NOBODY * 2,
    Extension.CONFIDENTIAL_TRANSFER_FEE_CONFIG: b"\x01" * 129,
    Extension.METADATA_POINTER: b"\x01" * 64,
    Extension.TOKEN_METADATA: bytes(80),
    Extension.GROUP_POINTER: b"\x01" * 64,
    Extension.TOKEN_GROUP: b"\x01" * 80,
    Extension.GROUP_MEMBER_POINTER: b"\x01" * 64,
    Extension.TOKEN_GROUP_MEMBER: b"\x01" * 72,
}
UNFIT = {*range(1, 40), 255, 256, 0x0103, 0xFFFF} - set(FIT)


@pytest.mark.parametrize(("kind", "value"), FIT.items(), ids=[kind.name for kind in FIT])
def test_a_fit_extension_without_authorities_has_no_risks(kind: Extension, value: bytes) -> None:
    found = vet_payment_mint(account(behind(mint_bytes(), 1, {kind: value})))
    assert found.risks == () and found.token.extensions == {kind: value} and found.decimals == 6


@pytest.mark.parametrize("kind", sorted(UNFIT))
def test_every_other_extension_is_refused_by_its_number(kind: int) -> None:
    with pytest.raises(PaymentMintRefused) as caught:
        vet_payment_mint(account(behind(mint_bytes(), 1, FIT | {kind: b"\0" * 33})))
    error = caught.value
    name = Extension(kind).name.lower().replace("_", " ") if kind <= 28 else "unknown"
    assert (error.extension, error.name, len(error.findings)) == (kind, name, 1)
    assert f"extension {kind} ({name}): " in str(error)
    assert error.exit_code == UsageError.exit_code == 2


def test_all_that_is_wrong_is_told_in_the_mints_order() -> None:
    extensions = {26: bytes(33), 12: NOBODY, 3: NOBODY, 1: fees(0, 30), 9: b""}
    with pytest.raises(PaymentMintRefused) as caught:
        vet_payment_mint(account(behind(mint_bytes(), 1, extensions)))
    error = caught.value
    assert [one.extension for one in error.findings] == [26, 1, 9]
    assert (error.extension, error.name) == (26, "pausable")
    for told in ("can stop all payments", "30 basis points from epoch 605 on", "cannot be transferred"):
        assert told in str(error)


@pytest.mark.parametrize(("older", "newer", "told"), [(1, 0, "up to 1 "), (0, 1, "1 basis"), (256, 9, "up to 256 ")])
def test_a_fee_in_either_place_is_refused(older: int, newer: int, told: str) -> None:
    with pytest.raises(PaymentMintRefused, match=told) as caught:
        vet_payment_mint(account(behind(mint_bytes(), 1, {1: fees(older, newer)})))
    assert caught.value.extension == Extension.TRANSFER_FEE_CONFIG


@pytest.mark.parametrize("state", [0, 2, 255])
def test_accounts_start_usable_or_the_mint_is_refused(state: int) -> None:
    with pytest.raises(PaymentMintRefused, match="start frozen"):
        vet_payment_mint(account(behind(mint_bytes(), 1, {6: bytes([state])})))


@pytest.mark.parametrize("place", [32, 63])
def test_any_hook_is_refused(place: int) -> None:
    value = bytearray(64)
    value[place] = 1
    with pytest.raises(PaymentMintRefused, match=str(Pubkey(bytes(value[32:])))):
        vet_payment_mint(account(behind(mint_bytes(), 1, {14: bytes(value)})))


@pytest.mark.parametrize(("kind", "value"), [(1, fees(0, 0)[:-1]), (6, b""), (6, b"\x01\0"), (14, bytes(63))])
def test_a_switch_of_another_size_is_not_read(kind: int, value: bytes) -> None:
    with pytest.raises(DecodeError, match=rf"extension {kind} \(.*\) has {len(value)} bytes, not the"):
        vet_payment_mint(account(behind(mint_bytes(), 1, {kind: value})))


def test_each_power_is_a_risk_of_its_own() -> None:
    assert vet_payment_mint(account(mint_bytes(), TOKEN)).risks == ()
    (create,) = vet_payment_mint(account(mint_bytes(issuer=some(OWNER)), TOKEN)).risks
    assert create.startswith(f"{OWNER} can create any amount")
    (freeze,) = vet_payment_mint(account(mint_bytes(freezer=some(OTHER)), TOKEN)).risks
    assert freeze.startswith(f"{OTHER} can freeze any account")
    powers = {
        Extension.PERMANENT_DELEGATE: (bytes(PAYER), "take or burn"),
        Extension.MINT_CLOSE_AUTHORITY: (bytes(PAYER), "close the mint"),
        Extension.TRANSFER_HOOK: (bytes(PAYER) + NOBODY, "attach a program"),
        Extension.TRANSFER_FEE_CONFIG: (fees(0, 0, authority=bytes(PAYER)), "transfer fee"),
    }
    for kind, (value, told) in powers.items():
        (risk,) = vet_payment_mint(account(behind(mint_bytes(), 1, {kind: value}))).risks
        assert risk.startswith(str(PAYER)) and told in risk
    frozen_start = vet_payment_mint(account(behind(mint_bytes(freezer=some(OTHER)), 1, {6: b"\x01"}))).risks
    assert len(frozen_start) == 2 and "start frozen" in frozen_start[1]


def test_a_token_account_is_no_mint() -> None:
    data = bytes(MINT) + bytes(OWNER) + bytes(44) + b"\x01" + bytes(56)
    assert len(data) == 165
    with pytest.raises(DecodeError, match="not a Token-2022 mint"):
        vet_payment_mint(account(data, TOKEN))


@given(extensions=st.dictionaries(st.integers(1, 30), st.binary(max_size=110), max_size=5), tail=st.binary(max_size=5))
def test_any_mint_is_judged_by_the_program_s_rule(extensions: dict[int, bytes], tail: bytes) -> None:
    """The verdict, once more and in the shape of the program's own loop (payment/vet.rs)."""
    data = behind(mint_bytes(), 1, extensions) + tail
    switches = {1: (108, [(88, 2), (106, 2)], 0), 6: (1, [(0, 1)], 1), 14: (64, [(32, 32)], 0)}
    verdict = None
    try:
        extensions = TokenMint.decode(account(data)).extensions
    except DecodeError:
        return
    for kind, value in extensions.items():
        if kind in switches:
            size, places, off = switches[kind]
            if len(value) != size:
                verdict = verdict or "malformed"
            elif any(int.from_bytes(value[at : at + length], "little") != off for at, length in places):
                verdict = verdict or "unfit"
        elif kind not in (3, 4, 12, 16, 18, 19, 20, 21, 22, 23):
            verdict = verdict or "unfit"
    try:
        vet_payment_mint(account(data, TOKEN_2022))
    except (PaymentMintRefused, DecodeError):
        assert verdict is not None
    else:
        assert verdict is None
