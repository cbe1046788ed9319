"""Artefacts written by fragments: in order, checked, and only what changed made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b, sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.rdf.cards import cards_of
from kg.rdf.lines import Pages, W, text
from kg.store.fragments import Before, Index, Written, write_fragments
from kg.store.nquads import read_artefact
from kg.store.survey import survey

NAMES = [f"<x:{letter}{digit}>" for letter in "abcd" for digit in "0123"]
WORLDS = st.dictionaries(st.sampled_from(NAMES), st.sets(st.text("pqré\\", max_size=3), max_size=4))
MADE: list[str] = []


@dataclass(frozen=True)
class Piece:
    prefix: str
    digest: bytes
    make: Callable[[], Pages]


def pieces(world: Mapping[str, set[str]]) -> list[Piece]:
    def piece(name: str, values: set[str]) -> Piece:
        def make() -> Pages:
            MADE.append(name)
            said = [(name, "<x:p>", text(value)) for value in sorted(values)]
            return [("", said), ("<x:graph>", said[1:]), ("", [(name, W.RDF_TYPE, W.PERSON)] if values else [])]

        return Piece(name, blake2b(str(sorted(values)).encode(), digest_size=16).digest(), make)

    return [piece(name, values) for name, values in sorted(world.items())]


def write(path: Path, world: Mapping[str, set[str]], before: Before | None = None) -> Written:
    return write_fragments(path, pieces(world), "x:", before, lambda done: None)


@given(WORLDS, WORLDS)
@settings(max_examples=200, deadline=None)
def test_written_after_another_is_written_alone(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, set[str]], new: dict[str, set[str]]
) -> None:
    folder = tmp_path_factory.mktemp("written")
    first, alone = write(folder / "old.nq", old), write(folder / "alone.nq", new)
    first.index.save(folder / "index", "program", first.artefact.sha256)
    index = Index.load(folder / "index", "program", first.artefact.sha256)
    assert index is not None and index == first.index
    MADE.clear()
    after = write(folder / "new.nq", new, Before(folder / "old.nq", index))

    data = (folder / "alone.nq").read_bytes()
    assert (folder / "new.nq").read_bytes() == data
    assert data.splitlines() == sorted(data.splitlines())
    assert after.artefact.sha256 == alone.artefact.sha256 == sha256(data).hexdigest()
    assert after.artefact.quads == alone.artefact.quads == data.count(b"\n")
    assert after.index == alone.index
    assert sorted(name for name in new if old.get(name) != new[name]) == MADE
    lines = {name: set((folder / name).read_bytes().splitlines(keepends=True)) for name in ("old.nq", "new.nq")}
    assert (after.removed, after.added) == (lines["old.nq"] - lines["new.nq"], lines["new.nq"] - lines["old.nq"])
    assert after.compared and not alone.compared
    assert after.tally.survey() == alone.tally.survey() == survey(folder / "new.nq", "x:")
    assert list(after.index.cards()) == cards_of(read_artefact(folder / "new.nq"))


def test_an_index_of_another_program_or_artefact_is_not_used(tmp_path: Path) -> None:
    written = write(tmp_path / "a.nq", {NAMES[0]: {"p"}})
    path, sum_ = tmp_path / "index", written.artefact.sha256
    assert Index.load(path, "program", sum_) is None
    written.index.save(path, "program", sum_)
    assert Index.load(path, "program", sum_) is not None
    assert Index.load(path, "another", sum_) is None
    assert Index.load(path, "program", "another") is None
    path.write_bytes(path.read_bytes()[:-3])
    path.write_bytes(b"rubbish")
    assert Index.load(path, "program", sum_) is None


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([("<x:b>", "<x:b>"), ("<x:a>", "<x:a>")], "comes after"),
        ([("<x:a>", "<x:a>"), ("<x:a>", "<x:a>")], "comes after"),
        ([("<x:a>", "<x:z>")], "begins otherwise"),
    ],
)
def test_fragments_that_would_break_the_order_are_refused(
    tmp_path: Path, found: list[tuple[str, str]], says: str
) -> None:
    def made(subject: str) -> Pages:
        return [("", [(subject, "<x:p>", "1")])]

    broken = [Piece(prefix, bytes(16), partial(made, subject)) for prefix, subject in found]
    with pytest.raises(ValueError, match=says):
        write_fragments(tmp_path / "a.nq", broken, "x:", None, lambda done: None)
