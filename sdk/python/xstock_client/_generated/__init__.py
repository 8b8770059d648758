"""Code made from the program's IDL.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

PROGRAM_ADDRESS = "6bUsceXq2RkUdUFcvPPLk7YWkAarToLNGjQuuhSm8YnY"
"""Where the program lives, base58."""
PROGRAM_VERSION = "0.1.0"
