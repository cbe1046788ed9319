"""What pages ask of the things with most works, answered when a release is built.

The list of a person's 1,500 works with their topics, the co-authors, the affiliations: each costs tens of milliseconds
for such a person, and never changes within a release. So a release keeps the rows for the few things that have so many
works, in one file::

    panels.bin   letters of the format, length of the head, head (graph, thing -> question -> place), compressed rows

Rows are texts: an IRI or the lexical form of a literal, empty where a column is unbound. Like the stored answers they
are of one graph; a release whose graph is another, such as a copy with edits, does not use them. The questions are
named queries that lie beside this module; pages ask the same ones live of all other things.

Knows the questions, which things are worth it, and the file; what can be counted from cards is `kg.panels.counting`.
Does not know what a page makes of the rows.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
import orjson
from pyoxigraph import Store

from kg.panels.counting import Counting
from kg.panels.counting import Rows as Rows
from kg.queries import NamedQuery, read_query
from kg.rdf import vocab
from kg.rdf.cards import Card
from kg.search import weights
from kg.store.answers import Question, evaluate
from kg.store.finished import Release

FILE: Final = "panels.bin"
QUESTIONS: Final = ("affiliations", "cited", "listed", "listed-with", "partners", "signed")
AGENTS: Final = frozenset({"person", "group"})
LINK: Final = {
    "person": vocab.AUTHOR,
    "group": vocab.AUTHOR,
    "topic": vocab.ABOUT,
    "venue": vocab.IS_PART_OF,
    "organization": vocab.SOURCE_ORGANIZATION,
    "source": vocab.PROV_WAS_DERIVED_FROM,
    "software": vocab.MENTIONS,
}
"""Kind of a thing -> the property that leads from works to it."""
_SIGNED: Final = frozenset({"topic", "venue", "organization"})
"""Kinds on whose pages the people with most works stand."""
MANY: Final = 150
"""Works from which a thing is worth it: fewer are asked for live in less than 20 ms a question."""
MOST: Final = 80
"""Things whose rows are kept: people and groups first, then those with most works. For the ACL Anthology it is 2 MB."""
_LONGEST: Final = 5_000
"""Works above which a thing is left out: reading its rows would cost as much as asking."""

MAGIC: Final = b"kg-panels\x00\x00\x01"
_SIZE: Final = struct.Struct("<Q")
_WORKERS: Final = 2  # the engine computes outside the interpreter's lock

_Places = dict[str, dict[str, tuple[int, int]]]


class _Head(msgspec.Struct, frozen=True):
    graph: str
    places: _Places


@dataclass(frozen=True)
class Panels:
    """The kept rows of a release: the file, where the rows begin, and thing -> question -> (place, length)."""

    path: Path | None = None
    start: int = 0
    places: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict, hash=False)

    def find(self, iri: str) -> dict[str, Rows]:
        """Return question -> rows that are kept of a thing; nothing for most things."""
        places = self.places.get(iri)
        if not places or self.path is None:
            return {}
        found = {}
        with self.path.open("rb") as file:
            for question, (place, length) in places.items():
                file.seek(self.start + place)
                found[question] = msgspec.msgpack.decode(zlib.decompress(file.read(length)), type=Rows)
        return found


NONE: Final = Panels()
"""Nothing kept."""


def read_questions(base_iri: str) -> dict[str, NamedQuery]:
    """Read and check the questions. Raises QueryFileError at the first bad file."""
    folder = files("kg.panels")
    return {
        name: read_query(name, folder.joinpath(f"{name}.rq").read_text("utf-8"), base_iri, ordered=False)
        for name in QUESTIONS
    }


def asked(kind: str, iri: str) -> dict[str, dict[str, str]]:
    """Return question -> values, of what a page asks about a thing of a kind."""
    found: dict[str, dict[str, str]] = {}
    if kind in LINK:
        found["listed"] = found["listed-with"] = {"thing": iri, "link": LINK[kind].value}
    if kind in AGENTS:
        found |= {name: {"agent": iri} for name in ("partners", "affiliations", "cited")}
    elif kind in _SIGNED:
        found["signed"] = found["listed"]
    return found


def texts(data: bytes) -> Rows:
    """Return the rows of an answer in SPARQL JSON as texts, those of blank nodes empty."""
    document = orjson.loads(data)
    names = document["head"]["vars"]
    return [
        [
            term["value"] if (term := row.get(name)) is not None and term["type"] != "bnode" else ""
            for name in names
        ]
        for row in document["results"]["bindings"]
    ]  # fmt: skip


def chosen(cards: Iterable[Card]) -> list[tuple[str, str]]:
    """Return (kind, IRI) of the things whose rows are kept, by kind and IRI."""
    listed = list(cards)
    counted = weights(listed)
    found = [
        (card.kind not in AGENTS, -counted[card.iri], card.iri, card.kind)
        for card in listed
        if card.kind in LINK and MANY <= counted[card.iri] <= _LONGEST
    ]
    return sorted((kind, iri) for _, _, iri, kind in sorted(found)[:MOST])


def write_panels(
    path: Path, store: Store, cards: Sequence[Card], base_iri: str, graph: str, *, counted: bool = False
) -> int:
    """Answer the questions for the things with most works, keep the rows, and return the number of things.

    ``graph`` is the sum of the artefact the store was loaded from. ``counted`` says that it is as a build made it: then
    much is counted from the ``cards`` of its things. The bytes follow from the graph and the questions.
    """
    queries = read_questions(base_iri)
    things = chosen(cards)
    counting = Counting(cards, things if counted else (), queries)
    questions = [
        (kind, iri, name, queries[name].bind(values))
        for kind, iri in things
        for name, values in asked(kind, iri).items()
    ]

    def kept(kind: str, iri: str, name: str, text: str) -> bytes:
        rows = counting.rows(name, kind, iri) if counted else None
        return _packed(rows if rows is not None else _asked(store, name, text))

    places: _Places = {}
    blocks: list[bytes] = []
    place = 0
    with ThreadPoolExecutor(_WORKERS) as threads:
        answers = threads.map(lambda one: kept(*one), questions)
        for (_, iri, name, _), block in zip(questions, answers, strict=True):
            places.setdefault(iri, {})[name] = (place, len(block))
            blocks.append(block)
            place += len(block)
    head = msgspec.msgpack.encode(_Head(graph, places))
    with path.open("wb") as out:
        out.write(MAGIC + _SIZE.pack(len(head)) + head)
        out.writelines(blocks)
    return len(things)


def _asked(store: Store, name: str, text: str) -> Rows:
    out = io.BytesIO()
    evaluate(store, Question(text), lambda head: None, out)
    rows = texts(out.getvalue())
    # The engine gives rows, and works in a row, in an order of its own, which two builds need not share.
    if name == "listed-with":
        rows = [[property_, value, " ".join(sorted(works.split()))] for property_, value, works in rows]
    return sorted(rows)


def _packed(rows: Rows) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(rows), 6)


def panels_of(release: Release) -> Panels:
    """Return what a release keeps; nothing where it keeps nothing, or where that is of another graph."""
    graph = release.manifest.get("files", {}).get("graph.nq", {})
    return _load(release.path / FILE, str(graph.get("sha256", "")))


@lru_cache(maxsize=8)
def _load(path: Path, graph: str) -> Panels:
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                return NONE
            (length,) = _SIZE.unpack(file.read(_SIZE.size))
            head = msgspec.msgpack.decode(file.read(length), type=_Head)
            return Panels(path, file.tell(), head.places) if head.graph == graph else NONE
    except (OSError, OverflowError, struct.error, msgspec.MsgspecError):
        return NONE  # an older release, or none that can be read: pages ask instead
