"""``python -m xstock_client.cli``."""

from xstock_client.cli import main

main()
