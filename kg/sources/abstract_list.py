"""The layout ``abstract-list``: abstracts, each begun by ``Abstract:``, and nothing else.

Maps: the text of each abstract, one work per ``Abstract:``; further paragraphs that are running text belong to the
abstract before them. Leaves nothing aside. Titles, authors and dates are not printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from kg.model.records import SourceReading, WorkRecord
from kg.sources.document import Book, Document, Line
from kg.sources.formats import page
from kg.sources.prose import abstract_of

_LABEL = re.compile(r"^Abstract\s?[:：]\s*", re.IGNORECASE)


def recognise(text: str) -> float:
    """Return how sure it is that a text is such a list: by the share of its lines that begin with ``Abstract:``."""
    lines = text.split("\n")
    labelled = sum(bool(_LABEL.match(line)) for line in lines)
    if not labelled:
        return 0.0
    return (0.6 if _LABEL.match(lines[0]) else 0.3) + 0.35 * labelled / len(lines)


def read(document: Document) -> SourceReading:
    """Read a list; lines before the first ``Abstract:`` are reported."""
    book = Book(document)
    starts = [index for index, line in enumerate(document.lines) if _LABEL.match(line.text)]
    for start, end in pairwise([*starts, len(document.lines)]):
        _read_abstract(book, document.lines[start:end])
    return book.close("List of abstracts")


def _read_abstract(book: Book, lines: Sequence[Line]) -> None:
    label = lines[0]
    text = _LABEL.sub("", label.text, count=1).strip()
    # The label may stand on a line of its own, above the text.
    body = [replace(label, text=text), *lines[1:]] if text else list(lines[1:])
    abstract, taken = abstract_of(body)
    if not abstract:
        book.quarantine([label], "no text follows 'Abstract:'", "compare with the page; the capture may be cut")
        return
    used = [label, *(line for line in taken if line.number != label.number)]
    last = used[-1].number
    book.keep(
        WorkRecord(book.place(label.number, last), book.document.snippet(label.number, last), abstract=abstract), used
    )


FORMAT: Final = page("abstract-list", "abstracts, each begun by 'Abstract:', and nothing else", recognise, read)
