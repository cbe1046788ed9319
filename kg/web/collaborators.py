"""A still picture of a person's close collaborators, drawn on the server: the explorer's slice on a profile.

Knows where circles and lines go. Does not know people, works nor SVG: the template writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.web.parts import Partner

SHOWN: Final = 14
"""Collaborators in the picture; with more, names lie on one another."""
WIDTH: Final = 720
HEIGHT: Final = 340
_ROOM: Final = 185
"""Room for a name on each side."""


@dataclass(frozen=True)
class Spot:
    """One collaborator: where, how large, on which side the name stands (``start``, ``end``)."""

    x: float
    y: float
    radius: float
    anchor: str
    name: str
    href: str
    works: int


@dataclass(frozen=True)
class Line:
    """A line between two spots; ``width`` grows with the number of shared works."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True)
class Slice:
    """The picture: the middle is at half of ``width`` and ``height``. ``total`` is the number of people in question."""

    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    total: int
    width: int = WIDTH
    height: int = HEIGHT


def draw(partners: Sequence[Partner], joined: Callable[[Iterable[str]], list[tuple[str, str]]]) -> Slice | None:
    """Return the picture of the first of ``partners``, which come best first; None where there are fewer than three.

    ``joined`` returns the pairs among some people who share a work.
    """
    shown = [one for one in partners if one.ref.href and one.ref.kind == "person"][:SHOWN]
    if len(shown) < 3:
        return None
    pairs = joined(one.ref.iri for one in shown)
    order = _round(shown, pairs)
    middle_x, middle_y = WIDTH / 2, HEIGHT / 2
    spots: dict[str, Spot] = {}
    for place, one in enumerate(order):
        angle = 2 * pi * (place + 0.5) / len(order) - pi / 2
        x = round(middle_x + cos(angle) * (middle_x - _ROOM), 1)
        y = middle_y + sin(angle) * (middle_y - 28)
        radius = min(5 + 2.2 * sqrt(one.works), 18)
        spots[one.ref.iri] = Spot(
            x, round(y, 1), round(radius, 1), "start" if x >= middle_x else "end",
            one.ref.text if len(one.ref.text) <= 26 else f"{one.ref.text[:25]}…", one.ref.href or "", one.works,
        )  # fmt: skip
    lines = [
        Line(middle_x, middle_y, spots[one.ref.iri].x, spots[one.ref.iri].y, round(min(1 + sqrt(one.works), 6), 1))
        for one in shown
    ]
    lines += [Line(spots[a].x, spots[a].y, spots[b].x, spots[b].y, 1.0) for a, b in pairs if a in spots and b in spots]
    return Slice(
        tuple(spots[one.ref.iri] for one in order), tuple(lines), sum(one.ref.kind == "person" for one in partners)
    )


def _round(shown: Sequence[Partner], pairs: Sequence[tuple[str, str]]) -> list[Partner]:
    """Order people round the circle so that those who wrote together stand side by side: always the closest next."""
    ties: dict[str, set[str]] = {one.ref.iri: set() for one in shown}
    for a, b in pairs:
        ties[a].add(b)
        ties[b].add(a)
    left, order = list(shown), [shown[0]]
    left.remove(shown[0])
    while left:
        last = order[-1].ref.iri
        following = max(left, key=lambda one: len(ties[last] & ties[one.ref.iri]) + 2 * (one.ref.iri in ties[last]))
        order.append(following)
        left.remove(following)
    return order
