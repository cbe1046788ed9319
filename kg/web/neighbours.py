"""What lies around things in the graph: who wrote with whom, on what, where; ranked, bounded, and what was left out.

Knows the questions of ``rq/near-*`` and how their rows become nodes and edges. Does not know addresses, pages or
files: `kg.web.explore` does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from kg.rdf import vocab
from kg.store.answers import Question
from kg.web import questions
from kg.web.links import KINDS, Links, short
from kg.web.tex import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.rdf.nodes import Term
    from kg.search import Index
    from kg.web.render import Site

NODES: Final = 500
"""Nodes of one view: more cannot be laid out in a second nor told apart."""
CEILING: Final = 5000
"""Rows after which the questions stop: of a thing with more neighbours only "at least" is known."""
_TO: Final = {
    "person": vocab.AUTHOR,
    "group": vocab.AUTHOR,
    "topic": vocab.ABOUT,
    "organization": vocab.SOURCE_ORGANIZATION,
    "venue": vocab.IS_PART_OF,
    "software": vocab.MENTIONS,
}
SHOWABLE: Final = ("person", "group", "work", "topic", "organization", "venue", "software")
"""Kinds of things that a view can hold."""
_SHARED: Final = {"person": "co-authors", "group": "groups", "work": "works"}
_ALSO: Final = {"person": "authors", "group": "groups", "work": "works"}


@dataclass(frozen=True)
class View:
    """What a reader asked to see: the things in the middle, and which neighbours of them.

    ``start`` and ``end`` are two people whose shortest path is shown too; empty where none is asked for. ``most`` is
    the number of neighbours of one kind around one thing.
    """

    about: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    most: int = 60
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Node:
    """One thing of a view. ``weight`` is the number of works it shares with the thing it stands beside."""

    iri: str
    kind: str
    label: str
    detail: str = ""
    centre: bool = False
    weight: int = 0


@dataclass(frozen=True)
class Edge:
    """A link between two nodes. ``kind`` is ``works`` (shared works), ``path``, or the property that leads there."""

    source: str
    target: str
    kind: str
    works: int = 1
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Around:
    """The neighbours of one kind around one thing: those shown, best first, and how many there are."""

    about: str
    kind: str
    called: str
    shown: tuple[Edge, ...]
    total: int
    at_least: bool
    by: str


@dataclass(frozen=True)
class Step:
    """One step of a path: two people and the earliest work they share."""

    person: str
    next: str
    work: str
    title: str
    works: int


@dataclass(frozen=True)
class Asked:
    """A query behind a view, with what it asks in words."""

    title: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A view, answered. ``cut`` is the number of nodes left out because the picture is full."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    around: tuple[Around, ...] = ()
    steps: tuple[Step, ...] | None = None
    asked: tuple[Asked, ...] = ()
    cut: int = 0
    missing: tuple[str, ...] = field(default=())
    """Things asked for that the graph does not know."""


def kinds_of(view: View, links: Links) -> tuple[str, ...]:
    """Return the kinds of neighbours that a view shows: those asked for, else what the things suggest."""
    if view.kinds:
        return tuple(kind for kind in SHOWABLE if kind in view.kinds)
    middle = {links.kind(iri) for iri in view.about}
    return SHOWABLE if middle == {"work"} else ("person", "group")


async def look_around(site: Site, view: View) -> Shown:
    """Answer a view. Raises as `Pool.ask` does."""
    links, index = Links(site.world.base_iri), site.world.index
    kinds = kinds_of(view, links)
    known = index.named([*view.about, view.start, view.end])
    about = [iri for iri in view.about if iri in known]
    missing = tuple(iri for iri in (*view.about, view.start, view.end) if iri and iri not in known)
    asked: list[Asked] = []
    found = await asyncio.gather(*[_around(site, view, iri, kinds, links, index, asked) for iri in about])
    steps = await _path(site, view, asked) if view.start and view.end and not missing else None

    centres = [*about, *(_walk(steps) if steps else ())]
    weights: dict[str, int] = dict.fromkeys(centres, 0)
    cut: set[str] = set()
    for edge in (edge for arounds in best_first(found) for edge in arounds):
        for end in (edge.source, edge.target):
            if end not in weights and len(weights) >= NODES:
                cut.add(end)
            elif end not in weights or end not in centres:
                weights[end] = max(weights.get(end, 0), edge.works)
    edges = await _between(site, view, weights, [a for one in found for a in one], links, asked)
    edges += [Edge(step.person, step.next, "path", step.works) for step in steps or ()]
    named = index.named(weights)
    nodes = []
    for iri, weight in weights.items():
        hit = named.get(iri)
        kind = hit.kind if hit else links.kind(iri) or "other"
        label, detail = (plain(hit.label), plain(hit.detail)) if hit else (short(iri), "")
        nodes.append(Node(iri, kind, label, detail, iri in centres, weight))
    return Shown(
        tuple(nodes),
        tuple(edges),
        tuple(a for one in found for a in one),
        tuple(steps) if steps is not None else None,
        tuple({one.text: one for one in asked}.values()),
        len(cut),
        missing,
    )


def best_first(found: Iterable[Sequence[Around]]) -> Iterable[Iterable[Edge]]:
    """Return the edges as they may fill a picture: the best of every list before the second best of any."""
    lists = [around.shown for arounds in found for around in arounds]
    for place in range(max(map(len, lists), default=0)):
        yield [edges[place] for edges in lists if place < len(edges)]


async def _around(
    site: Site, view: View, iri: str, kinds: Sequence[str], links: Links, index: Index, asked: list[Asked]
) -> list[Around]:
    """Return what is around one thing, kind by kind."""
    hit = index.named([iri]).get(iri)
    label = plain(hit.label) if hit else short(iri)
    if links.kind(iri) == "work":
        return await _around_work(site, view, iri, kinds, links, label, asked)
    years = _years(view)
    found = []
    if "work" in kinds:
        query = site.questions["near-works"]
        values = {"thing": iri, **years}
        asked.append(Asked(f"The works of {label}", query.bind(values)))
        rows = await questions.ask(site.world.pool, query, values)
        edges = [Edge(text(row[0]), iri, "works", 1, number(row[1]), number(row[1])) for row in rows]
        found.append(_cut(view, iri, "work", "works", edges, "newest first"))
    # People and groups sign alike: one question finds both.
    for property_ in dict.fromkeys(_TO[kind] for kind in kinds if kind in _TO):
        wanted = {kind for kind in kinds if _TO.get(kind) == property_}
        query = site.questions["near-shared"]
        values = {"thing": iri, "to": property_.value, **years}
        called = _SHARED if links.kind(iri) in {"person", "group"} else _ALSO
        names = " and ".join(called.get(kind, KINDS[kind][1].lower()) for kind in SHOWABLE if kind in wanted)
        asked.append(Asked(f"The {names} around {label}", query.bind(values)))
        rows = await questions.ask(site.world.pool, query, values)
        by_kind: dict[str, list[Edge]] = defaultdict(list)
        for row in rows:
            other = text(row[0])
            edge = Edge(iri, other, "works", number(row[1]) or 1, number(row[2]), number(row[3]))
            by_kind[links.kind(other) or ""].append(edge)
        for kind in SHOWABLE:
            if kind in wanted and by_kind[kind]:
                name = called.get(kind, KINDS[kind][1].lower())
                full = len(rows) >= CEILING
                found.append(_cut(view, iri, kind, name, by_kind[kind], "by shared works", at_least=full))
    return found


async def _around_work(
    site: Site, view: View, iri: str, kinds: Sequence[str], links: Links, label: str, asked: list[Asked]
) -> list[Around]:
    query = site.questions["near-links"]
    asked.append(Asked(f"What {label} leads to", query.bind({"thing": iri})))
    rows = await questions.ask(site.world.pool, query, {"thing": iri})
    by_kind: dict[str, list[Edge]] = defaultdict(list)
    for row in rows:
        other = text(row[2])
        kind = links.kind(other) or ""
        if kind in kinds:
            by_kind[kind].append(Edge(iri, other, text(row[1])))
    return [
        _cut(view, iri, kind, "cited works" if kind == "work" else _ALSO.get(kind, KINDS[kind][1].lower()), edges, "")
        for kind in SHOWABLE
        if (edges := by_kind.get(kind))
    ]


def _cut(
    view: View, about: str, kind: str, called: str, edges: list[Edge], by: str, *, at_least: bool = False
) -> Around:
    return Around(about, kind, called, tuple(edges[: view.most]), len(edges), at_least or len(edges) >= CEILING, by)


async def _between(
    site: Site, view: View, shown: Mapping[str, int], around: Sequence[Around], links: Links, asked: list[Asked]
) -> list[Edge]:
    """Return the links among what is shown: shared works of people, and what works lead to."""
    agents = [iri for iri in shown if links.kind(iri) in {"person", "group"}]
    works = [iri for iri in shown if links.kind(iri) == "work"]
    years = _years(view)
    query = site.questions["near-signed"]
    signed = await questions.ask_many(site.world.pool, query, [{"thing": iri, **years} for iri in agents])
    if len(agents) > 1:
        asked.append(Asked("Who of those shown signed what", query.bind_many([{"thing": i, **years} for i in agents])))
    linked = await questions.ask_many(site.world.pool, site.questions["near-links"], [{"thing": w} for w in works])
    teams: dict[str, list[str]] = defaultdict(list)
    year_of: dict[str, int] = {}
    for row in signed:
        teams[text(row[1])].append(text(row[0]))
        if (year := number(row[2])) is not None:
            year_of[text(row[1])] = year
    pairs: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for work, team in teams.items():
        for pair in combinations(sorted(team), 2):
            pairs[pair].append(year_of.get(work))
    edges = []
    for (one, other), dated in sorted(pairs.items()):
        known = [year for year in dated if year is not None]
        edges.append(Edge(one, other, "works", len(dated), min(known, default=None), max(known, default=None)))
    joined = {frozenset((edge.source, edge.target)) for edge in edges}
    for row in linked:
        work, other = text(row[0]), text(row[2])
        if other in shown and frozenset((work, other)) not in joined:
            joined.add(frozenset((work, other)))
            edges.append(Edge(work, other, text(row[1])))
    for one_around in around:
        for edge in one_around.shown:
            ends = frozenset((edge.source, edge.target))
            if ends not in joined and ends <= shown.keys():
                joined.add(ends)
                edges.append(edge)
    return edges


async def _path(site: Site, view: View, asked: list[Asked]) -> list[Step]:
    """Return the steps of the shortest path between two people; none when there is no path."""
    query, coauthors = site.world.queries.get("coauthor-path"), site.world.coauthors
    if query is None or coauthors is None:
        return []
    values = {"from": view.start, "to": view.end}
    bound = await asyncio.to_thread(query.bind, values, path_finder=coauthors.shortest_path)
    asked.append(Asked(query.title, bound))
    names, rows = await site.world.pool.rows(Question(bound))
    at = {name: place for place, name in enumerate(names)}
    return [
        Step(
            text(row[at["person"]]), text(row[at["next"]]), text(row[at["work"]]),
            plain(text(row[at["title"]])), number(row[at["works"]]) or 1,
        )
        for row in rows
    ]  # fmt: skip


def _walk(steps: Sequence[Step]) -> list[str]:
    return [steps[0].person, *(step.next for step in steps)]


def _years(view: View) -> dict[str, str]:
    if view.since is None and view.until is None:
        return {}
    # 1 is no year of a work, and yet a bound: undated works fall out as soon as years are asked for.
    return {"since": str(view.since or 1), "until": str(view.until if view.until is not None else 9998)}


def text(term: Term | None) -> str:
    """Return the text of a term, empty where nothing is bound."""
    return term.value if isinstance(term, NamedNode | Literal) else ""


def number(term: Term | None) -> int | None:
    """Return the whole number a term is, or None."""
    found = text(term)
    return int(found) if found.lstrip("-").isdecimal() else None
