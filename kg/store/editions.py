"""A release made of another and a patch: linked where nothing changed, rewritten where something did.

Knows that files of a release never change and can be shared, and how to patch a sorted artefact without reading it
line by line. Does not know where a patch comes from, nor who publishes.

Search index, co-authors, quality report and counts are those of the build it was laid over: the next build renews them,
and the manifest says which build that was and how many edits there are beside it. `make_edition` knows every statement
that came and went, so this is the place to bring such a part up to date.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from kg.errors import ReleaseError
from kg.store.disk import link, sync_folder, translated, write_durably
from kg.store.drafts import now
from kg.store.finished import Release
from kg.store.journal import Runs
from kg.store.nquads import Artefact, patch_artefact, read_artefact, write_artefact
from kg.store.releases import Home, release_id

GRAPH: Final = "graph.nq"
QUALITY: Final = "quality.nq"


def make_edition(base: Release, folder: Path, removed: set[bytes], added: set[bytes], applied: Runs) -> Release:
    """Make ``folder``, which holds the changed store, a whole release; return it as it will be once it is adopted.

    ``removed`` and ``added`` are N-Quads lines with their line ends; ``applied`` are the entries of the journal that
    the release holds.
    """
    with translated(folder):
        files = {name: dict(facts) for name, facts in base.manifest["files"].items()}
        for name in files:
            if name not in {GRAPH, QUALITY}:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                link(base.path / name, folder / name)
        artefacts = _artefacts(base, folder, removed, added)
        for artefact in artefacts:
            files[artefact.path.name] = {
                "bytes": artefact.path.stat().st_size,
                "quads": artefact.quads,
                "sha256": artefact.sha256,
            }
        sums = [str(files[name]["sha256"]) for name in (GRAPH, QUALITY) if name in files]
        name = release_id(*sums, "journal", json.dumps(applied))
        manifest: dict[str, Any] = base.manifest | {
            "id": name,
            "built": now(),
            "files": files,
            "statements": base.manifest["statements"] + len(added) - len(removed),
            "quads": files[GRAPH]["quads"],
            "sha256": files[GRAPH]["sha256"],
            "journal": {**base.manifest.get("journal", {}), "applied": applied},
            "edition_of": base.manifest.get("edition_of", base.id),
            "edits_since": base.manifest.get("edits_since", 0) + _count(applied) - _count(applied_of(base)),
        }
        for path in (folder / "store").iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        for inner in (p for p in folder.rglob("*") if p.is_dir()):
            sync_folder(inner)
        text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
        write_durably(folder / "manifest.json", f"{text}\n".encode())
    return Release(name, folder, manifest)


def applied_of(release: Release) -> Runs:
    """Return the entries of the journal that a release holds."""
    runs: Runs = (release.manifest.get("journal") or {}).get("applied", [])
    return runs


def _count(runs: Runs) -> int:
    return sum(last - first + 1 for first, last in runs)


def adopt(home: Home, edition: Release) -> Release:
    """Move a finished edition among the releases; an equal one that is there already is kept."""
    target = edition.path.parent / edition.id
    with translated(home.path):
        if not target.exists():
            edition.path.rename(target)
            sync_folder(target.parent)
    return home.get_exactly(edition.id)


def _artefacts(base: Release, folder: Path, removed: set[bytes], added: set[bytes]) -> Iterator[Artefact]:
    files = base.manifest["files"]
    graph, left = patch_artefact(base.artefact_path, folder / GRAPH, removed, added, files[GRAPH]["quads"])
    if not left:
        yield graph
        if QUALITY in files:
            link(base.quality_path, folder / QUALITY)
        return
    if QUALITY in files:
        quality, left = patch_artefact(base.quality_path, folder / QUALITY, left, set(), files[QUALITY]["quads"])
        if not left:
            yield graph
            yield quality
            return
    # A statement stands in the file otherwise than in the store, which writes some literals its own way.
    apart = next((quad.graph_name for quad in read_artefact(base.quality_path)), None) if QUALITY in files else None
    store = Store.read_only(str(folder / "store"))
    yield write_artefact(folder / GRAPH, (quad for quad in store if quad.graph_name != apart))
    if QUALITY in files:
        yield write_artefact(folder / QUALITY, (quad for quad in store if quad.graph_name == apart))


def prune(home: Home, editions: Iterable[str], keep: str) -> None:
    """Remove editions that nobody goes back to and nobody reads any more; ``keep`` is served and stays."""
    for name in editions:
        try:
            release = home.get_exactly(name)
        except ReleaseError:
            continue
        if name != keep and "edition_of" in release.manifest:
            shutil.rmtree(release.path, ignore_errors=True)
