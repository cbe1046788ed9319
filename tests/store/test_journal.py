"""The journal, what a new build makes of it, and releases made of edits."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.build import build
from kg.errors import DeadlineExceeded, HomeError, QueryError
from kg.sources import seed_inputs
from kg.store.catchup import catch_up, left_out, say_left_out
from kg.store.finished import Release
from kg.store.journal import Change, Journal, joined, missing, replay, runs
from kg.store.nquads import diff, patch_artefact, write_artefact
from kg.store.releases import Home
from kg.store.updates import KEPT, Outcome, Updates

A, B, C = (f"<http://x.example/{name}> <http://x.example/p> <http://x.example/o> .\n".encode() for name in "abc")


def node(name: object) -> NamedNode:
    return NamedNode(f"http://x.example/{name}")


def test_entries_come_back_as_they_were(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    odd = b'_:b1 <http://x.example/p> "line\\nend \\" \xc3\xa9 TC ."@en <http://x.example/g> .\n'
    with journal.lock():
        journal.append([Change('an "odd"\nname é', A, odd + B)])
        journal.append([Change("x", b"", C), Change("y", C, b"")])
    entries = list(Journal(tmp_path).entries())
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert (entries[0].by, entries[0].removed, entries[0].added) == ('an "odd"\nname é', A, odd + B)
    assert [entry.number for entry in journal.entries(after=2)] == [3]
    assert entries[0].at <= entries[1].at == entries[2].at


def test_what_a_crash_tore_off_does_not_count_and_is_cut(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.lock():
        journal.append([Change("x", b"", A)])
        whole = journal.path.read_bytes()
        journal.append([Change("x", b"", B)])
    for size in range(len(whole), journal.path.stat().st_size):
        torn = journal.path.read_bytes()[:size]
        copy = tmp_path / "copy" / str(size)
        (copy / "journal").mkdir(parents=True)
        (copy / "journal/edits.rdfp").write_bytes(torn)
        other = Journal(copy)
        assert [entry.number for entry in other.entries()] == [1]
        with other.lock():
            assert [entry.number for entry in other.append([Change("x", b"", C)])] == [2]
        assert [entry.added for entry in Journal(copy).entries()] == [A, C]


def test_entries_can_be_taken_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.lock():
        journal.append([Change("x", b"", A)])
        journal.retract(journal.append([Change("x", b"", B), Change("x", b"", C)]))
        journal.append([Change("x", A, b"")])
    assert [(entry.number, entry.removed, entry.added) for entry in journal.entries()] == [(1, b"", A), (2, A, b"")]


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.lock():
        journal.append([Change("x", b"", A), Change("x", b"", B)])
    journal.path.write_bytes(journal.path.read_bytes().replace(b'H entry "1" .', b"nothing"))
    with pytest.raises(HomeError, match="damaged"):
        list(journal.entries())


def test_runs() -> None:
    assert runs([6, 1, 2, 3, 2]) == [[1, 3], [6, 6]]
    assert missing([[1, 3], [6, 6]], range(1, 8)) == [4, 5, 7]
    assert joined([[1, 3], [6, 6]], [7, 8]) == [[1, 3], [6, 8]]
    assert joined([], [4]) == [[4, 4]]
    assert joined([[1, 3]], [2, 5]) == [[1, 3], [5, 5]]


def test_edits_are_laid_over_new_statements(tmp_path: Path) -> None:
    quads = [Quad(node(i), node("p"), Literal(i)) for i in range(4)]
    lines = [f"{quad} .\n".encode() for quad in quads]
    journal = Journal(tmp_path)
    with journal.lock():
        journal.append(
            [Change("x", lines[0] + lines[3], A), Change("y", A + lines[1], lines[1] + B), Change("z", C, b"")]
        )
    before = set(lines[:3])
    edits = replay(journal.entries(), before.__contains__)
    assert (before - edits.removed) | edits.added == {lines[1], lines[2], B}
    assert edits.removed <= before and not edits.added & before
    assert edits.applied == [[1, 3]]
    assert [(lost.entry, lost.by, f"{lost.statement}\n".encode()) for lost in edits.unapplied] == [
        (1, "x", lines[3]), (3, "z", C)]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_a_patched_artefact_is_the_one_written_anew(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    every = [
        Quad(node(chance.randrange(50)), node("p"), Literal("é\n" * chance.randrange(4) + str(i))) for i in range(60)
    ]
    old, new = chance.sample(every, chance.randrange(40)), chance.sample(every, chance.randrange(40))
    removed, added = ({f"{quad} .\n".encode() for quad in set(a) - set(b)} for a, b in ((old, new), (new, old)))
    before = write_artefact(tmp_path / "before", old)
    wanted = write_artefact(tmp_path / "wanted", new)
    made, left = patch_artefact(before.path, tmp_path / "made", removed | {A}, added, before.quads)
    assert (made.quads, made.sha256, left) == (wanted.quads, wanted.sha256, {A})
    assert made.path.read_bytes() == wanted.path.read_bytes()


# Below: the writer.


@pytest.fixture
def home(seeds_home: Path, tmp_path: Path) -> Home:
    shutil.copytree(seeds_home, tmp_path / "home")
    return Home(tmp_path / "home")


class Writing:
    """A writer under test, and the releases it had served."""

    def __init__(self, home: Home, **settings: Any) -> None:
        self.home = home
        self.served: list[Release] = []
        self.updates = Updates(home, self.serve, **settings)

    async def serve(self, release: Release) -> None:
        self.served.append(release)

    async def __call__(self, text: str, by: str = "me") -> Outcome:
        return await self.updates.update(text, "http://x.example/", (), (), by)


def run(home: Home, test: Callable[[Writing], Awaitable[None]], **settings: Any) -> None:
    async def main() -> None:
        writing = Writing(home, **settings)
        await writing.updates.start()
        try:
            async with asyncio.timeout(60):
                await test(writing)
        finally:
            await writing.updates.close()

    asyncio.run(main())
    assert not list((home.path / "releases").glob(".*")), "nothing is left behind"


def insert(name: object) -> str:
    return f"INSERT DATA {{ <{node(name).value}> <http://x.example/p> '{name}' }}"


def held(home: Home) -> Store:
    release = home.current()
    assert release is not None
    release.verify()
    return release.open_store()


def count(store: Store, name: object) -> int:
    return len(list(store.quads_for_pattern(node(name), None, None)))


def test_an_edit_is_a_release_with_an_entry(home: Home) -> None:
    before = home.current()
    assert before is not None

    async def test(write: Writing) -> None:
        outcome = await write(insert("one"), "ann")
        assert (outcome.entry, outcome.removed, outcome.added) == (1, 0, 1)
        assert [release.id for release in write.served] == [outcome.release]
        assert (await write(insert("one"))).entry is None
        assert len(write.served) == 1
        outcome = await write("DELETE WHERE { ?s a <http://schema.org/Person> }")
        assert outcome.removed > 5

    run(home, test)
    store = held(home)
    assert count(store, "one") == 1
    after = home.current()
    assert after is not None
    assert after.manifest["journal"]["applied"] == [[1, 2]]
    assert after.manifest["edition_of"] == before.id
    signs = [sign for sign, _ in diff(before.artefact_path, after.artefact_path)]
    assert signs.count("+") == 1
    assert next(Journal(home.path).entries()).by == "ann"
    before.verify()


def test_writers_at_once_share_a_release(home: Home) -> None:
    async def test(write: Writing) -> None:
        outcomes = await asyncio.gather(*[write(insert(i), f"w{i}") for i in range(40)])
        assert sorted(outcome.entry or 0 for outcome in outcomes) == list(range(1, 41))
        assert len(write.served) <= 3

    run(home, test)
    assert all(count(held(home), i) == 1 for i in range(40))


def test_one_bad_change_does_not_touch_the_others(home: Home) -> None:
    cross = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(4))
    endless = (
        f"INSERT {{ <http://x.example/n> <http://x.example/p> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {cross} }} }}"
    )

    async def test(write: Writing) -> None:
        updates = [insert("a"), f"{insert('b')} ; CLEAR GRAPH <http://none.example/>", endless, insert("c"), "nonsense"]
        outcomes = await asyncio.gather(*map(write, updates), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Outcome, QueryError, DeadlineExceeded, Outcome, QueryError]
        assert (await write(insert("d"))).added == 1

    run(home, test, deadline=1.0)
    store = held(home)
    assert [count(store, name) for name in "abcdn"] == [1, 0, 1, 1, 0]


def test_editions_are_pruned(home: Home) -> None:
    async def test(write: Writing) -> None:
        write.updates._deadline = -5.0  # as if queries took no time
        for i in range(KEPT + 5):
            write.updates._deadline = 5.0 if i == 0 else write.updates._deadline
            await write.updates.update(insert(i), "http://x.example/", (), (), "me")
            write.updates._editions = [(at - 100, name) for at, name in write.updates._editions]

    run(home, test, deadline=5.0)
    assert len([r for r in home.releases() if "edition_of" in r.manifest]) <= KEPT + 1
    assert len([r for r in home.releases() if "edition_of" not in r.manifest]) == 1


def test_a_build_applies_the_journal_and_says_what_no_longer_applies(home: Home) -> None:
    async def test(write: Writing) -> None:
        await write(insert("one"))
        await write("INSERT DATA { <http://x.example/blank> <http://x.example/p> [ <http://x.example/p> 1 ] }")
        await write("DELETE { ?s ?p ?o } WHERE { ?s a <http://schema.org/Person> ; ?p ?o }")
        await write(
            "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), 'quality')) }"
        )

    run(home, test)
    edited = held(home)
    people = "ASK { ?s a <http://schema.org/Person> }"
    assert not edited.query(people)
    built = build(seed_inputs(), home)
    store = held(home)
    assert built.release.manifest["journal"]["applied"] == [[1, 4]]
    assert count(store, "one") == 1
    assert not store.query(people)
    # The quality graph is made after the edits, so what was removed from it had not been there.
    lost = built.release.manifest["journal"]["unapplied"]
    assert {entry["entry"] for entry in lost} == {4}
    assert "graph/quality" in lost[0]["statement"]

    async def again(write: Writing) -> None:
        assert (await write("DELETE WHERE { <http://x.example/blank> ?p ?b . ?b ?q ?o }")).removed == 2

    run(home, again)
    assert count(held(home), "blank") == 0
    build(seed_inputs(), home)
    assert count(held(home), "blank") == 0


def test_a_rollback_names_the_edits_it_leaves_out(home: Home) -> None:
    async def first(write: Writing) -> None:
        await write(insert("one"))
        await write(insert("two"), "ann")

    run(home, first)
    home.rollback()
    assert [entry.number for entry in left_out(home)] == [2]
    lines = say_left_out(home)
    assert "1 of the edits" in lines[0]
    assert "edit 2 by ann" in lines[1]
    assert catch_up(home) is None, "a rollback is meant"

    async def then(write: Writing) -> None:
        await write(insert("three"))

    run(home, then)
    store = held(home)
    assert [count(store, name) for name in ("one", "two", "three")] == [1, 0, 1]
    current = home.current()
    assert current is not None
    assert current.manifest["journal"]["applied"] == [[1, 1], [3, 3]]
    assert build(seed_inputs(), home).release.manifest["journal"]["applied"] == [[1, 3]]
    assert count(held(home), "two") == 1
    assert not say_left_out(home)


def test_entries_that_a_crash_left_unpublished_are_caught_up(home: Home) -> None:
    journal = Journal(home.path)
    with journal.lock():
        journal.append([Change("x", b"", A), Change("x", A, B)])
    release = catch_up(home)
    assert release is not None
    assert release.manifest["journal"]["applied"] == [[1, 2]]
    assert [count(held(home), name) for name in "ab"] == [0, 1]
    assert catch_up(home) is None


def test_where_publishing_fails_nothing_was_changed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(release: str) -> None:
        raise HomeError("the disk is full")

    async def test(write: Writing) -> None:
        await write(insert("one"))
        with monkeypatch.context() as patched:
            patched.setattr(home, "publish", full)
            with pytest.raises(HomeError):
                await write(insert("two"))
        assert (await write(insert("three"))).entry == 2

    run(home, test)
    store = held(home)
    assert [count(store, name) for name in ("one", "two", "three")] == [1, 0, 1]


def test_what_dead_writers_left_is_removed(home: Home) -> None:
    for name in (".work-4194303-00000000", ".edit-4194303-00000000"):
        (home.path / "releases" / name).mkdir()
    alive = home.path / "releases" / f".work-{os.getppid()}-00000000"
    alive.mkdir()

    async def test(write: Writing) -> None:
        assert [p.name for p in (home.path / "releases").glob(".*")] == [alive.name]
        alive.rmdir()

    run(home, test)
