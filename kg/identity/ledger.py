"""The ledger of ids: which keys a thing is known by, and the id it was given once and for ever.

A key names something in a source (a record, a mention) and survives re-import, another file order and new sources.
``assign`` gives each cluster of keys its id: the one its keys already have, or a new one. Merged ids redirect to the
id that stays; the larger part of a split keeps the id. Knows nothing of names or works, only keys.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import orjson

from kg.errors import HomeError, ReleaseError

# Crockford's base 32 without the vowels that would spell words.
_ALPHABET = "0123456789bcdfghjkmnpqrstvwxyz"
_ID_LENGTH = 8


class Ledger:
    """Keys and ids by kind. ``Ledger()`` is empty; ``Ledger.load(path)`` reads a file and may be absent."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, str]] = defaultdict(dict)
        self._taken: dict[str, set[str]] = defaultdict(set)
        self._redirects: dict[str, dict[str, str]] = defaultdict(dict)

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Read a ledger file; a missing file is an empty ledger.

        Raises ReleaseError, with the line, when the file is damaged: ids would otherwise be minted anew.
        """
        ledger = cls()
        if not path.exists():
            return ledger
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                row = orjson.loads(line)
                if "from" in row:
                    ledger._redirects[row["kind"]][row["from"]] = row["to"]
                    ledger._taken[row["kind"]].add(row["from"])
                else:
                    ledger._ids[row["kind"]][row["key"]] = row["id"]
                    ledger._taken[row["kind"]].add(row["id"])
            except (ValueError, KeyError, TypeError) as error:
                raise ReleaseError(
                    f"the ledger of ids is damaged: {error}",
                    where=f"{path}:{number}",
                    advice="restore the file from a copy, or repair the line; without it ids would change",
                ) from error
        return ledger

    def save(self, path: Path) -> None:
        """Write the ledger atomically, sorted, one JSON object a line. Raises HomeError when it cannot be written."""
        temporary = path.with_name(path.name + ".new")
        try:
            with temporary.open("wb", buffering=1 << 20) as file:
                for kind in sorted({*self._ids, *self._redirects}):
                    # One line at a time: all of them at once take two kilobytes each.
                    for old, new in sorted(self._redirects.get(kind, {}).items()):
                        file.write(orjson.dumps({"kind": kind, "from": old, "to": new}) + b"\n")
                    for key, id_ in sorted(self._ids.get(kind, {}).items()):
                        file.write(orjson.dumps({"kind": kind, "key": key, "id": id_}) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            raise HomeError(
                f"cannot write the ledger {path}: {error.strerror}", advice="free space or fix rights"
            ) from error

    def assign(self, kind: str, clusters: Sequence[Collection[str]]) -> list[str]:
        """Return an id for each cluster of keys, and remember it. Every key stands in one cluster only.

        The result depends on the ledger and the keys, not on the order of the clusters.
        """
        known = self._ids[kind]
        firsts = list(map(min, clusters))
        claims: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for index, keys in enumerate(clusters):
            given = [old for key in keys if (old := known.get(key)) is not None]
            # Most clusters have the keys of one id, and counting what there is one of takes ten times as long.
            counts = Counter(given) if len(set(given)) > 1 else {old: len(given) for old in given[:1]}
            for old, count in counts.items():
                claims[self.current(kind, old)].append((-count, firsts[index], index))
        # The larger part of a split keeps the id; then a merged cluster keeps the id with most of its keys.
        won: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for old, candidates in claims.items():
            negative_count, _, index = min(candidates)
            won[index].append((negative_count, old))
        ids = [""] * len(clusters)
        for index in sorted(range(len(clusters)), key=firsts.__getitem__):
            if index in won:
                ids[index] = min(won[index])[1]
                for _, old in won[index]:
                    if old != ids[index]:
                        self._redirects[kind][old] = ids[index]
            else:
                ids[index] = self._mint(kind, firsts[index])
            known.update(dict.fromkeys(clusters[index], ids[index]))
        return ids

    def known(self, kind: str, key: str) -> str | None:
        """Return the id that a key was given, None for a key that was never seen."""
        return self._ids[kind].get(key)

    def keys(self, kind: str) -> Collection[str]:
        """Return all keys of a kind that ever were."""
        return self._ids[kind].keys()

    def keep(self, kind: str, key: str, id_: str) -> None:
        """Remember an id that is made elsewhere and need not stay."""
        self._ids[kind][key] = id_

    def vanished(self, kind: str, clusters: Iterable[Collection[str]]) -> dict[str, str]:
        """Return the keys, with their ids, of things that are in none of these clusters, not even under another key."""
        known = self._ids[kind]
        there = {old for keys in clusters for key in keys if (old := known.get(key)) is not None}
        now = {old: self.current(kind, old) for old in {*known.values()}}
        there = {now[old] for old in there}
        return {key: now[old] for key, old in known.items() if now[old] not in there}

    def current(self, kind: str, old: str) -> str:
        """Return the id that an id leads to now: itself unless it was merged."""
        redirects = self._redirects[kind]
        if old not in redirects:
            return old
        seen = {old}
        while (new := redirects.get(old)) is not None and new not in seen:
            old = new
            seen.add(new)
        return old

    def redirects(self, kind: str) -> Iterable[tuple[str, str]]:
        """Yield (old id, id it leads to now) of a kind, sorted by old id."""
        for old in sorted(self._redirects[kind]):
            yield old, self.current(kind, old)

    def _mint(self, kind: str, key: str) -> str:
        """Return a new id. It follows from the key, so two machines with the same ledger mint the same ids."""
        for salt in range(1 << 16):
            number = int.from_bytes(hashlib.blake2b(f"{kind}\n{key}\n{salt}".encode(), digest_size=8).digest())
            letters = []
            for _ in range(_ID_LENGTH):
                number, digit = divmod(number, len(_ALPHABET))
                letters.append(_ALPHABET[digit])
            candidate = "".join(letters)
            if candidate not in self._taken[kind]:
                self._taken[kind].add(candidate)
                return candidate
        raise ReleaseError(f"no free id for a {kind}", advice="report this: the ledger should hold far fewer ids")
