"""The still picture of a profile: who is in it, where, and that nothing leaves it."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from kg.web.collaborators import HEIGHT, SHOWN, WIDTH, draw
from kg.web.parts import Partner
from kg.web.reading import Ref


def partner(number: int, works: int = 1, kind: str = "person") -> Partner:
    return Partner(Ref(f"http://x.example/{number:03}", f"Name {number}", f"./{number}", kind), works, "")


def nobody(people: Iterable[str]) -> list[tuple[str, str]]:
    return []


def test_two_collaborators_are_no_picture() -> None:
    assert draw([partner(1), partner(2)], nobody) is None
    assert draw([partner(1), partner(2), partner(3, kind="group")], nobody) is None


def test_those_who_wrote_together_stand_side_by_side() -> None:
    pairs = [("http://x.example/000", "http://x.example/004"), ("http://x.example/001", "http://x.example/003")]
    picture = draw([partner(number) for number in range(6)], lambda people: pairs)
    assert picture is not None
    names = [spot.name for spot in picture.spots]
    assert abs(names.index("Name 0") - names.index("Name 4")) in {1, 5}
    assert abs(names.index("Name 1") - names.index("Name 3")) in {1, 5}
    assert len(picture.lines) == 6 + 2


@given(st.lists(st.integers(1, 2000), min_size=3, max_size=60))
def test_nothing_leaves_the_picture(works: list[int]) -> None:
    picture = draw([partner(number, count) for number, count in enumerate(works)], nobody)
    assert picture is not None
    assert picture.total == len(works)
    assert len(picture.spots) == min(len(works), SHOWN)
    for spot in picture.spots:
        assert spot.radius <= spot.x <= WIDTH - spot.radius
        assert spot.radius <= spot.y <= HEIGHT - spot.radius
        assert (spot.anchor == "start") == (spot.x >= WIDTH / 2)
    assert len({(spot.x, spot.y) for spot in picture.spots}) == len(picture.spots)
