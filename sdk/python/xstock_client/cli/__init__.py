"""The command ``xstock``: thin over the role clients. Needs the extra ``[cli]``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    try:
        from xstock_client.cli._app import app
    except ImportError as error:
        sys.exit(f"the command line needs more packages ({error.name}): pip install 'xstock-client[cli]'")
    app(prog_name="xstock")
