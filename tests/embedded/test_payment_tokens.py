"""Stablecoins on the real token programs: what the SDK builds is accepted, and what it reads is what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from tests.embedded import tokens
from tests.embedded.chain import PROGRAM, Chain, key, keypair
from tests.embedded.tokens import CENTRAL_BANK, PYUSD, Coin, balance, fund, make_coin, read_account
from xstock_client import pda
from xstock_client.amounts import Cash, Raw
from xstock_client.clients.token import (
    Extension,
    PaymentMint,
    PaymentMintRefused,
    TokenMint,
    create_token_account,
    vet_payment_mint,
)
from xstock_client.constants import ASSOCIATED_TOKEN, MEMO, TOKEN, TOKEN_2022
from xstock_client.errors import TransactionFailed
from xstock_client.ledger import Account, EmbeddedLedger, KeypairSigner
from xstock_client.rehearsal.stablecoin import Stablecoin

FEES, TREASURY, ANA, BEN, EVE = key("fees"), key("treasury"), key("ana"), key("ben"), key("eve")
ONE = 10**6
BOTH = pytest.mark.parametrize("program", [TOKEN, TOKEN_2022], ids=["spl-token", "token-2022"])


@pytest.fixture
def chain() -> Chain:
    chain = Chain(now=1_790_000_000)
    for address in (FEES, TREASURY, ANA, BEN, EVE, CENTRAL_BANK):
        chain.set_account(address, Account(10**10, Pubkey.default(), b""))
    return chain


def do(chain: Chain, *sent: Instruction) -> None:
    executed = chain.execute(sent, FEES)
    assert executed.error is None, chain.error(executed)


def refused(chain: Chain, *sent: Instruction) -> str:
    """The logs of what a token program must refuse, all together."""
    executed = chain.execute(sent, FEES)
    assert executed.error is not None, "this went through"
    return "\n".join(executed.logs)


def mint_account(chain: Chain, coin: Coin) -> Account:
    account = chain.get(coin.mint)
    assert account is not None
    return account


def vet(chain: Chain, coin: Coin) -> PaymentMint:
    return vet_payment_mint(mint_account(chain, coin))


# Accounts and transfers


@BOTH
def test_an_associated_account_opens_once_and_again(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program)
    for _ in range(2):
        do(chain, create_token_account(TREASURY, ANA, coin.mint, program))
    account = chain.get(pda.token_account(ANA, coin.mint, program))
    assert account is not None and account.owner == program
    found = read_account(chain, coin.wallet(ANA))
    assert (found.program, found.mint, found.owner, found.amount) == (program, coin.mint, ANA, Raw(0))
    assert found.immutable_owner == (program == TOKEN_2022)
    assert found.plain and not found.frozen and not found.memo_required
    assert not found.cpi_guard and not found.confidential_only


def test_the_programs_do_not_stand_in_for_each_other(chain: Chain) -> None:
    coin = make_coin(chain, "usd")
    refused(chain, create_token_account(TREASURY, ANA, coin.mint, TOKEN_2022))
    assert chain.get(pda.token_account(ANA, coin.mint, TOKEN_2022)) is None
    fund(chain, coin, ANA, ONE)
    do(chain, coin.open(BEN))
    refused(chain, replace(coin, program=TOKEN_2022).pay(coin.wallet(ANA), coin.wallet(BEN), ONE, ANA))


def test_an_account_of_somebody_else_is_not_opened(chain: Chain) -> None:
    coin = make_coin(chain, "usd")
    built = create_token_account(TREASURY, ANA, coin.mint, TOKEN)
    metas = list(built.accounts)
    metas[2] = AccountMeta(EVE, is_signer=False, is_writable=False)
    refused(chain, Instruction(ASSOCIATED_TOKEN, bytes(built.data), metas))
    assert chain.get(coin.wallet(ANA)) is None


@BOTH
def test_a_transfer_moves_exactly_what_it_says(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program)
    ana, ben = fund(chain, coin, ANA, 5 * ONE), fund(chain, coin, BEN, 0)
    do(chain, coin.pay(ana, ben, 2 * ONE, ANA))
    assert (balance(chain, ana), balance(chain, ben)) == (3 * ONE, 2 * ONE)
    assert "insufficient funds" in refused(chain, coin.pay(ana, ben, 4 * ONE, ANA))
    refused(chain, coin.pay(ana, ben, ONE, EVE))
    refused(chain, replace(coin, decimals=8).pay(ana, ben, ONE, ANA))
    assert (balance(chain, ana), balance(chain, ben)) == (3 * ONE, 2 * ONE)


@BOTH
def test_a_delegate_moves_what_was_approved_and_no_more(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program)
    ana, ben = fund(chain, coin, ANA, 9 * ONE), fund(chain, coin, BEN, 0)
    do(chain, coin.lend(ana, ANA, EVE, 4 * ONE))
    found = read_account(chain, ana)
    assert (found.delegate, found.delegated_amount, found.plain) == (EVE, Raw(4 * ONE), False)
    do(chain, coin.pay(ana, ben, ONE, EVE))
    assert read_account(chain, ana).delegated_amount == Raw(3 * ONE)
    refused(chain, coin.pay(ana, ben, 4 * ONE, EVE))
    do(chain, coin.take_back(ana, ANA))
    found = read_account(chain, ana)
    assert (found.delegate, found.delegated_amount, found.plain) == (None, Raw(0), True)
    refused(chain, coin.pay(ana, ben, 1, EVE))
    assert balance(chain, ben) == ONE


@BOTH
def test_approving_checks_decimals_and_signer(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program)
    ana = fund(chain, coin, ANA, ONE)
    refused(chain, replace(coin, decimals=8).lend(ana, ANA, EVE, ONE))
    refused(chain, coin.lend(ana, EVE, EVE, ONE))
    assert read_account(chain, ana).delegate is None


@BOTH
def test_a_frozen_account_takes_and_gives_nothing(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program)
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, ONE)
    do(chain, coin.freeze(ana))
    assert read_account(chain, ana).frozen
    for one in (coin.pay(ana, ben, 1, ANA), coin.pay(ben, ana, 1, BEN)):
        assert "frozen" in refused(chain, one)
    do(chain, coin.thaw(ana))
    assert not read_account(chain, ana).frozen
    do(chain, coin.pay(ben, ana, 1, BEN))


@BOTH
def test_a_close_authority_is_seen_and_closes(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program)
    do(chain, coin.open(ANA), coin.set_closer(coin.wallet(ANA), ANA, EVE))
    found = read_account(chain, coin.wallet(ANA))
    assert (found.close_authority, found.plain) == (EVE, False)
    do(chain, coin.close(coin.wallet(ANA), EVE))
    assert chain.get(coin.wallet(ANA)) is None


def test_only_associated_accounts_of_token_2022_keep_their_owner(chain: Chain) -> None:
    usdc, pyusd = make_coin(chain, "usdc"), make_coin(chain, "pyusd", PYUSD)
    do(chain, usdc.open(ANA), usdc.hand_over(usdc.wallet(ANA), ANA, EVE))
    assert read_account(chain, usdc.wallet(ANA)).owner == EVE
    do(chain, pyusd.open(ANA))
    refused(chain, pyusd.hand_over(pyusd.wallet(ANA), ANA, EVE))
    assert read_account(chain, pyusd.wallet(ANA)).owner == ANA


def test_an_account_may_demand_memos(chain: Chain) -> None:
    coin = make_coin(chain, "usd", program=TOKEN_2022)
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, ONE)
    do(chain, *tokens.demand_memo(ana, ANA))
    assert read_account(chain, ana).memo_required
    assert "memo" in refused(chain, coin.pay(ben, ana, ONE, BEN)).lower()
    do(chain, Instruction(MEMO, b"rent", []), coin.pay(ben, ana, ONE, BEN))
    assert balance(chain, ana) == 2 * ONE


def test_a_guarded_account_lets_its_owner_transfer_and_approve_at_the_top(chain: Chain) -> None:
    coin = make_coin(chain, "usd", program=TOKEN_2022)
    ana, ben = fund(chain, coin, ANA, 2 * ONE), fund(chain, coin, BEN, 0)
    do(chain, *tokens.guard(ana, ANA))
    assert read_account(chain, ana).cpi_guard
    do(chain, coin.pay(ana, ben, ONE, ANA), coin.lend(ana, ANA, EVE, ONE))
    do(chain, coin.pay(ana, ben, ONE, EVE), coin.take_back(ana, ANA))
    assert balance(chain, ben) == 2 * ONE
    do(chain, tokens.unguard(ana, ANA))
    found = read_account(chain, ana)
    assert not found.cpi_guard and found.plain


def test_an_account_may_refuse_transfers_in_the_open(chain: Chain) -> None:
    coin = make_coin(chain, "pyusd", PYUSD)
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, ONE)
    held = chain.get(ana)
    assert held is not None
    # no proof of a key can be made here: the bytes that ConfigureAccount and DisableNonConfidentialCredits leave
    for allowed in (1, 0):
        value = b"\x01" + bytes(32 + 3 * 64 + 36) + bytes([1, allowed]) + bytes(4 * 8)
        kind = Extension.CONFIDENTIAL_TRANSFER_ACCOUNT.to_bytes(2, "little") + len(value).to_bytes(2, "little")
        data = held.data + kind + value
        chain.set_account(ana, replace(held, data=data, lamports=chain.rent_of(len(data))))
        assert read_account(chain, ana).confidential_only == (not allowed)
        if allowed:
            do(chain, coin.pay(ben, ana, 1, BEN))
        else:
            refused(chain, coin.pay(ben, ana, 1, BEN))


# Which mints may be paid in


@BOTH
def test_a_plain_mint_is_fit(chain: Chain, program: Pubkey) -> None:
    coin = make_coin(chain, "usd", program=program, decimals=6)
    fund(chain, coin, ANA, 7)
    found = vet(chain, coin)
    assert (found.program, found.decimals, found.token.supply) == (program, 6, Raw(7))
    assert (found.token.mint_authority, found.token.freeze_authority) == (CENTRAL_BANK, CENTRAL_BANK)
    assert [risk.split(" ", 1)[0] for risk in found.risks] == [str(CENTRAL_BANK)] * 2
    assert "create any amount" in found.risks[0] and "freeze any account" in found.risks[1]


def test_a_mint_like_paypals_is_fit_and_its_risks_are_told(chain: Chain) -> None:
    coin = make_coin(chain, "pyusd", PYUSD)
    found = vet(chain, coin)
    assert tuple(found.token.extensions) == PYUSD
    assert (found.token.name, found.token.symbol, found.decimals) == ("pyusd", "PYUS", 6)
    told = ["create", "permanent delegate", "freeze", "transfer fee", "attach a program", "close the mint"]
    assert len(found.risks) == len(told)
    for risk, words in zip(found.risks, told, strict=True):
        assert words in risk and str(CENTRAL_BANK) in risk
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, 0)
    do(chain, coin.pay(ana, ben, ONE, ANA))
    assert balance(chain, ben) == ONE


HARMLESS: dict[Extension, list[Extension]] = {
    Extension.MINT_CLOSE_AUTHORITY: [],
    Extension.CONFIDENTIAL_TRANSFER_MINT: [],
    Extension.DEFAULT_ACCOUNT_STATE: [],
    Extension.PERMANENT_DELEGATE: [],
    Extension.METADATA_POINTER: [],
    Extension.TOKEN_METADATA: [Extension.METADATA_POINTER],
    Extension.TRANSFER_FEE_CONFIG: [],
    Extension.TRANSFER_HOOK: [],
    Extension.CONFIDENTIAL_TRANSFER_FEE_CONFIG: [
        Extension.TRANSFER_FEE_CONFIG,
        Extension.CONFIDENTIAL_TRANSFER_MINT,
    ],
    Extension.GROUP_POINTER: [],
    Extension.TOKEN_GROUP: [Extension.GROUP_POINTER],
    Extension.GROUP_MEMBER_POINTER: [],
    Extension.TOKEN_GROUP_MEMBER: [Extension.GROUP_MEMBER_POINTER],
}
"""What may be there, and what it needs beside it."""
UNFIT: dict[Extension, list[Extension]] = {
    Extension.NON_TRANSFERABLE: [],
    Extension.INTEREST_BEARING_CONFIG: [],
    Extension.CONFIDENTIAL_MINT_BURN: [Extension.CONFIDENTIAL_TRANSFER_MINT],
    Extension.SCALED_UI_AMOUNT: [],
    Extension.PAUSABLE: [],
    Extension.PERMISSIONED_BURN: [],
}


@pytest.mark.parametrize("extension", HARMLESS, ids=lambda one: one.name)
def test_a_harmless_extension_is_fit_and_lets_a_payment_through(chain: Chain, extension: Extension) -> None:
    group = make_coin(chain, "group", [Extension.GROUP_POINTER, Extension.TOKEN_GROUP])
    coin = make_coin(chain, "usd", [*HARMLESS[extension], extension], group=group)
    assert extension in vet(chain, coin).token.extensions
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, 0)
    do(chain, coin.pay(ana, ben, ONE, ANA))
    assert balance(chain, ben) == ONE


@pytest.mark.parametrize("extension", UNFIT, ids=lambda one: one.name)
def test_any_other_extension_is_refused(chain: Chain, extension: Extension) -> None:
    coin = make_coin(chain, "usd", [*UNFIT[extension], extension])
    with pytest.raises(PaymentMintRefused, match=rf"extension {int(extension)} \(") as caught:
        vet(chain, coin)
    assert caught.value.extension == extension
    assert [one.extension for one in caught.value.findings] == [extension]


def test_every_extension_of_a_mint_is_in_one_table() -> None:
    accounts = {
        Extension.TRANSFER_FEE_AMOUNT,
        Extension.CONFIDENTIAL_TRANSFER_ACCOUNT,
        Extension.IMMUTABLE_OWNER,
        Extension.MEMO_TRANSFER,
        Extension.CPI_GUARD,
        Extension.NON_TRANSFERABLE_ACCOUNT,
        Extension.TRANSFER_HOOK_ACCOUNT,
        Extension.CONFIDENTIAL_TRANSFER_FEE_AMOUNT,
        Extension.PAUSABLE_ACCOUNT,
    }
    assert HARMLESS.keys() | UNFIT.keys() | accounts == set(Extension)
    assert len(HARMLESS) + len(UNFIT) + len(accounts) == len(Extension)


def test_a_fee_is_refused_from_the_day_it_is_announced(chain: Chain) -> None:
    with pytest.raises(PaymentMintRefused, match=r"extension 1 \(transfer fee config\).*up to 25 basis points"):
        vet(chain, make_coin(chain, "dear", [Extension.TRANSFER_FEE_CONFIG], fee_bps=25))
    coin = make_coin(chain, "later", [Extension.TRANSFER_FEE_CONFIG])
    vet(chain, coin)
    do(chain, coin.set_fee(100))
    with pytest.raises(PaymentMintRefused, match=r"100 basis points from epoch 2 on"):
        vet(chain, coin)


def test_a_fee_keeps_a_payment_from_arriving_whole(chain: Chain) -> None:
    coin = make_coin(chain, "dear", [Extension.TRANSFER_FEE_CONFIG], fee_bps=25)
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, 0)
    do(chain, coin.pay(ana, ben, ONE, ANA))
    assert balance(chain, ben) == ONE - 2_500


def test_a_hook_is_refused_as_soon_as_it_is_set(chain: Chain) -> None:
    coin = make_coin(chain, "usd", [Extension.TRANSFER_HOOK])
    ana, ben = fund(chain, coin, ANA, 2), fund(chain, coin, BEN, 0)
    do(chain, coin.pay(ana, ben, 1, ANA))
    do(chain, coin.set_hook(EVE))
    with pytest.raises(PaymentMintRefused, match=rf"extension 14 \(transfer hook\).*{EVE}"):
        vet(chain, coin)
    refused(chain, coin.pay(ana, ben, 1, ANA))
    assert balance(chain, ben) == 1
    with pytest.raises(PaymentMintRefused):
        vet(chain, make_coin(chain, "hooked", [Extension.TRANSFER_HOOK], hook=EVE))


def test_accounts_that_start_frozen_are_refused(chain: Chain) -> None:
    for coin in (
        make_coin(chain, "closed", [Extension.DEFAULT_ACCOUNT_STATE], frozen=True),
        make_coin(chain, "open", [Extension.DEFAULT_ACCOUNT_STATE]),
    ):
        if coin.mint == key("coin open"):
            assert any("start frozen" in risk for risk in vet(chain, coin).risks)
            do(chain, coin.start_frozen())
        with pytest.raises(PaymentMintRefused, match=r"extension 6 \(default account state\)"):
            vet(chain, coin)
        do(chain, coin.open(ANA))
        assert read_account(chain, coin.wallet(ANA)).frozen


def test_a_paused_coin_stops_payments(chain: Chain) -> None:
    coin = make_coin(chain, "usd", [Extension.PAUSABLE])
    ana, ben = fund(chain, coin, ANA, 2), fund(chain, coin, BEN, 0)
    do(chain, coin.pause())
    assert TokenMint.decode(mint_account(chain, coin)).paused
    refused(chain, coin.pay(ana, ben, 1, ANA))
    do(chain, coin.resume())
    assert not TokenMint.decode(mint_account(chain, coin)).paused
    do(chain, coin.pay(ana, ben, 1, ANA))


def test_the_risks_are_real(chain: Chain) -> None:
    coin = make_coin(chain, "pyusd", PYUSD)
    ana, ben = fund(chain, coin, ANA, ONE), fund(chain, coin, BEN, 0)
    do(chain, coin.pay(ana, ben, ONE, CENTRAL_BANK))  # the permanent delegate
    assert (balance(chain, ana), balance(chain, ben)) == (0, ONE)
    empty = make_coin(chain, "spent", PYUSD)
    do(chain, empty.end())
    assert chain.get(empty.mint) is None
    assert make_coin(chain, "spent", decimals=0) == Coin(empty.mint, TOKEN, 0)


# The rehearsals' stablecoin


async def test_the_rehearsals_stablecoin() -> None:
    async with EmbeddedLedger(program=PROGRAM, now=1_790_000_000) as ledger:
        issuer = KeypairSigner(keypair(CENTRAL_BANK))
        await ledger.airdrop(issuer.pubkey, 10**10)
        coin = await Stablecoin.create(ledger, issuer)
        account = await ledger.account(coin.mint)
        assert account is not None
        found = vet_payment_mint(account)
        assert (found.program, found.decimals, found.token.freeze_authority) == (TOKEN, 6, CENTRAL_BANK)
        assert await coin.balance(ANA) == Cash(0)
        for _ in range(2):
            await coin.give(ANA, Cash(ONE))
        assert await coin.balance(ANA) == Cash(2 * ONE)
        held = await ledger.account(coin.account(ANA))
        assert held is not None and held.owner == TOKEN
        other = await Stablecoin.create(ledger, issuer, decimals=2)
        assert other.mint != coin.mint and other.decimals == 2
        await other.give(ANA, Cash(3))
        assert (await other.balance(ANA), await coin.balance(ANA)) == (Cash(3), Cash(2 * ONE))


async def test_a_stablecoin_needs_an_issuer_with_lamports() -> None:
    async with EmbeddedLedger(program=None, now=1_790_000_000) as ledger:
        with pytest.raises(TransactionFailed):
            await Stablecoin.create(ledger, KeypairSigner(keypair(EVE)))
