"""Atom feeds (RFC 4287): the newest works of a thing and what changed about it, the rows of a named query.

Knows how a feed is written, and that readers recognise an entry by its id. The moment of an entry is that of what it
tells, as far as it is known, never the moment of the request: the same release gives the same feed. Does not ask
anything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

MEDIA_TYPE: Final = "application/atom+xml"
ENTRIES: Final = 50
_ATOM: Final = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold.
_UNUSABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One entry. ``id`` is an IRI that stays; ``updated`` an RFC 3339 moment; ``people`` those who signed."""

    id: str
    title: str
    href: str
    updated: str
    summary: str = ""
    people: tuple[str, ...] = ()
    published: str = ""


def moment(date: str) -> str:
    """Return the first moment of a date of any fineness, empty for an empty one.

    >>> moment("2022"), moment("2022-04-29"), moment("0000")
    ('2022-01-01T00:00:00Z', '2022-04-29T00:00:00Z', '')
    """
    year, month, day_, *_ = [*(int(part) for part in date.split("-") if part.isdecimal()), 1, 1, 1]
    try:
        day = datetime(year if date else 0, month, day_, tzinfo=UTC)
    except ValueError:
        return ""
    return f"{day.year:04}-{day.month:02}-{day.day:02}T00:00:00Z"


def is_date(text: str) -> bool:
    """Say whether a text is a date to the day.

    >>> is_date("2022-04-29"), is_date("2022")
    (True, False)
    """
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text))


def utc(text: str) -> str:
    """Return an ISO 8601 moment as RFC 3339 wants it; the first moment of 1970 for what is none."""
    shown = text.replace("+00:00", "Z")
    return shown if shown.endswith("Z") else "1970-01-01T00:00:00Z"


def row_id(base: str, query: str, row: Sequence[str]) -> str:
    """Return an id for a row that names nothing: the same values, the same id."""
    digest = hashlib.blake2b("\x1f".join(row).encode(), digest_size=8).hexdigest()
    return f"{base}queries/{query}#row-{digest}"


def write(
    *, id_: str, title: str, own: str, page: str, updated: str, entries: Iterable[Entry], subtitle: str = ""
) -> bytes:
    """Write a feed. ``own`` is its address, ``page`` that of the page it belongs to; ``updated`` must not be empty."""
    register_namespace("", _ATOM)
    feed = Element(f"{{{_ATOM}}}feed")
    _text(feed, "id", id_)
    _text(feed, "title", title)
    if subtitle:
        _text(feed, "subtitle", subtitle)
    _text(feed, "updated", updated)
    SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=_clean(own), type=MEDIA_TYPE)
    SubElement(feed, f"{{{_ATOM}}}link", rel="alternate", href=_clean(page), type="text/html")
    _text(SubElement(feed, f"{{{_ATOM}}}author"), "name", "kg")
    for entry in entries:
        node = SubElement(feed, f"{{{_ATOM}}}entry")
        _text(node, "id", entry.id)
        _text(node, "title", entry.title)
        SubElement(node, f"{{{_ATOM}}}link", rel="alternate", href=_clean(entry.href))
        _text(node, "updated", entry.updated or updated)
        if entry.published:
            _text(node, "published", entry.published)
        for name in entry.people:
            _text(SubElement(node, f"{{{_ATOM}}}author"), "name", name)
        if entry.summary:
            _text(node, "summary", entry.summary)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{_ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    return _UNUSABLE.sub("\ufffd", text)
