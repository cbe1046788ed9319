"""How records and printed names are called for ever: by their source and their words, never by a line.

So a name survives a new capture of a page, another order and other sources. Knows the ledger; knows nothing of what is
joined.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Final

from kg.identity.ledger import Ledger
from kg.identity.world import RecordIn, SourceIn, World

RECORD: Final = "record"
"""Kind of the ledger's rows that say which name a record got that its source calls something: a BibTeX key, a DOI."""

SUBJECT: Final = "subject/"
"""What stands in the key of a printed name before the name, where it is the subject's of its page or record."""

_FORMER: Final = 64  # names beyond those needed now that records of one title may have from before


def list_records(sources: Sequence[SourceIn], ledger: Ledger) -> list[RecordIn]:
    """Return the work records of all sources, sorted by their node names, and remember what they are called there.

    All names are equally long, so that everything about a record stands together among sorted statements. Records of
    one title are told apart by the names that they had before, as far as their source calls them something; new ones
    take what is free, in their order.
    """
    found = []
    for source in sources:
        called = _called(source)
        before = [ledger.known(RECORD, key) or "" for key in called]
        names = _record_names(source, before)
        for number, (keys, key, old, name) in enumerate(zip(source.keys, called, before, names, strict=True)):
            found.append(RecordIn(source, number, keys, f"{source.id}#r{name}", "" if old == name else old))
            if key:
                ledger.keep(RECORD, key, name)
    return sorted(found, key=lambda record: record.node)


def _called(source: SourceIn) -> list[str]:
    """Return the ledger's key of what a source calls each record, empty where that is nothing or two records' name."""
    counts = Counter(keys.called for keys in source.keys)
    return [f"{source.id}/{keys.called}" if keys.called and counts[keys.called] == 1 else "" for keys in source.keys]


def _record_names(source: SourceIn, before: Sequence[str]) -> list[str]:
    """Name the records of a source. ``before`` are the names that they had, empty where none is known."""
    names = [""] * len(source.keys)
    of_title: dict[str, list[int]] = defaultdict(list)
    for number, keys in enumerate(source.keys):
        of_title[keys.opening].append(number)
    for opening, alike in of_title.items():
        if len(alike) == 1 and before[alike[0]] in ("", opening):
            names[alike[0]] = opening
            continue
        possible = dict.fromkeys(islice(names_of_title(opening), len(alike) + _FORMER))
        taken: set[str] = set()
        for number in alike:
            if (name := before[number]) and name in possible and name not in taken:
                names[number] = name
                taken.add(name)
        free = (name for name in possible if name not in taken)
        for number in alike:
            names[number] = names[number] or next(free)
    return names


def names_of_title(opening: str) -> Iterator[str]:
    """Yield what the records of one title in a source are called, without end; the first has the title's own name."""
    yield opening
    for number in count(2):
        yield hashlib.blake2b(f"{opening}+{number}".encode(), digest_size=8).hexdigest()


def former_key(record: RecordIn) -> str:
    """Return the ledger's key that a record had under another title, empty where it had none."""
    return record.was and f"{record.source.id}/{record.was}"


def record_key(node: str) -> str:
    """Return the ledger's key of a record."""
    return node.replace("#r", "/")


def mention_keys(world: World) -> list[str]:
    """Return the ledger's key of each printed name: its record and the name; namesakes on one record are counted."""
    seen: Counter[str] = Counter()
    keys = []
    for name in world.names:
        place = record_key(name.stands_on) if name.record >= 0 else name.stands_on.partition("#head")[0]
        key = f"{place}/{SUBJECT if name.is_subject else ''}{name.key}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}+{seen[key]}")
    return keys


def parts_of(key: str) -> tuple[str, str]:
    """Return the record that a printed name's key stands on, and the name; two empty texts for a name on no record."""
    source, _, rest = key.partition("/")
    node, _, name = rest.partition("/")
    on_record = name and "#" not in source and f"{node}/" != SUBJECT
    return (f"{source}/{node}", name) if on_record else ("", "")
