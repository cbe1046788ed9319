"""What a release says about itself: VoID and DCAT, query examples, and the answers to whole-graph questions.

The description is an artefact of its own, ``description.nq``, so that ``graph.nq`` holds the data and nothing else and
its counts can be taken from it. It stands in ``<base>graph/dataset`` and ``<base>.well-known/sparql-examples``; what
editors and agents look for without naming a graph (partitions, examples, prefixes) stands in the default graph too,
because their queries name none.
All of it follows from the graph, the queries and this program: no time and no size of a file that holds itself.

Knows which parts there are and in which graph each goes. Does not know how any of them is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg.counted import Known, Printed
from kg.examples import FILE, GRAPH, choose_examples, example_triples, write_examples
from kg.precomputed import FOLDER, write_answers
from kg.queries import load_all
from kg.rdf.cards import Card
from kg.rdf.iris import Iris
from kg.rdf.signatures import Signatures
from kg.rdf.void import Survey, access_triples, completion_triples, partition_triples
from kg.store.coauthors import Coauthors
from kg.store.drafts import Draft
from kg.store.nquads import Artefact

ARTEFACT: Final = "description.nq"


def describe(
    draft: Draft,
    found: Survey,
    iris: Iris,
    cards: Sequence[Card],
    signed: Signatures,
    about: Iterable[Quad] = (),
    *,
    printed: Printed | None = None,
) -> Artefact:
    """Add the description to a draft that is loaded and has its co-author index.

    ``found`` are the counts of its graph, ``cards`` those of its things, ``signed`` who signed what, ``about`` further
    statements. ``printed`` are the names that are printed for people; without it the graph is not as a build made it,
    and then nothing is taken from the cards that the store may say otherwise.

    Leaves ``description.nq``, ``examples.json`` and ``answers/`` in the draft, and the statements in its store.
    """
    queries = load_all(iris.base)
    finder = Coauthors.load(draft.path / "coauthors.bin").shortest_path
    store = draft.open_store()
    known = None if printed is None else Known(cards, signed, found, printed)
    answers = write_answers(draft.path / FOLDER, store, queries, draft.graph.sha256, known)
    examples = choose_examples(store, queries, answers, finder, cards, known)
    write_examples(draft.path / FILE, examples)
    del store, known
    shown = list(example_triples(queries, examples, iris.base, finder))

    def quads() -> Iterator[Quad]:
        yield from about
        yield from _dataset_quads(found, iris)
        for triple in shown:
            for name in (NamedNode(iris.base + GRAPH), DefaultGraph()):
                yield Quad(triple.subject, triple.predicate, triple.object, name)

    return draft.add(quads(), ARTEFACT)


def _dataset_quads(found: Survey, iris: Iris) -> Iterator[Quad]:
    graph = iris.graph("dataset")
    for triple in access_triples(found, iris):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)
    for triple in partition_triples(found, iris):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)
    for triple in completion_triples(found, iris):
        yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())


def description_path(release: Path) -> Path:
    """Return where a release in this folder keeps its description; it may have none."""
    return release / ARTEFACT
