"""Examples of the named queries that find something in this very graph, and the same as RDF for editors and agents.

The example values of the query files are of the toy world of the tests. When a release is built, values are chosen
from its data: the things most is said about, two people with a way between them, the year with most works. They are
kept in the release (``examples.json``), fill the forms and the API documentation, and stand as ``sh:SPARQLExecutable``
in the graph ``<base>.well-known/sparql-examples``, with the prefixes beside them, where SPARQL editors look.

Knows which kinds of values parameters take and SIB's way of writing examples. Does not know HTTP.
"""

from __future__ import annotations

import heapq
import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Store, Triple

from kg.counted import Known, values_with_rows
from kg.precomputed import Answers, ask, rows_of
from kg.queries import NamedQuery, Parameter, PathFinder, load_all
from kg.rdf import vocab as v
from kg.rdf.cards import Card
from kg.store.finished import Release

FILE: Final = "examples.json"
GRAPH: Final = ".well-known/sparql-examples"
"""The graph of the examples, below the base; also the address of their document."""

_EACH: Final = 8  # things of a kind that are tried
_TRIES: Final = 24  # values that are tried for one query
_WORD: Final = re.compile(r"[^\W\d_]{6,}")
_ORDER: Final = "\nORDER BY"
_SDO: Final = "https://schema.org/"  # what SIB's examples are written with; ours use http://schema.org/ beside it


@dataclass
class _Graph:
    """What a graph offers as values, counted when it is first needed."""

    cards: Sequence[Card]
    base_iri: str

    def things(self, kind: str) -> list[str]:
        """Return the things of a kind about which most is said, as ``kind/ID``."""
        return [iri.removeprefix(self.base_iri) for iri in self._most.get(kind, ()) if iri.startswith(self.base_iri)]

    @cached_property
    def _most(self) -> dict[str, list[str]]:
        works = [card for card in self.cards if card.kind == "work"]
        said = Counter(iri for card in works for iri in (*card.authors, *card.topics, *card.venues, *card.sources))
        for card in self.cards:
            if card.organizations or card.signed_at:
                said.update({*card.organizations, *card.signed_at})
        for card in works:
            said[card.iri] += len(card.authors)
        kinds: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for card in self.cards:
            if count := said[card.iri]:
                kinds[card.kind].append((-count, card.iri))
        return {kind: [iri for _, iri in heapq.nsmallest(_EACH, found)] for kind, found in kinds.items()}

    @cached_property
    def years(self) -> list[str]:
        """The years with most works."""
        return _largest(Counter(f"{card.year:04}" for card in self.cards if card.kind == "work" and card.year), -1)

    @cached_property
    def words(self) -> list[str]:
        """The long words that stand in most titles."""
        titles = (card.label for card in self.cards if card.kind == "work" and card.titled)
        return _largest(Counter(word for title in titles for word in set(_WORD.findall(title.lower()))))


def _largest(counts: Counter[str], sign: int = 1) -> list[str]:
    """Return the keys with the largest counts; of equal ones the first, or with ``sign`` -1 the last."""
    ordered = sorted(counts, reverse=sign < 0)
    return sorted(ordered, key=lambda key: -counts[key])[:_EACH]


def choose_examples(
    store: Store,
    queries: Mapping[str, NamedQuery],
    answers: Answers,
    path_finder: PathFinder,
    cards: Sequence[Card],
    known: Known | None = None,
) -> dict[str, dict[str, str]]:
    """Return query -> parameter -> value, such that the query finds something where the graph allows it.

    ``cards`` are those of all things of the graph. With what is ``known`` of a graph that nobody edited, the engine
    need not be asked for each value.
    """
    graphs: dict[str, _Graph] = {}
    chosen = {}
    for name, query in queries.items():
        graph = graphs.setdefault(query.base_iri, _Graph(cards, query.base_iri))
        if query.path is not None:
            chosen[name] = _far_apart(query, graph, path_finder)
            continue

        told = values_with_rows(name, known) if known is not None else None

        def finds(values: dict[str, str], query: NamedQuery = query, told: frozenset[str] | None = told) -> bool:
            if told is not None:
                return any(query.base_iri + value in told for value in values.values())
            text = query.bind(values)
            answered = answers.find(text)
            # Whether there is a row does not depend on their order, and the first one is enough.
            return bool(answered.rows if answered else rows_of(ask(store, f"{text[: text.rindex(_ORDER)]}\nLIMIT 1\n")))

        chosen[name] = _first(query.parameters, graph, finds) if query.parameters else {}
    return chosen


def example_triples(
    queries: Mapping[str, NamedQuery], examples: Mapping[str, Mapping[str, str]], base_iri: str, path_finder: PathFinder
) -> Iterator[Triple]:
    """Yield each named query as an example that can be run as it stands, and the prefixes of the graph."""
    document = f"{base_iri}{GRAPH}"
    prefixes, endpoint = NamedNode(f"{document}#prefixes"), NamedNode(f"{base_iri}sparql")
    sh, rdf_type = v.PREFIXES["sh"], v.RDF_TYPE
    yield Triple(prefixes, rdf_type, NamedNode(v.PREFIXES["owl"] + "Ontology"))
    for prefix, namespace in v.PREFIXES.items():
        one = NamedNode(f"{document}#prefix-{prefix}")
        yield Triple(prefixes, NamedNode(sh + "declare"), one)
        yield Triple(one, NamedNode(sh + "prefix"), Literal(prefix))
        uri = Literal(namespace, datatype=NamedNode(v.PREFIXES["xsd"] + "anyURI"))
        yield Triple(one, NamedNode(sh + "namespace"), uri)
    for name, query in queries.items():
        example = NamedNode(f"{document}#{name}")
        text = body(query.bind(examples.get(name) or query.examples(), path_finder=path_finder))
        for cls in ("SPARQLExecutable", "SPARQLSelectExecutable"):
            yield Triple(example, rdf_type, NamedNode(sh + cls))
        yield Triple(example, v.RDFS_LABEL, Literal(query.title, language="en"))
        yield Triple(example, v.RDFS_COMMENT, Literal(f"{query.title}. {query.about}", language="en"))
        yield Triple(example, NamedNode(sh + "select"), Literal(text))
        yield Triple(example, NamedNode(sh + "prefixes"), prefixes)
        yield Triple(example, v.RDFS_SEE_ALSO, NamedNode(f"{base_iri}queries/{name}"))
        for namespace in (_SDO, v.PREFIXES["schema"]):
            yield Triple(example, NamedNode(namespace + "target"), endpoint)
            for keyword in query.keywords:
                yield Triple(example, NamedNode(namespace + "keywords"), Literal(keyword))


def body(text: str) -> str:
    """Return the text of a query without the header of its file and without the marks behind its lines.

    >>> body("#+ title: x\\nSELECT * {\\n  VALUES (?a) { (1) }  #+ parameters\\n}\\n")
    'SELECT * {\\n  VALUES (?a) { (1) }\\n}\\n'
    """
    lines = [line for line in text.split("\n") if not line.startswith("#+")]
    return "\n".join(re.sub(r"\s+#\+ (?:parameters|path)$", "", line) for line in lines)


def write_examples(path: Path, examples: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the chosen values."""
    path.write_text(f"{json.dumps(examples, indent=1, sort_keys=True, ensure_ascii=False)}\n", encoding="utf-8")


@lru_cache(maxsize=8)
def read_examples(path: Path) -> dict[str, dict[str, str]]:
    """Return the chosen values; empty where a release has none."""
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return found


def examples_for(query: NamedQuery, chosen: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the example values of a query: those chosen from the graph, else those of its file."""
    return {**query.examples(), **chosen.get(query.name, {})}


def queries_of(release: Release) -> dict[str, NamedQuery]:
    """Return the shipped queries with example values that are things of this release, where it has chosen some."""
    chosen = read_examples(release.path / FILE)

    def own(query: NamedQuery) -> NamedQuery:
        values = chosen.get(query.name, {})
        parameters = tuple(replace(one, example=values.get(one.name, one.example)) for one in query.parameters)
        return replace(query, parameters=parameters)

    queries = load_all(str(release.manifest["base_iri"]))
    return {name: own(query) for name, query in queries.items()}


def _first(parameters: Sequence[Parameter], graph: _Graph, finds: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    candidates = [_candidates(parameter, graph) for parameter in parameters]
    names = [parameter.name for parameter in parameters]
    # Neighbours first: the topic with most works and the year with most works before anything rarer.
    tuples = sorted(
        itertools.product(*(range(len(found)) for found in candidates)), key=lambda places: (sum(places), places)
    )
    for places in tuples[:_TRIES]:
        values = {name: found[place] for name, found, place in zip(names, candidates, places, strict=True)}
        if finds(values):
            return values
    return {name: found[0] for name, found in zip(names, candidates, strict=True)}


def _candidates(parameter: Parameter, graph: _Graph) -> list[str]:
    """Return values that a parameter may take, the most telling first, never none."""
    found: list[str] = []
    match parameter.type:
        case "iri":
            found = graph.things(parameter.example.partition("/")[0])
        case "gyear":
            found = graph.years
        case "date":
            day = "-12-31" if parameter.default is not None else "-01-01"
            found = [year + day for year in graph.years]
        case "string":
            found = graph.words
        case "integer":
            # With the default the answer is stored; any other number counts the whole graph again.
            found = [parameter.example if parameter.default is None else parameter.default, "1"]
        case "choice":
            found = [parameter.example, *parameter.choices]
    return list(dict.fromkeys(found)) or [parameter.example]


def _far_apart(query: NamedQuery, graph: _Graph, path_finder: PathFinder) -> dict[str, str]:
    """Return the two of the people with most works who are farthest apart, yet connected."""
    people = graph.things("person")
    best: tuple[int, dict[str, str]] = (1, query.examples())
    if len(people) > 1:
        best = (1, dict(zip(query.path or (), people, strict=False)))
    for start, end in itertools.combinations(people, 2):
        way = path_finder(graph.base_iri + start, graph.base_iri + end)
        if way is not None and len(way) > best[0]:
            best = (len(way), dict(zip(query.path or (), (start, end), strict=True)))
    return best[1]
