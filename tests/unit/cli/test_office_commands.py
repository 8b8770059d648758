"""Roles, handoff, several keys, allowances with approvers, and tickets that are done with."""

from __future__ import annotations

import pytest

from tests.unit.cli.desk import EXAMPLES, ISSUER_ID, Desk
from xstock_client.constants import Role

DAY = 86_400
ALPINE = ("--profile", str(EXAMPLES / "alpine-rock.profile.yaml"))
LIMITS = ("--per-day", "20000", "--lifetime", "1000000")


def mint(desk: Desk, shares: str, ticket: int, *more: str) -> object:
    owner = desk.address("holder")
    return desk.ok("mint", "AAPLx", shares, "--to", owner, "--ticket", str(ticket), *more, key="member")["status"]


# Roles and the issuer


def test_help_names_every_role(unchanged: Desk) -> None:
    for command in ("grant", "revoke", "cancel", "renounce"):
        said = " ".join(unchanged.run("role", command, "--help").stdout.replace("│", " ").split())
        for role in Role:
            assert role.label in said, (command, role)


def test_all_roles_are_granted_by_name(listed: Desk) -> None:
    for role in Role:
        made = listed.ok("role", "grant", role.label, listed.address(role.label), "--days", "30", key="authority")
        told = made["transaction"]["events"][0]
        assert (made["role"], told["event"], told["role"]) == (role.label, "RoleGranted", int(role))
        # a pauser acts at once, all others wait out the timelock of one day
        assert made["acts_from"] - told["at"] == (0 if role is Role.PAUSER else DAY)
    found = {one["member"]: one for one in listed.ok("role", "list")}
    treasurer = found[listed.address("treasurer")]
    assert (treasurer["role"], treasurer["expires_at"], treasurer["expired"]) == ("treasurer", None, True)
    assert found[listed.address("pauser")]["next_from"] is None
    listed.ledger.advance(DAY)
    assert {one["role"] for one in listed.ok("role", "list") if not one["expired"]} == {role.label for role in Role}


def test_a_pausers_end_waits_and_is_cancelled(listed: Desk) -> None:
    member = listed.address("member")
    listed.ledger.advance(DAY)
    ends = listed.ok("role", "revoke", "pauser", member, key="authority")
    assert ends["waits"] is True and ends["ends_at"] == ends["transaction"]["events"][0]["at"] + DAY
    assert "ends 20" in listed.run("role", "list").stdout
    listed.ok("role", "cancel", "pauser", member, key="member")  # a pauser saves itself
    assert all(one["next_from"] is None for one in listed.ok("role", "list"))
    at_once = listed.ok("role", "revoke", "minter", member, key="authority")
    assert (at_once["waits"], at_once["ends_at"]) == (False, None)
    assert "no grant of the role minter" in listed.refused(1, "role", "cancel", "minter", member, key="authority")


def test_a_waiting_grant_is_cancelled(listed: Desk) -> None:
    heir = listed.address("heir")
    listed.fund("heir")
    listed.ok("role", "grant", "admin", heir, "--days", "30", key="authority")
    assert "RoleNotYetValid" in listed.refused(1, "policy", "cancel", "AAPLx", key="heir")
    listed.ok("role", "cancel", "admin", heir, key="member")
    listed.ledger.advance(2 * DAY)
    assert "RoleExpired" in listed.refused(1, "policy", "cancel", "AAPLx", key="heir")
    shown = next(one for one in listed.ok("role", "list") if one["role"] == "admin")
    assert (shown["expired"], shown["next_from"], shown["state"]) == (True, None, "never held")
    assert "never held" in listed.run("role", "list").stdout
    listed.ledger.advance(30 * DAY)
    assert {one["state"] for one in listed.ok("role", "list")} == {"ended", "never held"}


def test_renouncing_takes_two_steps_and_the_roles_name(listed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("role", "renounce", "corporate")
    assert "say --yes, because nobody can be asked here" in listed.refused(2, *words, key="authority")
    monkeypatch.setattr("xstock_client.cli.role.can_ask", lambda: True)
    for typed in ("y\n", "\n", "treasurer\n"):
        declined = listed.run(*words, key="authority", stdin=typed)
        assert declined.exit_code == 2 and "is not corporate; nothing was sent" in declined.stderr
    asked = listed.run(*words, key="authority", stdin="corporate\n")
    assert asked.exit_code == 0 and "may be renounced from 20" in asked.stdout
    shown = listed.ok("issuer", "show")
    assert (shown["renouncing"], shown["renounced"]) == ("corporate", []) and shown["renounce_from"]
    assert "corporate, for good from 20" in listed.run("issuer", "show").stdout
    assert "ChangeNotReady" in listed.refused(1, *words, "--yes", key="authority")
    assert "it is corporate that is about to be renounced, not treasurer" in listed.refused(
        2, "role", "cancel", "treasurer", "--renunciation", key="member"
    )
    listed.ok("role", "cancel", "corporate", "--renunciation", key="member")
    assert listed.ok("issuer", "show")["renouncing"] is None
    assert listed.ok(*words, "--yes", key="authority")["done"] is False
    listed.ledger.advance(DAY)
    assert listed.ok(*words, "--yes", key="authority") | {"transaction": None} == {
        "role": "corporate",
        "done": True,
        "renounce_from": None,
        "transaction": None,
    }
    assert listed.ok("issuer", "show")["renounced"] == ["corporate"]
    said = listed.refused(1, "role", "grant", "corporate", listed.address("x"), "--days", "1", key="authority")
    assert "RoleRenounced" in said and "[role corporate]" in said


@pytest.mark.parametrize("role", ["pauser", "unpauser", "redeemer", "attestor-manager"])
def test_roles_that_holders_need_stay(unchanged: Desk, role: str) -> None:
    said = unchanged.refused(1, "role", "renounce", role, "--yes", key="authority")
    assert "CannotRenounce" in said and f"[role {role}]" in said


def test_a_role_that_is_held_is_not_renounced(listed: Desk) -> None:
    assert "RoleStillHeld" in listed.refused(1, "role", "renounce", "minter", "--yes", key="authority")


def test_a_handoff_waits_is_shown_and_cancelled(listed: Desk) -> None:
    heir = listed.address("heir")
    listed.fund("heir")
    made = listed.ok("issuer", "handoff", "propose", heir, key="authority")
    at = made["transaction"]["events"][0]["at"]
    assert (made["pending_from"], made["pending_until"]) == (at + DAY, at + 15 * DAY)
    shown = listed.ok("issuer", "show")
    assert (shown["pending_authority"], shown["pending_from"]) == (heir, at + DAY)
    assert f"{heir} may accept from 20" in listed.run("issuer", "show").stdout
    assert "ChangeNotReady" in listed.refused(1, "issuer", "handoff", "accept", key="heir")
    listed.ok("issuer", "handoff", "cancel", key="member")  # a pauser
    assert listed.ok("issuer", "show")["pending_authority"] is None
    assert "NothingQueued" in listed.refused(1, "issuer", "handoff", "cancel", key="member")
    listed.ok("issuer", "handoff", "propose", heir, key="authority")
    listed.ledger.advance(DAY)
    assert listed.ok("issuer", "handoff", "accept", key="heir")["authority"] == heir


def test_an_issuers_timelock_and_when_it_went_live(desk: Desk) -> None:
    desk.fund("authority")
    for span, code, message in (("1h", 1, "TimelockOutOfRange"), ("31d", 1, "TimelockOutOfRange"), ("x", 2, "5d")):
        said = desk.refused(code, "issuer", "create", ISSUER_ID, "Test", "--timelock", span, key="authority")
        assert message in said
    desk.ok("issuer", "create", ISSUER_ID, "Test", "--timelock", "3d", key="authority")
    shown = desk.ok("issuer", "show")
    assert (shown["timelock_s"], shown["live_at"]) == (3 * DAY, None)
    human = " ".join(desk.run("issuer", "show").stdout.split())
    assert "timelock 3 d" in human and "live no: no minter has an allowance yet" in human


# Several keys for one slot


def test_keys_of_a_custodian(backed: Desk) -> None:
    assert mint(backed, "1", 0) == "minted"
    new = ("--attester", backed.address("first"), "--attester", backed.address("second"), "--threshold", "1")
    told = backed.run("custodian", "register", "AAPLx", "0", *new, *ALPINE, key="member").stdout
    assert "; from then on the old keys no longer may" in " ".join(told.split())
    backed.ok("custodian", "cancel-keys", "AAPLx", "0", key="member")
    made = backed.ok("custodian", "register", "AAPLx", "0", *new, *ALPINE, key="member")
    assert (made["keys"], made["threshold"]) == ([backed.address("first"), backed.address("second")], 1)
    shown = backed.ok("custodian", "list", "AAPLx")[0]
    assert (shown["keys"], shown["next_keys"], shown["next_threshold"]) == (
        [backed.address("alpine-rock")],
        made["keys"],
        1,
    )
    human = backed.run("custodian", "list", "AAPLx").stdout
    assert "1 of 2 may sign from 20" in human and all(key in human for key in made["keys"])
    assert "1 of 2 from 20" in backed.run("reserve", "show", "AAPLx").stdout
    backed.ok("custodian", "cancel-keys", "AAPLx", "0", key="member")
    assert backed.ok("custodian", "list", "AAPLx")[0]["next_keys"] == []
    assert "NothingQueued" in backed.refused(1, "custodian", "cancel-keys", "AAPLx", "0", key="member")


def test_keys_that_may_sign_now_end_the_old_ones(backed: Desk) -> None:
    new = ("--attester", backed.address("first"))
    told = backed.run("custodian", "register", "AAPLx", "0", *new, *ALPINE, key="member").stdout
    assert "which may sign now; the old keys no longer may" in " ".join(told.split())  # nothing was minted yet
    assert "1 of 1 may sign now; the old keys no longer may" in backed.run("custodian", "list", "AAPLx").stdout
    assert "may report, the old ones no longer" in backed.run("reserve", "show", "AAPLx").stdout


BAD_KEYS = [
    ((), 2, "Missing option '--attester'"),
    (("a", "b", "c", "d"), 2, "1 to 3 keys, not 4"),
    (("a", "a"), 2, "stands twice in the list"),
    (("a", "b", "--threshold", "3"), 2, "threshold lies between 1 and the number of keys, 2; not 3"),
    (("a", "--threshold", "0"), 2, "greater than or equal to 1"),
    (("harbor-point",), 1, "KeyInUse"),
]


@pytest.mark.parametrize(("keys", "code", "message"), BAD_KEYS)
def test_keys_that_cannot_be(unchanged: Desk, keys: tuple[str, ...], code: int, message: str) -> None:
    words: list[str] = []
    for key in keys:
        words += [key] if key.startswith("--") or key.isdigit() else ["--attester", unchanged.address(key)]
    before = unchanged.ok("custodian", "list", "AAPLx")
    said = unchanged.refused(code, "custodian", "register", "AAPLx", "0", *words, *ALPINE, key="member")
    assert message in " ".join(said.replace("│", " ").split())
    assert unchanged.ok("custodian", "list", "AAPLx") == before


# Allowances


def test_an_approver_signs_above_the_threshold(backed: Desk) -> None:
    member, approver = backed.address("member"), backed.address("approver")
    backed.ok("role", "grant", "approver", approver, "--days", "30", key="authority")
    backed.ok("allowance", "set", "AAPLx", member, *LIMITS, "--approver-threshold", "5000", key="authority")
    backed.ledger.advance(DAY)
    assert mint(backed, "4000", 0) == "minted"
    words = ("mint", "AAPLx", "2000", "--to", backed.address("holder"), "--ticket", "1")
    said = backed.refused(1, *words, key="member")
    assert "ApproverNeeded" in said and "[amount 2,000, would be used 6,000, threshold 5,000]" in said
    lacks = backed.refused(1, *words, "--approver", backed.key("member"), key="member")
    assert "does not hold the role approver" in lacks
    shown = backed.ok("allowance", "show", "AAPLx", member)
    assert (shown["approver_above"]["ui"], shown["used_today"]["ui"], shown["used_ever"]["ui"]) == (
        "5000",
        "4000",
        "4000",
    )
    human = " ".join(backed.run("allowance", "show", "AAPLx", member).stdout.split())
    assert "20,000: 4,000 used, 16,000 left now" in human
    assert "signs too above 5,000 a day: 1,000 left before that" in human
    assert mint(backed, "2000", 1, "--approver", backed.key("approver")) == "minted"


def test_a_raise_waits_is_shown_and_cancelled(backed: Desk) -> None:
    member = backed.address("member")
    mint(backed, "1", 0)
    raised = ("--per-day", "30000", "--lifetime", "1000000")
    backed.ok("allowance", "set", "AAPLx", member, *raised, key="authority")
    shown = backed.ok("allowance", "show", "AAPLx", member)
    assert (shown["per_day"]["ui"], shown["next"]["per_day"]["ui"]) == ("20000", "30000")
    assert "30,000 per day, 1,000,000 ever" in backed.run("allowance", "show", "AAPLx", member).stdout
    backed.ok("allowance", "cancel", "AAPLx", member, key="member")
    shown = backed.ok("allowance", "show", "AAPLx", member)
    assert (shown["per_day"]["ui"], shown["next"], shown["next_from"]) == ("20000", None, None)
    assert "NothingQueued" in backed.refused(1, "allowance", "cancel", "AAPLx", member, key="member")
    stranger = backed.address("stranger")
    assert "has no allowance" in backed.refused(1, "allowance", "cancel", "AAPLx", stranger, key="member")


# Tickets


def test_tickets_that_are_done_with(backed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for ticket in (3, 4096, 4100):
        assert mint(backed, "1", ticket) == "minted"
    found = backed.ok("tickets", "list", "AAPLx")
    assert (found["watermark"], found["highest_ticket"], found["tickets_used"]) == (0, 4100, 3)
    assert [(one["page"], one["used"], one["closable"]) for one in found["pages"]] == [(0, 1, False), (1, 2, False)]
    early = backed.refused(1, "tickets", "close", "AAPLx", "0", key="relayer")
    assert "PageInUse" in early and "[page 0, watermark 0]" in early
    above = backed.refused(1, "tickets", "watermark", "AAPLx", "4102", "--yes", key="authority")
    assert "WatermarkOutOfRange" in above and "limit 4,101" in above
    words = ("tickets", "watermark", "AAPLx", "4096")
    assert "say --yes, because nobody can be asked here" in backed.refused(2, *words, key="authority")
    with monkeypatch.context() as patch:
        patch.setattr("xstock_client.cli.tickets.can_ask", lambda: True)
        declined = backed.run(*words, key="authority", stdin="n\n")
        assert declined.exit_code == 2 and "not confirmed; nothing was sent" in declined.stderr
        asked = "Tickets below 4,096 can never mint then, 4,095 unused of open pages; it cannot be undone"
        assert asked in declined.stderr
        assert backed.ok("tickets", "list", "AAPLx")["watermark"] == 0
        assert "5 unused" in " ".join(backed.run(*words[:3], "6", key="authority", stdin="n\n").stderr.split())
    raised = backed.ok(*words, "--yes", key="authority")
    assert (raised["watermark"], raised["old_watermark"]) == (4096, 0)
    assert "WatermarkOutOfRange" in backed.refused(1, "tickets", "watermark", "AAPLx", "4095", "--yes", key="authority")
    said = " ".join(backed.run("tickets", "list", "AAPLx").stdout.split())
    assert "│ 0 │ 0 to 4,095 │ 1 │ 0.005289600 SOL │" in said and "can be closed" in said
    owner = ("--to", backed.address("holder"))
    assert "TicketTooLow" in backed.refused(1, "mint", "AAPLx", "1", *owner, "--ticket", "5", key="member")
    told = backed.run("tickets", "close", "AAPLx", "0", key="relayer").stdout
    assert f"its rent went to {backed.address('member')}" in told
    assert [one["page"] for one in backed.ok("tickets", "list", "AAPLx")["pages"]] == [1]
    assert "is not open" in backed.refused(4, "tickets", "close", "AAPLx", "0", key="relayer")


# Listing with a policy


def test_a_listing_takes_the_policys_words(listed: Desk) -> None:
    words = "--haircut 5% --collateral 102% --custodian-share 60% --custodian-cap 1000000".split()
    words += "--mint-window-limit 50000 --chain-max-age 24h --pro-rata".split()
    listed.ok(*listed.new_asset("NVDAx", "US67066G1040"), *words, key="authority")
    shown = listed.ok("asset", "show", "NVDAx")
    assert (shown["haircut_bps"], shown["collateral_bps"], shown["custodian_share_bps"]) == (500, 10_200, 6_000)
    assert (shown["custodian_cap"]["ui"], shown["mint_window_limit"]["ui"]) == ("1000000", "50000")
    assert (shown["chain_max_age_s"], shown["pro_rata"]) == (DAY, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--haircut", "5"), "is no share of a whole"),
        (("--haircut", "1%"), "haircut_bps lies between 5 % and 100 %"),
        (("--collateral", "201%"), "collateral_bps lies between 100 % and 200 %"),
        (("--max-age", "30d"), "max_age_s lies between 1 h and 7 d"),
        (("--custodian-share", "40%"), "must reach 10,000, and is 8,000"),
        (("--mint-window-limit", "1.000000001"), "--mint-window-limit: 1.000000001 has more than 8 decimals"),
    ],
)
def test_a_listing_out_of_bounds(unchanged: Desk, words: tuple[str, ...], message: str) -> None:
    new = unchanged.new_asset("NVDAx", "US67066G1040")
    said = unchanged.refused(2, *new, *words, key="authority").replace("│", " ")
    assert message in " ".join(said.split())
    assert len(unchanged.ok("asset", "list")) == 1
