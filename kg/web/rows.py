"""Rows of a result as a page shows them: things by their names, numbers as numbers, each link once.

A thing has its name beside its id; where that stands in a column of its own, it can become the link there instead.
Knows cells, names and links. Does not know where a result comes from nor HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.web.answering import Cell, Table
from kg.web.links import Links, short
from kg.web.tex import plain


@dataclass(frozen=True)
class Shown:
    """One cell: its ``value`` as data, the ``text`` to read, where it leads, and an id or a language beside it.

    ``small`` says that the text is an id, whose name stands elsewhere in the row.
    """

    kind: str
    value: str
    text: str
    href: str | None = None
    beside: str = ""
    small: bool = False
    number: bool = False


def shown(table: Table, names: Mapping[str, str], links: Links, *, once: bool = False) -> list[list[Shown]]:
    """Return the rows of a table for a page; ``names`` are what things are called, by IRI.

    With ``once`` a name that has a column of its own stands there alone.
    """
    numeric = table.numeric
    return [_row(row, names, links, numeric, once=once) for row in table.rows]


def _row(
    row: Sequence[Cell], names: Mapping[str, str], links: Links, numeric: frozenset[int], *, once: bool
) -> list[Shown]:
    texts = {cell.value for cell in row if cell.kind == "literal"} if once else set()
    called = {
        name: links.href(cell.value)
        for cell in row
        if cell.kind == "iri" and (name := names.get(cell.value, "")) in texts
    }
    return [_cell(cell, names, links, called, number=place in numeric) for place, cell in enumerate(row)]


def _cell(
    cell: Cell, names: Mapping[str, str], links: Links, called: Mapping[str, str | None], *, number: bool
) -> Shown:
    if cell.kind != "iri":
        return Shown(cell.kind, cell.value, plain(cell.value), called.get(cell.value), cell.note, number=number)
    href = links.href(cell.value)
    own = links.own(cell.value) or short(cell.value) if href else cell.value
    name = names.get(cell.value, "")
    if name and name not in called:
        return Shown("iri", cell.value, name, href, own)
    return Shown("iri", cell.value, own, href, small=bool(name))
