"""Which source a reading is of: the same bytes, the same file, or another capture of what was read before.

Knows the ledger and what records are called in it. Knows nothing of people and works.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from kg.identity.ledger import Ledger
from kg.identity.world import SourceIn
from kg.model.keys import keys_of
from kg.model.records import SourceReading

_FILE = "file:"


def identify_sources(readings: Sequence[SourceReading], ledger: Ledger) -> list[SourceIn]:
    """Give each source its id: known by the hash of its bytes and, where no other has it, its file name.

    One that is known by neither is another capture of a source that is gone, if their files are of one kind by their
    names, and half of its records and of all that the other ever held are the same, as in the dumps of two months.
    """
    unique: dict[str, SourceReading] = {}
    for reading in sorted(readings, key=lambda r: (r.source.file, r.source.sha256)):
        unique.setdefault(reading.source.sha256, reading)
    named = Counter(reading.source.file for reading in unique.values())
    clusters = [
        [f"sha256:{r.source.sha256}"] + ([file_key(r.source.file)] if named[r.source.file] == 1 else [])
        for r in unique.values()
    ]
    new = [i for i, keys in enumerate(clusters) if all(ledger.known("source", key) is None for key in keys)]
    if new and (gone := ledger.vanished("source", clusters)):
        several = list(unique.values())
        for i, key in _captured_before({i: several[i] for i in new}, gone, ledger).items():
            clusters[i].append(key)
    ids = ledger.assign("source", clusters)
    return sorted(
        (SourceIn(i, r, list(keys_of(r))) for i, r in zip(ids, unique.values(), strict=True)), key=lambda s: s.id
    )


def file_key(file: str) -> str:
    """Return the ledger's key of a source by the name of its file."""
    return f"{_FILE}{file}"


def _captured_before(new: Mapping[int, SourceReading], gone: Mapping[str, str], ledger: Ledger) -> dict[int, str]:
    """Return, for new readings, a key of the source that they are another capture of. ``gone``: key -> id."""
    names: dict[str, set[str]] = defaultdict(set)
    for key, id_ in gone.items():
        if key.startswith(_FILE):
            names[id_].add(PurePosixPath(key).suffix)
    sizes: Counter[str] = Counter()
    holding: dict[str, list[str]] = defaultdict(list)
    for key in ledger.keys("work"):
        id_, _, opening = key.partition("/")
        if id_ in names:
            sizes[id_] += 1
            holding[opening].append(id_)
    claims: list[tuple[int, int, str]] = []
    for i, reading in new.items():
        records = keys_of(reading)
        openings = {keys.opening for keys in records}
        shared = Counter(id_ for opening in openings for id_ in holding.get(opening, ()))
        suffix = PurePosixPath(reading.source.file).suffix
        claims += (
            (-count, i, id_)
            for id_, count in shared.items()
            if suffix in names[id_] and 2 * count >= max(len(records), sizes[id_])
        )
    result: dict[int, str] = {}
    left: set[str] = set()
    for _, i, id_ in sorted(claims):
        if i not in result and id_ not in left:
            result[i] = min(key for key, of in gone.items() if of == id_)
            left.add(id_)
    return result
