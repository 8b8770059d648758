"""Account bytes that must be refused, and what the refusal says."""

from __future__ import annotations

import pytest

from xstock_client.accounts import ACCOUNTS, AnyAccount, Issuer, RoleGrant, decode_account
from xstock_client.errors import DecodeError

TYPES = sorted(ACCOUNTS.values(), key=lambda cls: cls.__name__)


def blank(cls: type[AnyAccount]) -> bytes:
    return cls.DISCRIMINATOR + b"\x01" + bytes(cls.SIZE - 9)


@pytest.mark.parametrize("cls", TYPES)
def test_the_right_bytes_and_no_others(cls: type[AnyAccount]) -> None:
    good = blank(cls)
    assert type(decode_account(good)) is cls
    assert decode_account(good) == cls.decode(good)
    for bad, reason in (
        (b"", "begins with nothing"),
        (good[:7], f"not {cls.DISCRIMINATOR.hex()}"),
        (bytes([good[0] ^ 1]) + good[1:], f"not {cls.DISCRIMINATOR.hex()}"),
        (good[:8], f"8 bytes, not {cls.SIZE}"),
        (good[:-1], f"{cls.SIZE - 1} bytes, not {cls.SIZE}; update the SDK"),
        (good + b"\0", f"{cls.SIZE + 1} bytes, not {cls.SIZE}"),
        (good[:8] + b"\x00" + good[9:], "layout version 0"),
        (good[:8] + b"\x02" + good[9:], "layout version 2, which this SDK does not know; update the SDK"),
    ):
        with pytest.raises(DecodeError, match=f"account {cls.__name__}.*{reason}"):
            cls.decode(bad)


def test_another_type_is_no_substitute() -> None:
    with pytest.raises(DecodeError, match="not an account Issuer: it begins with"):
        Issuer.decode(blank(RoleGrant))


@pytest.mark.parametrize(("data", "seen"), [(b"", "no data"), (b"12345678rest", "3132333435363738"), (b"\1", "01")])
def test_bytes_of_no_account(data: bytes, seen: str) -> None:
    with pytest.raises(DecodeError, match=f"no account of the program begins with {seen}"):
        decode_account(data)


def test_accounts_are_values() -> None:
    one, same = Issuer.decode(blank(Issuer)), Issuer.decode(blank(Issuer))
    assert one == same and hash(one) == hash(same)
    assert not hasattr(one, "__dict__")
    with pytest.raises(AttributeError):
        one.halts = 1  # type: ignore[misc]
