"""S2AND: the papers and signatures of Semantic Scholar's data for telling authors apart.

Specification: S2AND data files ``*_papers.json`` and ``*_signatures.json`` (Subramanian et al. 2021), objects whose
members are the records. A paper becomes a work; a signature, which is one author's place on one paper, becomes what
it says of that paper: one mention in its place, with the rest of the author line unknown. Clusters say which signatures
are one person's; that is a decision about identity and no record, so a file of them is refused. Leaves aside blocks
and guesses about people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.records import Byline, Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.model.text import squeeze
from kg.sources.bibliographic import full_name
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces

FIELDS: Final[Mapping[str, str]] = {
    "paper_id": "identifiers",
    "title": "title",
    "abstract": "abstract",
    "journal_name": "venue",
    "venue": "venue",
    "year": "date",
    "fields_of_study": "subjects",
    "authors.author_name": "byline.mentions.name",
    "authors.position": "byline.mentions.position",
    "references": "related",
    "signature_id": "citation_key",
    "given_name": "byline.mentions.variants",
    "author_info.first": "byline.mentions.given",
    "author_info.middle": "byline.mentions.given",
    "author_info.last": "byline.mentions.family",
    "author_info.suffix": "byline.mentions.name",
    "author_info.position": "byline.mentions.position",
    "author_info.affiliations": "byline.mentions.affiliations",
    "author_info.orcid": "byline.mentions.orcid",
    "sourced_author_ids": "byline.mentions.orcid",
}

ASIDE: Final = (
    "author_id", "author_info.block", "author_info.email", "author_info.estimated_ethnicity",
    "author_info.estimated_gender", "author_info.given_block", "author_info.inferred_ethnicity",
    "author_info.inferred_gender", "authors.author_id", "fields_of_study_source", "sourced_author_source", "sources",
)  # fmt: skip

_PAPER: Final = ('"paper_id"', '"author_name"', '"fields_of_study"', '"journal_name"')
_SIGNATURE: Final = ('"signature_id"', '"author_info"', '"paper_id"', '"given_block"')
_CLUSTER: Final = ('"cluster_id"', '"signature_ids"')


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is one of S2AND's files, by the fields of its members."""
    if beginning[:1] != "{":
        return 0.0
    found = max(sum(sign in beginning for sign in signs) / len(signs) for signs in (_PAPER, _SIGNATURE, _CLUSTER))
    return 0.95 * found if found > 0.5 else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a file of papers or of signatures. Raises InputError for a file of clusters."""
    beginning = opened.head
    if all(sign.encode() in beginning for sign in _CLUSTER) and b'"author_info"' not in beginning:
        raise InputError(
            "the file holds clusters, which say what signatures are one person's; they are neither works nor people",
            advice="keep it for comparison with the people that are found; it is no input",
        )
    return gather(opened, json_pieces(opened, members=True), _understood, title="S2AND papers and signatures")


def _understood(piece: Piece, place: Place) -> Iterator[Item]:
    if not isinstance(piece.value, dict):
        raise InputError("the record is not an object", advice="a paper or signature is a JSON object")
    record = Noted(piece.value, place)
    yield _signature(record) if "author_info" in piece.value else _paper(record)
    yield from record.notes


def paper_iri(number: str) -> str:
    """Return the address of a paper in Semantic Scholar's corpus, by its number.

    >>> paper_iri("53235312")
    'https://api.semanticscholar.org/CorpusID:53235312'
    """
    return f"https://api.semanticscholar.org/CorpusID:{number}"


def _identifier(record: Noted) -> tuple[str, ...]:
    number = record.text("paper_id")
    iri = record.iri("CorpusID", number, "paper_id")
    return (iri,) if iri else ()


def _paper(paper: Noted) -> WorkRecord:
    title, identifiers = plain(paper.text("title")), _identifier(paper)
    authors = _authors(paper)
    if not (title or (identifiers and authors)):
        raise InputError("the paper has no title", where="title", advice="get the whole record")
    names = dict.fromkeys(filter(None, (paper.text("journal_name"), paper.text("venue"))))
    venue, *others = [*names] or [""]
    return WorkRecord(
        paper.place,
        "",
        title=title,
        abstract=plain(paper.text("abstract")),
        date=paper.date("year"),
        date_printed=paper.text("year"),
        venue=venue,
        byline=authors,
        identifiers=identifiers,
        subjects=tuple(Subject(f, scheme="Semantic Scholar") for f in paper.texts("fields_of_study")),
        related=(*(Related("part-of", printed=other) for other in others), *_references(paper)),
    )


def _authors(paper: Noted) -> Byline | None:
    """Return the author line, which is listed in any order with positions from 0."""
    found: list[tuple[int, Mention]] = []
    complete = True
    for author in paper.objects("authors"):
        position, name = author.number("position"), author.text("author_name")
        if not name:
            author.note("the author has no name, and was left out", author.value, advice="give a name")
            complete = False
        elif isinstance(position, int) and position >= 0:
            found.append((position, Mention(name, position + 1)))
        else:
            author.note("the place of an author is not a number from 0", author.value, "position")
            found.append((1 << 30, Mention(name)))
            complete = False
    found.sort(key=lambda pair: pair[0])
    complete = complete and [position for position, _ in found] == list(range(len(found)))
    return Byline(tuple(mention for _, mention in found), complete) if found else None


def _references(paper: Noted) -> Iterator[Related]:
    for number in paper.texts("references"):
        if iri := paper.iri("CorpusID", number, "references"):
            yield Related("cites", iri)


def _signature(signature: Noted) -> WorkRecord:
    info, identifiers = signature.object("author_info"), _identifier(signature)
    given = squeeze(f"{info.text('first')} {info.text('middle')}")
    family = info.text("last")
    label = signature.text("given_name")
    name = full_name(given, family, suffix=info.text("suffix")) or label
    if not identifiers or not name:
        raise InputError("the signature names no paper, or nobody", where="paper_id", advice="get the whole record")
    position = info.number("position")
    mention = Mention(
        name,
        position + 1 if isinstance(position, int) and position >= 0 else None,
        affiliations=tuple(dict.fromkeys(info.texts("affiliations"))),
        orcid=_orcid(signature, info),
        given=given,
        family=family,
        variants=(label,) if label and label != name else (),
    )
    return WorkRecord(
        signature.place,
        "",
        byline=Byline((mention,), complete=False),
        identifiers=identifiers,
        citation_key=signature.text("signature_id"),
    )


def _orcid(signature: Noted, info: Noted) -> str | None:
    """Return the iD that is given, or that was the source of the gold standard, where it is one and no number."""
    if printed := info.text("orcid"):
        return info.orcid(printed, "orcid")
    if signature.text("sourced_author_source").upper() != "ORCID":
        return None
    printed = next((known for known in signature.texts("sourced_author_ids") if "-" in known), "")
    return signature.orcid(printed, "sourced_author_ids")


FORMAT: Final = Format(
    "s2and",
    "papers and signatures of S2AND",
    recognise,
    read,
    specification="S2AND data files, papers and signatures",
    fields=FIELDS,
    aside=ASIDE,
)
