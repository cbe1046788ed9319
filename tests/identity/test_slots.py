"""Places on works: what is kept of each place answers as all names at it do, however many captures print them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.identity.seats import Printed, find_slots
from kg.model.keys import agent_key
from kg.model.names import compatible
from kg.model.records import AgentKind, MentionKey

NAMES = ["Ada Ant", "A. Ant", "Ada B. Ant", "Bo Bee", "B. Bee", "Bob Bee", "Ant Team"]


def printed(work: int, record: int, place: int | None, name: str, subject: bool) -> Printed:
    kind: AgentKind = "group" if name == "Ant Team" else "person"
    mention = MentionKey(name, agent_key(name, kind), kind, None if subject else place)
    return Printed(f"s#r{record}", mention, work, record, 0 if subject else (place or 1), is_subject=subject)


def by_comparing_all(names: Sequence[Printed]) -> list[frozenset[int]]:
    """Return which names share a place, by comparing each name with every name before it."""
    found: list[frozenset[int]] = []
    for work in sorted({name.work for name in names}):
        indexes = [i for i, name in enumerate(names) if name.work == work]
        alone = work < 0 or (
            not any(names[i].is_subject for i in indexes) and len({names[i].record for i in indexes}) == 1
        )
        filled: list[list[int]] = []
        for i in sorted(indexes, key=lambda i: (names[i].is_subject, names[i].record, names[i].place or 0, i)):
            name = names[i]
            free = [
                slot
                for slot in filled
                if names[slot[0]].kind == name.kind
                and (name.is_subject or all(names[o].record != name.record or names[o].is_subject for o in slot))
            ]
            same = [slot for slot in free if any(names[o].key == name.key for o in slot)]
            fitting = [slot for slot in free if all(compatible(names[o].name, name.name) for o in slot)]
            chosen: list[int] | None = None
            if same:
                chosen = next((slot for slot in same if any(names[o].place == name.place for o in slot)), same[0])
            elif name.kind == "person":
                there = [slot for slot in fitting if any(names[o].place == name.place for o in slot)]
                chosen = there[0] if len(there) == 1 else fitting[0] if len(fitting) == 1 else None
            if chosen is None or alone:
                filled.append([i])
            else:
                chosen.append(i)
        found += map(frozenset, filled)
    return found


@given(
    st.lists(
        st.builds(
            printed,
            st.integers(-1, 1),
            st.integers(0, 3),
            st.none() | st.integers(1, 3),
            st.sampled_from(NAMES),
            st.sampled_from([False, False, False, True]),
        ),
        max_size=14,
    )
)
@settings(max_examples=400)
def test_places_are_those_that_a_comparison_of_all_names_gives(names: list[Printed]) -> None:
    slots = find_slots(names)
    together: dict[int, set[int]] = {}
    for i, slot in enumerate(slots):
        together.setdefault(slot, set()).add(i)
    assert [frozenset(together[slot]) for slot in range(len(together))] == by_comparing_all(names)


def test_a_page_captured_many_times_is_looked_at_once_a_name() -> None:
    """Comparing all names would look at 400 captures of 20 names 64 million times."""
    looked = 0

    class Counted(str):
        def __hash__(self) -> int:
            nonlocal looked
            looked += 1
            return super().__hash__()

        def __eq__(self, other: object) -> bool:
            nonlocal looked
            looked += 1
            return super().__eq__(other)

    names = []
    for record in range(60):
        for place in range(1, 11):
            name = f"Person{place} Of{place}Family"
            mention = MentionKey(name, Counted(name), "person", place)
            names.append(Printed(f"s#r{record}", mention, 0, record, place))
    assert len(set(find_slots(names))) == 10
    assert looked < 20 * len(names), "each name is looked for once at each of ten places"
