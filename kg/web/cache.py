"""Finished answers that are kept, and the validators (entity tag, date) by which clients and caches ask for news.

An answer is settled by the release, the program that wrote it, the path, the query string, its form and its coding; so
the entity tag is made of these and is the same in every server process. Knows bytes and ages. Does not know HTTP's
order of events (`kg.web.delivery` does) nor when a release changes: whoever knows calls `Answers.clear`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

Headers = tuple[tuple[bytes, bytes], ...]

LARGEST: Final = 4_000_000
"""No answer above this is kept, nor any above an eighth of the budget."""
_OVERHEAD: Final = 600  # bytes that the objects around an answer take up, roughly
_VOLATILE: Final = re.compile(r"(?:RAND|NOW|UUID|BNODE)(?![A-Z0-9_])")  # of a text in capitals: four times as fast
_NEW_NODES: Final = re.compile(r"(?<![A-Za-z_])CONSTRUCT(?![A-Za-z0-9_]).*(?:\[|_:)", re.I | re.A | re.S)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer. Without ``body`` only its validators are remembered: it was too large, or streamed."""

    status: int
    headers: Headers
    tag: str
    body: bytes | None

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.body or b"") + sum(len(name) + len(value) for name, value in self.headers) + _OVERHEAD


class Answers:
    """The kept answers, those used last staying longest, in ``budget`` bytes."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.bytes = 0
        self.hits = self.misses = self.unchanged = 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> Kept | None:
        """Return what is kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: bytes, answer: Kept) -> None:
        """Keep an answer, or only its validators where it is too large."""
        if not self.budget:
            return
        if len(answer.body or b"") > min(LARGEST, self.budget // 8):
            answer = Kept(answer.status, answer.headers, answer.tag, None)
        if answer.size > self.budget // 8:
            return
        old = self._kept.pop(key, None)
        self.bytes += answer.size - (old.size if old else 0)
        self._kept[key] = answer
        while self.bytes > self.budget:
            self.bytes -= self._kept.popitem(last=False)[1].size

    def clear(self) -> None:
        """Forget everything: another release is served."""
        self._kept.clear()
        self.bytes = 0


def digest(*parts: str | bytes) -> bytes:
    """Return 15 bytes that stand for these parts, kept apart."""
    data = [part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts]
    lengths = b"".join([len(part).to_bytes(8, "big") for part in data])
    return blake2b(lengths + b"".join(data), digest_size=15).digest()


@cache
def program() -> bytes:
    """Return a digest of the program: another version writes the same release in other words."""
    found: list[str | bytes] = []

    def collect(folder: Traversable) -> None:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir() and not entry.name.startswith(("_", ".")):
                collect(entry)
            elif entry.name.endswith((".py", ".html", ".css", ".svg", ".rq", ".js", ".ttl")):
                found.extend((entry.name, entry.read_bytes()))

    collect(files("kg"))
    return digest(*found)


def volatile(query: str) -> bool:
    """Say whether a query may have another answer each time: it calls NOW(), RAND() or the like.

    >>> volatile("SELECT (NOW() AS ?t) {}"), volatile("SELECT * { ?s foaf:knows ?o }")
    (True, False)
    """
    return _VOLATILE.search(query.upper()) is not None


def renames(query: str) -> bool:
    """Say whether a query may name new blank nodes: the same graph, written with other labels each time."""
    return _NEW_NODES.search(query) is not None


def matches(tag: str, header: str) -> bool:
    """Say whether an If-None-Match header names this entity tag (weak comparison, RFC 9110, section 13.1.2).

    >>> matches('"a"', 'W/"a", "b"'), matches('"a"', '"b"'), matches('"a"', "*")
    (True, False, True)
    """
    if header.strip() == "*":
        return True
    own = tag.removeprefix("W/")
    return any(entry.strip().removeprefix("W/") == own for entry in header.split(","))


def http_date(moment: int) -> str:
    """Write seconds since 1970 as HTTP does."""
    return formatdate(moment, usegmt=True)


def not_since(moment: int, header: str) -> bool:
    """Say whether an If-Modified-Since header is no older than a moment. A date that cannot be read says nothing."""
    given = moment_of(header)
    return given is not None and given >= moment


def moment_of(header: str) -> float | None:
    """Return the seconds since 1970 that a date of HTTP names; None for one that cannot be read."""
    try:
        return parsedate_to_datetime(header).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
