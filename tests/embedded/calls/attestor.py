"""What relayers of reports send."""

from __future__ import annotations

from solders.instruction import Instruction

from tests.embedded.calls.people import Stock
from tests.embedded.chain import Call, call

__all__ = ["attest"]


def attest(stock: Stock, *before: Instruction, precompile: int = 0, signature: int = 0, count: int = 1) -> Call:
    return call(
        "attest",
        before,
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
        precompile=precompile,
        signature=signature,
        count=count,
    )
