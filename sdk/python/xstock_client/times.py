"""Times and time spans as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["instant", "span"]


def instant(unix: int) -> str:
    """Unix seconds as ``2026-03-31 16:00:00Z``; a dash for zero, which means none."""
    if not unix:
        return "-"
    try:
        return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return f"{unix:,} s"


def span(seconds: int) -> str:
    """A time span in its largest fitting units: ``5 d``, ``2 h 30 min``, ``45 s``."""
    parts = []
    rest = abs(seconds)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return ("-" if seconds < 0 else "") + " ".join(parts[:2] or ["0 s"])
