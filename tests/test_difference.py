"""Two releases beside each other: in which order things that differ stand, and how much of them is kept."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.difference import Difference, difference

NAME = NamedNode("http://schema.org/name")


def things(**names: str) -> list[Quad]:
    return [Quad(NamedNode(f"http://x/{thing}"), NAME, Literal(name)) for thing, name in names.items()]


def compared(before: list[Quad], after: list[Quad], most: int | None = None) -> Difference:
    def lines(quads: set[Quad], sign: str) -> list[tuple[str, str]]:
        said = (serialize([quad], format=RdfFormat.N_QUADS) for quad in quads)
        return [(sign, line.decode().rstrip("\n")) for line in said if line is not None]

    old, new = Store(), Store()
    old.extend(before)
    new.extend(after)
    gone, come = set(before) - set(after), set(after) - set(before)
    both = sorted([*lines(gone, "-"), *lines(come, "+")], key=lambda pair: pair[1])
    return difference(both, old, new, most=most)


def test_what_went_and_what_reads_otherwise_come_before_what_came() -> None:
    found = compared(things(b="B", c="C", z="Z"), things(a="A", b="B", c="See", d="D"))
    assert [(thing.state, thing.name) for thing in found.things] == [
        ("lost", "Z"), ("altered", "See"), ("added", "A"), ("added", "D"),
    ]  # fmt: skip
    assert [found.count(state) for state in ("lost", "altered", "added")] == [1, 1, 2]
    assert [(value.sign, value.value) for value in found.things[1].values] == [("-", "C"), ("+", "See")]


def test_statements_are_kept_of_the_first_things_of_each_state() -> None:
    before = things(m="M", n="N", o="O")
    found = compared(before, things(a="A", b="B", c="C", m="Em", n="En", o="Oh"), most=2)
    assert [bool(thing.values) for thing in found.things] == [True, True, False] * 2
    assert [thing.name for thing in found.things] == ["Em", "En", "Oh", "A", "B", "C"]
