"""The fields of one BibTeX entry as plain text, with what it inherits from the entry it belongs to.

Knows which fields hold for the parts of a whole and how people, identifiers and links are spread over fields. Does not
know what becomes of them: ``kg.sources.bibtex`` does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kg.errors import IdentifierError, InputError
from kg.model.identifiers import find_identifiers, legal, parse_arxiv, parse_orcid
from kg.model.records import Byline, Funding, Mention
from kg.model.text import fold, squeeze
from kg.sources.bibliographic import funding_of, registered_iri
from kg.sources.bibtex_blocks import Entry
from kg.sources.bibtex_names import read_people
from kg.sources.latex import decoded, decoded_address
from kg.sources.schemes import iri_of
from kg.sources.work_addresses import work_address

ROLES: Final[Mapping[str, str]] = {
    "editor": "editor",
    "editora": "editor",
    "editorb": "editor",
    "editorc": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
    "commentator": "commentator",
    "annotator": "annotator",
    "introduction": "introduction",
    "foreword": "foreword",
    "afterword": "afterword",
    "holder": "rights holder",
    "director": "director",
    "scriptwriter": "script writer",
    "collaborator": "contributor",
    "collaboration": "collaboration",
    "assignee": "rights holder",
}
"""Fields with people beside authors -> what the people did; biblatex's ``editortype`` may tell it more closely."""

LINKS: Final = ("url", "ee", "link", "pdf", "website", "code", "video", "howpublished", "adsurl")
"""Fields that hold web addresses, alone or among words."""

SCHEMES: Final[Mapping[str, str]] = {
    "doi": "doi",
    "arxiv": "arxiv",
    "arxivid": "arxiv",
    "pmid": "pmid",
    "pubmed_id": "pmid",
    "pmcid": "pmcid",
    "mrnumber": "mr",
    "mrid": "mr",
    "zblnumber": "zbl",
    "zbl": "zbl",
    "zbmath": "zbl",
    "openalex": "openalex",
    "omid": "omid",
    "hdl": "hdl",
    "unique-id": "wos",
}
"""Fields that hold one identifier -> its scheme."""

FUNDING: Final = ("funding-acknowledgement", "funding_details")
"""Fields in which Web of Science ("Funder [award, award]; …") and Scopus ("Funder: award; …") say who paid."""

FUNDING_TEXTS: Final = ("funding-text", *(f"funding_text_{number}" for number in range(1, 6)))
"""Fields in which they print the sentence it was taken from."""

_INHERITED: Final = (
    "booktitle booksubtitle journal journaltitle editor publisher year month date series volume number issue issn isbn "
    "organization institution school eventtitle language"
).split()
_RECORD: Final = re.compile(r"https?://dblp\.(?:org|uni-trier\.de)/rec/(?:bibtex/|bib/)?(\w+/[^\s?#]+?)(?:\.bib)?")
_ADDRESS: Final = re.compile(r"https?://[^\s{}<>\"|\\^`]+")
_CORR: Final = re.compile(r"abs/(\S+)")
_ANNOTATED: Final = re.compile(r"(\d+)\s*=\s*[\"{]?(?:orcid:\s*)?(?:https?://orcid\.org/)?([\d-]{15,18}[\dXx])")
_NAMED: Final = re.compile(
    r"(?:\{\\&\}|(?<!\\)&|\\&(?=amp;))(amp|lt|gt|quot|apos|nbsp|#\d{2,6}|#x[\da-fA-F]{2,6})(?:;|\$\\mathsemicolon\$)"
)
_MASKED: Final = ((r"$\less$", "<"), (r"$\greater$", ">"), (r"{\textless}", "<"), (r"{\textgreater}", ">"))
_TAG: Final = re.compile(
    r"<(/?)(p|i|b|u|em|strong|sub|sup|sc|scp|italic|bold|jats:[\w-]+)(?:\s[^<>]*)?>", re.IGNORECASE
)
_NUMBERED: Final = re.compile(r"([^/\n;]+)/([\d-]{15,18}[\dXx])")


class Fields:
    """The fields of an entry, decoded when they are asked for; ``remarks`` grows with what is wrong in them.

    What cannot be decoded stands as printed. ``links`` are the web addresses in the fields that hold them.
    """

    def __init__(self, entry: Entry) -> None:
        self.raw = _with_inherited(entry)
        self.key = entry.key
        self.remarks = list(entry.remarks)
        self.links = tuple(_links(self))

    def text(self, *names: str) -> str:
        """Return the first of these fields that there is, as plain text."""
        for name in names:
            if value := self.raw.get(name):
                try:
                    return decoded(_unmarked(value))
                except InputError as error:
                    self.remarks.append(InputError(error.message, where=name, advice=error.advice))
                    return squeeze(value)
        return ""

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return all of these fields that there are, as plain texts, each once."""
        return tuple(dict.fromkeys(filter(None, map(self.text, names))))

    def parts(self, name: str) -> tuple[str, ...]:
        """Return the parts of a field between semicolons."""
        return tuple(filter(None, map(squeeze, self.text(name).split(";"))))

    def address(self, name: str) -> str:
        """Return a field as a web address or identifier."""
        return decoded_address(self.raw[name]) if name in self.raw else ""

    def tried(self, name: str, parse: Callable[[str], str], value: str) -> str:
        """Return what a parser gives; an empty text and a remark where it raises InputError."""
        try:
            return parse(value)
        except InputError as error:
            self.remarks.append(InputError(error.message, where=name, advice=error.advice))
            return ""


def authors(fields: Fields) -> Byline | None:
    """Return the author line; None where there is none."""
    value = fields.raw.get("author", "")
    if not value:
        return None
    people = read_people(value)
    fields.remarks.extend(people.remarks)
    if not people.mentions:
        return None
    orcids = _orcids(fields, people.mentions)
    mentions = tuple(
        Mention(m.name, i, m.kind, (), orcids.get(i), 0, m.given, m.family) for i, m in enumerate(people.mentions, 1)
    )
    return Byline(mentions, people.complete, "" if people.complete else squeeze(value))


def contributors(fields: Fields) -> Iterator[Mention]:
    """Yield people in other roles, role by role, in the order of each field."""
    for name, role in ROLES.items():
        if value := fields.raw.get(name):
            people = read_people(value, fields.text(f"{name}type") or role)
            fields.remarks.extend(people.remarks)
            if name == "collaboration":  # whose names are often a word: "ATLAS"
                yield from (Mention(m.name, kind="group", role=role) for m in people.mentions)
            else:
                yield from people.mentions


def identifiers(fields: Fields) -> Iterator[str]:
    """Yield the IRIs of the work that its fields name; values of the wrong shape become remarks."""
    raw = fields.raw
    for name, scheme in SCHEMES.items():
        if name in raw:
            yield fields.tried(name, lambda value, scheme=scheme: iri_of(scheme, value), fields.address(name))  # type: ignore[misc]
    if "eprint" in raw:
        yield _eprint(fields)
    for name in ("journal", "howpublished", "note"):
        if name in raw and "arxiv" in (value := raw[name]).lower() and len(value) < 100:
            yield from (iri for iri in find_identifiers(fields.address(name)) if "arxiv.org" in iri)
    if (match := _CORR.fullmatch(raw.get("volume", ""))) and raw.get("journal", "").strip("{}") == "CoRR":
        yield fields.tried("volume", parse_arxiv, match[1])
    for iri in filter(None, map(registered_iri, fields.links)):
        if iri.startswith("https://arxiv.org/abs/") or (iri.startswith("https://doi.org/") and "doi" not in raw):
            yield iri
    yield record_iri(raw, fields.key)


def funding(fields: Fields) -> Iterator[Funding]:
    """Yield who paid, with each award."""
    for name in FUNDING:
        yield from funding_of(fields.text(name))


def record_iri(raw: Mapping[str, str], key: str) -> str:
    """Return the IRI of the work in dblp, an empty text where the entry is not from there."""
    if match := _RECORD.fullmatch(decoded_address(raw.get("biburl", ""))):
        return legal(f"https://dblp.org/rec/{match[1]}")
    return legal(f"https://dblp.org/rec/{key[5:]}") if key.startswith("DBLP:") and "/" in key else ""


def _unmarked(value: str) -> str:
    r"""Return a value without the HTML among the LaTeX that Crossref writes: tags in pairs, and characters by name.

    >>> _unmarked(r"In $\less$i$\greater$vivo$\less$/i$\greater$: x<y, <i> Eyes {\&}amp; ears &#39;")
    "In vivo: x<y, <i> Eyes & ears '"
    """
    if "&" in value and (";" in value or "semicolon" in value):
        value = _NAMED.sub(lambda match: html.unescape(f"&{match[1]};"), value)
    if "less" in value:
        for masked, sign in _MASKED:
            value = value.replace(masked, sign)
    return _untagged(value) if "</" in value else value


def _untagged(value: str) -> str:
    """Return a value without the tags of text that stand in pairs."""
    opened: dict[str, list[re.Match[str]]] = {}
    paired: list[re.Match[str]] = []
    for tag in _TAG.finditer(value):
        found = opened.setdefault(tag[2].lower(), [])
        if not tag[1]:
            found.append(tag)
        elif found:
            paired += (found.pop(), tag)
    kept, done = [], 0
    for tag in sorted(paired, key=lambda tag: tag.start()):
        kept.append(value[done : tag.start()])
        done = tag.end()
    return "".join((*kept, value[done:]))


def _links(fields: Fields) -> Iterator[str]:
    """Yield the web addresses in the fields that hold them."""
    for name in LINKS:
        if "://" in fields.raw.get(name, ""):
            yield from (match[0].rstrip(".,;") for match in _ADDRESS.finditer(fields.address(name)))


def _eprint(fields: Fields) -> str:
    """Return the IRI of an eprint; without a name of the archive, one that looks like arXiv's is arXiv's."""
    value = fields.address("eprint")
    archive = fields.text("archiveprefix", "eprinttype").lower()
    if not archive:
        try:
            return parse_arxiv(value)
        except IdentifierError:
            return work_address(value)
    return fields.tried("eprint", lambda text: iri_of(archive, text), value)


def _orcids(fields: Fields, people: tuple[Mention, ...]) -> dict[int, str]:
    """Return position -> ORCID iD as printed, from biblatex's annotations or from Web of Science's list of names."""
    found: dict[int, str] = {}
    for name in ("author+an:orcid", "author+an"):
        for match in _ANNOTATED.finditer(fields.raw.get(name, "")):
            found.setdefault(int(match[1]), match[2])
    for match in _NUMBERED.finditer(fields.raw.get("orcid-numbers", "")):
        family, _, given = (fold(part) for part in decoded(match[1]).partition(","))
        places = [
            i for i, m in enumerate(people, 1) if given and (fold(m.family), fold(m.given)[:1]) == (family, given[0])
        ]
        if len(places) == 1:
            found.setdefault(places[0], match[2])
        else:
            remark = f"no one author is {squeeze(match[1])!r}, who has the iD {match[2]}"
            fields.remarks.append(InputError(remark, where="orcid-numbers"))
    for orcid in found.values():
        fields.tried("orcid", parse_orcid, orcid)
    return found


def _with_inherited(entry: Entry) -> Mapping[str, str]:
    """Return the fields with those of the parent that hold for its parts: not its title, its DOI, its abstract."""
    parent = entry.parent
    if not parent:
        return entry.fields
    fields = {name: parent[name] for name in _INHERITED if name in parent}
    if "booktitle" not in fields and "title" in parent and "journal" not in fields:
        fields["booktitle"] = parent["title"]
        if "subtitle" in parent:
            fields["booksubtitle"] = parent["subtitle"]
    if "author" in parent and entry.parent_type in ("book", "mvbook"):
        fields["author" if entry.kind in ("inbook", "bookinbook") else "bookauthor"] = parent["author"]
    if "booktitle" in entry.fields:
        fields.pop("booksubtitle", None)
    return fields | dict(entry.fields)
