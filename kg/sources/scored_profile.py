"""The layout ``scored-profile``: a researcher's page with metrics, then works with a score.

The site's name is not known, and it publishes no specification; the grammar is what its pages show::

    NAME / CL / h-index10 / 12papers / 18,536citations / Novelty62% / AI Score48 / 12 Papers
    70.8CVApr 29, 2022Code / TITLE / AUTHOR, AUTHOR, AUTHOR et al. · deepmind / ABSTRACT     (once per work)

Maps: name, primary category, every metric, and of each work its score, category, date, code badge, title, authors,
organisation keywords and abstract. Any part may be missing. Leaves nothing aside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kg.model.names import looks_like_person
from kg.model.records import Observed, ProfileRecord, SourceReading
from kg.sources.document import Book, Document, Line
from kg.sources.formats import page
from kg.sources.header_lines import find_header, is_bare
from kg.sources.listed_works import read_work, split_works
from kg.sources.prose import is_prose, parse_count

_NUMBER: Final = r"(?P<value>\d[\d,.]*[kKmM]?)"
_METRICS: Final = (
    (re.compile(rf"^[hH]-?index:?\s?{_NUMBER}$"), "hIndex", ""),
    (re.compile(rf"^{_NUMBER}papers?$"), "paperCount", ""),
    (re.compile(rf"^{_NUMBER}\s?citations?$"), "citationCount", ""),
    (re.compile(r"^Novelty:?\s?(?P<value>\d[\d.]*)\s?%$"), "novelty", "%"),
    (re.compile(r"^AI Score:?\s?(?P<value>\d[\d.]*)$"), "aiScore", ""),
    (re.compile(rf"^{_NUMBER} Papers?$"), "listedWorkCount", ""),
)


def recognise(text: str) -> float:
    """Return how sure it is that a text is such a page: by its metrics, then by scored works under a name."""
    lines = text.split("\n")
    metrics = len({o.measure for line in lines if (o := _find_metric(line, 0))})
    headers = [header for line in lines if (header := find_header(line)) and not is_bare(header)]
    if metrics >= 2:
        return min(1.0, 0.6 + 0.1 * metrics)
    if metrics and headers:
        return 0.7
    first = find_header(lines[0])
    if headers and not first and not is_prose(lines[0]):
        return 0.65 if any(header.score for header in headers) else 0.55
    return 0.6 if any(header.score for header in headers) else 0.0


def read(document: Document) -> SourceReading:
    """Read a page: the header as a profile, then the works."""
    book = Book(document)
    announced: list[tuple[Line, int]] = []
    for header, lines in split_works(document.lines[_header_end(document.lines) :]):
        if header is None:
            announced = _read_header(book, [*document.lines[: _header_end(document.lines)], *lines])
        else:
            read_work(book, header, lines, glued=False, subject=book.profile.name if book.profile else "")
    for line, count in announced:
        book.count(line, count)
    title = f"Researcher page: {book.profile.name}" if book.profile else "Researcher page"
    return book.close(title)


def _header_end(lines: Sequence[Line]) -> int:
    """Return the index after the last metric line, so that the primary category is not taken for a work's header."""
    ends = [index + 1 for index, line in enumerate(lines[:30]) if not line.damage and _find_metric(line.text, 0)]
    return ends[-1] if ends else 0


def _read_header(book: Book, lines: Sequence[Line]) -> list[tuple[Line, int]]:
    sound = [line for line in lines if not line.damage]
    observed: list[Observed] = []
    announced: list[tuple[Line, int]] = []
    name: Line | None = None
    known: list[Line] = []
    for line in sound:
        header = find_header(line.text)
        if metric := _find_metric(line.text, line.number):
            observed.append(metric)
            if metric.measure == "listedWorkCount":
                announced.append((line, int(metric.value)))
        elif header and is_bare(header) and not any(o.measure == "primaryCategory" for o in observed):
            observed.append(Observed("primaryCategory", header.topic, line.text, line.number))
        elif name is None and not observed and not is_prose(line.text) and len(line.text) <= 200:
            name = line
        else:
            continue
        known.append(line)
    if name is None:
        if known:
            book.quarantine(
                known,
                "the page has no name in its header, so it is not known whom its figures are about",
                "compare with the page; the works below are kept",
            )
        return announced
    book.use(*known)
    if not looks_like_person(name.text):
        book.note(name.number, name.text, "the name of the page does not look like a person's", "compare with the page")
    last = known[-1].number
    book.profile = ProfileRecord(
        place=book.place(name.number, last),
        snippet=book.document.snippet(name.number, last),
        name=name.text,
        observed=tuple(observed),
    )
    return announced


def _find_metric(text: str, line: int) -> Observed | None:
    for pattern, measure, unit in _METRICS:
        if not (match := pattern.match(text)):
            continue
        if measure in {"novelty", "aiScore"}:
            try:
                value = float(match["value"])
            except ValueError:
                return None
            return Observed(measure, int(value) if value.is_integer() else value, text, line, unit)
        count = parse_count(match["value"])
        return None if count is None else Observed(measure, count, text, line, unit)
    return None


FORMAT: Final = page(
    "scored-profile",
    "a researcher's page with h-index, citations and other metrics, then works with scores and authors",
    recognise,
    read,
)
