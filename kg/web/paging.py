"""Rows of a named query, a page at a time: which rows, where the next page begins, how a page says so.

A page begins behind a row, not at a number. The address of the next page (a cursor) holds the release, how many rows
lie before it, and a digest of the last row given. Within a release that number is exact, for releases never change and
the order of the rows is total. In another release the row is looked for; where it is no more there, the client is told
to begin again, and gets neither rows twice nor rows left out without a word. Knows cursors, pages and the ``next`` of
an answer. Does not know HTTP's requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import orjson
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.exceptions import HTTPException

from kg.precomputed import Answered, Answers
from kg.queries import NamedQuery
from kg.store.answers import SELECT_FORMATS, Question, refuse_not_xml
from kg.store.pool import Pool

MOST: Final = 10_000
"""Rows a page may have, and rows behind the place of a cursor in which its row is looked for in another release."""

_CURSOR: Final = re.compile(r"([0-9a-f]{16})-([1-9][0-9]{0,11})-([0-9a-f]{20})")


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind so many rows, the last of which has this digest in this release."""

    release: str
    rows: int
    last: str

    def __str__(self) -> str:
        return f"{self.release}-{self.rows}-{self.last}"


@dataclass(frozen=True)
class Page:
    """Rows in SPARQL JSON, how many, and where the next page begins; None on the last one."""

    data: bytes
    rows: int
    next: Cursor | None


def read_cursor(text: str) -> Cursor | None:
    """Read the parameter ``after``, empty for the first page. Raises HTTPException 400."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise HTTPException(400, f"after={text[:80]!r} was given by no page; leave it out to begin with the first")
    return Cursor(found[1], int(found[2]), found[3])


def read_size(text: str, query: NamedQuery, rows: int = 0) -> int:
    """Read the parameter ``limit``: rows of a page, of which the server gives at most ``rows`` (0: no limit).

    Raises HTTPException 400.
    """
    most = min(query.limit or MOST, rows or MOST, MOST)
    if not text:
        return most
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise HTTPException(400, f"limit={text[:80]!r} is not a number of rows from 1 to {most:,}")
    return int(text)


async def page_of(
    pool: Pool, query: NamedQuery, text: str, release: str, *, size: int, after: Cursor | None, deadline: float
) -> Page:
    """Return one page of the answer to ``text``, which `NamedQuery.bind` has made of ``query``.

    Raises HTTPException 410 where the row behind which it begins is no more there; else as `Pool.ask`.
    """
    start = 0
    if after is not None:
        start = after.rows if after.release == release else await _found(pool, query, text, after, deadline)
    window = query.window(text, size + 1, start)
    async with await pool.ask(Question(window, max_rows=size), deadline=deadline) as answer:
        data, head = await answer.read(), answer.head
    following = None
    if head.cut:
        following = Cursor(release, start + size, _digests(data)[-1])
        data = data.replace(
            b',"truncated":{"rows":%d}' % head.rows, b"", 1
        )  # a page is whole: it is what was asked for
    return Page(data, head.rows, following)


async def after_last(
    pool: Pool, query: NamedQuery, text: str, release: str, rows: int, *, deadline: float
) -> Cursor | None:
    """Return the cursor behind the first ``rows`` rows of an answer."""
    window = query.window(text, 1, rows - 1)
    async with await pool.ask(Question(window), deadline=deadline) as answer:
        digests = _digests(await answer.read())
    return Cursor(release, rows, digests[-1]) if digests else None


def stored_page(data: bytes, release: str, *, size: int, after: Cursor | None) -> Page | None:
    """Return a page of a stored answer in SPARQL JSON, None where the page begins elsewhere than in this release."""
    if after is not None and after.release != release:
        return None
    start = after.rows if after else 0
    document = orjson.loads(data)
    rows = document["results"]["bindings"]
    shown = rows[start : start + size]
    page = orjson.dumps({**document, "results": {"bindings": shown}})
    more = len(rows) > start + size
    return Page(page, len(shown), Cursor(release, start + size, _digests(page)[-1]) if more and shown else None)


@lru_cache(maxsize=256)
def stored_end(answers: Answers, answered: Answered, release: str, rows: int) -> Cursor:
    """Return the cursor behind the last of the ``rows`` rows of a stored answer."""
    document = orjson.loads(answers.read(answered, "json"))
    last = orjson.dumps({**document, "results": {"bindings": document["results"]["bindings"][rows - 1 : rows]}})
    return Cursor(release, rows, _digests(last)[-1])


async def _found(pool: Pool, query: NamedQuery, text: str, after: Cursor, deadline: float) -> int:
    window = query.window(text, after.rows + MOST, 0)
    async with await pool.ask(Question(window), deadline=deadline) as answer:
        digests = _digests(await answer.read())
    # The nearest of equal rows: an answer may hold one twice.
    places = [place for place, digest in enumerate(digests, 1) if digest == after.last]
    if not places:
        raise HTTPException(
            410,
            "the row behind which this page begins is not in the release that is served now; begin with the first page",
        )
    return min(places, key=lambda place: abs(place - after.rows))


def _digests(data: bytes) -> list[str]:
    """Return a digest of each row of an answer in SPARQL JSON: of its terms, whatever the order of their members."""
    results = parse_query_results(data, QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        raise TypeError("a named query answers in rows")
    names = results.variables
    return [blake2b(repr([str(row[name]) for name in names]).encode(), digest_size=10).hexdigest() for row in results]


def written(page: Page, form: str, following: str | None) -> bytes:
    """Write a page in a format. In JSON its ``head`` has a member ``next``, the address of the next page or null."""
    if form == "json":
        return page.data.replace(b"]", b'],"next":' + orjson.dumps(following), 1)  # the bracket closes the variables
    results = parse_query_results(page.data, QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        raise TypeError("a named query answers in rows")
    data = results.serialize(format=SELECT_FORMATS[form]) or b""
    if form == "xml":
        refuse_not_xml(data)
    return data
