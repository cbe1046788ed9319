"""Who is who in a release, as rows: every printed name with the person it was given to.

Reads the release's own statements in their order. Does not know how people are resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

import orjson

from kg.rdf.lines import Statement, W, read_line
from kg.store.releases import Release


class Row(NamedTuple):
    """A printed name: the record's id within its source (its IRI where it has none), the place from 0, whose it is.

    ``position`` is None where no source tells it.
    """

    record: str
    position: int | None
    name: str
    person: str


_MENTION: Final = {W.KG_NAME_AS_PRINTED, W.KG_IN_RECORD, W.KG_REFERS_TO, W.POSITION}


def mentions(release: Release) -> Iterator[Row]:
    """Yield all printed names of a release, source by source, sorted by record and place."""
    beginning = f"<{release.manifest['base_iri']}source/"
    with release.artefact_path.open("rb") as lines:
        texts = (line.decode() for line in lines if line.startswith(beginning.encode()))
        kept = (read_line(text)[0] for text in texts)
        for _, said in groupby(kept, key=lambda s: s[0][len(beginning) :].partition("#")[0].rstrip(">")):
            yield from sorted(_rows(said), key=lambda row: (row.record, row.position is None, row.position or 0, row))


def _rows(said: Iterable[Statement]) -> Iterator[Row]:
    items: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for subject, predicate, value in said:
        if predicate == W.KG_ITEM:
            items[subject] = str(orjson.loads(value))
        elif predicate in _MENTION:
            found.setdefault(subject, {})[predicate] = value
    for values in found.values():
        record = values.get(W.KG_IN_RECORD)
        if record is None or W.KG_REFERS_TO not in values:
            continue  # a place elsewhere: a record's own position
        place = values.get(W.POSITION)
        yield Row(
            items.get(record, record[1:-1]),
            int(place.split('"')[1]) - 1 if place else None,
            str(orjson.loads(values[W.KG_NAME_AS_PRINTED])),
            values[W.KG_REFERS_TO][1:-1],
        )
