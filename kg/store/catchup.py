"""Entries of the journal and the release that is served: what it lacks, and how it comes to have it.

Knows which entries were meant to be left out (after a rollback) and which only a crash kept from being published. Does
not know who writes.
"""

from __future__ import annotations

import gc
import os
import secrets
import shutil
from pathlib import Path

from pyoxigraph import Store

from kg.store import editions
from kg.store.disk import copy_store, translated
from kg.store.finished import Release
from kg.store.journal import Change, Entry, Journal, joined, missing
from kg.store.releases import Home
from kg.store.writer import read_quads


def catch_up(home: Home, journal: Journal | None = None) -> Release | None:
    """Apply entries that were journalled after the served release was made; return the release that has them.

    Nothing is done after a rollback: what it left out on purpose is applied by the next build. ``journal`` is given by
    a caller who holds its lock.
    """
    if not left_out(home):  # and then nothing is written: a home that may only be read can be served
        return None
    journal = journal or Journal(home.path)
    with journal.lock():
        base, history = home.current(), home.history()
        if base is None or (history and history[-1].action == "rollback"):
            return None
        applied = editions.applied_of(base)
        entries = list(journal.entries(after=max((last for _, last in applied), default=0)))
        if not entries:
            return None
        folder = home.path / "releases" / f".edit-{os.getpid()}-{secrets.token_hex(4)}"
        with translated(home.path):
            folder.mkdir()
            try:
                copy_store(base.store_path, folder / "store")
                removed, added = _lay(folder / "store", entries)
                runs = joined(applied, [entry.number for entry in entries])
                release = editions.adopt(home, editions.make_edition(base, folder, removed, added, runs))
                home.publish(release.id)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return release


def left_out(home: Home) -> list[Entry]:
    """Return the entries of the journal that the served release does not hold."""
    current = home.current()
    entries = list(Journal(home.path).entries())
    wanted = set(missing(editions.applied_of(current), [entry.number for entry in entries])) if current else set()
    return [entry for entry in entries if entry.number in wanted]


def say_left_out(home: Home, most: int = 20) -> list[str]:
    """Say in sentences which edits the served release does not hold, ``most`` of them one by one."""
    entries = left_out(home)
    if not entries:
        return []
    lines = [f"It is without {len(entries):,} of the edits in the journal; the next kg build applies them again:"]
    for entry in entries[:most]:
        removed, added = (data.count(b"\n") for data in (entry.removed, entry.added))
        lines.append(f"  edit {entry.number} by {entry.by}, {entry.at}: {removed:,} removed, {added:,} added")
    if len(entries) > most:
        lines.append(f"  and {len(entries) - most:,} more, in {Journal(home.path).path}")
    return lines


def _lay(store_path: Path, entries: list[Entry]) -> tuple[set[bytes], set[bytes]]:
    store = Store(str(store_path))
    changes = []
    for entry in entries:
        gone = [quad for quad in read_quads(entry.removed) if quad in store]
        new = [quad for quad in read_quads(entry.added) if quad not in store]
        for quad in gone:
            store.remove(quad)
        store.extend(new)
        changes.append(Change("", *(b"".join(f"{quad} .\n".encode() for quad in quads) for quads in (gone, new))))
    store.flush()
    del store
    gc.collect()
    return net(changes)


def net(changes: list[Change]) -> tuple[set[bytes], set[bytes]]:
    """Return the lines that a series of changes removes and adds in the end."""
    removed: set[bytes] = set()
    added: set[bytes] = set()
    for change in changes:
        gone, new = ({line + b"\n" for line in data.split(b"\n") if line} for data in change[1:])
        removed, added = removed | (gone - added), added - gone
        removed, added = removed - new, added | (new - removed)
    return removed, added
