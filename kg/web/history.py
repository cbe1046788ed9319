"""What earlier releases said of a thing: what changed about it, and whether it was ever there.

Opens the stores of the few releases published last, read-only, and looks at the statements with the thing as subject
in the merged view. Knows the home's log of publications. Does not know how a release is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from kg.errors import KgError
from kg.store.finished import Release
from kg.store.releases import Home

RELEASES: Final = 6
"""Publications that are looked back at."""
_STATEMENTS: Final = 5_000
"""Statements about one thing that are compared."""

Statement = tuple[str, str]
"""Property and value, as N-Triples writes them."""


@dataclass(frozen=True)
class Change:
    """What one publication changed about a thing: the statements it added and those it took away."""

    release: str
    at: str
    added: tuple[Statement, ...]
    removed: tuple[Statement, ...]


def published(release: Release) -> list[tuple[str, str, Path]]:
    """Return (id, moment, folder) of the releases published last, newest first, beginning with this one."""
    home = Home(release.path.parent.parent)
    moments: dict[str, str] = {}
    for entry in home.history():
        moments.pop(entry.release, None)
        moments[entry.release] = entry.at
    at = moments.pop(release.id, str(release.manifest.get("built", "")))
    earlier = [(name, moment) for name, moment in moments.items() if moment <= at]
    found = [(release.id, at), *reversed(earlier)][:RELEASES]
    folder = release.path.parent
    return [(name, moment, folder / name) for name, moment in found if (folder / name / "store").is_dir()]


def changes(release: Release, iri: str) -> list[Change]:
    """Return what the last publications changed about a thing, newest first, without those that changed nothing."""
    line = published(release)
    found = []
    for (name, at, newer), (_, _, older) in pairwise(line):
        now, before = _said(newer, iri), _said(older, iri)
        if now is not None and before is not None and now != before:
            found.append(Change(name, at, tuple(sorted(now - before)), tuple(sorted(before - now))))
    return found


def last_known(release: Release, iri: str) -> tuple[str, str] | None:
    """Return the id and moment of the last publication that knew a thing; None where none of the last ones did."""
    for name, at, folder in published(release)[1:]:
        if _said(folder, iri):
            return name, at
    return None


@lru_cache(maxsize=2_000)
def _said(folder: Path, iri: str) -> frozenset[Statement] | None:
    """Return what a release says of a thing; None where the release cannot be read any more."""
    try:
        store = _store(folder)
        found: set[Statement] = set()
        for quad in store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()):
            found.add((str(quad.predicate), str(quad.object)))
            if len(found) >= _STATEMENTS:
                break
    except (OSError, RuntimeError, ValueError, KgError):
        return None
    return frozenset(found)


@lru_cache(maxsize=RELEASES)
def _store(folder: Path) -> Store:
    return Store.read_only(str(folder / "store"))
