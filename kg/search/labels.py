"""The label of each thing of the merged view, what tells it from its namesakes, and how much there is about it.

Knows which properties make a label and a detail. Does not know how they are searched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kg.rdf import vocab

Label = tuple[str, str, str, str]
"""IRI, kind, label, detail."""

_OPENING: Final = 12
"""Words of an abstract under which a work without a title is found."""
_SIGNATURES: Final = 3
"""Authors in the detail of a work."""
_CLASSES: Final = (
    ("person", vocab.PERSON),
    ("group", vocab.KG_GROUP),
    ("work", vocab.SCHOLARLY_ARTICLE),
    ("organization", vocab.ORGANIZATION),
    ("topic", vocab.SKOS_CONCEPT),
    ("venue", vocab.KG_VENUE),
    ("source", vocab.KG_SOURCE),
    ("software", vocab.SOFTWARE_SOURCE_CODE),
)
KINDS: Final = tuple(kind for kind, _ in _CLASSES)

_HOST = re.compile(r"https?://[^/\s]*/?")


def labels(store: Store) -> Iterator[Label]:
    """Yield a label for each thing of the merged view: its name, and in the detail what tells namesakes apart.

    A work without a title goes by the first words of its abstract, a thing without either by its IRI.
    """
    names = _first_values(store, vocab.NAME)
    details = _details(store, names)
    for kind, iri in _things(store):
        detail = " · ".join(dict.fromkeys(part for part in details.get(iri, ()) if part))
        yield iri, kind, names.get(iri) or _opening(store, iri) or iri, detail


def weights(store: Store) -> Counter[str]:
    """Return how many works point to each person, group, topic, venue and organisation of the merged view."""
    counted: Counter[str] = Counter()
    for predicate in (vocab.AUTHOR, vocab.ABOUT, vocab.IS_PART_OF, vocab.SOURCE_ORGANIZATION, vocab.CITATION):
        for quad in store.quads_for_pattern(None, predicate, None, DefaultGraph()):
            if isinstance(quad.object, NamedNode):
                counted[quad.object.value] += 1
    return counted


def _things(store: Store) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    # A group is also a schema:Organization; the narrower class comes first and decides.
    for kind, class_ in _CLASSES:
        for quad in store.quads_for_pattern(None, vocab.RDF_TYPE, class_, DefaultGraph()):
            if isinstance(quad.subject, NamedNode) and quad.subject.value not in seen:
                seen.add(quad.subject.value)
                yield kind, quad.subject.value


def _details(store: Store, names: dict[str, str]) -> dict[str, list[str]]:
    """Collect the parts of each detail in a fixed order: date, authors, other names, codes, identifiers."""
    details: dict[str, list[str]] = {}

    def add(values: dict[str, list[str]]) -> None:
        for iri, texts in values.items():
            details.setdefault(iri, []).extend(sorted(texts))

    add(_values(store, vocab.DATE_PUBLISHED))
    for iri, signatures in _signatures(store).items():
        shown = [printed or names.get(agent, "") for _, agent, printed in sorted(signatures)]
        text = ", ".join(shown[:_SIGNATURES])
        details.setdefault(iri, []).append(f"{text} et al." if len(shown) > _SIGNATURES else text)
    for predicate in (vocab.ALTERNATE_NAME, vocab.SKOS_NOTATION, vocab.KG_KEYWORD_AS_PRINTED, vocab.KG_FILE):
        add(_values(store, predicate))
    for predicate in (vocab.SAME_AS, vocab.CODE_REPOSITORY):
        add({iri: [_HOST.sub("", text) for text in texts] for iri, texts in _values(store, predicate).items()})
    return details


def _signatures(store: Store) -> dict[str, list[tuple[float, str, str]]]:
    """Return the signatures of each work as (position, agent, printed name), unknown positions last."""
    work_of = {
        quad.object: quad.subject.value
        for quad in store.quads_for_pattern(None, vocab.KG_AUTHORSHIP_OF, None, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
    positions = _first_values(store, vocab.POSITION)
    printed = _first_values(store, vocab.KG_NAME_AS_PRINTED)
    signatures: dict[str, list[tuple[float, str, str]]] = {}
    for quad in store.quads_for_pattern(None, vocab.KG_AGENT, None, DefaultGraph()):
        node, agent = quad.subject, quad.object
        if isinstance(node, NamedNode) and isinstance(agent, NamedNode) and node in work_of:
            position = float(positions.get(node.value, "inf"))
            signatures.setdefault(work_of[node], []).append((position, agent.value, printed.get(node.value, "")))
    return signatures


def _values(store: Store, predicate: NamedNode) -> dict[str, list[str]]:
    """Return the values of a property in the merged view, as text, by the IRI of the thing."""
    values: dict[str, list[str]] = {}
    for quad in store.quads_for_pattern(None, predicate, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            values.setdefault(quad.subject.value, []).append(quad.object.value)
    return values


def _first_values(store: Store, predicate: NamedNode) -> dict[str, str]:
    return {iri: min(texts) for iri, texts in _values(store, predicate).items()}


def _opening(store: Store, iri: str) -> str:
    abstracts = store.quads_for_pattern(NamedNode(iri), vocab.ABSTRACT, None, DefaultGraph())
    words = min((q.object.value for q in abstracts if isinstance(q.object, Literal)), default="").split()
    return " ".join(words[:_OPENING]) + ("…" if len(words) > _OPENING else "")
