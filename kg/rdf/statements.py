"""The patterns that a merged thing and a source's view of it have in common, as triples.

Knows how a text's licence sentences, an author's place, an observation and an action are written. The caller says in
which graph. Knows nothing of identity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from kg.model.entities import Authorship, MentionOf
from kg.model.identifiers import find_identifiers
from kg.model.licenses import find_licenses, license_sentences
from kg.model.links import find_links
from kg.model.records import Action, Observed
from kg.model.text import fold
from kg.rdf import vocab as v
from kg.rdf.iris import Iris
from kg.rdf.terms import literal

Statement = tuple[NamedNode, NamedNode, NamedNode | Literal]
"""Subject, predicate, object, before the graph is known. Taking a Triple apart again would cost as much as the rest."""

COAR_TYPES = {
    "preprint": "c_816b",
    "journal article": "c_6501",
    "article": "c_6501",
    "conference paper": "c_5794",
    "conference proceedings": "c_f744",
    "book chapter": "c_3248",
    "book": "c_2f33",
    "review": "c_efa0",
    "report": "c_93fc",
    "technical report": "c_18gh",
    "thesis": "c_46ec",
    "dataset": "c_ddb1",
    "software": "c_5ce6",
}
"""Work types as sites print them -> COAR Resource Type Vocabulary 3.1 (http://purl.org/coar/resource_type/)."""


def genre(thing: NamedNode, printed: str) -> Iterator[Statement]:
    """Yield the type of a work as printed, and as a COAR concept where the words are known."""
    if printed:
        yield (thing, v.GENRE, Literal(printed))
        if code := COAR_TYPES.get(fold(printed)):
            yield (thing, v.DCT_TYPE, NamedNode(f"http://purl.org/coar/resource_type/{code}"))


def abstract(thing: NamedNode, text: str) -> Iterator[Statement]:
    """Yield an abstract and what it names: licences, other works, links that are not repositories."""
    if not text:
        return
    yield (thing, v.ABSTRACT, Literal(text))
    for sentence in license_sentences(text):
        yield (thing, v.KG_LICENSE_STATEMENT, Literal(sentence))
    for iri in find_licenses(text):
        yield (thing, v.KG_RELEASED_UNDER, NamedNode(iri))
    for iri in find_identifiers(text):
        yield (thing, v.CITATION, NamedNode(iri))
    for link in find_links(text):
        if not link.repository and not link.url.startswith(("https://doi.org/", "https://arxiv.org/")):
            yield (thing, v.RDFS_SEE_ALSO, _web(link.url))


def _web(url: str) -> NamedNode | Literal:
    """Return a link as an IRI, or as text where it is no legal IRI: it is kept either way."""
    try:
        return NamedNode(url)
    except ValueError:
        return Literal(url)


def authorship(iris: Iris, work: NamedNode, place: Authorship, mentions: Iterable[MentionOf]) -> Iterator[Statement]:
    """Yield an authorship node with the names as the given mentions print them, and the flat shortcuts beside it."""
    agent = iris.agent(place.agent)
    node = authorship_node(iris, work, place)
    yield (work, v.KG_AUTHORSHIP_OF, node)
    yield (work, v.AUTHOR, agent)
    yield (work, v.FOAF_MAKER, agent)
    yield (agent, v.FOAF_MADE, work)
    yield (node, v.RDF_TYPE, v.KG_AUTHORSHIP)
    yield (node, v.KG_AGENT, agent)
    if place.position:
        yield (node, v.POSITION, literal(place.position))
    for mention in mentions:
        yield (node, v.KG_NAME_AS_PRINTED, Literal(mention.name))
        yield (node, v.PROV_WAS_DERIVED_FROM, iris.thing("source", mention.source_id))
        for affiliation in mention.affiliations:
            yield (node, v.KG_AFFILIATION_AS_PRINTED, Literal(affiliation))
        if mention.orcid:
            yield (node, v.KG_ORCID_AS_PRINTED, Literal(mention.orcid))


def authorship_node(iris: Iris, work: NamedNode, place: Authorship) -> NamedNode:
    """Return the node of an author's place: by position where it is known, by the agent where it is not."""
    return iris.part(work, f"author-{place.position}" if place.position else f"author-of-{place.agent.id}")


def observation(
    iris: Iris, about: NamedNode, observed: Observed, source_id: str, captured: Literal | None
) -> Iterator[Statement]:
    """Yield a figure or state that a site gave: what, of whom, when, from where, and the words as printed."""
    content = "\n".join((source_id, observed.measure, str(observed.value), observed.printed))
    node = iris.part(about, "observation-" + hashlib.blake2b(content.encode(), digest_size=4).hexdigest())
    yield (node, v.RDF_TYPE, v.OBSERVATION)
    yield (node, v.OBSERVATION_ABOUT, about)
    yield (node, v.MEASURED_PROPERTY, v.kg_term(observed.measure))
    yield (node, v.VALUE, literal(observed.value))
    yield (node, v.KG_VALUE_AS_PRINTED, Literal(observed.printed))
    yield (node, v.PROV_HAD_PRIMARY_SOURCE, iris.thing("source", source_id))
    yield (node, v.KG_LINE, literal(observed.line))
    if observed.unit:
        yield (node, v.UNIT_TEXT, Literal(observed.unit))
    if captured is not None:
        yield (node, v.OBSERVATION_DATE, captured)


def action(iris: Iris, source: NamedNode, number: int, offered: Action) -> Iterator[Statement]:
    """Yield something that a page offers its readers to do."""
    node = iris.part(source, f"action-{number}")
    yield (source, v.POTENTIAL_ACTION, node)
    yield (node, v.RDF_TYPE, v.ACTION)
    if offered.kind != "Action":
        yield (node, v.RDF_TYPE, NamedNode(v.PREFIXES["schema"] + offered.kind))
    yield (node, v.NAME, Literal(offered.name))
    yield (node, v.KG_VALUE_AS_PRINTED, Literal(offered.printed))
