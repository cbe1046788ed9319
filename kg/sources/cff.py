"""CITATION.cff: how software or a data set wants to be cited, with what it cites itself.

Specification: Citation File Format 1.2.0 (and the names that 1.0 and 1.1 share with it), YAML. The file gives a work of
its own; the preferred citation and each reference are bibliographic records and become works too, to which the first
one points. Maps titles, people and entities in their roles with ORCID iDs and affiliations, identifiers, repositories
and pages, licences, versions, dates, venues, publishers, keywords and abstracts. Leaves aside addresses and telephones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.identifiers import legal
from kg.model.records import Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, full_name
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.notes import Unknown
from kg.sources.opening import Opened
from kg.sources.registries import serial
from kg.sources.schemes import web_address
from kg.sources.yaml_documents import YamlDocument, read_yaml

GENRES: Final[Mapping[str, str]] = {
    "article": "journal article",
    "conference-paper": "conference paper",
    "proceedings": "conference proceedings",
    "conference": "conference proceedings",
    "data": "dataset",
    "software-code": "software",
    "software-container": "software",
    "software-executable": "software",
    "software-virtual-machine": "software",
}
"""Types of references -> the genre of a record; others stand as they are, with spaces for hyphens."""

WHOLE: Final = frozenset(
    "book conference dictionary edited-work encyclopedia manual proceedings report standard thesis".split()
)
"""Types of references whose ISBN is their own; that of any other is the ISBN of what it appeared in."""

ROLES: Final = (
    "contact", "editors", "editors-series", "translators", "recipients", "senders", "institution", "database-provider",
    "location",
)  # fmt: skip

FIELDS: Final[Mapping[str, str]] = {
    "title": "title",
    "type": "genre",
    "abstract": "abstract",
    "authors.family-names": "byline.mentions.family",
    "authors.given-names": "byline.mentions.given",
    "authors.name-particle": "byline.mentions.family",
    "authors.name-suffix": "byline.mentions.name",
    "authors.name": "byline.mentions.name",
    "authors.alias": "byline.mentions.variants",
    "authors.orcid": "byline.mentions.orcid",
    "authors.affiliation": "byline.mentions.affiliations",
    **dict.fromkeys(ROLES, "contributors"),
    "doi": "identifiers",
    "identifiers": "identifiers",
    "pmcid": "identifiers",
    "url": "urls",
    "repository": "urls",
    "repository-code": "urls",
    "repository-artifact": "urls",
    "license": "licenses",
    "license-url": "licenses",
    "version": "version",
    "commit": "version",
    "edition": "version",
    "date-released": "date",
    "date-published": "date",
    "issue-date": "date",
    "year": "date",
    "month": "date",
    "keywords": "subjects",
    "journal": "venue",
    "collection-title": "venue",
    "volume-title": "venue",
    "conference": "event",
    "issn": "venue_identifiers",
    "isbn": "identifiers",
    "collection-doi": "venue_identifiers",
    "volume": "volume",
    "issue": "issue",
    "number": "issue",
    "pages": "pages",
    "start": "pages",
    "end": "pages",
    "publisher": "publisher",
    "languages": "languages",
    "notes": "notes",
    "message": "notes",
    "preferred-citation": "related",
    "references": "related",
}

ASIDE: Final = (
    "abbreviation", "authors.address", "authors.city", "authors.country", "authors.date-end", "authors.date-start",
    "authors.email", "authors.fax", "authors.location", "authors.post-code", "authors.region", "authors.tel",
    "authors.website",
    "cff-version", "collection-type", "copyright", "data-type", "database", "date-accessed", "date-downloaded",
    "department", "entry", "filename", "format", "issue-title", "loc-end", "loc-start", "medium", "nihmsid",
    "number-volumes", "patent-states", "scope", "section", "status", "term", "thesis-type", "year-original",
)  # fmt: skip

# At the start of a line, with or without quotes; or anywhere in a mapping that is written as JSON.
_VERSION: Final = re.compile(r"""^(?:["']?|\{.{0,4000}?["'])cff-version["']?\s*:""", re.MULTILINE)
_ALL_VERSIONS: Final = re.compile(r"\bconcept doi\b|\ball versions\b|\bcollection\b", re.IGNORECASE)
_SPDX: Final = re.compile(r"[A-Za-z0-9.+-]{2,40}")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is a citation file: a line that tells the version of the format."""
    return 0.99 if _VERSION.search(beginning) and beginning[:1] not in ("[", "<") else 0.0


def read(opened: Opened) -> SourceReading:
    """Read the file as a whole. Raises InputError for what is no YAML."""
    data = opened.whole()
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = (
        data.decode("utf-16", "replace")
        if wide
        else data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    )
    if at := next((i for i, c in enumerate(text) if "\ud800" <= c <= "\udfff"), None):
        line = text.count("\n", 0, at) + 1
        raise InputError(f"line {line} holds bytes that are not UTF-8", advice="save the file as UTF-8")
    unknown = Unknown((name.partition(".")[0] for name in FIELDS), ASIDE)

    def items(piece: Piece, place: Place) -> Iterator[Item]:
        yield from _work(piece, place)
        yield from (problem(place, remark) for remark in unknown.among(piece.value[0]))

    return gather(opened, _pieces(read_yaml(text), data), items, title="CITATION.cff")


def _pieces(document: YamlDocument, data: bytes) -> Iterator[Piece]:
    """Yield the software, then the preferred citation, then the references."""
    yield Piece((document.value, document.repeated), 1, document.text.rstrip().count("\n") + 1, "", data.__bytes__)
    paths: list[tuple[str | int, ...]] = []
    if document.value.get("preferred-citation") not in (None, ""):
        paths.append(("preferred-citation",))
    if isinstance(references := document.value.get("references"), list):
        paths += [("references", index) for index in range(len(references))]
    for path in paths:
        if part := document.part(*path):
            item = "/" + "/".join(map(str, path))
            yield Piece((part.value, ()), part.line, part.last_line, item, part.text.encode)


def _work(piece: Piece, place: Place) -> Iterator[Item]:
    value, repeated = piece.value
    if not isinstance(value, dict):
        raise InputError("the record is not a mapping", advice="a reference has a type, authors and a title")
    work = Noted(value, place)
    for key in repeated:
        work.note("the key stands twice; the first value was read", key, key, advice="remove one of them")
    title = plain(work.text("title"))
    authors = byline_of(_agent(a, "author") for a in work.objects("authors"))
    identifiers, others, pages = _identifiers(work)
    version, commit = work.either("version", "edition"), work.text("commit")
    if not (title or identifiers or authors):
        raise InputError("the record has neither title nor DOI nor author", where="title", advice="it names no work")
    if version and commit:
        others.append(Related("same-as", printed=commit, relation="commit"))
    date, printed = _date(work)
    kind = work.text("type") or ("software" if "cff-version" in value else "")
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=plain(work.text("abstract")),
        date=date,
        date_printed=printed,
        genre=GENRES.get(kind, kind.replace("-", " ")),
        venue=work.either("journal", "collection-title", "volume-title"),
        byline=authors,
        identifiers=identifiers,
        contributors=tuple(_contributors(work)),
        venue_identifiers=once(
            *(serial("ISSN", n) for n in work.texts("issn")),
            *(serial("ISBN", n) for n in work.texts("isbn") if kind not in WHOLE),
            work.iri("doi", work.text("collection-doi"), "collection-doi"),
        ),
        event=_name(work, "conference"),
        volume=work.text("volume"),
        issue=work.either("issue", "number"),
        pages=_pages(work),
        publisher=_name(work, "publisher"),
        languages=once(*work.texts("languages")),
        version=version or commit,
        urls=once(
            *pages,
            *(web_address(work.text(k)) for k in ("url", "repository-code", "repository", "repository-artifact")),
        ),
        licenses=once(*(_license(name) for name in work.texts("license")), web_address(work.text("license-url"))),
        subjects=tuple(Subject(word) for word in work.texts("keywords")),
        related=(*others, *_cited(work)),
        notes=once(work.text("notes"), work.text("message")),
    )
    yield from work.notes


def _agent(agent: Noted, role: str) -> Mention | None:
    """Return a person, or an entity, which has a name in one piece."""
    given, particle = agent.text("given-names"), agent.text("name-particle")
    family, entity, alias = agent.text("family-names"), agent.text("name"), agent.text("alias")
    name = entity or full_name(given, family, particle, agent.text("name-suffix")) or alias
    if not name:
        agent.note("the entry has no name, and was left out", agent.value, advice="give family-names or name")
        return None
    return Mention(
        name,
        kind="group" if entity else "person",
        affiliations=once(*agent.texts("affiliation")),
        orcid=agent.orcid(agent.text("orcid"), "orcid"),
        given=given,
        family=full_name(particle, family),
        variants=(alias,) if alias and alias != name else (),
        role=role,
    )


def _contributors(work: Noted) -> Iterator[Mention]:
    for key in ROLES:
        role = {"editors": "editor", "translators": "translator", "recipients": "recipient", "senders": "sender"}
        for agent in work.objects(key):
            if mention := _agent(agent, role.get(key, key)):
                yield mention


def _name(work: Noted, key: str) -> str:
    """Return the name of an entity, which some files give as a text."""
    return work.text(key, "name") if isinstance(work.at(key), dict) else work.text(key)


def _identifiers(work: Noted) -> tuple[tuple[str, ...], list[Related], list[str]]:
    """Return the IRIs of the work, its other identifiers and relations, and pages among them."""
    iris = [work.iri("doi", work.text("doi"), "doi"), work.iri("pmcid", work.text("pmcid"), "pmcid")]
    if work.text("type") in WHOLE:
        iris += (work.iri("isbn", number, "isbn") for number in work.texts("isbn"))
    others, pages = [], []
    for known in work.objects("identifiers"):
        scheme, printed, about = known.text("type").lower(), known.text("value"), known.text("description")
        iri = known.iri(scheme, printed, "value") if scheme in ("doi", "swh") else ""
        if scheme == "url":
            pages.append(web_address(printed))
        elif iri and _ALL_VERSIONS.search(about):
            others.append(Related("version-of", iri, printed, about))
        elif iri:
            iris.append(iri)
        elif printed:
            others.append(Related("same-as", printed=printed, relation=about or scheme))
    return once(*iris), others, pages


def _date(work: Noted) -> tuple[PartialDate | None, str]:
    for key in ("date-released", "date-published", "issue-date"):
        if printed := work.text(key):
            return work.date(key), printed
    parts = [work.text("year"), work.text("month")]
    return work.inside({"year": parts}).date_parts("year")[0], "-".join(filter(None, parts))


def _pages(work: Noted) -> str:
    # "pages" is the number of pages, unless a file has put the range there.
    return "-".join(once(work.text("start"), work.text("end"))) or work.text("pages")


def _license(name: str) -> str:
    """Return the IRI of a licence of the SPDX list, which the format asks for; other words as printed."""
    return legal(f"https://spdx.org/licenses/{name}") if _SPDX.fullmatch(name) else web_address(name) or name


def _cited(work: Noted) -> Iterator[Related]:
    for key, kind in (("preferred-citation", "related"), ("references", "cites")):
        for other in work.objects(key):
            title = plain(other.text("title"))
            iri = next(iter(_identifiers(other)[0]), "") or web_address(other.text("url"))
            if title or iri:
                yield Related(kind, iri, title, key if kind == "related" else "")


FORMAT: Final = Format(
    "cff",
    "CITATION.cff files",
    recognise,
    read,
    specification="Citation File Format 1.2.0",
    fields=FIELDS,
    aside=ASIDE,
)
