"""What a build leaves behind for the next one: readings of the inputs, who is who, and the graph by fragments.

::

    HOME/workspace/readings/    what was read from each input (`kg.store.readings`)
    HOME/workspace/identity     what people were resolved to (`kg.store.memo`)
    HOME/workspace/base.nq      the graph as it was mapped, before edits (the release's own file, where there are none)
    HOME/workspace/base.index   its fragments

Everything here can be made again and may be deleted at any time; the next build is then slower, and gives the same
release. Belongs to one version of the program: another one starts anew. Does not know how a graph is made.
"""

from __future__ import annotations

from pathlib import Path

from kg.store.disk import link, translated
from kg.store.fragments import Before, Index, Written
from kg.store.memo import Memo
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
        self.people = Memo(self._folder, program)

    def before(self, base_sum: str) -> Before | None:
        """Return the last graph as it was mapped, to copy from; None where the file with this sum is not there."""
        if base_sum and self._base.is_file() and (index := Index.load(self._index, self._program, base_sum)):
            return Before(self._base, index)
        return None

    def save_index(self, path: Path, written: Written) -> None:
        """Write the fragments of a graph to a file, for `keep`."""
        with translated(path.parent):
            written.index.save(path, self._program, written.artefact.sha256)

    def keep(self, base: Path, index: Path) -> None:
        """Keep a graph as it was mapped, and its index, which is moved; forget what is no longer used."""
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._index.unlink(missing_ok=True)
            self._base.unlink(missing_ok=True)
            link(base, self._base)
            index.replace(self._index)
            self.readings.prune()
