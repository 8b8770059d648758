"""Small statements, built as text so that every test knows which line it broke."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from xstock_client.custody import CustodianProfile

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "custody"


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture(scope="session")
def profile() -> CustodianProfile:
    return CustodianProfile("Test Custody", "529900ALPINE00000043", ("SAFE-1", "SAFE-2"), ZoneInfo("Europe/Zurich"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: str | bytes, name: str = "statement.xml") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture(scope="session")
def line_of() -> Callable[[str, str], int]:
    """The line of a mark that stands exactly once in a text."""

    def find(text: str, mark: str) -> int:
        lines = [number for number, line in enumerate(text.split("\n"), 1) if mark in line]
        assert len(lines) == 1, f"{mark!r} stands on lines {lines}"
        return lines[0]

    return find


@pytest.fixture(scope="session")
def report() -> str:
    """A bare semt.002.001.11 of SAFE-1: 6,500 Apple (500 pledged, 250 to come) and 4,000 NVIDIA."""
    return """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:semt.002.001.11">
 <SctiesBalCtdyRpt>
  <Pgntn>
   <PgNb>1</PgNb>
   <LastPgInd>true</LastPgInd>
  </Pgntn>
  <StmtGnlDtls>
   <StmtId>ST-1</StmtId>
   <StmtDtTm><DtTm>2026-03-31T18:00:00Z</DtTm></StmtDtTm>
   <Frqcy><Cd>DAIL</Cd></Frqcy>
   <UpdTp><Cd>COMP</Cd></UpdTp>
   <StmtBsis><Cd>SETT</Cd></StmtBsis>
   <ActvtyInd>true</ActvtyInd>
   <SubAcctInd>false</SubAcctInd>
  </StmtGnlDtls>
  <SfkpgAcct>
   <Id>SAFE-1</Id>
  </SfkpgAcct>
  <BalForAcct>
   <FinInstrmId>
    <ISIN>US0378331005</ISIN>
   </FinInstrmId>
   <AggtBal><!-- apple -->
    <ShrtLngInd>LONG</ShrtLngInd>
    <Qty><Qty><Qty>
     <Unit>6500</Unit>
    </Qty></Qty></Qty>
   </AggtBal>
   <BalBrkdwn><SubBalTp><Cd>PLED</Cd></SubBalTp>
    <Qty><Qty><Qty><Unit>500</Unit></Qty></Qty></Qty>
   </BalBrkdwn>
   <BalBrkdwn><SubBalTp><Cd>PENR</Cd></SubBalTp>
    <Qty><Qty><Qty><Unit>250</Unit></Qty></Qty></Qty>
   </BalBrkdwn>
  </BalForAcct>
  <BalForAcct><!-- nvidia -->
   <FinInstrmId><ISIN>US67066G1040</ISIN></FinInstrmId>
   <AggtBal><ShrtLngInd>LONG</ShrtLngInd><Qty><Qty><Qty><Unit>4000</Unit></Qty></Qty></Qty></AggtBal>
  </BalForAcct>
 </SctiesBalCtdyRpt>
</Document>
"""


@pytest.fixture(scope="session")
def table() -> str:
    """The same account as CSV."""
    return """format,xstock-custody-statement-1
statement_id,ST-2
account,SAFE-1
as_of,2026-03-31T18:00:00Z
basis,settled
lines,2
isin,aggregate,unavailable,settled,pending_receipt,pending_by
US0378331005,6500,500,6000,250,2026-04-02
US67066G1040,4000,0,4000,0,
"""
