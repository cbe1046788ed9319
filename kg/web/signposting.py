"""FAIR Signposting (Level 1 and 2): typed links from a page to what it is about, in the Link header and as a linkset.

Specifications: signposting.org/FAIR (2.x), RFC 8288 for the header, RFC 9264 for ``application/linkset+json``. Knows
which relation says what: how to cite, what describes, who wrote, of which type, under which licence, what it is part
of. Made from a description; the header holds the first of long lists, the linkset all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pyoxigraph import Literal, NamedNode

from kg.rdf import vocab
from kg.rdf.describe import Description
from kg.rdf.nodes import by_subject

MEDIA_TYPE: Final = "application/linkset+json"
IN_HEADER: Final = 20
"""Authors and items in a header; proxies refuse headers of more than some kilobytes."""
_TYPE: Final = {
    "person": ("https://schema.org/ProfilePage",),
    "group": ("https://schema.org/ProfilePage",),
    "work": ("https://schema.org/AboutPage", "https://schema.org/ScholarlyArticle"),
    "software": ("https://schema.org/AboutPage", "https://schema.org/SoftwareSourceCode"),
}
_OTHER: Final = ("https://schema.org/AboutPage",)
_ORCID: Final = "https://orcid.org/"


@dataclass(frozen=True)
class Link:
    """One typed link; ``type`` is the media type of the target where there is one."""

    target: str
    relation: str
    type: str = ""


def links_of(kind: str, description: Description, forms: Mapping[str, str]) -> list[Link]:
    """Return the links of a page. ``forms`` is extension -> media type of the documents about the same thing."""
    nodes = by_subject(description.triples) if kind == "work" else {}  # of other things no statement is needed
    iri = description.iri

    def iris(subject: Any, predicate: NamedNode) -> Iterable[str]:
        return (term.value for term in nodes.get(subject, {}).get(predicate, ()) if isinstance(term, NamedNode))

    found = [Link(iri.value, "cite-as")]
    found += (Link(f"{iri.value}.{extension}", "describedby", media) for extension, media in forms.items())
    found += (Link(type_, "type") for type_ in _TYPE.get(kind, _OTHER))
    if kind == "work":
        for signature in _in_order(nodes, iri):
            for agent in iris(signature, vocab.KG_AGENT):
                orcid = next((same for same in iris(NamedNode(agent), vocab.SAME_AS) if same.startswith(_ORCID)), "")
                found.append(Link(orcid or agent, "author"))
        found += (Link(target, "license") for target in iris(iri, vocab.LICENSE))
        found += (Link(target, "license") for target in iris(iri, vocab.KG_RELEASED_UNDER))
        found += (Link(target, "collection") for target in iris(iri, vocab.IS_PART_OF))
    return [link for link in dict.fromkeys(found) if _safe(link.target)]


def _in_order(nodes: Any, work: NamedNode) -> list[Any]:
    def place(node: Any) -> int:
        positions = nodes.get(node, {}).get(vocab.POSITION, ())
        return min((int(p.value) for p in positions if isinstance(p, Literal) and p.value.isdecimal()), default=1 << 30)

    return sorted(nodes.get(work, {}).get(vocab.KG_AUTHORSHIP_OF, ()), key=place)


def _safe(target: str) -> bool:
    """Say whether an IRI may stand in a header: on the web, and without what would end or split it."""
    return target.startswith(("http://", "https://")) and target.isascii() and not any(c in target for c in '<>" \r\n')


def header(links: Iterable[Link]) -> list[str]:
    """Return links as they stand in a Link header."""
    shown: list[str] = []
    counts: dict[str, int] = {}
    for link in links:
        counts[link.relation] = counts.get(link.relation, 0) + 1
        if counts[link.relation] <= IN_HEADER:
            shown.append(f'<{link.target}>; rel="{link.relation}"' + (f'; type="{link.type}"' if link.type else ""))
    return shown


def linkset(anchor: str, links: Iterable[Link]) -> bytes:
    """Write all links of a page as a linkset; ``anchor`` is the address of the page."""
    context: dict[str, Any] = {"anchor": anchor}
    for link in links:
        target = {"href": link.target, **({"type": link.type} if link.type else {})}
        context.setdefault(link.relation, []).append(target)
    return orjson.dumps({"linkset": [context]}, option=orjson.OPT_INDENT_2)
