"""For users of anchorpy: the program as an ``anchorpy.Program``, and anchorpy's Provider under our role clients.

Installed by ``pip install "xstock-client[anchorpy]"``. The extra holds solana-py at 0.36 and solders at
0.26, so it needs an environment without ``[rpc]``, ``[cli]`` and ``[embedded]``; without anchorpy the
import of this module raises UsageError. ::

    program = xstock_client.anchorpy.program(provider)
    asset = await program.account["Asset"].fetch(address)
    builder = program.methods["mint_shares"].args([ticket, amount])
    signature = await builder.accounts(accounts("mint_shares", minter=..., ...)).rpc()
    happened = await events(provider, signature)

    desk = IssuerDesk(AnchorpyLedger(provider), issuer=issuer, signer=provider.wallet)

Names are the IDL's; a field that it calls ``_pad`` is ``pad`` here. Fixed bytes are lists of
numbers (``bytes(asset.isin)``), amounts are plain integers. A struct argument is an object of
``program.type``, and so is a struct inside it: ``program.type["Limits"](window_limit=..., ...)``.
``settle_redemptions`` takes three accounts more for each of its amounts, and ``claim_dividends`` two for each leaf:
pass :func:`settlement_accounts` and :func:`claim_accounts` to the builder's ``remaining_accounts``.
"""

from __future__ import annotations

from xstock_client.errors import UsageError

try:
    import anchorpy as _installed  # noqa: F401
except ImportError as error:
    raise UsageError(
        'xstock_client.anchorpy needs anchorpy 0.21: run `pip install "xstock-client[anchorpy]"` in an environment of'
        " its own. It holds solana-py at 0.36 and solders at 0.26, so it excludes `[embedded]`, `[rpc]` and `[cli]`;"
        " beside those, use xstock_client.ledger and xstock_client.clients instead"
    ) from error

from xstock_client.anchorpy.adapter import (
    accounts,
    claim_accounts,
    events,
    events_in,
    explain,
    program,
    settlement_accounts,
    typed_errors,
)
from xstock_client.anchorpy.idl import down_convert
from xstock_client.anchorpy.ledger import AnchorpyLedger
from xstock_client.ledger.signer import from_wallet

__all__ = [
    "AnchorpyLedger",
    "accounts",
    "claim_accounts",
    "down_convert",
    "events",
    "events_in",
    "explain",
    "from_wallet",
    "program",
    "settlement_accounts",
    "typed_errors",
]
