"""What is corrected, renamed or moved keeps its id; what is new gets one of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.identity import Ledger, resolve
from kg.sources import InputFile, read_all

Entry = dict[str, str]

TIDES = {"key": "tides", "title": "The Slow Growth of Tides", "author": "Moreno, Ana and Li, Bo", "year": "2020"}
WINDS = {"key": "winds", "title": "Measuring the Winds", "author": "Lo, Di and Foxworth, Cyrus", "year": "2021"}
RAIN = {"key": "rain", "title": "Rain for All", "author": "Quist, Eva", "year": "2022"}
ALL = (TIDES, WINDS, RAIN)


def bib(name: str, *entries: Entry) -> InputFile:
    def fields(entry: Entry) -> str:
        return ", ".join(f"{field} = {{{value}}}" for field, value in entry.items() if field != "key")

    return InputFile(name, "\n".join(f"@article{{{entry['key']}, {fields(entry)}}}" for entry in entries).encode())


def ids(ledger: Ledger, *inputs: InputFile) -> tuple[dict[str, str], dict[str, str]]:
    """Return the ids of works by their years, which no test changes, and of people by a family name and a year."""
    world = resolve(read_all(inputs), ledger, {})
    works = {str(work.date.year): work.id for work in world.works if work.date}
    year_of = {id_: year for year, id_ in works.items()}
    people = {f"{agent.name.split()[-1]} {min(map(year_of.__getitem__, agent.works))}": agent for agent in world.agents}
    assert len(works) == len(world.works) and len(people) == len(world.agents)
    return works, {name: agent.ref.id for name, agent in people.items()}


def test_a_corrected_title_is_that_of_the_same_work_by_the_same_people() -> None:
    ledger = Ledger()
    before = ids(ledger, bib("a.bib", *ALL))
    after = ids(ledger, bib("a.bib", TIDES | {"title": "The Slow Growth of the Tides"}, WINDS, RAIN))
    assert after == before and not list(ledger.redirects("work"))
    assert ids(ledger, bib("a.bib", TIDES | {"title": "Tides"}, WINDS, RAIN)) == before
    assert ids(ledger, bib("a.bib", *ALL)) == before


def test_another_work_under_the_same_key_by_others_is_another_work() -> None:
    ledger = Ledger()
    works, people = ids(ledger, bib("a.bib", *ALL))
    other = TIDES | {"title": "Deep Mud", "author": "Moreno, Ana and Zorn, Ute"}
    now, others = ids(ledger, bib("a.bib", other, WINDS, RAIN))
    assert now["2020"] != works["2020"] and others["Zorn 2020"] not in people.values()


def test_keys_that_are_numbers_and_move_on_take_no_ids_along() -> None:
    ledger = Ledger()
    mine = [entry | {"author": "Quist, Eva", "key": str(n)} for n, entry in enumerate(ALL, 1)]
    works, _ = ids(ledger, bib("a.bib", *mine))
    moved = [entry | {"key": str(n)} for n, entry in enumerate(mine, 2)]
    first = {"key": "1", "title": "Snow", "author": "Quist, Eva", "year": "1999"}
    now, _ = ids(ledger, bib("a.bib", first, *moved))
    assert now.pop("1999") not in works.values() and now == works


@pytest.mark.parametrize("name", ["Foxworth, C.", "Foxworth, Cyrus Q.", "Foxwort, Cyrus", "Fóxworth, Cyrus"])
def test_a_corrected_name_is_the_same_persons(name: str) -> None:
    ledger = Ledger()
    works, people = ids(ledger, bib("a.bib", *ALL))
    now, named = ids(ledger, bib("a.bib", TIDES, WINDS | {"author": f"Lo, Di and {name}"}, RAIN))
    assert now == works and set(named.values()) == set(people.values())


@pytest.mark.parametrize("name", ["Fox, Ann", "Hound, Cyrus", "{The Fox Team}"])
def test_another_name_in_its_place_is_another_persons(name: str) -> None:
    ledger = Ledger()
    _, people = ids(ledger, bib("a.bib", *ALL))
    _, named = ids(ledger, bib("a.bib", TIDES, WINDS | {"author": f"Lo, Di and {name}"}, RAIN))
    assert len(set(named.values()) - set(people.values())) == 1


@pytest.mark.parametrize(
    ("before", "after"), [("Fox, Cyrus and Fox, Charles", "Fox, C."), ("Fox, C.", "Fox, Cy and Fox, Cl")]
)
def test_where_several_names_may_have_been_corrected_nobody_is_taken_for_another(before: str, after: str) -> None:
    ledger = Ledger()
    _, people = ids(ledger, bib("a.bib", WINDS | {"author": "Lo, Di"}))
    resolve(read_all([bib("a.bib", WINDS | {"author": f"Lo, Di and {before}"})]), ledger, {})
    old = {*ledger.vanished("person", []).values()} - {*people.values()}
    world = resolve(read_all([bib("a.bib", WINDS | {"author": f"Lo, Di and {after}"})]), ledger, {})
    now = {agent.ref.id for agent in world.agents}
    assert old and not now & old and {*people.values()} < now


def test_a_file_with_another_name_and_other_bytes_holds_the_same_things() -> None:
    ledger = Ledger()
    before = ids(ledger, bib("2025.bib", *ALL))
    after = ids(ledger, bib("2026.bib", *(entry | {"volume": "7"} for entry in ALL)))
    assert after == before


def test_files_that_are_split_hold_the_same_things() -> None:
    ledger = Ledger()
    before = ids(ledger, bib("all.bib", *ALL))
    assert ids(ledger, bib("a.bib", TIDES), bib("b.bib", WINDS, RAIN)) == before
    assert not list(ledger.redirects("person"))


def test_an_old_title_without_any_of_its_names_is_another_work() -> None:
    ledger = Ledger()
    works, _ = ids(ledger, bib("a.bib", *ALL))
    now, _ = ids(ledger, bib("b.bib", TIDES | {"author": "Zorn, Ute"}))
    assert now["2020"] not in works.values()


def test_what_is_still_there_has_no_heir() -> None:
    ledger = Ledger()
    works, people = ids(ledger, bib("a.bib", *ALL))
    new = {"key": "rain", "title": "Rain for All", "author": "Quist, Eva", "year": "2022", "doi": "10.5555/other"}
    world = resolve(read_all([bib("a.bib", RAIN | {"doi": "10.5555/rain"}), bib("b.bib", new)]), ledger, {})
    ours = {work.id for work in world.works}
    assert works["2022"] in ours and len(ours) == len(world.works)
    assert people["Quist 2022"] in {agent.ref.id for agent in world.agents}


EDITORIALS = [
    {"key": key, "title": "Editorial", "author": author, "year": year}
    for key, author, year in (("e1", "Adams, Ina", "2001"), ("e2", "Baker, Joe", "2002"), ("e3", "Clark, Kim", "2003"))
]


def test_works_of_one_title_do_not_change_places() -> None:
    ledger = Ledger()
    one, two, three = EDITORIALS
    works, _ = ids(ledger, bib("a.bib", one, two))
    now, _ = ids(ledger, bib("a.bib", three, two, one))
    assert {year: now[year] for year in works} == works and now["2003"] not in works.values()
    left, _ = ids(ledger, bib("a.bib", two, three))
    assert left == {year: now[year] for year in ("2002", "2003")}
    assert ids(ledger, bib("a.bib", two))[0] == {"2002": now["2002"]}


def test_two_records_under_one_key_stay_what_they_are() -> None:
    ledger = Ledger()
    same = [entry | {"key": "e"} for entry in EDITORIALS]
    for _ in range(3):
        assert ids(ledger, bib("a.bib", *same)) == ids(Ledger(), bib("a.bib", *same))


@given(st.permutations([*ALL, *EDITORIALS]), st.data())
def test_ids_outlast_any_one_change(entries: list[Entry], data: st.DataObject) -> None:
    ledger = Ledger()
    before = ids(ledger, bib("a.bib", *ALL, *EDITORIALS))
    number = data.draw(st.integers(0, len(entries) - 1))
    entry, rest = entries[number], [other for other in entries if other is not entries[number]]
    change = data.draw(st.sampled_from(["order", "file", "title", "name", "field", "split"]))
    first = entry["author"].partition(" and ")[0]
    changed = {
        "title": entry | {"title": entry["title"] + " Again"},
        "name": entry | {"author": entry["author"].replace(first, first + " X.")},
        "field": entry | {"volume": "8", "publisher": "A Press"},
    }.get(change, entry)
    entries[number] = changed
    now = [bib("a.bib", *entries)]
    if change == "file":
        now = [replace(now[0], name="b.bib", data=bytes(now[0].data) + b"\n")]
    if change == "split":
        now = [bib("b.bib", entry), bib("c.bib", *rest)]
    works, people = ids(ledger, *now)
    assert works == before[0]
    assert set(people.values()) == set(before[1].values())
    again = ids(ledger, *now)
    assert again == (works, people)


def sources(ledger: Ledger, *inputs: InputFile) -> dict[str, str]:
    return {source.source.file: source.id for source in resolve(read_all(inputs), ledger, {}).sources}


def test_another_capture_of_a_source_that_is_gone_is_that_source() -> None:
    ledger = Ledger()
    [old] = sources(ledger, bib("2025.bib", *ALL)).values()
    corrected = TIDES | {"title": "The Slow Growth of the Tides"}
    assert sources(ledger, bib("2026.bib", corrected, WINDS, RAIN, EDITORIALS[0])) == {"2026.bib": old}
    assert old not in sources(ledger, bib("2027.bib", WINDS)).values()


def test_a_corrected_title_in_another_capture_is_that_of_the_same_work() -> None:
    ledger = Ledger()
    before = ids(ledger, bib("2025.bib", *ALL))
    assert ids(ledger, bib("2026.bib", TIDES | {"title": "Tides"}, WINDS, RAIN)) == before


def test_a_source_that_holds_little_of_one_that_is_gone_is_another() -> None:
    ledger = Ledger()
    [old] = sources(ledger, bib("2025.bib", *ALL)).values()
    assert old not in sources(ledger, bib("new.bib", TIDES, *EDITORIALS)).values()


def test_a_file_of_another_kind_with_the_same_works_is_another_source() -> None:
    ledger = Ledger()
    [old] = sources(ledger, bib("2025.bib", *ALL)).values()
    assert old not in sources(ledger, bib("2025.txt", *ALL, *EDITORIALS)).values()


def test_one_source_has_one_next_capture_the_one_with_most_of_it() -> None:
    ledger = Ledger()
    [old] = sources(ledger, bib("all.bib", *ALL)).values()
    now = sources(ledger, bib("a.bib", TIDES), bib("b.bib", WINDS, RAIN))
    assert now["b.bib"] == old != now["a.bib"]


def test_a_source_that_is_still_there_has_no_next_capture() -> None:
    ledger = Ledger()
    [old] = sources(ledger, bib("a.bib", *ALL)).values()
    now = sources(ledger, bib("a.bib", *ALL), bib("b.bib", *ALL, *EDITORIALS))
    assert now["a.bib"] == old != now["b.bib"]


def test_very_many_names_that_change_at_once_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def family(number: int) -> str:  # no two of them differ in one letter
        x, y, z = ("bdfglmnprt"[number // tens % 10] for tens in (1, 10, 100))
        return f"{x}a{y}e{z}o{x}i{y}u{z}a".capitalize()

    def crowd(given: str, size: int) -> InputFile:
        names = " and ".join(f"{family(n)}, {given}" for n in range(size))
        return bib("a.bib", TIDES | {"author": names})

    ledger = Ledger()
    few = ids(ledger, crowd("Ada", 30))[1]
    assert set(ids(ledger, crowd("A.", 30))[1].values()) == set(few.values())
    ids(ledger, crowd("Ada", 300))
    monkeypatch.setattr("kg.identity.heirs.relation", None)
    ids(ledger, crowd("A.", 300))
