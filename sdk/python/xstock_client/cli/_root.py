"""The outermost command: options that may stand anywhere, and errors without tracebacks."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from xstock_client.cli._refusing import refusal_text
from xstock_client.cli._session import Session
from xstock_client.errors import XstockError
from xstock_client.ledger import SignedOnly

__all__ = ["RootGroup"]


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
            decimals = ctx.obj.decimals if isinstance(ctx.obj, Session) else None
            typer.echo(refusal_text(error, decimals), err=True)
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
