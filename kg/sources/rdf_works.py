"""Works of an RDF file: what a node and the nodes around it say of a title, a date, pages, ….

Knows which node holds what: the article, its manifestation, its identifiers. Does not know syntaxes, nor how authors
are ordered (``kg.sources.rdf_bylines``) and what a work appeared in (``kg.sources.rdf_venues``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.identifiers import legal
from kg.model.records import Funding, Place, Related, Subject, WorkRecord
from kg.model.topics import find_topic
from kg.sources import rdf_vocab as v
from kg.sources.bibliographic import date_of_text, registered_iri
from kg.sources.fields import once, unmarked
from kg.sources.rdf_agents import identifier_values, label, subjects
from kg.sources.rdf_bylines import byline, contributors
from kg.sources.rdf_graph import Description, Graph, Iri, Node, Term, Text
from kg.sources.rdf_venues import venue_of
from kg.sources.work_addresses import web_address, work_address

_MONTH_DAY: Final = re.compile(r"--(\d\d)-(\d\d)")
_ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_WITHDRAWN: Final = re.compile(r"retract|withdraw", re.IGNORECASE)
_RETRACTED: Final = re.compile(r"^retracted(?::\s*|$)", re.IGNORECASE)
_FUNDER: Final = ("https://doi.org/10.13039/", "http://dx.doi.org/10.13039/", "https://ror.org/")
_CRATE: Final = "https://w3id.org/ro/crate/"
"""How the address begins to which the description of an RO-Crate conforms."""

_ARXIV_SCHEME: Final = "/topic/arxiv"
_PRECISION: Final = {"yearPrecision": 4, "yearMonthPrecision": 7}


def works(graph: Graph) -> Iterator[tuple[Node, str]]:
    """Yield the nodes that are works and described as such, in the order in which they appear.

    Those that have a title and somebody who signed them, and are no works for all that, with what they are.
    """
    for node in graph.records:
        found = Description(graph, node)
        if found.classes & v.AGENTS or _describes_a_crate(found):
            continue
        signed, titled = _is_signed(found), bool(found.text(v.TITLE))
        if other := _no_work(found):
            if signed and titled:
                yield node, other
        elif not found.classes & v.WORK_CLASSES.keys():
            if signed and titled:
                yield node, ""
        elif node in graph.referred or node in graph.beside:
            # What another work names is a record of its own if it says more than a reference needs.
            dated = bool(found.text(v.DATE) or list(found.each(v.DATE)))
            if titled and (signed or (dated and isinstance(node, Iri))):
                yield node, ""
        elif signed or len(found.said) > 1:
            yield node, ""


_SIGNED: Final = (*v.AUTHOR, *v.AUTHOR_LIST, "kg:authorship", "pro:isDocumentContextFor", "soa:hasAuthorPosition")


_PAGE: Final = frozenset({"dc:title", "dcterms:title", "rdfs:label", "foaf:name", "foaf:homepage", "foaf:page"})
"""What is said of a web page by who made it, and of hardly a work without anything else."""


def _is_signed(found: Description) -> bool:
    return any(name in found.said for name in _SIGNED) or bool(found.graph.pointing(found.node, v.MADE))


def _describes_a_crate(found: Description) -> bool:
    """Return whether a node is the description of an RO-Crate: it is about one, which may conform to the same."""
    conforms = any(value.value.startswith(_CRATE) for value in found.values(v.CONFORMS))
    return conforms and "schema:about" in found.said and "schema:Dataset" not in found.classes


def _no_work(found: Description) -> str:
    """Return what a thing is that is no work even with a title and somebody who signed it, an empty text for others."""
    classes = ", ".join(sorted(found.classes))
    if found.classes & v.NOT_WORKS:
        return classes
    if found.classes & v.WORK_CLASSES.keys():
        return ""
    if found.node in found.graph.beside:
        return "a picture or file of another thing"
    if any(name.partition(":")[0] in v.CLOSED for name in found.classes - v.ANYTHING):
        return "" if found.classes & v.SIGNED_CLASSES.keys() else classes
    is_page = found.said.keys() <= _PAGE and web_address(found.iri) and not registered_iri(found.iri)
    return "a page of which only the title is told" if is_page else ""


def work(graph: Graph, node: Node, place: Place, *, ordered: bool, remarks: list[InputError]) -> WorkRecord:
    """Return a work as the file states it. Raises InputError where it states nothing by which it could be known."""
    said = Description(graph, node)
    notes: list[str] = []
    plain = str if graph.own else unmarked
    titles = [plain(text) for name in v.TITLE for text in said.texts([name])]
    title = titles[0] if titles else ""
    others: list[Related] = []
    iris = tuple(dict.fromkeys(_identifiers(said, remarks, others)))
    authors = byline(said, ordered=ordered, remarks=remarks)
    if not (title or authors or iris):
        raise InputError("the node has neither title nor author nor identifier", advice="it names no work")
    venue = venue_of(said, remarks)
    date, printed = _date(said, remarks)
    if venue.dated and not (date or printed):
        date, printed = _date(venue.dated, remarks)
    inside = [said, *said.each(v.INSIDE)]
    about = list(subjects(said))
    status = list(filter(None, (label(value, said) for value in said.values(v.STATUS))))
    withdrawn = [words for words in status if _WITHDRAWN.search(words)]
    notes += (*said.texts(v.NOTE), *(words for words in status if words not in withdrawn))
    if not graph.own:  # what our own export says of a work is what all its sources say, and the sources follow
        remarks += _beside(said)
    names = (*titles[1:], *map(plain, said.texts(v.OTHER_TITLE)))
    return WorkRecord(
        place,
        "",
        title=title,
        abstract=plain(said.text(v.ABSTRACT)),
        date=date,
        date_printed=printed,
        genre=_genre(said),
        venue=venue.name,
        topics=tuple(_topics(said)),
        byline=authors,
        organizations=tuple(filter(None, (label(value, said) for value in said.values(v.ORGANIZATION)))),
        code_badge=said.true("kg:codeAvailable"),
        identifiers=iris,
        alternative_titles=tuple(dict.fromkeys(name for name in names if name != title)),
        contributors=tuple(contributors(said, remarks)),
        venue_identifiers=venue.identifiers,
        event=next(filter(None, (label(value, said) for value in said.values(v.EVENT))), ""),
        volume=said.text(v.VOLUME) or venue.volume,
        issue=said.text(v.ISSUE) or venue.issue,
        pages=next(filter(None, map(_pages, inside)), ""),
        publisher=next(filter(None, (label(value, said) for value in _publishers(said))), ""),
        languages=tuple(dict.fromkeys(_languages(said))),
        version=said.text(v.VERSION),
        urls=tuple(dict.fromkeys(_urls(inside, iris))),
        licenses=once(*_licenses(inside, remarks)),
        subjects=tuple(subject for subject in about if not _is_topic(subject)),
        funding=tuple(_funding(said)),
        related=(*others, *_related(said, remarks)),
        retracted="; ".join(_RETRACTED.sub("", words) or "retracted" for words in withdrawn)
        or ("retracted" if said.true("soa:isRetracted") else ""),
        awards=tuple(said.texts(v.AWARD)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _identifiers(said: Description, remarks: list[InputError], others: list[Related]) -> Iterator[str]:
    own = [said.iri, *(value.value for value in said.values(v.SAME_AS))]
    for text in (*own, *identifier_values(said, remarks, others)):
        if text.startswith(("urn:", "swh:")):
            yield legal(text)
        elif iri := work_address(text):
            yield iri


def _beside(said: Description) -> Iterator[InputError]:
    """Yield what is to be said of second values where a record has room for one."""
    for group in (v.ABSTRACT, v.VERSION, v.VOLUME, v.ISSUE, v.PAGES, v.PUBLISHER, v.EVENT):
        told = {words: name for name in group for value in said.values([name]) if (words := label(value, said))}
        for name in dict.fromkeys(list(told.values())[1:]):
            yield InputError("there is room for one value, and the others were left out", where=name)


def _date(said: Description, remarks: list[InputError]) -> tuple[PartialDate | None, str]:
    """Return the date of the first property that has one, made finer by the others that agree with it."""
    best: PartialDate | None = None
    printed = chosen = ""
    for name in v.DATE:
        for value in said.values([name]):
            text = value.value if isinstance(value, Text) else _moment(Description(said.graph, value))
            try:
                found = _parsed(text)
            except InputError as error:
                remarks.append(InputError(error.message, where=name, advice=error.advice))
                printed = printed or text
                continue
            if found and (best is None or (found.agrees_with(best) and found.precision > best.precision)):
                best, printed, chosen = found, text, name
            elif found and best and name == chosen and not best.agrees_with(found) and not said.graph.own:
                remarks.append(InputError(f"{printed} stands there too, and {text} was left out", where=name))
        if best and name == "schema:datePublished":
            break
    if best and said.true("kg:yearFromCapture"):
        best = PartialDate(best.year, best.month, best.day, year_from_capture=True)
    return best, printed


def _parsed(text: str) -> PartialDate | None:
    text = text.strip()
    if match := _MONTH_DAY.fullmatch(text):
        return PartialDate(0, int(match[1]), int(match[2]))
    return date_of_text(_ZONE.sub("", text) if len(text) < 17 else text)


def _moment(node: Description) -> str:
    """Return VIVO's date as far as it is meant: a dateTime, and how precise it is."""
    precision = next((value.value.rsplit("#", 1)[-1] for value in node.values(["vivo:dateTimePrecision"])), "")
    return node.text(["vivo:dateTime"])[: _PRECISION.get(precision, 10)]


def _genre(said: Description) -> str:
    if printed := said.text(v.GENRE):
        return printed
    genres = {**v.SIGNED_CLASSES, **v.WORK_CLASSES}
    found = next((genre for name in sorted(said.classes) if (genre := genres.get(name))), "")
    kind = said.text(["soa:crossrefType"]) or next((value.value for value in said.values(["soa:crossrefType"])), "")
    return found or kind.rsplit("/", 1)[-1].replace("-", " ")


def _topics(said: Description) -> Iterator[str]:
    """Yield the codes of arXiv categories that the work is about, known by their scheme or by the own address."""
    for topic in said.each(["schema:about"]):
        yield from _codes(topic.iri, [s.value for s in topic.values(["skos:inScheme"])], topic.texts(["skos:notation"]))


def _codes(iri: str, schemes: Iterable[str], notations: list[str]) -> list[str]:
    code = iri.rpartition("/topic/")[2]
    if (topic := find_topic(code)) and topic.notation == code:
        return [code]
    return notations if any(scheme.endswith(_ARXIV_SCHEME) for scheme in schemes) else []


def _is_topic(subject: Subject) -> bool:
    return subject.scheme.endswith(_ARXIV_SCHEME) or bool(_codes(subject.iri, (), []))


def _publishers(said: Description) -> Iterator[Term]:
    yield from said.values(v.PUBLISHER)
    for held in said.each(["pro:isDocumentContextFor"]):
        if any(value.value.endswith("/publisher") for value in held.values(["pro:withRole"])):
            yield from held.values(["pro:isHeldBy"])


def _pages(said: Description) -> str:
    if pages := said.text(v.PAGES):
        return pages
    first, last = said.text(v.FIRST_PAGE), said.text(v.LAST_PAGE)
    return f"{first}-{last}" if first and last and first != last else first or last


def _languages(said: Description) -> Iterator[str]:
    for value in said.values(v.LANGUAGE):
        if isinstance(value, Text):
            yield value.value.strip()
            continue
        found = Description(said.graph, value)
        if name := found.text(["schema:alternateName", *v.NAME]):
            yield name
        elif isinstance(value, Iri):
            yield value.value.rstrip("/").rsplit("/", 1)[-1]


def _urls(inside: Iterable[Description], iris: tuple[str, ...]) -> Iterator[str]:
    for part in inside:
        for value in part.values(v.LINK):
            address = web_address(value.value)
            if address and (part.graph.own or work_address(address) not in iris):
                yield address


def _licenses(inside: Iterable[Description], remarks: list[InputError]) -> Iterator[str]:
    for part in inside:
        for value in part.values(v.LICENSE):
            if isinstance(value, Text):
                yield " ".join(value.value.split())
                continue
            node = Description(part.graph, value)
            known = (node.iri, *(link.value for link in node.values((*v.LINK, *v.SAME_AS))))
            if licence := next(filter(None, map(web_address, known)), "") or node.text(v.NAME):
                yield licence
            else:
                remarks.append(InputError("the licence has neither address nor name", where="license"))


def _grant_pages(node: Description) -> Iterator[str]:
    """Yield the addresses of a grant's pages; the one by which our own export calls it is none."""
    yield from (value.value for value in node.values(["schema:url"]))
    if not node.graph.own:
        yield node.iri


def _funding(said: Description) -> Iterator[Funding]:
    """Yield who paid: organisations, or grants that name their number and funder."""
    for value in said.values(v.FUNDER):
        if isinstance(value, Text):
            yield Funding(funder=value.value.strip())
            continue
        node = Description(said.graph, value)
        if node.classes & {"schema:Grant", "schema:MonetaryGrant"} or "schema:funder" in node.said:
            payers = node.values(["schema:funder", "schema:sponsor"])
            payer = next(node.each(["schema:funder", "schema:sponsor"]), None)
            number = next(iter(node.texts(["schema:identifier"])), "")
            # An own export names the funder by its own address, and has that of the registry beside the grant.
            known = [value.value for value in node.values(["rdfs:seeAlso"])]
            known += [payer.iri] if payer and not (said.graph.own and payer.text(v.NAME)) else []
            iri = next(filter(None, map(web_address, known)), "")
            page = next(filter(None, map(web_address, _grant_pages(node))), "")
            yield Funding(label(payers[0], node) if payers else "", iri, number, node.text(v.NAME), page)
        elif node.text(v.NAME) or node.iri.startswith(_FUNDER):
            yield Funding(node.text(v.NAME), web_address(node.iri))


def _related(said: Description, remarks: list[InputError]) -> Iterator[Related]:
    for name, kind in v.RELATION.items():
        for value in said.values([name]):
            if isinstance(value, Text):
                printed = " ".join(value.value.split())
                yield Related(kind, work_address(printed), printed)
                continue
            node = Description(said.graph, value)
            others: list[Related] = []
            links = (work_address(link.value) for link in node.values(v.LINK))
            iri = next(_identifiers(node, [], others), "") or next(filter(None, links), "")
            title = unmarked(node.text(v.TITLE)) or ("" if iri else next((other.printed for other in others), ""))
            if title or iri:
                yield Related(kind, iri, title)
            else:
                remarks.append(InputError("what it leads to has neither title nor identifier", where=name))
    # Of what the file describes, the name is the venue's; of an own export, schema:isPartOf leads to venues alone.
    for value in said.values(("dcterms:isPartOf",) if said.graph.own else ("schema:isPartOf", "dcterms:isPartOf")):
        if (iri := work_address(value.value)) and said.graph.named(value.value) is None:
            yield Related("part-of", iri)
