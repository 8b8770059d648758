"""What people do with tokens past the program: bare instructions of both token programs, and stablecoins to pay in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from tests.embedded.calls import FEES, TREASURY, Stock
from tests.embedded.chain import Chain, key
from xstock_client import pda
from xstock_client.amounts import Raw
from xstock_client.clients.token import (
    Extension,
    TokenAccount,
    approve,
    create_token_account,
    revoke,
    transfer_checked,
)
from xstock_client.constants import SYSTEM, TOKEN, TOKEN_2022

CENTRAL_BANK = key("stablecoin issuer")
"""Holds every power over the stablecoins here."""
PYUSD = (
    Extension.MINT_CLOSE_AUTHORITY,
    Extension.PERMANENT_DELEGATE,
    Extension.TRANSFER_FEE_CONFIG,
    Extension.CONFIDENTIAL_TRANSFER_MINT,
    Extension.CONFIDENTIAL_TRANSFER_FEE_CONFIG,
    Extension.TRANSFER_HOOK,
    Extension.METADATA_POINTER,
    Extension.TOKEN_METADATA,
)
"""What PayPal USD has on mainnet, in its order."""
_OWNER, _CLOSER = b"\x02", b"\x03"


# The stocks


def open_token_account(stock: Stock, owner: Pubkey) -> Instruction:
    """Opens the owner's associated token account, as wallets do."""
    return create_token_account(TREASURY, owner, stock.mint)


def token(data: bytes, *accounts: tuple[Pubkey, str], program: Pubkey = TOKEN_2022) -> Instruction:
    """A bare instruction of a token program; flags: ``w`` writable, ``s`` signer."""
    metas = [AccountMeta(address, is_signer="s" in flags, is_writable="w" in flags) for address, flags in accounts]
    return Instruction(program, data, metas)


def burn(stock: Stock, holder: Pubkey, amount: int) -> Instruction:
    """A holder burns their own tokens, past the program."""
    data = b"\x08" + amount.to_bytes(8, "little")
    return token(data, (stock.wallet(holder), "w"), (stock.mint, "w"), (holder, "s"))


def transfer(stock: Stock, sender: Pubkey, receiver: Pubkey, amount: int) -> Instruction:
    """A holder's transfer to another holder, past the program."""
    return transfer_to(stock, sender, stock.wallet(receiver), amount)


def transfer_to(stock: Stock, sender: Pubkey, account: Pubkey, amount: int) -> Instruction:
    """A holder's transfer to any token account."""
    data = b"\x0c" + amount.to_bytes(8, "little") + b"\x08"
    return token(data, (stock.wallet(sender), "w"), (stock.mint, ""), (account, "w"), (sender, "s"))


# Accounts of either program, a stock's or a stablecoin's


def close(account: Pubkey, owner: Pubkey, program: Pubkey = TOKEN_2022) -> Instruction:
    """Its owner, or its close authority, closes an empty account and keeps the rent."""
    return token(b"\x09", (account, "w"), (owner, "w"), (owner, "s"), program=program)


def hand_over(account: Pubkey, owner: Pubkey, to: Pubkey, program: Pubkey = TOKEN_2022) -> Instruction:
    """Gives the account to another owner; associated accounts of Token-2022 refuse."""
    return token(b"\x06" + _OWNER + b"\x01" + bytes(to), (account, "w"), (owner, "s"), program=program)


def set_closer(account: Pubkey, owner: Pubkey, to: Pubkey, program: Pubkey = TOKEN_2022) -> Instruction:
    """Lets somebody else close the account."""
    return token(b"\x06" + _CLOSER + b"\x01" + bytes(to), (account, "w"), (owner, "s"), program=program)


def demand_memo(account: Pubkey, owner: Pubkey) -> list[Instruction]:
    """Nothing comes into the account of Token-2022 without a memo any more."""
    return [_grow(account, owner, Extension.MEMO_TRANSFER), token(b"\x1e\0", (account, "w"), (owner, "s"))]


def guard(account: Pubkey, owner: Pubkey) -> list[Instruction]:
    """No program moves tokens out of the account of Token-2022 on the owner's signature any more."""
    return [_grow(account, owner, Extension.CPI_GUARD), token(b"\x22\0", (account, "w"), (owner, "s"))]


def unguard(account: Pubkey, owner: Pubkey) -> Instruction:
    """Takes the guard off again."""
    return token(b"\x22\x01", (account, "w"), (owner, "s"))


def _grow(account: Pubkey, owner: Pubkey, extension: Extension) -> Instruction:
    data = b"\x1d" + extension.to_bytes(2, "little")
    return token(data, (account, "w"), (TREASURY, "ws"), (SYSTEM, ""), (owner, "s"))


# Stablecoins


@dataclass(frozen=True)
class Coin:
    """A stablecoin, and the instructions of those who have or issue it."""

    mint: Pubkey
    program: Pubkey = TOKEN
    decimals: int = 6

    def wallet(self, owner: Pubkey) -> Pubkey:
        """The owner's associated token account."""
        return pda.token_account(owner, self.mint, self.program)

    def open(self, owner: Pubkey) -> Instruction:
        """Opens the owner's associated token account."""
        return create_token_account(TREASURY, owner, self.mint, self.program)

    def pay(self, source: Pubkey, to: Pubkey, amount: int, by: Pubkey) -> Instruction:
        """A transfer between two accounts, signed by ``by``: the owner, a delegate, or the permanent delegate."""
        return transfer_checked(
            source=source,
            mint=self.mint,
            destination=to,
            authority=by,
            amount=Raw(amount),
            decimals=self.decimals,
            program=self.program,
        )

    def lend(self, account: Pubkey, owner: Pubkey, delegate: Pubkey, amount: int) -> Instruction:
        """Approves a delegate."""
        return approve(
            account=account,
            mint=self.mint,
            delegate=delegate,
            owner=owner,
            amount=Raw(amount),
            decimals=self.decimals,
            program=self.program,
        )

    def take_back(self, account: Pubkey, owner: Pubkey) -> Instruction:
        """Revokes the delegate."""
        return revoke(account=account, owner=owner, program=self.program)

    def close(self, account: Pubkey, owner: Pubkey) -> Instruction:
        """See :func:`close`."""
        return close(account, owner, self.program)

    def hand_over(self, account: Pubkey, owner: Pubkey, to: Pubkey) -> Instruction:
        """See :func:`hand_over`."""
        return hand_over(account, owner, to, self.program)

    def set_closer(self, account: Pubkey, owner: Pubkey, to: Pubkey) -> Instruction:
        """See :func:`set_closer`."""
        return set_closer(account, owner, to, self.program)

    # what the issuer can do

    def issue(self, account: Pubkey, amount: int) -> Instruction:
        """Creates money."""
        data = b"\x0e" + amount.to_bytes(8, "little") + bytes([self.decimals])
        return self._by_bank(data, (self.mint, "w"), (account, "w"))

    def freeze(self, account: Pubkey) -> Instruction:
        """Nothing comes in or goes out any more."""
        return self._by_bank(b"\x0a", (account, "w"), (self.mint, ""))

    def thaw(self, account: Pubkey) -> Instruction:
        """Lifts a freeze."""
        return self._by_bank(b"\x0b", (account, "w"), (self.mint, ""))

    def set_fee(self, bps: int) -> Instruction:
        """A transfer fee from the epoch after next on; needs TRANSFER_FEE_CONFIG."""
        return self._by_bank(b"\x1a\x05" + _fee(bps), (self.mint, "w"))

    def set_hook(self, program: Pubkey) -> Instruction:
        """Every transfer runs ``program``; needs TRANSFER_HOOK."""
        return self._by_bank(b"\x24\x01" + bytes(program), (self.mint, "w"))

    def start_frozen(self) -> Instruction:
        """New accounts start frozen; needs DEFAULT_ACCOUNT_STATE."""
        return self._by_bank(b"\x1c\x01\x02", (self.mint, "w"))

    def pause(self) -> Instruction:
        """No transfers any more; needs PAUSABLE."""
        return self._by_bank(b"\x2c\x01", (self.mint, "w"))

    def resume(self) -> Instruction:
        """Transfers again."""
        return self._by_bank(b"\x2c\x02", (self.mint, "w"))

    def end(self) -> Instruction:
        """Closes the mint when nothing of it is left; needs MINT_CLOSE_AUTHORITY."""
        return close(self.mint, CENTRAL_BANK)

    def _by_bank(self, data: bytes, *accounts: tuple[Pubkey, str]) -> Instruction:
        return token(data, *accounts, (CENTRAL_BANK, "s"), program=self.program)


def make_coin(
    chain: Chain,
    name: str,
    extensions: Sequence[Extension] = (),
    *,
    program: Pubkey | None = None,
    decimals: int = 6,
    fee_bps: int = 0,
    hook: Pubkey | None = None,
    frozen: bool = False,
    group: Coin | None = None,
) -> Coin:
    """A stablecoin by real instructions: of SPL Token without ``extensions``, of Token-2022 with them.

    The figures are those of TRANSFER_FEE_CONFIG, TRANSFER_HOOK and DEFAULT_ACCOUNT_STATE; ``group`` is what a
    TOKEN_GROUP_MEMBER belongs to.
    """
    program = program or (TOKEN_2022 if extensions else TOKEN)
    coin = Coin(key(f"coin {name}"), program, decimals)
    inits = _inits(coin.mint, fee_bps=fee_bps, hook=hook, frozen=frozen)
    early = [inits[one] for one in extensions if one in inits]
    late = _late_inits(coin.mint, name, group)
    size = 166 + sum(4 + length for length, _ in early) if early else 82
    # what comes after the mint grows the account, which must be able to afford it
    rent = chain.rent_of(size + (400 if any(one in late for one in extensions) else 0))
    space = CreateAccountParams(from_pubkey=TREASURY, to_pubkey=coin.mint, lamports=rent, space=size, owner=program)
    bank = bytes(CENTRAL_BANK)
    _do(
        chain,
        create_account(space),
        *(token(data, (coin.mint, "w")) for _, data in early),
        token(b"\x14" + bytes([decimals]) + bank + b"\x01" + bank, (coin.mint, "w"), program=program),
        *(late[one] for one in extensions if one in late),
    )
    return coin


def fund(chain: Chain, coin: Coin, owner: Pubkey, amount: int) -> Pubkey:
    """Money in the owner's associated account, opened if need be; returns the account."""
    _do(chain, coin.open(owner), coin.issue(coin.wallet(owner), amount))
    return coin.wallet(owner)


def read_account(chain: Chain, account: Pubkey) -> TokenAccount:
    """A token account of either program."""
    found = chain.get(account)
    assert found is not None, f"no account at {account}"
    return TokenAccount.decode(found)


def balance(chain: Chain, account: Pubkey) -> int:
    """Base units in a token account of either program."""
    return read_account(chain, account).amount.value


def _inits(mint: Pubkey, *, fee_bps: int, hook: Pubkey | None, frozen: bool) -> dict[Extension, tuple[int, bytes]]:
    """What each extension takes of the account, and what sets it up before the mint."""
    bank, itself, some_key = bytes(CENTRAL_BANK), bytes(mint), bytes([8]) * 32
    return {
        Extension.TRANSFER_FEE_CONFIG: (108, b"\x1a\0" + (b"\x01" + bank) * 2 + _fee(fee_bps)),
        Extension.MINT_CLOSE_AUTHORITY: (32, b"\x19\x01" + bank),
        Extension.CONFIDENTIAL_TRANSFER_MINT: (65, b"\x1b\0" + bank + b"\0" + bytes(32)),
        Extension.DEFAULT_ACCOUNT_STATE: (1, b"\x1c\0" + (b"\x02" if frozen else b"\x01")),
        Extension.NON_TRANSFERABLE: (0, b"\x20"),
        Extension.INTEREST_BEARING_CONFIG: (52, b"\x21\0" + bank + (500).to_bytes(2, "little")),
        Extension.PERMANENT_DELEGATE: (32, b"\x23" + bank),
        Extension.TRANSFER_HOOK: (64, b"\x24\0" + bank + bytes(hook or Pubkey.default())),
        Extension.CONFIDENTIAL_TRANSFER_FEE_CONFIG: (129, b"\x25\0" + bank + some_key),
        Extension.METADATA_POINTER: (64, b"\x27\0" + bank + itself),
        Extension.GROUP_POINTER: (64, b"\x28\0" + bank + itself),
        Extension.GROUP_MEMBER_POINTER: (64, b"\x29\0" + bank + itself),
        Extension.CONFIDENTIAL_MINT_BURN: (196, b"\x2a\0" + some_key + bytes(36)),
        Extension.SCALED_UI_AMOUNT: (56, b"\x2b\0" + bank + bytes.fromhex("000000000000f03f")),
        Extension.PAUSABLE: (33, b"\x2c\0" + bank),
        Extension.PERMISSIONED_BURN: (32, b"\x2e\0" + bank),
    }


def _late_inits(mint: Pubkey, name: str, group: Coin | None) -> dict[Extension, Instruction]:
    """What sets up the extensions that come after the mint, by its authority."""
    bank = (CENTRAL_BANK, "s")
    texts = b"".join(len(one).to_bytes(4, "little") + one.encode() for one in (name, name.upper()[:4], ""))
    metadata = _interface("metadata_interface:initialize_account") + texts
    members = _interface("group_interface:initialize_token_group") + bytes(CENTRAL_BANK) + (9).to_bytes(8, "little")
    joins = _interface("group_interface:initialize_member")
    return {
        Extension.TOKEN_METADATA: token(metadata, (mint, "w"), (CENTRAL_BANK, ""), (mint, ""), bank),
        Extension.TOKEN_GROUP: token(members, (mint, "w"), (mint, ""), bank),
        Extension.TOKEN_GROUP_MEMBER: token(
            joins, (mint, "w"), (mint, ""), bank, (group.mint if group else mint, "w"), bank
        ),
    }


def _interface(name: str) -> bytes:
    return sha256(f"spl_token_{name}".encode()).digest()[:8]


def _fee(bps: int) -> bytes:
    return bps.to_bytes(2, "little") + (10**12).to_bytes(8, "little")


def _do(chain: Chain, *sent: Instruction) -> None:
    executed = chain.execute(sent, FEES)
    assert executed.error is None, chain.error(executed)
