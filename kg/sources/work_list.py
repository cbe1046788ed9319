"""The layout ``work-list``: works one after the other, title and authors run together on one line, no page header.

The site publishes no specification; the grammar is what its pages show::

    CLOct 27, 2022Code / TITLEAUTHOR, AUTHOR, AUTHOR et al. · allen-ai, berkeley / ABSTRACT     (once per work)

Maps: category, date, code badge, score (where there is one), organisation keywords and abstract of each work. The
line of title and authors is kept whole; ``kg.sources.separate`` cuts it once every source has been read. Leaves
nothing aside. Whose list it is, is not printed: ``kg.sources.subject`` infers it.
"""

from __future__ import annotations

from typing import Final

from kg.model.records import SourceReading
from kg.sources.document import Book, Document
from kg.sources.formats import page
from kg.sources.header_lines import find_header, is_bare
from kg.sources.listed_works import read_work, split_works


def recognise(text: str) -> float:
    """Return how sure it is that a text is such a list: it begins with a work's header line, which bears no score."""
    headers = [header for line in text.split("\n") if (header := find_header(line)) and not is_bare(header)]
    if not headers:
        return 0.0
    scored = sum(bool(header.score) for header in headers) / len(headers)
    begins = find_header(text.partition("\n")[0]) is not None
    return (0.95 if begins else 0.5) - 0.3 * scored


def read(document: Document) -> SourceReading:
    """Read a list; lines before its first header are reported."""
    book = Book(document)
    for header, lines in split_works(document.lines):
        if header is not None:
            read_work(book, header, lines, glued=True)
    return book.close("List of works")


FORMAT: Final = page(
    "work-list", "works under lines such as 'CLOct 27, 2022Code', title and authors run together", recognise, read
)
