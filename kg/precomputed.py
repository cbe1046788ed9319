"""Whole-graph answers, computed when a release is built: named queries that need no value, with their defaults.

They cost seconds on a large graph and never change within a release, so they are kept in it, in every result format,
and found again by the exact text of the bound query: other values, another base or an edited query file are other
texts and are asked live. An answer also names the graph it was computed from; a release whose graph is another, such
as a copy with edits, does not use it.

Knows the files of ``answers/``. Does not know how a release is made nor HTTP.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results

from kg.counted import COUNTS, Known, count_one
from kg.errors import QueryError
from kg.queries import NamedQuery
from kg.store.answers import SELECT_FORMATS, Question, evaluate
from kg.store.finished import Release

FOLDER: Final = "answers"
_INDEX: Final = "index.json"
_WORKERS: Final = 2  # the engine computes outside the interpreter's lock


@dataclass(frozen=True)
class Answered:
    """A stored answer: the query's name and the number of its rows."""

    name: str
    rows: int


@dataclass(frozen=True)
class Answers:
    """The stored answers of a release, by the sum of the query text."""

    folder: Path | None = None
    known: Mapping[str, Answered] = field(default_factory=dict, hash=False)

    def find(self, text: str) -> Answered | None:
        """Return what is stored for this text of a query, or None."""
        return self.known.get(_sum(text))

    def read(self, answered: Answered, form: str) -> bytes:
        """Return the bytes of a stored answer; ``form`` is a key of `kg.store.answers.SELECT_FORMATS`."""
        if self.folder is None:
            raise FileNotFoundError(f"{answered.name}.{form}")
        return (self.folder / f"{answered.name}.{form}").read_bytes()


NONE: Final = Answers()
"""No stored answers."""


def whole_graph_queries(queries: Mapping[str, NamedQuery]) -> dict[str, str]:
    """Return name -> text with defaults, of the queries that need no value."""
    return {
        name: query.bind({})
        for name, query in queries.items()
        if query.path is None and all(parameter.default is not None for parameter in query.parameters)
    }


def write_answers(
    folder: Path,
    store: Store,
    queries: Mapping[str, NamedQuery],
    graph: str,
    known: Known | None = None,
) -> Answers:
    """Ask every whole-graph query and keep the answers in ``folder``, in every format of results.

    ``graph`` is the sum of the artefact the store was loaded from. The bytes follow from the graph and the queries.
    With what is ``known`` of a graph that nobody edited, much need not be counted by the engine.
    """
    folder.mkdir()
    texts = whole_graph_queries(queries)

    def answer(name: str) -> bytes:
        text = texts[name]
        return ask(store, count_one(name, text, known) if known is not None and name in COUNTS else text)

    stored: dict[str, Answered] = {}
    with ThreadPoolExecutor(_WORKERS) as threads:
        for (name, text), data in zip(texts.items(), threads.map(answer, texts), strict=True):
            for form, kind in SELECT_FORMATS.items():
                (folder / f"{name}.{form}").write_bytes(data if form == "json" else _rewritten(data, kind))
            stored[_sum(text)] = Answered(name, rows_of(data))
    entries = {key: {"name": answered.name, "rows": answered.rows} for key, answered in stored.items()}
    text = json.dumps({"graph": graph, "answers": entries}, indent=1, sort_keys=True)
    (folder / _INDEX).write_text(f"{text}\n", encoding="utf-8")
    return Answers(folder, stored)


def ask(store: Store, text: str) -> bytes:
    """Return the answer to a query in SPARQL JSON, with the guards and prefixes of the endpoint."""
    out = io.BytesIO()
    evaluate(store, Question(text), lambda head: None, out)
    return out.getvalue()


def rows_of(data: bytes) -> int:
    """Return the number of rows of an answer in SPARQL JSON."""
    return sum(1 for _ in _solutions(data))


def answers_of(release: Release) -> Answers:
    """Return the stored answers of a release; none where it has none, or where they are of another graph."""
    graph: dict[str, Any] = release.manifest.get("files", {}).get("graph.nq", {})
    return _load(release.path / FOLDER, str(graph.get("sha256", "")))


@lru_cache(maxsize=8)
def _load(folder: Path, graph: str) -> Answers:
    try:
        index = json.loads((folder / _INDEX).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return NONE
    if index["graph"] != graph:
        return NONE
    return Answers(folder, {key: Answered(entry["name"], entry["rows"]) for key, entry in index["answers"].items()})


def _solutions(data: bytes) -> QuerySolutions:
    results = parse_query_results(data, QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        raise QueryError("a named query answers in rows")
    return results


def _rewritten(data: bytes, form: QueryResultsFormat) -> bytes:
    return _solutions(data).serialize(format=form) or b""


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()
