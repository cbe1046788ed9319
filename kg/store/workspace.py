"""What a build leaves behind for the next one: readings of the inputs, and the graph by fragments.

::

    HOME/workspace/readings/    what was read from each input (`kg.store.readings`)
    HOME/workspace/base.nq      the graph as it was mapped, before edits (the release's own file, where there are none)
    HOME/workspace/base.index   its fragments

Everything here can be made again and may be deleted at any time; the next build is then slower, and gives the same
release. Belongs to one version of the program: another one starts anew. Does not know how a graph is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.store.disk import link, translated
from kg.store.fragments import Before, Index, Piece, Watch, Written, write_fragments
from kg.store.readings import Readings


class Workspace:
    """The workspace of a home. ``program`` names the version of everything that reads, identifies and maps.

    Creating the object touches nothing.
    """

    def __init__(self, home: Path, program: str) -> None:
        self._folder = home / "workspace"
        self._program = program
        self._base = self._folder / "base.nq"
        self._index = self._folder / "base.index"
        self.readings = Readings(self._folder, program)

    def write(self, path: Path, pieces: Iterable[Piece], base_iri: str, base_sum: str, watch: Watch) -> Written:
        """Write a graph to ``path``, copying from the last one, whose sum is ``base_sum``, what did not change.

        ``base_iri`` is what the IRIs of things begin with.
        """
        before = None
        if base_sum and self._base.is_file() and (index := Index.load(self._index, self._program, base_sum)):
            before = Before(self._base, index)
        return write_fragments(path, pieces, base_iri, before, watch)

    def keep(self, path: Path, written: Written) -> None:
        """Keep a graph as it was mapped, at ``path``, and forget inputs that are no longer used."""
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._index.unlink(missing_ok=True)
            self._base.unlink(missing_ok=True)
            link(path, self._base)
            written.index.save(self._index, self._program, written.artefact.sha256)
            self.readings.prune()
