"""What became of things whose keys are gone: a title or a name was corrected, a record moved to another file.

Keys are made of words, so a corrected word is another key, and would be another thing with another address. Here what
is new is compared with what vanished at the same time, by rules that leave little to chance; a thing that is found to
be an old one is given a key of it, and with that its id. Knows keys and names; mints nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from kg.identity.lasting import SUBJECT, former_key, names_of_title, parts_of, record_key
from kg.identity.ledger import Ledger
from kg.identity.world import RecordIn
from kg.model.name_forms import name_form, relation
from kg.model.records import AgentKind

Clusters = Sequence[Collection[str]]
_ALIKE: Final = 8  # records of one title in a source that are looked at
_CORRECTED: Final = 40  # names of one record that may change at once; each is compared with each


def moved_records(records: Iterable[RecordIn], ledger: Ledger) -> dict[str, str]:
    """Return, for records that are new, the key of a record that is gone and was the same: new key -> old key.

    It was the same where it had the same title and a same name, in whichever source; or where its source called it the
    same and every name on it was there: then its title was corrected.
    """
    keys = {record_key(record.node): record for record in records}
    new = {key: record for key, record in keys.items() if ledger.known("work", key) is None}
    gone = {key for key in ledger.keys("work") if key not in keys} if new else None
    if not gone:
        return {}
    of_title = defaultdict(list)
    for key in sorted(gone):
        of_title[key.partition("/")[2]].append(key)
    claims: list[tuple[int, str, str]] = []
    for key, record in new.items():
        names = {mention.key for mention in record.keys.mentions}
        alike = (
            old for title in islice(names_of_title(record.keys.opening), _ALIKE) for old in of_title.get(title, ())
        )
        claims += ((-count, key, old) for old in alike if (count := _signed(ledger, old, names)))
        if (old := former_key(record)) in gone and names and _signed(ledger, old, names) == len(names):
            claims.append((-len(names), key, old))
    result: dict[str, str] = {}
    left: set[str] = set()
    for _, key, old in sorted(claims):
        if key not in result and old not in left:
            result[key] = old
            left.add(old)
    return result


def with_old_records(clusters: Clusters, ledger: Ledger, moved: Mapping[str, str]) -> Clusters:
    """Add to the keys of new works one of a work that vanished, where a record of it was a record of that."""

    def old_keys(work: int, gone: Mapping[str, str]) -> Iterable[str]:
        return (moved.get(key, "") for key in clusters[work])

    return _inherited("work", clusters, ledger, old_keys)


def with_old_names(kind: AgentKind, clusters: Clusters, ledger: Ledger, moved: Mapping[str, str]) -> Clusters:
    """Add to the keys of new people or groups one of somebody who vanished, where they are the same.

    They are where the same name stood on what the record was before; or where, on one record, a name of a person went
    and one came that can be the same person's, and no others did that can. Where very many names changed at once, this
    is not looked for.
    """
    came, went = _by_record(()), _by_record(())

    def old_keys(agent: int, gone: Mapping[str, str]) -> Iterator[str]:
        if not went:
            went.update(_by_record(gone))
            came.update(_by_record(key for keys in clusters for key in keys if ledger.known(kind, key) is None))
        for key in clusters[agent]:
            record, name = parts_of(key)
            before = moved.get(record, record)
            if (old := f"{before}/{name}") in gone:
                yield old
            elif record and kind == "person" and name in came[record]:
                gone_there, come_there = went.get(before, ()), came[record]
                if max(len(gone_there), len(come_there)) > _CORRECTED:
                    continue
                related = [old for old in gone_there if _related(name, old)]
                if len(related) == 1 and sum(_related(related[0], other) for other in come_there) == 1:
                    yield f"{before}/{related[0]}"

    return _inherited(kind, clusters, ledger, old_keys)


def _inherited(
    kind: str, clusters: Clusters, ledger: Ledger, old_keys: Callable[[int, Mapping[str, str]], Iterable[str]]
) -> Clusters:
    """Add a key to each new cluster whose ``old_keys`` name a thing that vanished, one thing to one cluster."""
    new = [i for i, keys in enumerate(clusters) if all(ledger.known(kind, key) is None for key in keys)]
    if not new or not (gone := ledger.vanished(kind, clusters)):
        return clusters
    claims: list[tuple[int, str, str, int]] = []
    for i in new:
        found = sorted(key for key in set(old_keys(i, gone)) if key in gone)
        for id_, count in Counter(map(gone.__getitem__, found)).items():
            claims.append((-count, min(clusters[i]), next(key for key in found if gone[key] == id_), i))
    result, heirs, left = list(clusters), set[int](), set[str]()
    for _, _, key, i in sorted(claims):
        if i not in heirs and gone[key] not in left:
            heirs.add(i)
            left.add(gone[key])
            result[i] = [*clusters[i], key]
    return result


def _by_record(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the names that stand on each record; those of the subjects of pages stand on none."""
    names: dict[str, list[str]] = defaultdict(list)
    for record, name in map(parts_of, keys):
        if record and not name.startswith(SUBJECT):
            names[record].append(name)
    return names


def _related(one: str, other: str) -> bool:
    return relation(name_form(one), name_form(other)).kind != "conflict"


def _signed(ledger: Ledger, record: str, names: Collection[str]) -> int:
    """Return how many of these names were known on a record, as a person's or a group's."""
    kinds = ("person", "group")
    return sum(any(ledger.known(kind, f"{record}/{name}") is not None for kind in kinds) for name in names)
