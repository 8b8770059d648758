"""`xstock reserve verify`: what is proven, what is believed, and whatever does not hold."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from tests.unit.cli.desk import EXAMPLES, ISSUER_ID, Desk
from tests.unit.cli.test_chain_commands import TOKEN, supply
from xstock_client import pda
from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, Reserve
from xstock_client.amounts import Shares
from xstock_client.audit import read_signatures
from xstock_client.clients import Attestor, SignedReport
from xstock_client.constants import ED25519
from xstock_client.errors import DecodeError
from xstock_client.ledger import Account, KeypairSigner
from xstock_client.message import Attestation, SignedAttestation, ed25519_instruction

ASSET = pda.asset(pda.issuer(int(ISSUER_ID)), 0)
RESERVE = pda.reserve(ASSET)
DOCUMENTS = ("alpine-rock.semt.002.001.11.xml", "harbor-point.statement.csv")
PROFILES = [
    word for name in ("alpine-rock", "harbor-point") for word in ("--profile", str(EXAMPLES / f"{name}.profile.yaml"))
]
ONE = 10**8
SIGNATURE = Signature(bytes([5] * 64))


@pytest.fixture
def audited(backed: Desk) -> Desk:
    """10,000 shares against 11,000, and a folder with both statements."""
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    folder = backed.folder / "documents"
    (folder / "2026").mkdir(parents=True)
    for name in DOCUMENTS:
        shutil.copy(backed.folder / name, folder / "2026" / name)
    return backed


def verify(desk: Desk, *words: str, code: int = 0) -> Any:
    """The audit as JSON; its exit code tells the same as `holds`."""
    result = desk.run("reserve", "verify", "AAPLx", "--documents", str(desk.folder / "documents"), *words, "--json")
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    assert found["holds"] is (code == 0)
    assert found["holds"] is all(one["standing"] != "failed" for one in found["checks"])
    return found


def standings(found: Any, subject: str) -> dict[str, str]:
    return {one["check"]: one["standing"] for one in found["checks"] if one["subject"] == subject}


def failed(found: Any) -> dict[tuple[str, str], str]:
    return {(one["subject"], one["check"]): one["detail"] for one in found["checks"] if one["standing"] == "failed"}


def patch_reserve(desk: Desk, change: Callable[[bytearray], object]) -> None:
    """Another reserve account than the program wrote."""
    account = asyncio.run(desk.ledger.account(RESERVE))
    assert account is not None
    data = bytearray(account.data)
    change(data)
    assert bytes(data) != account.data
    desk.ledger.set_account(RESERVE, Account(account.lamports, account.owner, bytes(data)))


def place(slot: int, field: str) -> int:
    return int(Reserve.OFFSETS["custodians"] + slot * CustodianSlot.SIZE + CustodianSlot.OFFSETS[field])


def test_all_of_it_holds(audited: Desk) -> None:
    found = verify(audited, *PROFILES)
    for slot, path in enumerate(DOCUMENTS):
        told = ("report", "keys", "signatures", "domain", "figures", "document", "recomputed")
        assert standings(found, f"custodian {slot}") == dict.fromkeys(told, "proven")
        one = found["slots"][slot]
        assert (one["proven"], one["recomputed"], Path(one["document"]).name) == (True, True, path)
        events = audited.ok("events", one["transaction"])[0]["events"]
        assert [event["event"] for event in events] == ["ReserveAttested"] * 2
    assert standings(found, "asset") == dict.fromkeys(
        ("domain", "reserve", "obligation", "fresh reports cover it", "last reports cover it"), "proven"
    )
    assert (found["reserve"], found["reserve_stored"]) == (found["reserve_from_documents"], found["reserve"])
    assert found["reserve"]["base"] == 11_000 * ONE and found["obligation"]["base"] == 10_000 * ONE
    assert found["documents"] == 2
    result = audited.run("reserve", "verify", "AAPLx", "--documents", str(audited.folder / "documents"), *PROFILES)
    said = " ".join(result.stdout.split())
    assert "✓ all 19 checks hold" in said and "✗" not in said
    assert "11,000 shares count: 11,000 recomputed from documents" in said
    assert "1 of 1 needed signatures hold; transaction" in said


def test_without_a_profile_a_figure_is_believed_to_its_signer(audited: Desk) -> None:
    found = verify(audited, *PROFILES[:2])
    assert standings(found, "custodian 0")["recomputed"] == "proven"
    assert standings(found, "custodian 1") | {"recomputed": ""} == standings(found, "custodian 0") | {"recomputed": ""}
    assert standings(found, "custodian 1")["recomputed"] == "attested"
    assert found["reserve_from_documents"]["ui"] == "6000"
    words = ("reserve", "verify", "AAPLx", "--documents", str(audited.folder / "documents"))
    said = audited.run(*words, *PROFILES[:2]).stdout
    assert "6,000 recomputed from documents, 5,000 believed to those who signed" in said and "✓ attested" in said
    assert "note: without a --profile" in audited.run(*words).stderr
    assert "note" not in audited.run(*words, *PROFILES).stderr


def test_documents_of_several_folders(audited: Desk) -> None:
    other = audited.folder / "other"
    other.mkdir()
    (audited.folder / "documents" / "2026" / DOCUMENTS[0]).rename(other / DOCUMENTS[0])
    assert failed(verify(audited, *PROFILES, code=1))
    found = verify(audited, "--documents", str(other), *PROFILES)
    assert found["documents"] == 2 and found["slots"][0]["document"] == str(other / DOCUMENTS[0])


def test_a_tampered_document(audited: Desk) -> None:
    path = audited.folder / "documents" / "2026" / DOCUMENTS[1]
    path.write_text(path.read_text().replace(",5000,0,5000,", ",9000,0,9000,"))
    found = verify(audited, *PROFILES, code=1)
    ((key, detail),) = failed(found).items()
    assert key == ("custodian 1", "document") and "no file of the folder has the attested sha256" in detail
    assert standings(found, "custodian 1")["figures"] == "proven" and found["reserve_from_documents"]["ui"] == "6000"


def test_a_missing_document(audited: Desk) -> None:
    (audited.folder / "documents" / "2026" / DOCUMENTS[0]).unlink()
    found = verify(audited, code=1)
    assert list(failed(found)) == [("custodian 0", "document")]
    assert found["slots"][0]["document"] is None
    words = ("reserve", "verify", "AAPLx", "--documents", str(audited.folder / "documents"))
    result = audited.run(*words)
    assert result.exit_code == 1 and "✗ 1 of 18 checks do not hold" in result.stdout


def test_a_figure_that_is_not_the_documents(audited: Desk) -> None:
    """The custodian signs 1,000 shares more than its own statement says."""
    reserve = asyncio.run(audited.ledger.account(RESERVE))
    asset = asyncio.run(audited.ledger.account(ASSET))
    assert reserve is not None and asset is not None
    slot = Reserve.decode(reserve.data).custodians[0]
    message = Attestation(
        slot=0,
        epoch=slot.signers.epoch,
        domain=Asset.decode(asset.data).domain,
        sequence=slot.signers.sequence + 1,
        as_of=slot.as_of,
        settled=Shares(slot.settled + 1_000 * ONE),
        in_transit=Shares(slot.in_transit),
        in_transit_by=slot.in_transit_by,
        report_hash=slot.report_hash,
    ).to_bytes()
    custodian = KeypairSigner(audited.keys["alpine-rock"])
    signature = asyncio.run(custodian.sign(message))
    report = SignedReport(ASSET, "AAPLx", "US0378331005", SignedAttestation(message, custodian.pubkey, signature))
    asyncio.run(Attestor(audited.ledger, payer=KeypairSigner(audited.keys["relayer"])).submit([report]))
    found = verify(audited, *PROFILES, code=1)
    ((key, detail),) = failed(found).items()
    assert key == ("custodian 0", "recomputed")
    assert "the document says otherwise: settled 7,000 attested, 6,000 by the document" in detail
    assert (found["reserve"]["ui"], found["reserve_from_documents"]["ui"]) == ("12000", "5000")
    # who believes the custodian sees nothing wrong
    assert standings(verify(audited), "custodian 0")["recomputed"] == "attested"


def test_a_key_that_was_not_registered(audited: Desk) -> None:
    mine, theirs = bytes(Pubkey([7] * 32)), bytes(audited.keys["alpine-rock"].pubkey())

    def change(data: bytearray) -> None:
        data[:] = bytes(data).replace(theirs, mine)

    patch_reserve(audited, change)
    found = verify(audited, *PROFILES, code=1)
    wrong = failed(found)
    assert (
        f"stored 1 of {Pubkey([7] * 32)}, registered 1 of {audited.address('alpine-rock')}"
        in wrong["custodian 0", "keys"]
    )
    assert "0 of 1 needed signatures hold over the 128 bytes" in wrong["custodian 0", "signatures"]
    # what is not proven does not count: one custodian is no quorum
    assert (found["reserve"]["ui"], found["reserve_stored"]["ui"]) == ("0", "11000")
    assert "0 recomputed, and the program counts 11,000" in wrong["asset", "reserve"]
    assert ("asset", "fresh reports cover it") in wrong and ("custodian 1", "keys") not in wrong


def test_a_figure_that_was_not_signed(audited: Desk) -> None:
    at = place(1, "settled")

    def change(data: bytearray) -> None:
        data[at : at + 8] = (50_000 * ONE).to_bytes(8, "little")

    patch_reserve(audited, change)
    wrong = failed(verify(audited, *PROFILES, code=1))
    assert wrong["custodian 1", "figures"] == "stored otherwise than signed: figure 50,000, signed 5,000"
    assert "settled 50,000 attested, 5,000 by the document" in wrong["custodian 1", "recomputed"]


def test_a_threshold_that_was_lowered(audited: Desk) -> None:
    """Two keys were registered, both of which must sign; the account says one."""
    keys = ("--attester", audited.address("first"), "--attester", audited.address("second"))
    profile = ("--profile", str(EXAMPLES / "alpine-rock.profile.yaml"))
    audited.ok("custodian", "retire", "AAPLx", "0", key="member")
    audited.ok("custodian", "register", "AAPLx", "0", *keys, *profile, key="member")
    audited.ledger.advance(2 * 86_400)
    statement = audited.statement(DOCUMENTS[0], age=2 * 86_400)
    shutil.copy(statement, audited.folder / "documents" / "2026")
    files = []
    for key in ("first", "second"):
        words = audited.sign("alpine-rock", statement)
        files.append(str(audited.folder / f"{key}.json"))
        words[words.index("-o") + 1] = files[-1]
        audited.ok(*words, key=key)
    audited.ok("attest", "submit", *files, key="relayer")
    found = verify(audited, *PROFILES)
    assert standings(found, "custodian 0") == standings(found, "custodian 1")
    told = {one["check"]: one["detail"] for one in found["checks"] if one["subject"] == "custodian 0"}
    assert told["keys"].startswith("2 of 2, as registered") and told["signatures"].startswith("2 of 2 needed")

    slot = Reserve.decode(asyncio.run(audited.ledger.account(RESERVE)).data).custodians[0]  # type: ignore[union-attr]
    at = place(0, "signers") + type(slot.signers).OFFSETS["threshold"]

    def change(data: bytearray) -> None:
        data[at] = 1

    patch_reserve(audited, change)
    assert "stored 1 of" in failed(verify(audited, *PROFILES, code=1))["custodian 0", "keys"]


def test_an_rpc_that_shows_other_signatures(audited: Desk) -> None:
    """The signatures are verified here, not taken from the transaction's success."""
    for signature, executed in audited.ledger._history.items():
        instructions = tuple(
            replace(one, data=one.data[:200] + bytes([one.data[200] ^ 1]) + one.data[201:])
            if one.program_id == ED25519
            else one
            for one in executed.instructions
        )
        audited.ledger._history[signature] = replace(executed, instructions=instructions)
    wrong = failed(verify(audited, *PROFILES, code=1))
    # both reports came in one instruction, and one of its signatures is changed
    assert len([key for key in wrong if key[1] == "signatures"]) == 1


def test_a_report_of_another_asset(audited: Desk) -> None:
    """An issuer that says the token is of another ISIN than was signed for."""
    account = asyncio.run(audited.ledger.account(ASSET))
    assert account is not None
    data = account.data.replace(b"US0378331005", b"US67066G1040")
    audited.ledger.set_account(ASSET, Account(account.lamports, account.owner, data))
    wrong = failed(verify(audited, code=1))
    assert {key for key in wrong if key[1] == "domain"} == {
        ("custodian 0", "domain"),
        ("custodian 1", "domain"),
        ("asset", "domain"),
    }


def test_a_history_that_is_not_kept(audited: Desk) -> None:
    found = verify(audited, "--history", "1", code=1)  # the mint
    wrong = failed(found)
    assert found["transactions_read"] == 1
    assert "not in the history that this RPC keeps: ask another" in wrong["custodian 0", "report"]
    assert found["reserve"]["ui"] == "0"
    # the reports are there, and the registrations before them are not
    wrong = failed(verify(audited, "--history", "2", code=1))
    assert "the registration of epoch 1 is not in the history" in wrong["custodian 0", "keys"]
    assert ("custodian 0", "report") not in wrong


def test_reports_that_are_too_old_cover_nothing(audited: Desk) -> None:
    audited.ledger.advance(6 * 86_400)
    wrong = failed(verify(audited, *PROFILES, code=1))
    assert wrong == {("asset", "fresh reports cover it"): "0 counted, 10,000 needed: nothing can be minted"}


def test_a_hole_that_latched(audited: Desk) -> None:
    audited.ok("custodian", "retire", "AAPLx", "1", key="member")
    words = PROFILES[:2]
    wrong = failed(verify(audited, *words, code=1))
    assert wrong["asset", "last reports cover it"] == "0 last reported, 10,000 owed: latched"


def test_chains_are_part_of_it(audited: Desk) -> None:
    keys = ("--attester", audited.address("bridge"), "--attester", audited.address("auditor"))
    audited.ok("chain", "register", "AAPLx", "0", TOKEN, *keys, key="member")
    found = verify(audited, *PROFILES)
    assert standings(found, "chain 0") == {"report": "proven"}
    audited.ledger.advance(2 * 86_400)
    supply(audited, "750")
    wrong = failed(verify(audited, *PROFILES, code=1))
    assert list(wrong) == [("chain 0", "document")]
    shutil.copy(audited.folder / "supply.txt", audited.folder / "documents")
    found = verify(audited, *PROFILES)
    assert standings(found, "chain 0")["recomputed"] == "attested"
    assert (found["obligation"]["ui"], found["slots"][2]["name"]) == ("10750", "eip155:1")
    at = Reserve.OFFSETS["chains"] + ChainSlot.OFFSETS["supply"]

    def change(data: bytearray) -> None:
        data[at : at + 8] = bytes(8)

    patch_reserve(audited, change)
    assert "figure 0, signed 750" in failed(verify(audited, *PROFILES, code=1))["chain 0", "figures"]


def test_nothing_reported_and_nothing_owed(listed: Desk) -> None:
    (listed.folder / "documents").mkdir()
    found = verify(listed)
    assert standings(found, "custodian 0") == {"report": "proven"}
    assert (found["reserve"]["ui"], found["obligation"]["ui"]) == ("0", "0")


def test_what_cannot_be_verified(audited: Desk, tmp_path: Path) -> None:
    words = ("reserve", "verify", "AAPLx", "--documents")
    folder = str(audited.folder / "documents")
    assert "no such folder of documents" in audited.refused(3, *words, str(tmp_path / "missing"))
    assert "cannot be read" in audited.refused(3, *words, folder, "--profile", str(tmp_path / "missing.yaml"))
    assert "two profiles are of the custodian" in audited.refused(2, *words, folder, *PROFILES[:2], *PROFILES[:2])
    text = (EXAMPLES / "alpine-rock.profile.yaml").read_text().replace("529900ALPINE00000043", "529900T8BM49AURSDO55")
    other = tmp_path / "other.yaml"
    other.write_text(text)
    said = audited.refused(2, *words, folder, "--profile", str(other))
    assert "is no custodian of this asset; its custodians are: 529900ALPINE00000043, 529900HARBOR00000020" in said
    assert "Missing option '--documents'" in audited.refused(2, *words[:-1])
    assert "unknown symbol TSLAx" in audited.refused(2, "reserve", "verify", "TSLAx", "--documents", folder)
    given = ("--sign-only", "--blockhash", "11111111111111111111111111111111")
    assert "there is nothing to sign" in audited.refused(2, *words, folder, *given)


def test_signatures_are_read_as_they_were_written() -> None:
    signed = [SignedAttestation(bytes([n]) * 128, Pubkey([n] * 32), SIGNATURE) for n in (1, 2)]
    twice = SignedAttestation(signed[1].message, Pubkey([3] * 32), SIGNATURE)
    data = bytes(ed25519_instruction([*signed, twice]).data)
    assert read_signatures(data) == (*signed, twice)
    for field in (1, 3, 6):  # each of the three instruction indices
        at = 2 + 2 * field
        with pytest.raises(DecodeError, match="signature 0 is taken from another instruction"):
            read_signatures(data[:at] + bytes(2) + data[at + 2 :])
    for length in (0, 1, 2, 15, 43, 200, len(data) - 1):
        with pytest.raises(DecodeError, match="ed25519 instruction"):
            read_signatures(data[:length])
