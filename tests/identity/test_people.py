"""People across sources: order, kept results, and the cases that the seeds and the Anthology bring."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from kg.identity import Ledger, resolve
from kg.model.entities import Resolved
from kg.model.keys import work_keys
from kg.model.records import Byline, Mention, Place, ProfileRecord, Source, SourceReading, WorkRecord


class Kept:
    """A memo in memory that counts what it had and had not."""

    def __init__(self) -> None:
        self.results: dict[bytes, bytes] = {}
        self.had = self.had_not = 0

    def get(self, key: bytes) -> bytes | None:
        found = self.results.get(key)
        self.had += found is not None
        self.had_not += found is None
        return found

    def put(self, key: bytes, value: bytes) -> None:
        self.results[key] = value


def work(number: int, title: str, *names: str, **more: tuple[str, ...]) -> WorkRecord:
    mentions = tuple(
        Mention(name, place, identifiers=more.get("identifiers", ()) if place == 1 else ())
        for place, name in enumerate(names, 1)
    )
    return WorkRecord(Place("file", number, item=str(number)), "", title, byline=Byline(mentions))


def source(name: str, *works: WorkRecord, people: Iterable[ProfileRecord] = ()) -> SourceReading:
    return SourceReading(Source(name, f"hash of {name}"), works, people=tuple(people), keys=[*map(work_keys, works)])


WORDS = "tides winds bees graphs tongues proofs maps roots stars rivers stones verbs".split()
FIRST = "Wei W. Ana A. Bo Arthur Alyssa Teven T.".split()
LAST = "Wang Li Mensch Scao Le Moreno".split()


def invented(seed: int, count: int) -> list[WorkRecord]:
    chance = random.Random(seed)
    return [
        work(
            number,
            f"On {' and '.join(chance.sample(WORDS, 3))} of number {number}",
            *dict.fromkeys(f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(chance.randint(1, 4))),
        )
        for number in range(count)
    ]


def people(resolved: Resolved) -> set[tuple[str, ...]]:
    """Return each person as the printed names with the titles they stand on."""
    titles = {record.record.node: record.record.record.title for record in resolved.records}
    return {tuple(sorted(f"{m.name} @ {titles[m.record_node]}" for m in a.mentions)) for a in resolved.agents}


@pytest.mark.parametrize("seed", range(6))
def test_sources_in_any_order_and_cut_in_any_way_give_the_same_people(seed: int) -> None:
    works = invented(seed, 30)
    expected = people(resolve([source("all", *works)], Ledger(), {}))
    chance = random.Random(seed)
    for _ in range(3):
        shuffled = chance.sample(works, len(works))
        cut = chance.randint(1, len(works) - 1)
        parts = [source("first", *shuffled[:cut]), source("second", *shuffled[cut:])]
        assert people(resolve(chance.sample(parts, 2), Ledger(), {})) == expected


def test_kept_results_are_used_for_units_that_did_not_change_and_only_for_them() -> None:
    works = invented(7, 40)
    memo = Kept()
    first = resolve([source("one", *works)], Ledger(), {}, memo)
    asked = memo.had_not
    assert asked > 2 and memo.had == 0
    assert people(resolve([source("one", *works)], Ledger(), {}, memo)) == people(first)
    assert (memo.had, memo.had_not) == (asked, asked)

    # One more work with one name that is there already touches that name's unit, and no other.
    memo.had = memo.had_not = 0
    more = [source("one", *works), source("two", work(99, "Another look at the tides", "Ana Moreno"))]
    found = resolve(more, Ledger(), {}, memo)
    assert memo.had_not == 1 and memo.had == asked - 1
    assert people(found) == people(resolve(more, Ledger(), {}))


def test_a_damaged_result_is_made_again() -> None:
    works = invented(8, 20)
    memo = Kept()
    expected = people(resolve([source("one", *works)], Ledger(), {}, memo))
    memo.results = dict.fromkeys(memo.results, b"\xff")
    assert people(resolve([source("one", *works)], Ledger(), {}, memo)) == expected


def test_a_particle_is_no_other_person_beside_the_same_co_authors_and_a_given_name_is() -> None:
    found = resolve(
        [
            source(
                "a",
                work(1, "A multilingual open language model", "Teven Le Scao", "Niklas Muennighoff", "Stella Biderman"),
                work(
                    2, "Generative models for a small language", "Niklas Muennighoff", "Teven Scao", "Stella Biderman"
                ),
                work(3, "Learning with little", "Arthur Mensch", "Julien Mairal"),
                work(4, "Detecting text reuse", "Alyssa Mensch", "Joel Moses"),
            )
        ],
        Ledger(),
        {},
    )
    assert {a.name for a in found.agents if "Scao" in a.name} == {"Teven Le Scao"}
    assert {a.name for a in found.agents if "Mensch" in a.name} == {"Arthur Mensch", "Alyssa Mensch"}
    [teven] = [a for a in found.agents if "Scao" in a.name]
    [join] = teven.joins
    assert join.rule == "particle" and join.weight > 0.5
    assert dict(join.reasons).keys() >= {"name"}


def test_an_entry_with_the_identifier_of_a_mention_is_that_person_under_any_name() -> None:
    iri = "https://aclanthology.org/people/x/"
    entry = ProfileRecord(Place("people", 1), "", "Ann Married", identifiers=(iri,), names=("Ann Maiden",))
    read = source("a", work(1, "A title of some words", "Ann Maiden", "Bo Li", identifiers=(iri,)), people=[entry])
    found = resolve([read], Ledger(), {})
    assert sorted(a.name for a in found.agents) in (["Ann Maiden", "Bo Li"], ["Ann Married", "Bo Li"])


def test_near_misses_are_told_once_and_name_the_other() -> None:
    found = resolve([source("a", *invented(3, 40))], Ledger(), {})
    told = [(a.ref, apart.other) for a in found.agents for apart in a.kept_apart]
    assert told
    assert len({frozenset(pair) for pair in told}) == len(told)
    assert all(one != other for one, other in told)
