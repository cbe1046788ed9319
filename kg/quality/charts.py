"""Small charts as SVG, drawn on the server: a bar of parts, a share, lines over releases.

A chart holds no text, so that it may be stretched to any width; names and numbers stand beside it on the page, and the
parts have titles. Colours are classes of the page's style sheet: a chart follows light, dark and print. Knows geometry;
knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

WIDTH: Final = 1000
"""Units from left to right, however wide a chart is shown."""
HEIGHT: Final = 100
LEAST: Final = 4
"""Units that a part takes at least: what is there is seen, however little it is."""


@dataclass(frozen=True)
class Part:
    """One part of a bar: its size, the class that colours it, and what it is."""

    size: float
    style: str
    name: str = ""


@dataclass(frozen=True)
class Line:
    """Values over time: the class that draws the line, its values from the oldest on, and what they are."""

    values: tuple[float, ...]
    style: str
    name: str = ""


def bar(parts: Sequence[Part], whole: float, name: str = "") -> Markup:
    """Draw parts from left to right; ``whole`` is the size that fills the width.

    Without a name the bar is decoration: the number stands beside it.
    """
    place, drawn = 0.0, []
    for part in parts:
        if part.size > 0 and whole > 0:
            width = max(min(part.size / whole, 1) * WIDTH, LEAST)
            drawn.append(_rect(place, width, part))
            place += width
    return _svg("bar", 1, name, drawn)


def share(value: float) -> Markup:
    """Draw a share from 0 to 1 as a filled track."""
    return _svg("bar share", 1, "", [_rect(0, WIDTH, Part(1, "track")), *_filled(value)])


def lines(series: Sequence[Line], name: str) -> Markup:
    """Draw lines from 0 to the highest value of all; nothing where there is one release or none."""
    count = max((len(line.values) for line in series), default=0)
    if count < 2:
        return Markup("")
    highest = max((max(line.values, default=0) for line in series), default=0) or 1
    drawn = []
    for line in series:
        # Half a line's width is kept free above and below.
        points = " ".join(
            f"{_n(place / (count - 1) * WIDTH)},{_n(2 + (1 - value / highest) * (HEIGHT - 4))}"
            for place, value in enumerate(line.values)
        )
        drawn.append(
            Markup('<polyline class="line {}" points="{}" vector-effect="non-scaling-stroke"/>').format(
                line.style, points
            )
        )
    return _svg("lines", HEIGHT, name, drawn)


def _filled(value: float) -> list[Markup]:
    return [_rect(0, max(min(value, 1) * WIDTH, LEAST), Part(value, "fill"))] if value > 0 else []


def _rect(x: float, width: float, part: Part) -> Markup:
    title = Markup("<title>{}</title>").format(part.name) if part.name else ""
    return Markup('<rect class="{}" x="{}" width="{}" height="1">{}</rect>').format(part.style, _n(x), _n(width), title)


def _svg(style: str, height: int, name: str, drawn: Sequence[Markup]) -> Markup:
    said = Markup('role="img" aria-label="{}"').format(name) if name else Markup('aria-hidden="true"')
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" {}>')
    return head.format(style, WIDTH, height, said) + Markup("").join(drawn) + Markup("</svg>")


def _n(number: float) -> str:
    """Write a coordinate: two digits are finer than any screen."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
