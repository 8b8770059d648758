"""Every instruction as its rightful caller would send it; each function takes what a test may want to vary."""

from __future__ import annotations

from tests.embedded.calls.admin import *  # noqa: F403
from tests.embedded.calls.anyone import *  # noqa: F403
from tests.embedded.calls.attestor import *  # noqa: F403
from tests.embedded.calls.bond import *  # noqa: F403
from tests.embedded.calls.corporate import *  # noqa: F403
from tests.embedded.calls.dividend import *  # noqa: F403
from tests.embedded.calls.guardian import *  # noqa: F403
from tests.embedded.calls.holder import *  # noqa: F403
from tests.embedded.calls.minter import *  # noqa: F403
from tests.embedded.calls.people import *  # noqa: F403
from tests.embedded.calls.redeemer import *  # noqa: F403
