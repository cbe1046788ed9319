"""Small charts as SVG, drawn on the server: bars, a stacked bar, lines over releases.

Colours are classes of the page's style sheet, so that a chart follows light, dark and print. Every number in a chart
also stands in the table beside it; a chart is decoration with a name. Knows geometry; knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 640
ROW: Final = 22
LABEL: Final = 250
GAP: Final = 2


@dataclass(frozen=True)
class Part:
    """One part of a bar: its size, the class that colours it, and what it is."""

    size: float
    style: str
    name: str = ""


@dataclass(frozen=True)
class Row:
    """One bar: a label, its parts from left to right, and the number written behind it."""

    label: str
    parts: tuple[Part, ...]
    number: str
    target: str = ""
    """Where the label leads on the page: an anchor without ``#``."""


def stacked(parts: Sequence[Part], name: str) -> Markup:
    """Draw one bar of parts that fill the width."""
    whole = sum(part.size for part in parts)
    if not whole:
        return Markup("")
    place, drawn = 0.0, []
    for part in parts:
        width = part.size / whole * WIDTH
        if width > 0:
            # A part that is there is seen, however small.
            drawn.append(_rect(place, 0, max(width - GAP, 1.5), 14, part))
        place += width
    return _svg(WIDTH, 14, name, drawn)


def bars(rows: Sequence[Row], name: str, *, most: float | None = None) -> Markup:
    """Draw one bar a row; the longest fills the width, or ``most`` does."""
    longest = most or max((sum(part.size for part in row.parts) for row in rows), default=0) or 1
    room = WIDTH - LABEL - 70
    drawn = []
    for place, row in enumerate(rows):
        top, left = place * ROW, float(LABEL)
        text = Markup('<text x="{}" y="{}" class="label">{}</text>').format(0, top + 15, _short(row.label))
        drawn.append(Markup('<a href="#{}">{}</a>').format(row.target, text) if row.target else text)
        for part in row.parts:
            width = part.size / longest * room
            if part.size > 0:
                drawn.append(_rect(left, top + 4, max(width, 1.5), ROW - 8, part))
            left += width
        drawn.append(Markup('<text x="{}" y="{}" class="amount">{}</text>').format(_n(left + 6), top + 15, row.number))
    return _svg(WIDTH, len(rows) * ROW, name, drawn)


def lines(series: Sequence[tuple[str, str, Sequence[float]]], labels: Sequence[str], name: str) -> Markup:
    """Draw numbers over releases: (name, class, values) each; ``labels`` name the first and the last release."""
    count = max((len(values) for _, _, values in series), default=0)
    if count < 2:
        return Markup("")
    height, left, right, top = 120, 6, 90, 8
    highest = max(max(values, default=0) for _, _, values in series) or 1
    step = (WIDTH - left - right) / (count - 1)
    drawn = []
    taken: list[float] = []
    for title, style, values in series:
        points = [
            (left + place * step, top + (1 - value / highest) * (height - top)) for place, value in enumerate(values)
        ]
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        drawn.append(
            Markup('<polyline class="line {}" points="{}"><title>{}</title></polyline>').format(style, path, title)
        )
        x, y = points[-1]
        while any(abs(y - other) < 13 for other in taken):
            y += 13
        taken.append(y)
        drawn.append(Markup('<circle class="{}" cx="{}" cy="{}" r="3"/>').format(style, _n(x), _n(points[-1][1])))
        said = f"{values[-1]:,.0f} {title}"
        drawn.append(Markup('<text x="{}" y="{}" class="amount">{}</text>').format(_n(x + 8), _n(y + 4), said))
    if labels:
        drawn.append(Markup('<text x="{}" y="{}" class="amount">{}</text>').format(left, height + 24, labels[0]))
        drawn.append(
            Markup('<text x="{}" y="{}" class="amount" text-anchor="end">{}</text>').format(
                _n(left + (count - 1) * step), height + 24, labels[-1]
            )
        )
    return _svg(WIDTH, height + 32, name, drawn)


def share(value: float, name: str) -> Markup:
    """Draw a share from 0 to 1 as a filled track."""
    full = Part(1, "track")
    part = Part(value, "fill", name)
    drawn = [_rect(0, 0, 120, 8, full)]
    if value > 0:
        drawn.append(_rect(0, 0, max(120 * value, 1.5), 8, part))
    return _svg(120, 8, name, drawn, style="share")


def _rect(x: float, y: float, width: float, height: float, part: Part) -> Markup:
    title = Markup("<title>{}</title>").format(part.name) if part.name else ""
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2">{}</rect>').format(
        part.style, _n(x), _n(y), _n(width), _n(height), title
    )


def _svg(width: int, height: int, name: str, drawn: Sequence[Markup], style: str = "chart") -> Markup:
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(style, width, height, name)
    return head + Markup("").join(drawn) + Markup("</svg>")


def _short(label: str, most: int = 38) -> Markup:
    """Cut a label that would run into its bar; the whole stands in a title."""
    if len(label) <= most:
        return escape(label)
    return Markup("{}…<title>{}</title>").format(label[: most - 1].rstrip(), label)


def _n(number: float) -> str:
    """Write a coordinate: two digits are finer than any screen."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
