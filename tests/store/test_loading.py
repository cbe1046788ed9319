"""Loading in blocks: the same statements wherever a block ends, and blank nodes keep their names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg.store.loading import Loading, load
from kg.store.nquads import write_artefact

S, P = NamedNode("http://example.org/s"), NamedNode("http://example.org/p")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.sets(st.text(max_size=9).map(Literal), max_size=9), st.integers(1, 300))
def test_the_size_of_a_block_changes_nothing(tmp_path: Path, texts: set[Literal], block: int) -> None:
    said = {Quad(S, P, text) for text in texts}
    artefact = write_artefact(tmp_path / "graph.nq", said).path
    store = Store()
    load(store, artefact, block)
    assert set(store) == said


@pytest.mark.parametrize(
    "said",
    [{Quad(BlankNode("aa"), P, S), Quad(BlankNode("ab"), P, S)}, {Quad(S, P, BlankNode("aa")), Quad(S, P, S)}],
    ids=["subject", "object"],
)
@pytest.mark.parametrize("block", [1, 40, 10_000])
def test_blank_nodes_keep_their_names(tmp_path: Path, said: set[Quad], block: int) -> None:
    store = Store()
    load(store, write_artefact(tmp_path / "graph.nq", said).path, block)
    assert set(store) == said


def test_a_line_that_is_none_is_told_by_either_thread(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(
        "".join(f'<http://example.org/s> <http://example.org/p> "{i}" .\n' for i in range(99)) + "nothing\n"
    )
    with pytest.raises(SyntaxError):
        load(Store(), path, 100)


@pytest.mark.parametrize("block", [1, 300, 1 << 20])
def test_a_file_is_loaded_while_it_grows(tmp_path: Path, block: int) -> None:
    path = tmp_path / "graph.nq"
    store = Store()
    loading = Loading(store, path, block)
    with path.open("wb", buffering=0) as file:
        for number in range(200):
            file.write(b'<http://example.org/s> <http://example.org/p> "%d" .\n' % number)
            if number % 7 == 0:
                loading.grown(file.tell())
        loading.grown(file.tell())
        # Its name may change meanwhile, and another file may take it.
        path.rename(tmp_path / "base.nq")
        path.write_bytes(b"nothing of it\n")
    loading.finish()
    assert set(store) == {Quad(S, P, Literal(str(number))) for number in range(200)}


def test_nothing_is_loaded_of_a_file_that_never_grew(tmp_path: Path) -> None:
    store = Store()
    Loading(store, tmp_path / "graph.nq").finish()
    Loading(store, tmp_path / "graph.nq").abandon()
    assert len(store) == 0


def test_what_goes_wrong_is_told_to_whoever_writes_on(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_bytes(b"nothing at all\n" * 99)
    loading = Loading(Store(), path, 10)
    with pytest.raises(SyntaxError):
        while True:
            loading.grown(99 * 15)
    loading.abandon()
