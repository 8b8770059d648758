"""What holds for all tests."""

from hypothesis import settings

# How long an example takes depends on what else the machine does: time is measured in bench/, never asserted here.
settings.register_profile("xstock", deadline=None)
settings.load_profile("xstock")
