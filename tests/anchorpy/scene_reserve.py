"""The reserve: a custodian with an auditor, another chain, and their reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from solders.keypair import Keypair

from tests.anchorpy.beginning import SHARE
from tests.anchorpy.desk import Desk, Stock
from xstock_client import events, message, pda
from xstock_client.amounts import Shares
from xstock_client.caip import ChainToken
from xstock_client.constants import Role

TOKENS = [ChainToken.parse(f"eip155:{chain}/erc20:0x00000000000000000000000000000000000aa91e") for chain in (1, 10)]


@dataclass
class Attesters:
    """The keys of custodian slot 0 (both must sign) and of chain slot 0."""

    custodian: Keypair = field(default_factory=Keypair)
    auditor: Keypair = field(default_factory=Keypair)
    chain: Keypair = field(default_factory=Keypair)


async def submit(desk: Desk, stock: Stock, said: message.Message, keys: Sequence[Keypair], kind: type) -> Any:
    """Bring a report in: the signatures share one copy of its bytes, and are counted by ``attest``."""
    report = said.to_bytes()
    signed = [message.SignedAttestation(report, key.pubkey(), key.sign_message(report)) for key in keys]
    builder = desk.builder("attest", 0, 0, len(signed), **stock.judged)
    proof = message.ed25519_instruction(signed)
    assert bytes(proof.data).count(report) == 1
    told = await desk.run(builder.pre_instructions([proof]), "attest", kind)
    assert (told.sequence, told.slot) == (said.sequence, said.slot)
    assert {key.pubkey() for key in keys} == set(told.attesters[: len(keys)])
    return told


async def attest(desk: Desk, stock: Stock, keys: Attesters, sequence: int, settled: int) -> events.ReserveAttested:
    signers = (await desk.fetch("Reserve", stock.reserve)).custodians[0].signers
    said = message.Attestation(
        slot=0,
        epoch=signers.epoch or signers.pending_epoch,
        domain=bytes((await desk.fetch("Asset", stock.asset)).domain),
        sequence=sequence,
        as_of=await desk.ledger.now(),
        settled=Shares(settled),
        report_hash=sha256(b"statement %d" % sequence).digest(),
    )
    both = [keys.custodian, keys.auditor]
    told: events.ReserveAttested = await submit(desk, stock, said, both, events.ReserveAttested)
    assert told.settled == settled
    return told


async def first_reports(desk: Desk, stock: Stock) -> Attesters:
    keys = Attesters()
    both = [keys.custodian.pubkey(), keys.auditor.pubkey()]
    registered = await desk.register(stock, 0, both, 2)
    assert (list(registered.keys[:2]), registered.threshold) == (both, 2)
    assert (await attest(desk, stock, keys, 1, 1_000 * SHARE)).reserve == 1_000 * SHARE
    slot = (await desk.fetch("Reserve", stock.reserve)).custodians[0]
    assert (slot.settled, slot.signers.keys[:2], slot.signers.sequence) == (1_000 * SHARE, both, 1)
    await other_chain(desk, stock, keys)
    return keys


async def other_chain(desk: Desk, stock: Stock, keys: Attesters) -> None:
    manager = {"manager": desk.me, "grant": pda.role(stock.issuer, Role.ATTESTOR_MANAGER, desk.me)}
    slots = {"asset": stock.asset, "reserve": stock.reserve}
    for slot, key in enumerate((keys.chain, Keypair())):
        arguments = desk.program.type["RegisterChainArgs"](
            slot=slot,
            chain=TOKENS[slot].chain_bytes,
            token_hash=TOKENS[slot].token_hash,
            keys=desk.three([key.pubkey()]),
            threshold=1,
        )
        registered = await desk.call("register_chain", events.ChainRegistered, arguments, **manager, **slots)
        assert (registered.slot, registered.keys[0]) == (slot, key.pubkey())
    retired = await desk.call("retire_chain", events.ChainRetired, 1, **manager, **slots)
    assert (retired.slot, retired.retired) == (1, 1)
    by = {"authority": desk.me, "issuer": stock.issuer}
    capped = await desk.call("set_chain_cap", events.ChainCapSet, 0, 300 * SHARE, **by, **slots)
    assert (capped.old_cap, capped.cap) == (0, 300 * SHARE)
    chain = (await desk.fetch("Reserve", stock.reserve)).chains[0]
    said = message.ChainSupply(
        slot=0,
        epoch=chain.signers.pending_epoch,
        domain=bytes((await desk.fetch("Asset", stock.asset)).domain),
        sequence=1,
        as_of=await desk.ledger.now(),
        supply=Shares(50 * SHARE),
        report_hash=sha256(b"count").digest(),
    )
    told = await submit(desk, stock, said, [keys.chain], events.ChainAttested)
    assert (told.chain_supply, told.cap, told.obligation) == (50 * SHARE, 300 * SHARE, 50 * SHARE)
    chain = (await desk.fetch("Reserve", stock.reserve)).chains[0]
    assert (chain.supply, bytes(chain.chain), chain.signers.keys[0]) == (
        50 * SHARE,
        TOKENS[0].chain_bytes,
        keys.chain.pubkey(),
    )
