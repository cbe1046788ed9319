"""A release is there whole or not at all, and the last one published is served whatever happens to the next."""

from __future__ import annotations

import errno
import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import HomeError, ReleaseError
from kg.store import disk, drafts, nquads, releases
from kg.store.drafts import Draft
from kg.store.finished import Release
from kg.store.nquads import diff, read_lines
from kg.store.releases import Home, release_id

XSD_DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def quads(count: int, text: str = "toy") -> Iterator[Quad]:
    for number in range(count):
        thing = NamedNode(f"http://toy.example/{number}")
        yield Quad(thing, NamedNode("http://schema.org/name"), Literal(f"{text} {number}"))


def build(home: Home, name: str, count: int = 3) -> Release:
    with home.begin() as draft:
        artefact = draft.write_graph(quads(count, name))
        assert draft.load() == count
        draft.add(
            [Quad(NamedNode("http://toy.example/q"), XSD_DECIMAL, Literal(name), NamedNode("http://toy.example/g"))]
        )
        return draft.commit({"note": name, "sum": artefact.sha256}, release_id=release_id(name))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def rubbish(home: Home) -> list[str]:
    return [p.name for p in (home.path / "releases").iterdir() if p.name.startswith(".")]


def test_a_build_becomes_current_when_it_is_published(home: Home) -> None:
    assert home.current() is None
    first = build(home, "first")
    assert home.current() is None
    home.publish(first.id)
    assert home.current() == first
    assert (first.manifest["note"], first.manifest["statements"]) == ("first", 4)
    assert first.manifest["files"]["graph.nq"]["quads"] == 3
    assert len(first.open_store()) == 4
    first.verify()
    assert rubbish(home) == []


def test_the_same_content_is_the_same_release_and_other_content_can_be_compared(home: Home) -> None:
    first, again = build(home, "first"), build(home, "first")
    assert first == again and len(home.releases()) == 1
    second = build(home, "second")
    assert [r.id for r in home.releases()] == [first.id, second.id]
    assert len(list(diff(first.artefact_path, second.artefact_path))) == 6


def test_a_short_id_is_enough_when_it_is_the_only_one(home: Home) -> None:
    with home.begin() as draft:
        draft.write_graph(quads(1))
        draft.load()
        draft.commit({}, release_id="abc1")
    with home.begin() as draft:
        draft.write_graph(quads(1))
        draft.load()
        draft.commit({}, release_id="abd2")
    assert home.get("abc").id == "abc1"
    with pytest.raises(ReleaseError, match="short for abc1, abd2"):
        home.get("ab")


@pytest.mark.parametrize("name", ["", ".", "..", "../releases", "a/../b", "/etc", "x" * 300, ".draft-1", "a\0b"])
def test_an_id_from_outside_never_leads_out_of_the_folder(home: Home, name: str) -> None:
    release = build(home, "first")
    (home.path / "releases" / "aside").mkdir()
    for use in (home.get, home.publish, home.rollback):
        with pytest.raises(ReleaseError, match="no release"):
            use(name)
    with pytest.raises(ReleaseError), home.begin() as draft:
        draft.write_graph(quads(1))
        draft.load()
        draft.commit({}, release_id=name)
    assert home.releases() == [release]


def test_rollback_goes_back_step_by_step(home: Home) -> None:
    a, b, c = (build(home, name) for name in "abc")
    for release in (a, b, c):
        home.publish(release.id)
    assert home.rollback() == b
    assert home.current() == b
    assert home.rollback() == a
    with pytest.raises(ReleaseError, match="no earlier release"):
        home.rollback()
    assert home.current() == a
    assert home.rollback(c.id[:10]) == c
    assert [entry.action for entry in home.history()] == ["publish"] * 3 + ["rollback"] * 3


def test_rollback_passes_over_a_damaged_release_and_a_torn_log(home: Home) -> None:
    a, b, c = (build(home, name) for name in "abc")
    for release in (a, b, c):
        home.publish(release.id)
    (b.path / "manifest.json").unlink()
    with (home.path / "published.log").open("a") as log:
        log.write('{"release": "tor')
    home.publish(c.id)
    assert home.rollback() == a


def test_a_discarded_draft_leaves_nothing(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), home.begin() as draft:
        draft.write_graph(quads(1))
        raise ZeroDivisionError
    assert rubbish(home) == []


def test_what_a_killed_build_left_is_removed_by_the_next(home: Home) -> None:
    left = home.path / "releases" / ".draft-0123abcd"
    (left / "store").mkdir(parents=True)
    (home.path / ".current-0123abcd").write_text("x")
    release = build(home, "next")
    assert rubbish(home) == [] and not (home.path / ".current-0123abcd").exists()
    assert home.releases() == [release]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda r: (r.path / "manifest.json").unlink(), "manifest.json is missing"),
        (lambda r: (r.path / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (lambda r: (r.path / "manifest.json").write_text("[]"), "manifest.json cannot be read"),
        (lambda r: (r.path / "manifest.json").write_text('{"id": "other"}'), "of another"),
        (lambda r: r.artefact_path.unlink(), "graph.nq is missing"),
        (lambda r: r.artefact_path.write_text(""), "graph.nq has 0 bytes"),
        (lambda r: (r.store_path / "CURRENT").unlink(), "store is damaged"),
        (lambda r: next(r.store_path.glob("*.sst")).unlink(), "store is damaged"),
        (lambda r: r.store_path.rename(r.path / "elsewhere"), "store is damaged"),
    ],
)
def test_damage_is_named_never_served_and_repaired_by_a_build(home: Home, damage: object, words: str) -> None:
    good, bad = build(home, "good"), build(home, "bad")
    home.publish(good.id)
    home.publish(bad.id)
    damage(bad)  # type: ignore[operator]
    for use in (home.current, lambda: home.get(bad.id), lambda: home.publish(bad.id)):
        with pytest.raises(ReleaseError, match=words) as caught:
            use()
        assert "kg build" in caught.value.advice and "\n" not in str(caught.value)
    assert home.releases() == [good]
    assert len(home.damaged()) == 1
    assert home.rollback() == good
    repaired = build(home, "bad")
    repaired.verify()
    assert home.releases() == [good, repaired] and rubbish(home) == []


def test_verify_finds_what_sizes_do_not_show(home: Home) -> None:
    release = build(home, "first")
    text = release.artefact_path.read_bytes()
    release.artefact_path.write_bytes(text.replace(b"first", b"worst", 1))
    release.check()
    with pytest.raises(ReleaseError, match=r"graph\.nq was altered"):
        release.verify()


def test_statements_that_the_store_writes_alike_are_noticed(home: Home) -> None:
    thing = NamedNode("http://toy.example/1")
    same = [Quad(thing, thing, Literal(text, datatype=XSD_DECIMAL)) for text in ("1.0", "1.00")]
    with home.begin() as draft:
        assert draft.write_graph(same).quads == 2
        with pytest.raises(ReleaseError, match="holds 1 statements where 2 were written"):
            draft.load()


@pytest.mark.parametrize("ahead", [False, True], ids=["afterwards", "while it is written"])
def test_a_graph_may_be_loaded_while_it_is_written_and_edited_then(home: Home, ahead: bool) -> None:
    with home.begin() as draft:
        grown = draft.begin_load() if ahead else None
        path = draft.write_graph(quads(9)).path
        lines = path.read_bytes().splitlines(keepends=True)
        if grown:
            grown(path.stat().st_size)
        # One statement goes and one comes before the graph is taken as it shall be.
        new = lines[0].replace(b"toy 0", b"toy 99")
        draft.write_graph(read_lines([*lines[1:], new]))
        draft.fill([lines[0]], [new])
        assert draft.settle() == draft.settle() == 9
        assert set(draft.open_store()) == set(read_lines([*lines[1:], new]))


def test_a_draft_that_is_given_up_stops_loading(home: Home) -> None:
    with pytest.raises(KeyError), home.begin() as draft:
        grown = draft.begin_load()
        grown(draft.write_graph(quads(9)).path.stat().st_size)
        raise KeyError
    assert rubbish(home) == []


def test_a_change_that_the_store_did_not_take_is_noticed(home: Home) -> None:
    first = build(home, "first")
    with home.begin() as draft:
        gone = first.artefact_path.read_bytes().splitlines(keepends=True)[-1]
        draft.write_graph(quads(2, "first"))
        draft.load_changes(first, [gone.replace(b"first", b"other")], [])
        with pytest.raises(ReleaseError, match="holds 3 statements where 2 were written"):
            draft.commit({}, release_id="x1")


def test_quality_statements_that_are_there_already_are_counted_once(home: Home) -> None:
    with home.begin() as draft:
        draft.write_graph(quads(3))
        draft.load()
        draft.add(list(quads(4)))
        assert draft.commit({}, release_id="x1").manifest["statements"] == 4


def test_a_store_in_use_is_not_committed(home: Home) -> None:
    with home.begin() as draft:
        draft.write_graph(quads(1))
        draft.load()
        held = draft.open_store()
        with pytest.raises(ReleaseError, match="still in use"):
            draft.commit({}, release_id="x1")
        assert len(held) == 1
    with home.begin() as draft, pytest.raises(ReleaseError, match="no store yet"):
        draft.commit({}, release_id="x1")
    del held
    gc.collect()


def test_one_builder_at_a_time(home: Home) -> None:
    other = Home(home.path)
    with home.begin(), home.lock(), pytest.raises(HomeError, match="another build is running"), other.begin():
        pytest.fail("two builders at once")
    # One Home may nest: begin() holds the lock that lock() asked for again.
    build(Home(home.path), "after")


# Errors of the disk: one sentence, the place, and what to do.


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_forbidden_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(HomeError, match="cannot be written"):
        Home(tmp_path / "home").prepare()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_forbidden_home_as_the_system_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(HomeError, match="cannot be written; change its permissions") as caught:
        Home(tmp_path / "home").prepare()
    assert str(tmp_path) in str(caught.value)


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match="not a folder"):
        Home(tmp_path / "home").prepare()


@pytest.mark.parametrize("step", ["artefact", "manifest", "publish"])
def test_a_full_disk_at_each_step_leaves_the_last_release(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first, second = build(home, "first"), build(home, "second")
    home.publish(first.id)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        module = {"artefact": nquads, "manifest": drafts, "publish": releases}[step]
        patch.setattr(module, "_sync" if step == "artefact" else "write_durably", full)
        with pytest.raises(HomeError, match="the disk is full; free some space"):
            if step == "publish":
                home.publish(second.id)
            else:
                build(home, "third")
    assert home.current() == first and rubbish(home) == []
    assert build(home, "third") in home.releases()


def test_an_error_of_somebody_else_is_left_alone(home: Home) -> None:
    def reading() -> Iterator[Quad]:
        yield from quads(1)
        Path("/nonexistent/input.txt").read_bytes()

    with pytest.raises(FileNotFoundError, match=r"input\.txt"), home.begin() as draft:
        draft.write_graph(reading())


def test_replacing_a_file_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "current"
    disk.write_durably(target, b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="broken"):
        disk.write_durably(target, b"new")
    assert target.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["current"]


def test_ids_keep_their_parts_apart() -> None:
    assert release_id("ab", "c") != release_id("a", "bc") != release_id("abc")
    assert len(release_id()) == 16


def test_a_draft_stands_beside_the_releases(home: Home) -> None:
    with home.begin() as draft:
        assert isinstance(draft, Draft) and draft.path.parent == home.path / "releases"
        assert draft.path.stat().st_mode & 0o055 or os.name != "posix"


# A writer that never stops, to be killed.

_WRITER = """
import sys, itertools
from pathlib import Path
from tests.store.test_releases import build
from kg.store.releases import Home
home = Home(Path(sys.argv[1]))
for number in itertools.count():
    release = build(home, f"{sys.argv[2]} {number}", 200)
    home.publish(release.id)
    print(release.id, flush=True)
"""


def test_a_killed_writer_leaves_the_last_release_served(home: Home) -> None:
    chance = random.Random(20)
    home.publish(build(home, "the first").id)
    for turn in range(10):
        before = home.current()
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(home.path), str(turn)], stdout=subprocess.PIPE, cwd=Path.cwd()
        )
        with writer:
            assert writer.stdout is not None
            acknowledged = [writer.stdout.readline().decode().strip()]  # it is at work
            time.sleep(chance.uniform(0, 0.25))
            writer.send_signal(signal.SIGKILL)
            acknowledged += writer.stdout.read().decode().split()
        assert writer.returncode == -signal.SIGKILL
        current = home.current()
        assert current is not None and current != before
        current.verify()
        # The last one it told us of, or the one it published and could not tell of any more.
        known = [release.id for release in home.releases()]
        assert known.index(current.id) - known.index(acknowledged[-1]) in (0, 1)
        # The next build works, and what the killed one left is gone.
        after = build(home, f"after {turn}")
        home.publish(after.id)
        assert home.current() == after and rubbish(home) == []
