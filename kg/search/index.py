"""Search by label in the index of a release: names, titles and identifiers, folded (`kg.search.writing`).

All words of a question are required, the last one also as the beginning of a word. An exact name comes before a name
that holds the words next to each other in this order, that before a name that holds all of them as whole words, that
before a name that begins with the question as far as it is typed, that before the rest (words found in the detail only,
other beginnings). Within a rank the engine's score decides (BM25, higher is better), then the weight of the thing, then
the label, then the IRI, so that the same release always gives the same answer. A DOI, ORCID iD, ROR or arXiv id is
found in each of its forms, a thing of the graph also by its own IRI.

What is found in no such way is looked for with other spellings: a letter or two wrong, initials for given names and
given names for initials, beginnings for every word. Such hits say that they are `near`.

Completion answers each key: every word may be a beginning, and there is no score but the rank, so that the things with
most works come first. The first three letters of each word are indexed as words of their own; a walk through all words
that begin with one letter would cost more than the time between two keys.

Knows labels, details and how they fold. Reader's text never reaches a query parser: a query is made of terms, so no
character has a meaning. Does not know how a hit is shown, nor anything else about a thing than its label and detail.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import tantivy

from kg.errors import IdentifierError, ReleaseError
from kg.model.identifiers import parse_arxiv, parse_doi, parse_orcid, parse_ror
from kg.search.orders import Listed, Shelf
from kg.search.words import EDGE
from kg.search.words import words as fold

# Scores are the rank times this, plus BM25, which stays far below it for labels (a few units a word).
_RANK: Final = 1000.0
_LONGEST_QUESTION: Final = 32
"""Words of a question that are looked at; what follows is not needed to find a label and would cost the server."""
_SHORTEST_BEGINNING: Final = 3
"""Letters from which names that begin with the question rank higher; with fewer it is a walk through half the names."""
_TIES: Final = 2000
"""Hits fetched beyond the limit to order equal scores by label, where the index has several segments."""
_TYPO: Final = 4
"""Letters from which a word may have one wrong; from twice as many two."""

_HOST = re.compile(r"https?://[^/\s]*/?")


@dataclass(frozen=True)
class Hit:
    """One thing found. ``score`` is higher for a better match and comparable within one answer only."""

    iri: str
    kind: str
    label: str
    detail: str
    score: float
    near: bool = False
    """True when it was found by another spelling only."""


@dataclass(frozen=True)
class Filter:
    """What hits are wanted: of one kind, of years (works only; both ends belong to it)."""

    kind: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Page:
    """Some of the hits of a question. ``total`` is the number of all; ``near`` says that none is spelt like this."""

    hits: tuple[Hit, ...]
    total: int
    near: bool = False


class Index:
    """An index opened for reading. It never changes, so threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``. Raises ReleaseError when it is missing or damaged."""
        if not folder.is_dir():
            raise _damaged(folder)
        try:
            self._schema, self._searcher = _open(folder)
        except (ValueError, OSError) as problem:
            raise _damaged(folder) from problem

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> list[Hit]:
        """Return the best hits for the reader's words, best first; none for a text without a letter or digit."""
        return list(self.page(text, Filter(kind), limit).hits)

    def page(self, text: str, of: Filter = Filter(), limit: int = 20, offset: int = 0) -> Page:
        """Return some of the hits for the reader's words, best first, and how many there are."""
        words = _question(text)
        if not words or limit < 1:
            return Page((), 0)
        for near in (False, True):
            query = self._asking(text, words, of, near=near)
            found: Any = self._searcher.search(query, limit=offset + limit + 1, count=True)
            if found.count:
                hits = self._ordered(query, found.hits, offset + limit, near=near)[offset : offset + limit]
                return Page(tuple(hits), int(found.count), near)
        return Page((), 0)

    def complete(self, text: str, kind: str | None = None, limit: int = 8) -> list[Hit]:
        """Return the things that a reader who has typed so much may mean, those with most works first."""
        words = _question(text)
        if not words or limit < 1:
            return []
        query = self._within(self._completing(words, text), Filter(kind))
        hits = self._searcher.search(query, limit=limit, count=False).hits
        if not hits:
            hits = self._searcher.search(self._asking(text, words, Filter(kind), near=True), limit=limit).hits
            return [self._hit(score, address, near=True) for score, address in hits]
        return [self._hit(score, address) for score, address in hits]

    def facets(self, text: str, of: Filter = Filter(), *, near: bool = False) -> dict[str, dict[str, int]]:
        """Return how many hits there are of each kind and of each year, each without its own part of the filter."""
        words = _question(text)
        if not words:
            return {"kind": {}, "year": {}}
        found = {}
        for field, rest in (("kind", replace(of, kind=None)), ("year", replace(of, since=None, until=None))):
            query = self._asking(text, words, rest, near=near)
            asked = {field: {"terms": {"field": field, "size": 200}}}
            buckets = self._searcher.aggregate(query, asked)[field]["buckets"]
            found[field] = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}
        return found

    def listed(self, kind: str, order: str, behind: str = "", most: int = 100) -> list[Listed]:
        """Return things of a kind in an order of `kg.search.orders`, from behind a key on.

        Raises ReleaseError where the index was written before there were orders.
        """
        shelf = Shelf(self._schema, self._searcher, kind, order, lambda label: " ".join(fold(label)))
        try:
            return shelf.page(behind, most)
        except ValueError as problem:
            raise ReleaseError("the search index has no lists", advice="build the release again") from problem

    def named(self, iris: Iterable[str]) -> dict[str, Hit]:
        """Return the things with these IRIs, as far as they are in the index."""
        wanted = list(dict.fromkeys(iris))
        if not wanted:
            return {}
        query = tantivy.Query.term_set_query(self._schema, "iri", wanted)
        found = self._searcher.search(query, limit=len(wanted), count=False).hits
        return {hit.iri: hit for hit in (self._hit(0.0, address) for _, address in found)}

    def _ordered(self, query: Any, found: list[Any], limit: int, *, near: bool) -> list[Hit]:
        # In one segment the engine breaks ties by the order of writing: weight, then label. With several segments
        # equal scores that reach past what was fetched are all fetched, so that the label decides.
        if self._searcher.num_segments == 1:
            return [self._hit(score, address, near=near) for score, address in found[:limit]]
        if len(found) > limit and found[limit][0] == found[limit - 1][0]:
            found = self._searcher.search(query, limit=limit + _TIES, count=False).hits
        hits = [self._hit(score, address, near=near) for score, address in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.label, hit.iri))[:limit]

    def _asking(self, text: str, words: list[str], of: Filter, *, near: bool) -> Any:
        return self._within(self._near(words) if near else self._query(words, text.strip()), of)

    def _within(self, query: Any, of: Filter) -> Any:
        """Narrow a query without changing its scores."""
        parts = []
        if of.kind is not None:
            parts.append(self._term("kind", of.kind))
        if of.since is not None or of.until is not None:
            first, last = max(of.since or 0, 0), min(of.until if of.until is not None else 9999, 9999)
            years = [f"{year:04}" for year in range(first, last + 1)]
            parts.append(tantivy.Query.term_set_query(self._schema, "year", years))
        if not parts:
            return query
        must = tantivy.Occur.Must
        narrow = [(must, tantivy.Query.const_score_query(part, 0.0)) for part in parts]
        return tantivy.Query.boolean_query([*narrow, (must, query)])

    def _term(self, field: str, word: str) -> Any:
        return tantivy.Query.term_query(self._schema, field, word)

    def _fuzzy(self, field: str, word: str, distance: int = 0, *, prefix: bool = False) -> Any:
        # With distance 0 and prefix: a plain beginning, from the term's characters, without any pattern language.
        return tantivy.Query.fuzzy_term_query(self._schema, field, word, distance=distance, prefix=prefix)

    def _any(self, ways: list[Any]) -> Any:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in ways])

    def _beginning(self, word: str, fields: tuple[str, ...] = ("words", "more")) -> list[Any]:
        """Return the ways in which a word may be the beginning of one: short ones are indexed as such."""
        if len(word) <= EDGE:
            return [self._term("edges", word)]
        return [self._fuzzy(field, word, prefix=True) for field in fields]

    def _query(self, words: list[str], iri: str) -> Any:
        query, occur, schema = tantivy.Query, tantivy.Occur, self._schema
        term = self._term

        def ranked(part: Any, rank: float = _RANK) -> tuple[Any, Any]:
            return occur.Should, query.const_score_query(part, rank)

        clauses = []
        for place, word in enumerate(words):
            ways = [term("words", word), term("more", word)]
            if place == len(words) - 1:
                ways += [query.const_score_query(way, 0.0) for way in self._beginning(word)]
            clauses.append((occur.Must, self._any(ways)))
        whole = " ".join(words)
        clauses.append(ranked(term("exact", whole)))
        if len(whole) >= _SHORTEST_BEGINNING:
            clauses.append(ranked(self._fuzzy("exact", whole, prefix=True), _RANK / 2))
        clauses.append(ranked(query.boolean_query([(occur.Must, term("words", word)) for word in words])))
        if len(words) > 1:
            clauses.append(ranked(query.phrase_query(schema, "words", list(words))))
        ways = [(occur.Should, query.boolean_query(clauses)), ranked(term("iri", iri))]
        if (named := _identifier(iri)) and len(parts := fold(named)) > 1:
            ways.append(ranked(query.phrase_query(schema, "more", list(parts))))
        return query.boolean_query(ways)

    def _near(self, words: list[str]) -> Any:
        """Every word in some spelling: whole, begun, with a letter or two wrong, or shortened to its first letter."""
        query, occur = tantivy.Query, tantivy.Occur
        clauses = []
        for word in words:
            ways = [query.const_score_query(self._term(field, word), 4.0) for field in ("words", "more")]
            ways += [query.const_score_query(way, 2.0) for way in self._beginning(word)]
            if len(word) >= _TYPO:
                distance = 2 if len(word) >= 2 * _TYPO else 1
                ways += [
                    query.const_score_query(self._fuzzy(field, word, distance), 1.0) for field in ("words", "more")
                ]
                ways.append(query.const_score_query(self._fuzzy("words", word, 1, prefix=True), 0.5))
            if len(word) > 1 and len(words) > 1:
                # "A. Mensch" for "Arthur Mensch": the label has the initial alone.
                ways.append(query.const_score_query(self._term("words", word[0]), 0.2))
            # The best way alone counts.
            clauses.append((occur.Must, query.disjunction_max_query(ways)))
        return query.boolean_query(clauses)

    def _completing(self, words: list[str], text: str) -> Any:
        query, occur = tantivy.Query, tantivy.Occur
        clauses = []
        for place, word in enumerate(words):
            last = place == len(words) - 1
            ways = [self._term("words", word), self._term("more", word)]
            ways += self._beginning(word, ("words", "more") if last else ("words",))
            clauses.append(
                (occur.Must, query.const_score_query(query.boolean_query([(occur.Should, w) for w in ways]), 0.0))
            )
        whole = " ".join(words)
        clauses.append((occur.Should, query.const_score_query(self._term("exact", whole), 4.0)))
        if len(whole) > EDGE:
            clauses.append((occur.Should, query.const_score_query(self._fuzzy("exact", whole, prefix=True), 2.0)))
        in_label = [(occur.Must, self._any(self._beginning(word, ("words",)))) for word in words]
        clauses.append((occur.Should, query.const_score_query(query.boolean_query(in_label), 1.0)))
        ways = [(occur.Should, query.boolean_query(clauses))]
        ways.append((occur.Should, query.const_score_query(self._term("iri", text.strip()), 9.0)))
        if (named := _identifier(text)) and len(parts := fold(named)) > 1:
            ways.append(
                (occur.Should, query.const_score_query(query.phrase_query(self._schema, "more", list(parts)), 9.0))
            )
        return query.boolean_query(ways)

    def _hit(self, score: float, address: Any, *, near: bool = False) -> Hit:
        stored: Any = self._searcher.doc(address)
        label, detail = (bytes(stored.get_first(field)).decode() for field in ("label", "detail"))
        return Hit(stored.get_first("iri"), stored.get_first("kind"), label, detail, round(float(score), 3), near)


def _open(folder: Path) -> tuple[Any, Any]:
    """Return the schema and a searcher of the index in ``folder``, which may be a folder that can only be read.

    The engine locks what it opens, by a file beside the others. It holds all files open then: where it may make no
    such file, it is led to the others by links in a folder that need not stay.
    """
    try:
        index = tantivy.Index.open(str(folder))
        return index.schema, index.searcher()
    except ValueError as problem:
        if "Lockfile" not in str(problem):
            raise
    links = Path(mkdtemp(prefix="kg-search-"))
    try:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                (links / file.name).symlink_to(file.resolve())
        return _open(links)
    finally:
        for _ in range(3):  # a thread of the engine looks once more, and may make its lock meanwhile
            shutil.rmtree(links, ignore_errors=True)


def _question(text: str) -> list[str]:
    """Return the words that are looked for; those of an identifier are its own, whatever stands around it."""
    named = _identifier(text)
    return fold(named if named else _HOST.sub("", text.strip()))[:_LONGEST_QUESTION]


def _identifier(text: str) -> str:
    """Return a DOI, ORCID iD, arXiv or ROR id without its host, as details hold it; empty for any other text."""
    for parse in (parse_orcid, parse_doi, parse_arxiv, parse_ror):
        try:
            return _HOST.sub("", parse(text))
        except IdentifierError:
            continue
    return ""


def _damaged(folder: Path) -> ReleaseError:
    return ReleaseError("the search index cannot be read", where=str(folder), advice="build the release again")
