"""Search by label: names, titles and identifiers, folded, in a tantivy index that is built with a release.

All words of a question are required, the last one also as the beginning of a word. An exact name comes before a name
that holds the words next to each other in this order, that before a name that holds all of them as whole words, that
before a name that begins with the question as far as it is typed, that before the rest (words found in the detail only,
other beginnings). Within a rank the engine's score decides (BM25, higher
is better), then the label, then the IRI, so that the same release always gives the same answer. An identifier is found
in its printed and in its IRI form, a thing of the graph also by its own IRI.

Knows labels, details and how they fold. Reader's text never reaches a query parser: a query is made of terms, so no
character has a meaning. Does not know how a hit is shown, nor anything else about a thing than its label and detail.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tantivy

from kg.errors import ReleaseError
from kg.model import text as folding
from kg.rdf.cards import CLASSES, Card

Label = tuple[str, str, str, str]
"""IRI, kind, label, detail."""

# Scores are the rank times this, plus BM25, which stays far below it for labels (a few units a word).
_RANK: Final = 1000.0
_LONGEST_QUESTION: Final = 32
"""Words of a question that are looked at; what follows is not needed to find a label and would cost the server."""
_SHORTEST_BEGINNING: Final = 3
"""Letters from which names that begin with the question rank higher; with fewer it is a walk through half the names."""
_TIES: Final = 2000
"""Hits fetched beyond the limit to order equal scores by label, where the index has several segments."""
_WRITER_MEMORY: Final = 256_000_000
"""Bytes one writer thread may hold: about a million labels in one segment."""
KINDS: Final = tuple(kind for kind, _ in CLASSES)

# One kana or CJK ideograph (with the extensions), or a run of anything else.
_PART = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]|[^\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+"
)
_HOST = re.compile(r"https?://[^/\s]*/?")


@dataclass(frozen=True)
class Hit:
    """One thing found. ``score`` is higher for a better match and comparable within one answer only."""

    iri: str
    kind: str
    label: str
    detail: str
    score: float


def write_index(folder: Path, labels: Iterable[Label]) -> int:
    """Write a new index into ``folder`` (emptied first) and return the number of labels in it.

    The answers depend on the set of labels only, not on their order.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    # One thread: documents keep the order in which they are added, and the engine breaks ties by it.
    writer = index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
    entries = sorted(set(labels), key=lambda entry: (entry[2], entry[0], entry))
    for iri, kind, label, detail in entries:
        words = _words(label)
        document = tantivy.Document()
        document.add_text("iri", iri)
        document.add_text("kind", kind)
        document.add_bytes("label", label.encode())
        document.add_bytes("detail", detail.encode())
        document.add_text("exact", " ".join(words))
        document.add_text("words", " ".join(words))
        document.add_text("more", " ".join(_words(detail)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return len(entries)


class Index:
    """An index opened for reading. It never changes, so threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``. Raises ReleaseError when it is missing or damaged."""
        try:
            index = tantivy.Index.open(str(folder)) if folder.is_dir() and tantivy.Index.exists(str(folder)) else None
        except (ValueError, OSError) as problem:
            raise _damaged(folder) from problem
        if index is None:
            raise _damaged(folder)
        self._schema = index.schema
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> list[Hit]:
        """Return the best hits for the reader's words, best first; none for a text without a letter or digit."""
        words = _words(_HOST.sub("", text.strip()))[:_LONGEST_QUESTION]
        if not words or limit < 1:
            return []
        query = self._query(words, text.strip(), kind)
        found = self._searcher.search(query, limit=limit + 1, count=False).hits
        # In one segment the engine breaks ties by the order of writing, which is that of the labels. Otherwise equal
        # scores that reach past what was fetched are all fetched, so that the label decides.
        if self._searcher.num_segments > 1 and len(found) > limit and found[limit][0] == found[limit - 1][0]:
            found = self._searcher.search(query, limit=limit + _TIES, count=False).hits
        hits = [self._hit(score, address) for score, address in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.label, hit.iri))[:limit]

    def _query(self, words: list[str], iri: str, kind: str | None) -> Any:
        query, occur, schema = tantivy.Query, tantivy.Occur, self._schema

        def term(field: str, word: str) -> Any:
            return query.term_query(schema, field, word)

        def beginning(field: str, word: str) -> Any:
            # Distance 0: a plain prefix, from the term's characters, without any pattern language.
            return query.fuzzy_term_query(schema, field, word, distance=0, prefix=True)

        def ranked(part: Any, rank: float = _RANK) -> tuple[Any, Any]:
            return occur.Should, query.const_score_query(part, rank)

        clauses = []
        for place, word in enumerate(words):
            ways = [term("words", word), term("more", word)]
            if place == len(words) - 1:
                ways += [query.const_score_query(beginning(field, word), 0.0) for field in ("words", "more")]
            clauses.append((occur.Must, query.boolean_query([(occur.Should, way) for way in ways])))
        whole = " ".join(words)
        clauses.append(ranked(term("exact", whole)))
        if len(whole) >= _SHORTEST_BEGINNING:
            clauses.append(ranked(beginning("exact", whole), _RANK / 2))
        clauses.append(ranked(query.boolean_query([(occur.Must, term("words", word)) for word in words])))
        if len(words) > 1:
            clauses.append(ranked(query.phrase_query(schema, "words", list(words))))
        ways = [(occur.Should, query.boolean_query(clauses)), ranked(term("iri", iri))]
        if kind is None:
            return query.boolean_query(ways)
        of_kind = query.const_score_query(term("kind", kind), 0.0)
        return query.boolean_query([(occur.Must, of_kind), (occur.Must, query.boolean_query(ways))])

    def _hit(self, score: float, address: Any) -> Hit:
        stored: Any = self._searcher.doc(address)
        label, detail = (bytes(stored.get_first(field)).decode() for field in ("label", "detail"))
        return Hit(stored.get_first("iri"), stored.get_first("kind"), label, detail, round(float(score), 3))


def _damaged(folder: Path) -> ReleaseError:
    return ReleaseError("the search index cannot be read", where=str(folder), advice="build the release again")


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for whole in ("iri", "kind"):
        builder.add_text_field(whole, stored=True, tokenizer_name="raw", index_option="basic")
    for shown in ("label", "detail"):
        builder.add_bytes_field(shown, stored=True)
    builder.add_text_field("exact", stored=False, tokenizer_name="raw", index_option="basic")
    for folded in ("words", "more"):
        builder.add_text_field(folded, stored=False, tokenizer_name="whitespace", index_option="position")
    return builder.build()


def _words(text: str) -> list[str]:
    """Fold a text and cut it into words; scripts without spaces are cut into letters, or no part would be found."""
    words = folding.words(text)
    return words if text.isascii() else [part for word in words for part in _PART.findall(word)]


def labels(cards: Iterable[Card]) -> Iterator[Label]:
    """Yield a label for each thing: its name, and in the detail what tells namesakes apart."""
    for card in cards:
        yield card.iri, card.kind, card.label, card.detail
