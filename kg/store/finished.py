"""A finished release: where its parts lie, and how damage to them is found.

Knows the names of the files and what the manifest tells of their sizes and sums. Does not know how a release came to
be, nor which one is served.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.errors import ReleaseError, SettingsError
from kg.store.disk import REBUILD, sum_file, translated


@dataclass(frozen=True)
class Release:
    """A finished release. ``manifest`` is what the build wrote, and ``id``, ``built`` (ISO 8601, UTC), ``files``."""

    id: str
    path: Path
    manifest: dict[str, Any] = field(repr=False, hash=False)

    @property
    def store_path(self) -> Path:
        """The folder of the Oxigraph store; open it read-only."""
        return self.path / "store"

    @property
    def artefact_path(self) -> Path:
        """All statements but the quality graph, as sorted N-Quads."""
        return self.path / "graph.nq"

    @property
    def quality_path(self) -> Path:
        """The quality graph, as sorted N-Quads."""
        return self.path / "quality.nq"

    @property
    def search_path(self) -> Path:
        """The folder of the label index."""
        return self.path / "search"

    @property
    def coauthors_path(self) -> Path:
        """The co-author adjacency."""
        return self.path / "coauthors.bin"

    def open_store(self) -> Store:
        """Open the store for reading. Raises ReleaseError when it is damaged."""
        with translated(self.path):
            return Store.read_only(str(self.store_path))

    def check(self) -> None:
        """Look for damage without reading everything: every file in its size, and a store that opens.

        Raises ReleaseError naming the first fault.
        """
        for name, facts in self.manifest["files"].items():
            path = self.path / name
            if not path.is_file():
                raise ReleaseError(f"the release is damaged: {name} is missing", where=self.id, advice=REBUILD)
            if path.stat().st_size != facts["bytes"]:
                raise ReleaseError(
                    f"the release is damaged: {name} has {path.stat().st_size} bytes, not {facts['bytes']}",
                    where=self.id,
                    advice=REBUILD,
                )
        self.open_store()

    def verify(self) -> None:
        """Read everything: `check`, the sums of the artefacts and the number of statements in the store.

        Takes about 0.5 s for a million statements. Raises ReleaseError naming the first fault.
        """
        self.check()
        for name, facts in self.manifest["files"].items():
            if "sha256" in facts and sum_file(self.path / name) != facts["sha256"]:
                raise ReleaseError(f"the release is damaged: {name} was altered", where=self.id, advice=REBUILD)
        held, expected = len(self.open_store()), self.manifest["statements"]
        if held != expected:
            raise ReleaseError(
                f"the release is damaged: its store holds {held} statements where {expected} were written",
                where=self.id,
                advice=REBUILD,
            )


def base_of(release: Release, asked: str = "") -> str:
    """Return the base of the IRIs that a release records.

    Raises SettingsError when ``asked`` is another one: every id of the dataset would change.
    """
    recorded = str(release.manifest["base_iri"])
    if asked and asked != recorded:
        raise SettingsError(
            f"the dataset in {release.path.parent.parent} has the base {recorded}, not {asked}",
            advice="leave KG_BASE_IRI as it was, or build into another --home",
        )
    return recorded
