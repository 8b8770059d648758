"""The outermost command: options that may stand anywhere, and errors without tracebacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import typer
from typer.core import TyperGroup

from xstock_client.amounts import Shares
from xstock_client.cli._session import Session
from xstock_client.constants import Role
from xstock_client.errors import ProgramRefused, XstockError
from xstock_client.ledger import SignedOnly
from xstock_client.rendering import instant

__all__ = ["RootGroup"]

_SHARES: Final[Mapping[str, tuple[str, ...]]] = {
    "AboveChainCap": ("amount", "there", "cap"),
    "ApproverNeeded": ("amount", "used", "threshold"),
    "AssetWindowExceeded": ("amount", "left", "limit"),
    "ChainInUse": ("cap", "owed"),
    "FigureTooLarge": ("given", "limit"),
    "LifetimeCapExceeded": ("amount", "left", "cap"),
    "ReserveShort": ("reserve", "needed", "released", "foreign"),
    "SettlementMismatch": ("amount",),
    "WindowExceeded": ("amount", "left", "limit"),
}
"""Figures of refusals that are shares, or tokens: one share each until there are splits."""
_NAMES: Final = {("ApproverNeeded", "used"): "would be used"}
"""Figures of refusals that are called otherwise than in the log."""
_TIMES: Final = frozenset(
    {"accepted_at", "as_of", "deadline", "earliest", "expired_at", "expires_at", "now", "ready_at", "valid_from"}
    | {"waits_until"}
)


class RootGroup(TyperGroup):
    """Takes its own options behind the command too, as the Solana CLI does, and ends with our exit codes."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Move the global options to the front before anything is parsed."""
        return list(super().parse_args(ctx, _hoisted(args, *self._global_options(ctx))))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error of ours becomes a message and an exit code.

        Where a command would send with --sign-only, what it signed is printed, and it ends there.
        """
        try:
            try:
                result = super().invoke(ctx)
            except SignedOnly as signed:
                ctx.obj.show_signed(signed.prepared)
                return None
            if isinstance(ctx.obj, Session):
                ctx.obj.require_signed()
            return result
        except XstockError as error:
            typer.secho("error: ", fg="red", bold=True, err=True, nl=False)
            typer.echo(_told(error), err=True)
            raise typer.Exit(error.exit_code) from None

    def _global_options(self, ctx: Any) -> tuple[set[str], set[str]]:
        """Names of the options without and with a value."""
        flags: set[str] = set()
        values: set[str] = set()
        for parameter in self.get_params(ctx):
            if not getattr(parameter, "is_eager", False):
                names = {*parameter.opts, *parameter.secondary_opts}
                (flags if getattr(parameter, "is_flag", False) else values).update(names)
        return flags, values


def _told(error: XstockError) -> str:
    """The message, with a refusal's shares and times as a person writes them."""
    if not isinstance(error, ProgramRefused) or not error.figures:
        return str(error)
    plain = ", ".join(f"{name} {value:,}" for name, value in error.figures.items())
    told = ", ".join(
        f"{_NAMES.get((error.name, name), name)} {_figure(error.name, name, value)}"
        for name, value in error.figures.items()
    )
    return str(error).replace(f"[{plain}]", f"[{told}]")


def _figure(refusal: str, name: str, value: int) -> str:
    if name in _SHARES.get(refusal, ()):
        return str(Shares(value).to_ui())
    if name == "role" and value in list(Role):
        return Role(value).label
    return instant(value) if name in _TIMES else f"{value:,}"


def _hoisted(args: list[str], flags: set[str], values: set[str]) -> list[str]:
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(args)
    for arg in waiting:
        if arg == "--":
            rest.extend([arg, *waiting])
        elif arg in flags or (arg.startswith("--") and arg.partition("=")[0] in values and "=" in arg):
            front.append(arg)
        elif arg in values:
            front.extend([arg, *([value] if (value := next(waiting, None)) is not None else [])])
        elif arg[:2] in values and not arg.startswith("--"):
            front.append(arg)  # -ul
        else:
            rest.append(arg)
    return [*front, *rest]
