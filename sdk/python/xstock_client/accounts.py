"""The program's accounts, as typed objects of their bytes.

Every account type has ``decode(data)``, ``DISCRIMINATOR``, ``SIZE`` (bytes, discriminator included) and
``OFFSETS`` (field name -> byte offset in the account's data, for filters). Amounts are plain integers here, in
raw units or shares as the field says; :mod:`xstock_client.views` gives them their types.
"""

from __future__ import annotations

from xstock_client._generated import layouts as _generated
from xstock_client._generated.layouts import *  # noqa: F403
from xstock_client._generated.layouts import ACCOUNTS, AnyAccount
from xstock_client.errors import DecodeError

__all__ = ["decode_account"]
__all__ += _generated.__all__


def decode_account(data: bytes) -> AnyAccount:
    """The account that these bytes are. Raises DecodeError for anything else."""
    account = ACCOUNTS.get(data[:8])
    if account is None:
        seen = data[:8].hex() or "no data"
        raise DecodeError(f"no account of the program begins with {seen}; is it owned by another program?")
    return account.decode(data)
