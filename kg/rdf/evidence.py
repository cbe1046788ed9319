"""Why things are one, and who was nearly taken for another: joins, near misses and decisions as statements.

All of it stands in the identity graph. Knows how evidence is written. Does not know how it is weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kg.model.dates import parse_date
from kg.model.entities import DecisionOf, Join, KeptApart
from kg.rdf import vocab
from kg.rdf.lines import Names, Statement, W, date, plain, text

GROUPS: Final = {
    "name": "nameEvidence",
    "co-authors": "coAuthorEvidence",
    "topic": "topicEvidence",
    "venue": "venueEvidence",
    "affiliation": "affiliationEvidence",
    "years": "yearEvidence",
    "size": "sizeEvidence",
    "citation": "citationEvidence",
    "identifier": "identifierEvidence",
}
"""Groups of evidence -> local names of the properties that tell what they add."""

_PROPERTY: Final = {group: str(vocab.kg_term(local)) for group, local in GROUPS.items()}


def joins(names: Names, thing: str, found: Iterable[Join]) -> Iterator[Statement]:
    """Yield why the names or records of a thing are one thing's."""
    for number, join in enumerate(found, 1):
        node = names.part(thing, f"join-{number}")
        yield (node, W.RDF_TYPE, W.KG_JOIN)
        yield (node, W.KG_REFERS_TO, thing)
        for mention in (join.a, join.b, *join.others):
            yield (node, W.KG_JOINS, names.node(mention))
        yield (node, W.KG_RULE, text(join.rule))
        yield from _weighed(node, join)


def kept_apart(names: Names, thing: str, found: Iterable[KeptApart]) -> Iterator[Statement]:
    """Yield who was nearly taken for an agent, and why not."""
    for number, apart in enumerate(found, 1):
        node = names.part(thing, f"apart-{number}")
        yield (node, W.RDF_TYPE, W.KG_SEPARATION)
        yield (node, W.KG_SEPARATES, thing)
        yield (node, W.KG_SEPARATES, names.agent(apart.other))
        for mention in (apart.evidence.a, apart.evidence.b):
            yield (node, W.KG_COMPARES, names.node(mention))
        yield from _weighed(node, apart.evidence)


def decision(names: Names, found: DecisionOf) -> Iterator[Statement]:
    """Yield a decision made by hand: about which mentions, by whom, when and why; why it does not apply, if so."""
    node = names.part(names.graph("identity"), f"decision-{found.id}")
    for term in (W.KG_DECISION, W.PROV_ACTIVITY):
        yield (node, W.RDF_TYPE, term)
    yield (node, W.KG_RULE, text(found.kind))
    for mention in found.nodes:
        yield (node, W.PROV_USED, names.node(mention))
    if found.value:
        yield (node, W.KG_DECIDED_VALUE, text(found.value))
    yield (node, W.KG_DECIDED_BY, text(found.by))
    yield (node, W.PROV_ENDED_AT_TIME, date(parse_date(found.at)))
    yield (node, W.RDFS_COMMENT, text(found.why))
    if found.fault:
        yield (node, W.KG_FAULT, text(found.fault))


def _weighed(node: str, join: Join) -> Iterator[Statement]:
    yield (node, W.KG_WEIGHT, plain(join.weight))
    for group, value in join.reasons:
        yield (node, _PROPERTY[group], plain(value))
    yield (node, W.RDFS_COMMENT, text(join.comment))
