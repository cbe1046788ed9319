"""Works under header lines, as the pages with scores and the lists without a page header print them.

Knows how to tell title, author line and abstract apart, and where the next work begins. Does not separate a title
from authors glued to it: it keeps such a line whole, with the possible readings, for ``kg.sources.separate``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.model.records import Byline, WorkRecord
from kg.model.text import fold
from kg.sources.bylines import byline_likeness, parse_byline, split_names, take_apart
from kg.sources.document import Book, Line
from kg.sources.header_lines import WorkHeader, find_header, header_date, header_observed, is_bare
from kg.sources.prose import TITLE_LIMIT, abstract_of, is_prose

PENDING = "title and authors are printed as one and were not compared with other records"
"""The doubt of a record whose line has not been separated yet."""

SURE_BYLINE = 0.75
"""Mean likeness from which a line under a title is its author line."""


def split_works(lines: Sequence[Line]) -> Iterator[tuple[WorkHeader | None, Sequence[Line]]]:
    """Yield each header with the lines that follow it; first, with None, the lines before the first header.

    A category alone begins a work only where the line before is not itself a header: there it is a title.
    """
    starts: list[tuple[int, WorkHeader]] = []
    for index, line in enumerate(lines):
        header = None if line.damage else find_header(line.text)
        if header and not (is_bare(header) and starts and starts[-1][0] == index - 1):
            starts.append((index, header))
    yield None, lines[: starts[0][0] if starts else len(lines)]
    for index, (start, header) in enumerate(starts, start=1):
        yield header, lines[start : starts[index][0] if index < len(starts) else len(lines)]


def read_work(book: Book, header: WorkHeader, lines: Sequence[Line], *, glued: bool, subject: str = "") -> None:
    """Read one work: its header line first, then what follows up to the next header.

    ``glued`` says that the layout prints title and authors as one line; ``subject`` is the name on the page, which a
    lone author line may repeat.
    """
    head, body = lines[0], list(lines[1:])
    title, byline_line, run_together = "", None, None
    if body and not is_prose(body[0].text):
        second = body[1].text if len(body) > 1 else ""
        if second and not is_prose(second) and _is_byline(second, glued=glued, subject=subject):
            title, byline_line, body = body[0].text, body[1], body[2:]
        elif glued:
            run_together, body = body[0], body[1:]
        elif _stands_alone(body[0].text, subject):
            byline_line, body = body[0], body[1:]
        else:
            title, body = body[0].text, body[1:]
    abstract, taken = abstract_of(body)
    used = [head, *lines[1 : len(lines) - len(body)], *taken]
    if header.rest:
        book.note(head.number, head.text, f"the badge {header.rest!r} is not known", "it is kept in the snippet only")
    if len(used) == 1:
        book.quarantine(used, "nothing follows the header of the work", "compare with the page; the capture may be cut")
        return
    organizations: tuple[str, ...] = ()
    byline: Byline | None = None
    if byline_line:
        byline, organizations = parse_byline(byline_line.text, byline_line.number)
    elif run_together:
        parts = take_apart(run_together.text)
        byline = Byline((), parts.complete, run_together.text)
        organizations = parts.organizations
    last = used[-1].number
    record = WorkRecord(
        place=book.place(head.number, last),
        snippet=book.document.snippet(head.number, last),
        title=title,
        abstract=abstract,
        date=header_date(header, head.number, book),
        date_printed=header.date,
        topics=(header.topic,) if header.topic else (),
        byline=byline,
        organizations=organizations,
        code_badge=header.code,
        observed=header_observed(header, head.number),
        doubt=PENDING if run_together else "",
    )
    if not title and not run_together:
        book.note(head.number, head.text, "the work has no title", "compare with the page", "title")
    book.keep(record, used)


def _is_byline(text: str, *, glued: bool, subject: str) -> bool:
    if len(text) <= TITLE_LIMIT and subject and fold(text) == fold(subject):
        return True
    likeness = byline_likeness(text)
    # Where title and authors are one line, the next is the abstract: only an unmistakable author line is one.
    return likeness >= (1.0 if glued else SURE_BYLINE) and (not glued or len(split_names(take_apart(text).text)) > 1)


def _stands_alone(text: str, subject: str) -> bool:
    """Return whether the line right under a header is an author line, the title being left out."""
    parts = take_apart(text)
    names = split_names(parts.text)
    if subject and fold(text) == fold(subject):
        return True
    return byline_likeness(text) == 1.0 and (len(names) > 1 or not parts.complete)
