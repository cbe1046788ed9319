"""References in the formats that reference managers read: BibTeX, CSL-JSON, RIS.

Specifications: BibTeX 0.99d entries as biblatex takes them too; CSL 1.0.2, schema ``csl-data.json``; RIS, revision of
2011. What is written here, the readers of `kg.sources` read back with the same titles, names, dates and identifiers.
Nothing is made up: fields that no source fills are left out, and a list of authors that every source cuts says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from kg.web.references import Reference, Signer

CUT: Final = "The list of authors is cut by every source known here."
_LATEX: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@dataclass(frozen=True)
class Form:
    """A way to write references: its name, media type, and the function that writes them."""

    name: str
    media_type: str
    write: Callable[[Sequence[Reference]], bytes]


_TYPES: Final = {
    # genre as printed -> BibTeX, CSL, RIS
    "journal article": ("article", "article-journal", "JOUR"),
    "article": ("article", "article-journal", "JOUR"),
    "conference paper": ("inproceedings", "paper-conference", "CPAPER"),
    "proceedings article": ("inproceedings", "paper-conference", "CPAPER"),
    "workshop paper": ("inproceedings", "paper-conference", "CPAPER"),
    "book chapter": ("incollection", "chapter", "CHAP"),
    "book": ("book", "book", "BOOK"),
    "proceedings": ("proceedings", "book", "BOOK"),
    "thesis": ("phdthesis", "thesis", "THES"),
    "doctoral thesis": ("phdthesis", "thesis", "THES"),
    "master thesis": ("mastersthesis", "thesis", "THES"),
    "report": ("techreport", "report", "RPRT"),
    "technical report": ("techreport", "report", "RPRT"),
    "dataset": ("misc", "dataset", "DATA"),
    "software": ("misc", "software", "COMP"),
    "preprint": ("misc", "article", "UNPB"),
}


def types_of(reference: Reference) -> tuple[str, str, str]:
    """Return the type of a reference in BibTeX, CSL and RIS."""
    return _TYPES.get(reference.genre.lower(), ("misc", "document", "GEN"))


def latex(text: str) -> str:
    """Return a text in which no character is a command of TeX.

    >>> latex("R&D at 68.4%")
    'R\\\\&D at 68.4\\\\%'
    """
    return "".join(_LATEX.get(character, character) for character in text)


def bibtex(references: Sequence[Reference]) -> bytes:
    """Write BibTeX, one entry a work. Titles keep their capitals; a cut list of authors ends with ``others``."""
    return "\n".join(_entry(reference) for reference in references).encode()


def _entry(reference: Reference) -> str:
    kind = types_of(reference)[0]
    container = {"article": "journal", "misc": "howpublished", "techreport": "institution"}.get(kind, "booktitle")
    names = [_bibtex_name(one) for one in reference.authors]
    if names and reference.cut:
        names.append("others")
    date = reference.date
    fields: list[tuple[str, str]] = [
        ("title", f"{{{latex(reference.title)}}}" if reference.title else ""),
        ("author", " and ".join(names)),
        (container, latex(reference.venue)),
        ("year", reference.year),
        ("month", _MONTHS[date.month - 1] if date and date.month else ""),
        ("volume", latex(reference.volume)),
        ("number", latex(reference.issue)),
        ("pages", latex(re.sub(r"(?<=\d)\s*[-–]+\s*(?=\d)", "--", reference.pages))),
        ("publisher", latex(reference.publisher)),
        ("doi", latex(reference.doi)),
        ("eprint", reference.arxiv),
        ("archiveprefix", "arXiv" if reference.arxiv else ""),
        ("url", _url(reference.url)),
        ("language", latex(" and ".join(reference.languages))),
        ("keywords", latex(", ".join(reference.topics))),
        ("abstract", latex(reference.abstract)),
        ("note", latex(reference.status)),
    ]
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields if value]
    return f"@{kind}{{{reference.key},\n" + "\n".join(lines) + "\n}\n"


def _url(url: str) -> str:
    """Return an address as BibTeX takes it: with no brace that would end the field."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _bibtex_name(one: Signer) -> str:
    if one.literal:
        # One word needs no braces; braces keep the words of a group together.
        return f"{{{latex(one.literal)}}}" if re.search(r"[\s,]", one.literal) else latex(one.literal)
    parts = (one.family, one.suffix, one.given) if one.suffix else (one.family, one.given)
    return ", ".join(latex(part) for part in parts)


def csl_items(references: Iterable[Reference]) -> list[dict[str, Any]]:
    """Return CSL-JSON items."""
    return [_item(reference) for reference in references]


def _item(reference: Reference) -> dict[str, Any]:
    date = reference.date
    when = [part for part in (date.year, date.month, date.day) if part] if date and date.year else []
    notes = " ".join(filter(None, (reference.status, CUT if reference.cut else "")))
    item: dict[str, Any] = {
        "id": reference.key,
        "type": types_of(reference)[1],
        "title": reference.title,
        "author": [_csl_name(one) for one in reference.authors],
        "issued": {"date-parts": [when]} if when else None,
        "container-title": reference.venue,
        "volume": reference.volume,
        "issue": reference.issue,
        "page": reference.pages,
        "publisher": reference.publisher,
        "DOI": reference.doi,
        "URL": reference.url,
        "language": ", ".join(reference.languages),
        "version": reference.version,
        "keyword": ", ".join(reference.topics),
        "abstract": reference.abstract,
        "note": notes,
    }
    if reference.arxiv and not reference.doi:
        item |= {"archive": "arXiv", "archive_location": reference.arxiv}
    return {name: value for name, value in item.items() if value}


def _csl_name(one: Signer) -> dict[str, str]:
    if one.literal:
        return {"literal": one.literal}
    return {"family": one.family, "given": one.given, **({"suffix": one.suffix} if one.suffix else {})}


def csl(references: Sequence[Reference]) -> bytes:
    """Write CSL-JSON: a list of items."""
    return orjson.dumps(csl_items(references), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def ris(references: Sequence[Reference]) -> bytes:
    """Write RIS, lines ended as its specification wants them."""
    return "".join(f"{line}\r\n" for reference in references for line in (*_tags(reference), "")).encode()


def _tags(reference: Reference) -> list[str]:
    kind = types_of(reference)[2]
    date = reference.date
    day = "/".join([reference.year, *(f"{part:02}" for part in ((date.month, date.day) if date else ()) if part)])
    first, _, last = (part.strip() for part in re.sub(r"[-–]+", "-", reference.pages).partition("-"))
    pairs: list[tuple[str, str]] = [
        ("TY", kind),
        ("ID", reference.key),
        ("TI", reference.title),
        *(("AU", _ris_name(one)) for one in reference.authors),
        ("PY", reference.year),
        ("DA", day if date and date.month else ""),
        ("JO" if kind == "JOUR" else "T2", reference.venue),
        ("VL", reference.volume),
        ("IS", reference.issue),
        ("SP", first),
        ("EP", last),
        ("PB", reference.publisher),
        ("DO", reference.doi),
        ("UR", reference.url),
        *(("LA", language) for language in reference.languages),
        *(("KW", topic) for topic in reference.topics),
        ("AB", reference.abstract),
        ("N1", " ".join(filter(None, (reference.status, CUT if reference.cut else "")))),
    ]
    # A line end within a value would begin another tag.
    return [*(f"{tag}  - {' '.join(value.split())}" for tag, value in pairs if value), "ER  - "]


def _ris_name(one: Signer) -> str:
    return one.literal or ", ".join(filter(None, (one.family, one.given, one.suffix)))


FORMS: Final = {
    "bib": Form("BibTeX", "application/x-bibtex; charset=utf-8", bibtex),
    "csl": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
    "ris": Form("RIS", "application/x-research-info-systems; charset=utf-8", ris),
}
"""Extension -> form."""
