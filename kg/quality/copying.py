"""How what is validated gets in front of an engine: as a copy in memory, or on disk where that would be too large.

Knows how an artefact is written and what a copy takes up; knows no shape.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.errors import ReleaseError
from kg.quality.data import RECORD_CLASSES, View, size
from kg.quality.shacl.footprint import Needs
from kg.quality.shacl.slices import fill
from kg.rdf import vocab
from kg.store.disk import translated

IN_MEMORY: Final = 1_000_000_000
"""Bytes of an artefact up to which the copy of it is made in memory, where it takes up about as many."""

_BLOCK: Final = 1 << 26


class Copied(NamedTuple):
    """A store whose default graph holds what was asked for, and the number of statements that there are in all."""

    store: Store
    statements: int


@contextmanager
def copied(view: View, needs: Needs, artefact: Path | None = None, scratch: Path | None = None) -> Iterator[Copied]:
    """Give a store whose default graph holds the view, as far as it is needed.

    ``artefact`` is the sorted N-Quads file of the same store: reading it costs half of what reading a store on disk
    does, and what a release says about itself is neither checked nor counted. A copy takes up about 320 bytes a triple
    of memory. That of an artefact beyond `IN_MEMORY` lies on disk, in ``scratch`` or where temporary files lie, takes
    up less than a gigabyte of memory, and is asked in three times the time.

    Raises ReleaseError for a damaged artefact, HomeError where there is no room.
    """
    if artefact is None or view.graphs != "view":
        copy = Store()
        found = filter(needs.hold, view.match(None, None, None))
        fill(copy, (Quad(one.subject, one.predicate, one.object) for one in found))
        yield Copied(copy, size(view.store, view.graphs))
    elif _large(artefact):
        with TemporaryDirectory(prefix="kg-", dir=scratch, ignore_cleanup_errors=True) as folder:
            with translated(Path(folder)):
                copy = Store(folder)
                statements = _put(artefact, needs, copy.bulk_load, copy.bulk_extend, threads=2)
                copy.optimize()
            yield Copied(copy, statements)
    else:
        copy = Store()
        # The bulk loader is no faster in memory, and holds half as much again while it works.
        yield Copied(copy, _put(artefact, needs, copy.load, partial(fill, copy)))


def _large(artefact: Path) -> bool:
    return artefact.is_file() and artefact.stat().st_size > IN_MEMORY


def _put(
    artefact: Path,
    needs: Needs,
    load: Callable[[bytes, RdfFormat], None],
    extend: Callable[[Iterable[Quad]], None],
    threads: int = 1,
) -> int:
    """Put what is needed of an artefact into a store, and return how many statements the merged view has."""
    merged: list[int] = []
    names_blank_nodes = _names_blank_nodes(artefact)

    def put(block: bytes) -> None:
        if names_blank_nodes:
            # Loading would name them anew, and findings about them would point to nothing.
            extend(parse(block, RdfFormat.N_TRIPLES))
        else:
            load(block, RdfFormat.N_TRIPLES)

    # The engine puts blocks away while the next is chosen.
    with ThreadPoolExecutor(threads, thread_name_prefix="copy") as pool:
        jobs: deque[Future[None]] = deque()
        for block in _blocks(_view_lines(artefact, needs, merged.append)):
            if len(jobs) == threads:
                jobs.popleft().result()
            jobs.append(pool.submit(put, block))
        for job in jobs:
            job.result()
    return sum(merged)


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines, many of which come together already, in larger blocks."""
    block: list[bytes] = []
    length = 0
    for some in lines:
        block.append(some)
        length += len(some)
        if length >= _BLOCK:
            yield b"".join(block)
            block, length = [], 0
    yield b"".join(block)


def _names_blank_nodes(path: Path) -> bool:
    """Say whether there may be a blank node in an artefact: a quick look, that some literals deceive."""
    with path.open("rb") as file:
        while lines := file.readlines(1 << 22):
            data = b"".join(lines)
            if data.startswith(b"_:") or b" _:" in data or b"\n_:" in data:
                return True
    return False


def _view_lines(path: Path, needs: Needs, merged: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the lines of the view as N-Triples, many at a time; tell ``merged`` how many the default graph has.

    The file is sorted, so that the statements about one subject stand together: those of a named graph are kept back
    until it is known whether the subject is a record there.
    """
    wanted = None if needs.predicates is None else {str(one).encode() for one in needs.predicates}
    links = needs.links
    replaced = str(vocab.DCT_IS_REPLACED_BY).encode()
    record_lines = {f"{vocab.RDF_TYPE} {cls} ".encode() for cls in RECORD_CLASSES}
    out: list[bytes] = []
    number = 0
    current, held, records = b"", dict[bytes, list[bytes]](), set[bytes]()
    try:
        with path.open("rb") as file:
            while lines := file.readlines(1 << 20):
                for line in lines:
                    subject, predicate, rest = line.split(b" ", 2)
                    needed = wanted is None or predicate in wanted or (links and rest[:1] != b'"')
                    if subject != current:
                        for graph in records:
                            out += held[graph]
                        current = subject
                        if held:
                            held, records = {}, set()
                    graph = _graph(rest)
                    if not graph:
                        number += 1
                        if needed:
                            out.append(line)
                        continue
                    said = line[: -len(graph) - 3]
                    if predicate == replaced:
                        out.append(said + b".\n")
                        continue
                    held.setdefault(graph, [])
                    if needed:
                        held[graph].append(said + b".\n")
                    if said[len(subject) + 1 :] in record_lines:
                        records.add(graph)
                yield b"".join(out)
                out.clear()
            yield b"".join(line for graph in records for line in held[graph])
            merged(number)
    except (FileNotFoundError, ValueError) as error:
        raise ReleaseError(
            f"the file cannot be read as N-Quads ({error})", where=str(path), advice="build the release again"
        ) from error


def _graph(rest: bytes) -> bytes:
    """Return the name of the graph in what follows the predicate of a line, or nothing for the default graph."""
    if rest.startswith(b'"'):
        tail = rest[rest.rindex(b'"') :]
        place = tail.find(b" <")
        return tail[place + 1 : -3] if place >= 0 else b""
    terms = rest.split(b" ")
    return terms[1] if len(terms) == 3 else b""
