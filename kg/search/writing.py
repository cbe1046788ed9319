"""Write the search index of a release: fields, folded words, the order of the documents.

Folding is most of the work beside the engine's own, so each text is folded once, and what words have in common, their
beginnings and the folded form of foreign ones, is remembered while an index is written.

Knows what is indexed of a label. Does not know how it is found.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import tantivy

from kg.rdf.cards import Card
from kg.search.labels import Label, pointed
from kg.search.orders import declare, places
from kg.search.words import edges, foreign, words

_WRITER_MEMORY: Final = 256_000_000
"""Bytes one writer thread may hold: about a million labels in one segment."""
_REMEMBERED: Final = 1 << 18  # words; a release repeats most of its words

_YEAR: Final = re.compile(r"[0-9]{4}")


def write_cards(folder: Path, cards: Iterable[Card]) -> int:
    """Write a new index of the things on these cards, which are looked at once, and return how many there are."""
    labels: list[Label] = []
    links: list[str] = []
    for card in cards:
        labels.append((card.iri, card.kind, card.label, card.detail))
        links += pointed(card)
    weights = Counter(links)
    del links
    return write_index(folder, labels, weights)


def write_index(folder: Path, labels: Iterable[Label], weights: Mapping[str, int] | None = None) -> int:
    """Write a new index into ``folder`` (emptied first) and return the number of labels in it.

    ``weights`` are numbers by IRI; of two equal hits the heavier comes first. The answers depend on the set of labels
    and weights only, not on their order.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    fields = schema()
    index = tantivy.Index(fields, path=str(folder))
    # One thread: documents keep the order in which they are added, and the engine breaks ties by it.
    writer = index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
    # By weight, then by label, then by IRI: the last comes first, for sorting keeps what is equal as it was.
    entries = [entry for entry, _ in groupby(sorted(labels))]
    entries.sort(key=itemgetter(2))
    counts = weights or {}
    entries.sort(key=lambda entry: -counts.get(entry[0], 0))
    remembered, begun = lru_cache(_REMEMBERED)(foreign), lru_cache(_REMEMBERED)(edges)
    works = [counts.get(entry[0], 0) for entry in entries]
    folded = [" ".join(words(entry[2], remembered)) for entry in entries]
    columns = {"works": works, **places(entries, folded, works)}
    names, numbers = tuple(columns), zip(*columns.values(), strict=True)
    for (iri, kind, label, detail), text, own in zip(entries, folded, numbers, strict=True):
        said: dict[str, Any] = dict(zip(names, own, strict=True))
        said["iri"] = iri
        said["kind"] = kind
        said["label"] = label.encode()
        said["detail"] = detail.encode()
        said["exact"] = said["words"] = text
        # What stands between the parts of a detail would make all of it foreign.
        said["more"] = " ".join(words(detail.replace(" · ", " "), remembered))
        said["edges"] = " ".join(map(begun, text.split()))
        if kind == "work" and (year := _YEAR.match(detail)):
            said["year"] = year[0]
        writer.add_document(tantivy.Document.from_dict(said, fields))
    writer.commit()
    writer.wait_merging_threads()
    for file in folder.iterdir():  # the engine keeps some of them from everybody else
        file.chmod(folder.stat().st_mode & 0o666)
    return len(entries)


def schema() -> Any:
    """Return the fields of an index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("year", stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("edges", stored=False, tokenizer_name="whitespace", index_option="basic")
    for shown in ("label", "detail"):
        builder.add_bytes_field(shown, stored=True)
    builder.add_text_field("exact", stored=False, tokenizer_name="raw", index_option="basic")
    for folded in ("words", "more"):
        builder.add_text_field(folded, stored=False, tokenizer_name="whitespace", index_option="position")
    declare(builder)
    return builder.build()
