"""The picture of growth: from one thousand to ten million holders, roots in time and memory, pushes in SOL."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

import pygal
from pygal.style import CleanStyle

from bench.roots import Root

__all__ = ["PICTURE", "draw"]

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "growth.svg"
WIDTH, HEIGHT = 560, 340


def draw(roots: list[Root], ours: Callable[[int], float], theirs: Callable[[int], float]) -> None:
    """Write docs/growth.svg; ``ours`` and ``theirs`` are the SOL that it takes to pay so many holders."""
    holders = [root.holders for root in roots]
    building = _chart("Building a record-date root", holders)
    building.y_labels = _decades([figure for root in roots for figure in (root.seconds, root.megabytes)])
    building.add("seconds", [root.seconds for root in roots])
    building.add("megabytes at most", [root.megabytes for root in roots])
    paying = _chart("Paying everyone: fees and rent, in SOL", holders)
    paying.y_labels = _decades([cost(number) for number in holders for cost in (ours, theirs)])
    paying.add("a bit for each claim", [ours(number) for number in holders])
    paying.add("an account for each claim", [theirs(number) for number in holders])
    PICTURE.write_text(_side_by_side(building, paying))


def _chart(title: str, holders: list[int]) -> Any:
    style = CleanStyle(background="white", plot_background="white", title_font_size=16, colors=("#1f5fbf", "#c2571a"))
    chart = pygal.Line(
        title=title,
        style=style,
        logarithmic=True,
        width=WIDTH,
        height=HEIGHT,
        x_title="holders",
        legend_at_bottom=True,
        js=[],
        no_prefix=True,
        disable_xml_declaration=True,
        value_formatter=lambda value: f"{value:,.10g}",
        margin_right=24,
    )
    chart.x_labels = [f"{number:,}" for number in holders]
    return chart


def _decades(figures: list[float]) -> list[float]:
    """The powers of ten around all figures."""
    return [10.0**power for power in range(floor(log10(min(figures))), ceil(log10(max(figures))) + 1)]


def _side_by_side(*charts: Any) -> str:
    """Both charts in one picture: pygal's own drawings, each in its place."""
    parts = [
        f'<svg x="{number * WIDTH}" width="{WIDTH}" height="{HEIGHT}">{chart.render(is_unicode=True)}</svg>'
        for number, chart in enumerate(charts)
    ]
    size = f'width="{WIDTH * len(charts)}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>\n'
