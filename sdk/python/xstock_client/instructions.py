"""One builder to an instruction of the program.

Accounts are named as in the IDL and passed as addresses; those with one right address are filled in. An optional
account that is not passed becomes the program's own address, which is how Anchor writes "none". Values out of
range raise ValueError, and values of another type TypeError, before anything is sent.
"""

from __future__ import annotations

from xstock_client._generated import instructions as _generated
from xstock_client._generated.instructions import *  # noqa: F403

__all__: list[str] = []
__all__ += _generated.__all__
