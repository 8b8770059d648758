"""The SDK's ledger over the connection of anchorpy's Provider, so that every role client works on it.

The connection is the user's own (solana-py 0.36); it is used for its transport alone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import anchorpy
import httpx  # type: ignore[import-not-found]  # what solana-py 0.36 sends with; current solana-py does not
from solders.pubkey import Pubkey

from xstock_client.errors import LedgerError, UsageError
from xstock_client.ledger.base import Account, Explain
from xstock_client.ledger.jsonrpc import Busy, CommitmentName, JsonRpcLedger, Refused
from xstock_client.ledger.sending import SendPolicy

__all__ = ["AnchorpyLedger", "CommitmentName"]

_FAILED_LOOKS = 6


class AnchorpyLedger(JsonRpcLedger):
    """A :class:`~xstock_client.ledger.base.Ledger` on ``provider.connection``, which stays the caller's to close.

    The provider's wallet is not used: pass it to a role client as its signer. ``commitment`` is
    this ledger's own, whatever the connection's default is. ``poll`` is the pause in seconds
    between two looks of :meth:`subscribe_account`. Reads that follow a send are never answered
    from an older state.
    """

    def __init__(
        self,
        provider: anchorpy.Provider,
        commitment: CommitmentName = "confirmed",
        *,
        policy: SendPolicy | None = None,
        explain: Explain | None = None,
        poll: float = 1.0,
    ) -> None:
        super().__init__(commitment, policy, explain)
        # Private to solana-py, and what anchorpy itself reads many accounts with.
        transport = getattr(getattr(provider, "connection", None), "_provider", None)
        if not hasattr(transport, "make_request_unparsed"):
            raise UsageError(
                f"{type(provider).__name__} is not anchorpy's Provider with a connection of solana-py 0.36;"
                " without anchorpy use xstock_client.ledger.RpcLedger"
            )
        self._transport: Any = transport
        self._poll = poll

    async def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        """See :meth:`Ledger.subscribe_account`; by asking again, because the Provider has no websocket."""
        last = await self.account(address)
        yield last
        failures = 0
        while True:
            await asyncio.sleep(self._poll)
            try:
                state = await self.account(address)
            except LedgerError:
                failures += 1
                if failures == _FAILED_LOOKS:
                    raise
                continue
            failures = 0
            if state != last:
                last = state
                yield state

    # Transport

    @property
    def _place(self) -> str:
        parts = urlsplit(str(self._transport.endpoint_uri))
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    async def _post(self, method: str, params: Sequence[Any]) -> Any:
        try:
            answer = json.loads(await self._transport.make_request_unparsed(_Request(method, params)))
            if "error" in answer:
                raise Refused(answer["error"]["code"], answer["error"]["message"])
            return answer["result"]
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            why = f"{self._place} answered {method} with HTTP {status}; check the URL and its API key, or wait"
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                raise Busy(why, error.response.headers.get("retry-after")) from error
            raise LedgerError(why) from error
        except httpx.TimeoutException as error:
            raise LedgerError(f"{self._place} did not answer {method} in time; try again") from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise LedgerError(f"cannot reach {self._place}: {reason}; check the URL and the network") from error
        except (ValueError, TypeError, KeyError) as error:
            raise LedgerError(f"{self._place} does not answer as a Solana RPC does; check the URL") from error


class _Request:
    """A JSON-RPC request of the shape that solana-py's transport sends."""

    __slots__ = ("_method", "_params")

    def __init__(self, method: str, params: Sequence[Any]) -> None:
        self._method = method
        self._params = params

    def to_json(self) -> str:
        return json.dumps({"jsonrpc": "2.0", "id": 1, "method": self._method, "params": list(self._params)})
