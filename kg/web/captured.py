"""The text of a source as it was captured, with what was read from which lines.

The release keeps every input byte for byte; a text that came in a file of its own is shown whole, a page of it at a
time, the records of other sources with their names and words. Where several records stand in the same lines, each is
shown by itself if its pointer leads to it, else the lines once, below all of them. Knows line numbers, pointers and how
a release names its inputs. Does not know formats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.model.records import Source
from kg.sources.document import open_document, visible
from kg.sources.json_places import texts_at
from kg.web.links import Links
from kg.web.reading import UNTITLED, Ref
from kg.web.tex import plain

if TYPE_CHECKING:
    from kg.rdf.nodes import Term
    from kg.store.finished import Release

BLOCKS: Final = 60
"""Records, and stretches of lines between them, on one page."""
LARGEST: Final = 2_000_000
"""Bytes of a text that is shown; of a larger one only the records are."""
_LINES: Final = 400
"""Lines of one stretch that are shown."""
_CHARACTERS: Final = 20_000
"""Characters of one stretch or record that are shown."""


@dataclass(frozen=True)
class Block:
    """Lines ``first`` to ``last`` of a source and what was read from them.

    ``about`` is the thing they speak of. Without it and without ``reason`` nothing was read from them, as headings and
    blank lines. ``cut`` counts the lines that are not shown, ``rest`` the characters. ``text`` is empty where the next
    block shows the same, ``anchor`` where a block before has it.
    """

    first: int
    last: int
    text: str
    about: Ref | None = None
    reason: str = ""
    item: str = ""
    anchor: str = ""
    cut: int = 0
    rest: int = 0


@dataclass(frozen=True)
class Captured:
    """A page of a source. ``whole`` says whether the text itself is at hand, not the records alone."""

    blocks: tuple[Block, ...]
    whole: bool
    records: int
    lines: int
    page: int
    pages: int


@dataclass(frozen=True)
class Found:
    """A record or unread line, as the question ``captured`` gives it."""

    iri: str
    first: int
    last: int
    about: str
    item: str
    reason: str


def read_found(rows: Iterable[Sequence[Term | None]]) -> list[Found]:
    """Make records of rows, in the order of their lines; a record about several things stands once for each."""
    found = []
    for row in rows:
        iri, line, last, about, item, reason = (getattr(term, "value", "") for term in row)
        first = int(line)
        found.append(Found(iri, first, max(first, int(last or 0)), about, item, reason))
    return sorted(found, key=lambda one: (one.first, one.last, one.item, one.iri, one.about))


def text_of(release: Release, source: str) -> tuple[str, ...] | None:
    """Return the lines of a source by its id; None where its text is not kept as a file of its own, or is too large."""
    for entry in _inputs(release.manifest):
        if entry.get("source") == source:
            name = str(entry.get("sha256", ""))
            path = release.path / "sources" / name
            if not name.isalnum() or entry.get("container", name) != name:
                return None
            return _lines(path)
    return None


def _inputs(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = manifest.get("inputs")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


@lru_cache(maxsize=4)
def _lines(path: Path) -> tuple[str, ...] | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        raw = open_document(Source("", ""), path.read_bytes()).raw
    except OSError:
        return None
    # A line end at the end of a file begins no line.
    return raw[:-1] if raw and not raw[-1] else raw


Part = tuple[int, int, "Found | None"]
"""First line, last line, and the record that stands there."""


def cut(found: Sequence[Found], lines: tuple[str, ...] | None, page: int) -> tuple[list[Part], int, int]:
    """Return the parts of one page of a source, the number of that page, and how many there are."""
    blocks: list[Part] = [(one.first, one.last, one) for one in found] if lines is None else _blocks(found, lines)
    pages = max(1, -(-len(blocks) // BLOCKS))
    page = min(page, pages)
    return blocks[(page - 1) * BLOCKS : page * BLOCKS], page, pages


def show(
    found: Sequence[Found],
    lines: tuple[str, ...] | None,
    place: tuple[list[Part], int, int],
    links: Links,
    names: Mapping[str, str],
    snippets: Mapping[str, str],
) -> Captured:
    """Return one page of a source: its text with the records in it, or the records alone where there is no text.

    ``place`` is what `cut` gives, ``names`` the names of the things and ``snippets`` the words of the records there.
    """
    parts, page, pages = place
    own = {} if lines is None else _own(found, lines, parts)
    shown, anchors = list[Block](), set[str]()
    for number, (first, last, one) in enumerate(parts, 1):
        text, left, rest = (snippets.get(one.iri, "") if one else ""), 0, 0
        if lines is not None:
            alone = own.get(one.iri) if one else None
            part = lines[first - 1 : last] if alone is None else alone.split("\n")
            left, text = max(0, len(part) - _LINES), "\n".join(part[:_LINES])
            rest, text = max(0, len(text) - _CHARACTERS), visible(text[:_CHARACTERS])
            if one and number < len(parts) and _same(parts[number], (first, last, one), own):
                text, left, rest = "", 0, 0
        about = _ref(one.about, links, names) if one and one.about else None
        anchor = one.iri.rpartition("#")[2] if one else ""
        shown.append(
            Block(
                first, last, text, about, one.reason if one else "", one.item if one else "",
                "" if anchor in anchors else anchor, left, rest,
            )
        )  # fmt: skip
        anchors.add(anchor)
    records = len({one.iri for one in found if not one.reason})
    return Captured(tuple(shown), lines is not None, records, len(lines or ()), page, pages)


def _own(found: Sequence[Found], lines: tuple[str, ...], parts: Sequence[Part]) -> dict[str, str]:
    """Return the texts of the records of a page that share their lines with others, by IRI, if pointers lead there."""
    crowd = Counter((first, last) for first, last, _ in {(one.first, one.last, one.iri) for one in found})
    items = {
        one.iri: one.item for first, last, one in parts if one and one.item.startswith("/") and crowd[first, last] > 1
    }
    texts = texts_at("\n".join(lines), items.values()) if items else {}
    return {iri: texts[item] for iri, item in items.items() if item in texts}


def _same(one: Part, other: Part, own: Mapping[str, str]) -> bool:
    """Say whether two parts show the same text."""
    texts = [(first, last, found.iri if found and found.iri in own else "") for first, last, found in (one, other)]
    return texts[0] == texts[1]


def _blocks(found: Sequence[Found], lines: tuple[str, ...]) -> list[Part]:
    """Return records and the stretches of lines between them that hold more than white space."""
    blocks: list[Part] = []
    reached = 0

    def between(first: int, last: int) -> None:
        while first <= last and not lines[first - 1].strip():
            first += 1
        while last >= first and not lines[last - 1].strip():
            last -= 1
        if first <= last:
            blocks.append((first, last, None))

    for one in found:
        if one.first <= len(lines):
            between(reached + 1, one.first - 1)
        blocks.append((one.first, one.last, one))
        reached = max(reached, min(one.last, len(lines)))
    between(reached + 1, len(lines))
    return blocks


def _ref(iri: str, links: Links, names: Mapping[str, str]) -> Ref:
    kind = links.kind(iri) or ""
    return Ref(iri, plain(names.get(iri, "")) or (UNTITLED if kind == "work" else iri), links.href(iri), kind)
