"""A card for each thing of the merged view: what a list, a search or a count needs to know without asking the store.

Made of the merged statements about one thing and its parts, as text. Knows which statements name, date and link a
thing. Does not know where the statements come from, nor who reads the cards.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from pyoxigraph import DefaultGraph, Literal, Quad

from kg.rdf import vocab
from kg.rdf.lines import Statement, W, unquoted

CLASSES: Final = (
    ("person", vocab.PERSON),
    ("group", vocab.KG_GROUP),
    ("work", vocab.SCHOLARLY_ARTICLE),
    ("organization", vocab.ORGANIZATION),
    ("topic", vocab.SKOS_CONCEPT),
    ("venue", vocab.KG_VENUE),
    ("source", vocab.KG_SOURCE),
    ("software", vocab.SOFTWARE_SOURCE_CODE),
)
"""Kinds of things with their classes. A group is also an organization: the narrower class comes first and decides."""

_OPENING: Final = 12
"""Words of an abstract under which a work without a title is found."""

_SIGNATURES: Final = 3
"""Authors in the detail of a work."""

_UNKNOWN: Final = 1 << 30
_TRUE: Final = str(Literal(True))
_KIND_OF: Final = {str(term): kind for kind, term in reversed(CLASSES)}
_RANK: Final = {kind: rank for rank, (kind, _) in enumerate(CLASSES)}
_HOST: Final = re.compile(r"https?://[^/\s]*/?")


class Card(NamedTuple):
    """What is known of a thing at a glance.

    ``detail`` tells namesakes apart. ``year`` is 0 where none is known. The rest are IRIs, without angle brackets:
    ``authors`` by position, those of unknown position last; what the thing is about; where it appeared; who else had a
    part in it (organisations); the works of this graph that it cites; the sources it rests on; the organisations that
    its authors signed it from. ``first`` is who stands at the first place of a byline, ``last`` who closes one that is
    complete and has more than one place, both empty where it is not known. ``signed`` are the affiliations printed with
    authors: (author, affiliation). ``badge`` says that code is marked as available, ``titled`` that the label is a
    name, ``dated`` that there is a date, be it one without a year, and ``file`` is that of a source.
    """

    iri: str
    kind: str
    label: str
    detail: str = ""
    year: int = 0
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    signed_at: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    signed: tuple[tuple[str, str], ...] = ()
    badge: bool = False
    titled: bool = False
    file: str = ""
    dated: bool = False


def cards_of(quads: Iterable[Quad]) -> list[Card]:
    """Return the cards of all things that quads describe in the default graph, by IRI."""
    merged = (quad for quad in quads if isinstance(quad.graph_name, DefaultGraph))
    return cards((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in merged)


def cards(statements: Iterable[Statement]) -> list[Card]:
    """Return the cards of the things that merged statements describe, by IRI."""
    by_thing: dict[str, list[Statement]] = {}
    last = ""
    for said in statements:
        if said[0] is not last:  # statements about a node mostly stand together
            last = said[0]
            about = by_thing.setdefault(last.rstrip(">").partition("#")[0], [])
        about.append(said)
    return sorted(filter(None, map(_card, by_thing.values())))


def _card(statements: Iterable[Statement]) -> Card | None:
    """Return the card of the one thing that merged statements describe; None where it is of no kind."""
    by_predicate: dict[str, list[str]] = defaultdict(list)
    parts: dict[str, dict[str, str]] = {}
    signed_at: set[str] = set()
    printed_with: list[tuple[str, str]] = []
    iri = last = ""
    part: dict[str, str] | None = None
    for subject, predicate, value in statements:
        if subject is not last:
            last = subject
            part = parts.setdefault(subject, {}) if "#" in subject else None
            iri = subject[1:-1] if part is None else iri
        if part is None:
            by_predicate[predicate].append(value)
            continue
        held = part.get(predicate)
        if held is None or value < held:
            part[predicate] = value
        if predicate == W.AFFILIATION and value[0] == "<":
            signed_at.add(value[1:-1])
        elif predicate == W.KG_AFFILIATION_AS_PRINTED:
            printed_with.append((subject, value))
    kinds = {_KIND_OF[value] for value in by_predicate.get(W.RDF_TYPE, ()) if value in _KIND_OF}
    if not kinds:
        return None
    found = _Thing(by_predicate)
    signed = sorted(_signatures(by_predicate, parts))
    dates = found.texts(W.DATE_PUBLISHED)
    names = [printed for _, _, printed in signed[:_SIGNATURES]]
    details = [
        *sorted(dates),
        f"{', '.join(names)} et al." if len(signed) > _SIGNATURES else ", ".join(names),
        *found.texts(W.ALTERNATE_NAME),
        *found.texts(W.SKOS_NOTATION),
        *found.texts(W.KG_KEYWORD_AS_PRINTED),
        *found.texts(W.KG_FILE),
        *found.addresses(W.SAME_AS),
        *found.addresses(W.CODE_REPOSITORY),
    ]
    return Card(
        iri=iri,
        kind=min(kinds, key=_RANK.__getitem__),
        label=next(iter(found.texts(W.NAME)), "") or _opening(found) or iri,
        detail=" · ".join(dict.fromkeys(filter(None, details))),
        year=int(dates[0][:4]) if dates and dates[0][:4].isdigit() else 0,
        authors=tuple(dict.fromkeys([*[agent for _, agent, _ in signed], *found.links(W.AUTHOR)])),
        topics=found.links(W.ABOUT),
        venues=found.links(W.IS_PART_OF),
        organizations=tuple(sorted({*found.links(W.SOURCE_ORGANIZATION), *found.links(W.AFFILIATION)})),
        cites=tuple([cited for cited in found.links(W.CITATION) if cited.startswith(iri[: iri.rfind("/") + 1])]),
        sources=found.links(W.PROV_WAS_DERIVED_FROM),
        first=signed[0][1] if signed and signed[0][0] == 1 else "",
        last=_closing(signed) if _TRUE in by_predicate.get(W.KG_AUTHOR_LIST_COMPLETE, ()) else "",
        signed_at=tuple(sorted(signed_at)),
        signed=_signed_with(by_predicate, parts, printed_with) if printed_with else (),
        badge=_TRUE in by_predicate.get(W.KG_CODE_AVAILABLE, ()),
        titled=W.NAME in by_predicate,
        file=next(iter(found.texts(W.KG_FILE)), ""),
        dated=bool(dates),
    )


class _Thing:
    def __init__(self, by_predicate: dict[str, list[str]]) -> None:
        self._said = by_predicate

    def texts(self, predicate: str) -> list[str]:
        """Return the values of a property as text, sorted: literals without their datatype, IRIs as they are."""
        said = self._said.get(predicate)
        return sorted(map(unquoted, said)) if said else []

    def addresses(self, predicate: str) -> list[str]:
        """Return the values of a property as text, without their hosts, sorted."""
        return sorted([_HOST.sub("", text) for text in self.texts(predicate)])

    def links(self, predicate: str) -> tuple[str, ...]:
        said = self._said.get(predicate)
        return tuple(sorted([value[1:-1] for value in said if value[0] == "<"])) if said else ()


def _signatures(said: dict[str, list[str]], parts: dict[str, dict[str, str]]) -> Iterator[tuple[int, str, str]]:
    """Yield (position, agent, printed name) of the authorships of a work, a large number for an unknown position."""
    for node in said.get(W.KG_AUTHORSHIP_OF, ()):
        part = parts.get(node, {})
        if (agent := part.get(W.KG_AGENT, "")).startswith("<"):
            place = unquoted(part[W.POSITION]) if W.POSITION in part else ""
            name = unquoted(part[W.KG_NAME_AS_PRINTED]) if W.KG_NAME_AS_PRINTED in part else ""
            yield int(place) if place.isdigit() else _UNKNOWN, agent[1:-1], name


def _closing(signed: list[tuple[int, str, str]]) -> str:
    """Return who stands at the last place, empty where there is one place or none."""
    place, agent, _ = max((one for one in signed if one[0] != _UNKNOWN), default=(0, "", ""))
    return agent if place > 1 else ""


def _signed_with(
    said: dict[str, list[str]], parts: dict[str, dict[str, str]], printed: list[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    nodes = set(said.get(W.KG_AUTHORSHIP_OF, ()))
    found = ((parts[node].get(W.KG_AGENT, "")[1:-1], unquoted(value)) for node, value in printed if node in nodes)
    return tuple(sorted(set(found)))


def _opening(found: _Thing) -> str:
    words = next(iter(found.texts(W.ABSTRACT)), "").split()
    return " ".join(words[:_OPENING]) + ("…" if len(words) > _OPENING else "")
