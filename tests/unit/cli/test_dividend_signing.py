"""Corporate actions and dividends signed on one machine and sent by another.

Their order, times and proofs depend on what the chain holds, so the machine that signs reads it too, as that of `attest
submit` does; what needs nothing is signed without a network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.desk import Desk
from tests.unit.cli.machines import blockhash, round_trip
from tests.unit.cli.payday import ATTESTORS, NOTICE, Payday, iso
from xstock_client.constants import DAY_S

READING = {
    "attestors set",
    "attestors cancel",
    "action announce dividend",
    "action announce stock-dividend",
    "action announce split",
    "action announce reverse-split",
    "action announce identifiers",
    "action announce delisting",
    "action cancel",
    "action apply",
    "snapshot record",
    "snapshot vote",
    "snapshot reject",
    "dividend declare",
    "dividend vote",
    "dividend reject",
    "dividend fund",
    "dividend claim",
    "dividend reclaim",
    "dividend remit",
    "dividend close",
    "recipient register",
}
"""What is signed here apart from sending."""
STEPS = {"snapshot challenge", "dividend push"}
"""Several transactions: refused where signatures come from several machines."""


class Steps:
    """Each step by two machines, both with a network to read from, and one key each."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.done: set[str] = set()

    def __call__(self, command: str, *words: str, key: str) -> Any:
        self.done.add(command)
        desk, given = self.desk, blockhash(self.desk)
        payer = ("--fee-payer", desk.address("relayer")) if key != "relayer" else ()
        result = desk.run(
            *command.split(), *words, *given, "-k", desk.key(key), *payer, "--sign-only", "--dump-transaction-message"
        )
        assert result.exit_code == 0, result.output
        assert "signing only, nothing is sent" in result.stderr
        theirs = desk.run(*command.split(), *words, *given, "-k", desk.key(key), *payer, "--sign-only", "--json")
        (signature,) = json.loads(theirs.stdout)["signers"]
        ours = ("-k", desk.address(key), *(("--fee-payer", desk.key("relayer")) if payer else ()))
        return desk.ok(*command.split(), *words, *given, *ours, "--signer", signature)

    def alone(self, command: str, *words: str, key: str) -> Any:
        """A step of which the machine that signs has no network."""
        self.done.add(command)
        return round_trip(self.desk, *command.split(), *words, key=key)


@pytest.fixture
def payday(backed: Desk) -> Payday:
    made = Payday(backed)
    for name in (*ATTESTORS, "holder", "pool", "small", "relayer", "heir"):
        backed.fund(name)
    return made


def test_actions_and_dividends_are_signed_apart_from_sending(payday: Payday) -> None:
    desk, step = payday.desk, Steps(payday.desk)
    keys = [desk.address(name) for name in ATTESTORS]
    step.alone("attestors set", "@0", *keys, key="member")
    for ticket, name in enumerate(("holder", "pool", "small")):
        words = ("mint", "AAPLx", "1000", "--to", desk.address(name), "--ticket", str(ticket))
        desk.ok(*words, key="member")
    desk.ok("attestors", "set", "@0", *keys, desk.address("heir"), "--threshold", "3", key="member")
    step.alone("attestors cancel", "@0", "--as", "pauser", key="member")
    assert desk.ok("attestors", "show", "@0")["next_keys"] == []

    announced = payday.announcement()
    assert step(" ".join(announced[:3]), *announced[3:], key="authority")["number"] == 0
    calendar(payday, step)
    desk.ledger.advance(NOTICE + 60)
    assert step("snapshot record", "@0", "0", key="relayer")["number"] == 0


def calendar(payday: Payday, step: Steps) -> None:
    """Actions of later days, all cancelled but the new symbol."""
    desk, now = payday.desk, payday.now
    document = payday.document()

    def times(day: int) -> tuple[str, ...]:
        return ("--ex", iso(now + day * DAY_S), "--effective", iso(now + day * DAY_S + 60), *document)

    step("action announce split", "@0", "10:1", *times(20), key="authority")
    step("action cancel", "@0", "1", "--reason", "a mistake", key="authority")
    step("action announce reverse-split", "@0", "1:10", *times(20), key="authority")
    step("action cancel", "@0", "2", "--reason", "a mistake", "--as", "pauser", key="member")
    step("action announce stock-dividend", "@0", "1:100", *times(20), key="authority")
    step("action announce delisting", "@0", *times(40), key="authority")
    step("action announce identifiers", "@0", "--symbol", "AAPX", *times(30), key="authority")
    assert [one["state"] for one in desk.ok("action", "list", "@0")["actions"]][1:3] == ["cancelled"] * 2


def test_identifiers_are_put_in_force_by_two_machines(payday: Payday) -> None:
    desk, step, now = payday.desk, Steps(payday.desk), payday.now
    effective = ("--effective", iso(now + 2 * DAY_S), *payday.document())
    desk.ok("action", "announce", "identifiers", "AAPLx", "--symbol", "AAPX", *effective, key="authority")
    desk.ledger.advance(2 * DAY_S + 1)
    step("action apply", "@0", "0", key="relayer")
    assert desk.ok("asset", "show", "AAPX")["symbol"] == "AAPX"


def test_a_dividend_is_paid_by_two_machines(payday: Payday) -> None:
    desk, step = payday.desk, Steps(payday.desk)
    payday.built()
    vote = ("@0", "0", "--balances", payday.balances)
    for name in ATTESTORS[:2]:
        step("snapshot vote", *vote, key=name)
    step("snapshot reject", "@0", "0", key="third")
    desk.fund("first")
    for name in ATTESTORS[:2]:
        desk.ok("snapshot", "vote", *vote, key=name)
    desk.ledger.advance(DAY_S + 1)
    payday.write_rates()
    desk.pay("authority", "1")
    declared = payday.declaration()
    step("dividend declare", *declared[2:], key="authority")
    for name in ATTESTORS[:2]:
        step("dividend vote", "@0", "0", *payday.files, key=name)
    step("dividend reject", "@0", "0", key="third")
    payday.agreed("dividend", "vote", "@0", "0", *payday.files)
    step("dividend fund", "@0", "0", "100", key="member")
    desk.ok("dividend", "fund", "@0", "0", key="member")
    step.alone("recipient register", "@0", desk.address("heir"), key="pool")
    desk.ledger.advance(4 * DAY_S)

    push = ("dividend", "push", "@0", "0", *payday.files)
    given = blockhash(desk)
    assert "many transactions" in desk.refused(2, *push, *given, "--sign-only", key="relayer")
    proofs = {}
    for name in ("holder", "small"):
        proofs[name] = str(desk.folder / f"{name}.proof.json")
        desk.ok("dividend", "prove", "@0", "0", desk.address(name), *payday.files, "-o", proofs[name])
    # the first claim opens the page too, all of it in one transaction
    step("dividend claim", "@0", "0", "--proof", proofs["holder"], key="holder")
    step("dividend claim", "@0", "0", "--proof", proofs["small"], key="small")
    step("dividend remit", "@0", "0", key="relayer")
    desk.ledger.advance(203 * DAY_S)
    step("dividend reclaim", "@0", "0", key="authority")
    step("dividend close", "@0", "0", key="relayer")


def test_together_the_steps_are_all() -> None:
    """Every command that these tests sign is among those that they say they do."""
    text = Path(__file__).read_text(encoding="utf-8")
    for command in READING - {"action announce dividend"}:
        assert f'step("{command}"' in text or f'step.alone("{command}"' in text, command
