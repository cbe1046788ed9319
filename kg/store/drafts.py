"""A release under construction: write the artefacts, load the store, count, make durable.

Knows the order of these steps and that a store is complete when it holds as many statements as were written. Does not
know where finished releases stand or which one is served; the home does.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

from pyoxigraph import Quad, Store

from kg.errors import ReleaseError
from kg.store.disk import copy_store, sync_folder, translated, write_durably
from kg.store.finished import Release
from kg.store.loading import Loading, load
from kg.store.nquads import Artefact, holds, mapped, read_artefact, read_lines, write_artefact

ID: Final = re.compile(r"[0-9a-z][0-9a-z-]{0,63}")
"""What can name a release. There is no dot and no slash in it, so an id never leads out of its folder."""


ADDED: Final = ("description.nq", "quality.nq")
"""Artefacts that are loaded beside the graph."""


class Draft:
    """A release under construction. The caller may put more files below ``path`` before `commit`."""

    def __init__(self, path: Path, adopt: Callable[[Path, str], Release]) -> None:
        """Begin in a folder that is not there yet; ``adopt`` makes it a release of this id when all is written."""
        path.mkdir()
        self.path = path
        self._adopt = adopt
        self._store: Store | None = None
        self._artefacts: dict[str, Artefact] = {}
        self._loading: Loading | None = None
        self._statements = 0
        self._held = -1  # not counted yet
        self._left: dict[str, Path] = {}
        self._settling = Lock()

    def write_graph(self, quads: Iterable[Quad]) -> Artefact:
        """Write the statements as ``graph.nq``."""
        return self._write("graph.nq", quads)

    @property
    def graph(self) -> Artefact:
        """The graph as it was written."""
        return self._artefacts["graph.nq"]

    def take_graph(self, artefact: Artefact) -> None:
        """Take ``graph.nq`` as somebody else wrote it into this folder."""
        self._artefacts["graph.nq"] = artefact

    def begin_load(self) -> Callable[[int], None]:
        """Make the store while ``graph.nq`` is being written: tell the function how many bytes of it are there."""
        with translated(self.path):
            self._store = Store(str(self.path / "store"))
        self._loading = Loading(self._store, self.path / "graph.nq")
        return self._loading.grown

    def load(self) -> int:
        """Load ``graph.nq`` into a new store, settle it and return the number of statements."""
        self.fill()
        return self.settle()

    def fill(self, removed: Iterable[bytes] = (), added: Iterable[bytes] = ()) -> None:
        """Load ``graph.nq``, or what is left of it since `begin_load`.

        ``removed`` and ``added`` are the lines by which it differs from the file that was told of since then.
        """
        with translated(self.path):
            if self._loading is None:
                self._store = Store(str(self.path / "store"))
                load(self._store, self.graph.path)
            else:
                loading, self._loading = self._loading, None
                loading.finish()
                self._change(removed, added)
        self._held = -1

    def settle(self) -> int:
        """Put the store in reading order, count its statements and return their number; once is enough.

        It may be read meanwhile; a second thread that settles it waits. Raises ReleaseError when the store holds
        another number than the artefact.
        """
        with self._settling:
            if self._held < 0:
                with translated(self.path):
                    self.open_store().optimize()
                self._held = len(self.open_store())
                self._statements = self.graph.quads
                self._agree()
            return self._held

    def load_changes(self, base: Release, removed: Iterable[bytes], added: Iterable[bytes]) -> None:
        """Make the store out of that of another release, whose graph differs from this one's by these lines.

        Lines are N-Quads with their line ends. What else the other store holds is replaced by `add`, or leaves with
        `commit`.
        """
        with translated(self.path):
            copy_store(base.store_path, self.path / "store")
            self._store = Store(str(self.path / "store"))
            self._held = int(base.manifest["statements"])
            self._change(removed, added)
        self._statements = self.graph.quads
        self._left = {name: base.path / name for name in base.manifest["files"] if name in ADDED}

    def add(self, quads: Iterable[Quad], name: str = "quality.nq") -> Artefact:
        """Write more statements, such as the quality graph, as an artefact of their own and load them too.

        The store is settled first: what comes and goes afterwards is looked up one by one.
        """
        artefact = self._write(name, quads)
        self.settle()
        with translated(self.path):
            store = self.open_store()
            if (before := self._left.pop(name, None)) is not None:
                old, new = (set(path.read_bytes().splitlines(keepends=True)) for path in (before, artefact.path))
                self._drop(old - new)
                fresh = self._change((), new - old)
                self._statements += fresh + len(old & new)
            else:
                fresh = sum(quad not in store for quad in read_artefact(artefact.path))
                load(store, artefact.path)
                self._held += fresh - sum(quad not in store for quad in read_artefact(artefact.path))
                self._statements += fresh
        return artefact

    def _drop(self, lines: Iterable[bytes]) -> None:
        """Take statements out of the store that the graph does not hold."""
        with mapped(self.graph.path) as graph:
            self._change([line for line in lines if not holds(graph, line)], ())

    def _change(self, removed: Iterable[bytes], added: Iterable[bytes]) -> int:
        """Take lines out of the store and put others in; return how many of these were not there yet."""
        store = self.open_store()
        gone = [quad for quad in read_lines(removed) if quad in store]
        for quad in gone:
            store.remove(quad)
        fresh = {quad for quad in read_lines(added) if quad not in store}
        store.extend(fresh)
        self._held += len(fresh) - len(gone)
        return len(fresh)

    def open_store(self) -> Store:
        """Return the loaded store. It is the draft's own: let go of it before `commit`."""
        if self._store is None:
            raise ReleaseError("the draft has no store yet", advice="call load() first")
        return self._store

    def commit(self, manifest: dict[str, Any], *, release_id: str) -> Release:
        """Make the draft a release named ``release_id`` and return it; publish it to have it served.

        Everything is made durable first and the manifest is written last. If a sound release of that id exists, it is
        returned and the draft dropped. Raises ReleaseError when the store is not loaded or still in use.
        """
        if not ID.fullmatch(release_id):
            raise ReleaseError(f"{release_id[:80]!r} cannot name a release", advice="use release_id()")
        for path in self._left.values():
            self._drop(path.read_bytes().splitlines(keepends=True))
        self._left = {}
        self._agree()
        self._close()
        with translated(self.path):
            files = {}
            for path in sorted(p for p in self.path.rglob("*") if p.is_file()):
                with path.open("rb") as file:
                    os.fsync(file.fileno())
                name = path.relative_to(self.path).as_posix()
                if not name.startswith("store/"):
                    facts = self._artefacts.get(name)
                    files[name] = {"bytes": path.stat().st_size} | (
                        {"quads": facts.quads, "sha256": facts.sha256} if facts else {}
                    )
            for folder in (p for p in self.path.rglob("*") if p.is_dir()):
                sync_folder(folder)
            own = {"id": release_id, "statements": self._statements, "files": files}
            text = json.dumps({"built": now()} | manifest | own, indent=1, ensure_ascii=False, sort_keys=True)
            write_durably(self.path / "manifest.json", f"{text}\n".encode())
            return self._adopt(self.path, release_id)

    def discard(self) -> None:
        """Remove the draft; nothing happens when it was committed."""
        if self._loading is not None:
            self._loading.abandon()
            self._loading = None
        self._store = None
        shutil.rmtree(self.path, ignore_errors=True)

    def _write(self, name: str, quads: Iterable[Quad]) -> Artefact:
        with translated(self.path):
            artefact = write_artefact(self.path / name, quads)
        self._artefacts[name] = artefact
        return artefact

    def _agree(self) -> None:
        """Raise ReleaseError when the store holds another number of statements than were written.

        They were counted once when the graph was loaded, and each that came or went since was looked up.
        """
        self.open_store()
        if self._held != self._statements:
            raise ReleaseError(
                f"the store holds {self._held} statements where {self._statements} were written",
                where=str(self.path),
                advice="look for values that the store writes alike, such as 1.0 and 1.00, or for a failing disk",
            )

    def _close(self) -> None:
        """Let go of the store and see that everyone did: a published store has no writer.

        Opening it once more fails while anyone holds it, and leaves nothing for readers to replay.
        """
        self.open_store()
        self._store = None
        gc.collect()
        with translated(self.path):
            try:
                Store(str(self.path / "store")).flush()
            except OSError as error:
                if "lock" not in str(error).lower():
                    raise
                raise ReleaseError(
                    "the draft's store is still in use", where=str(self.path), advice="let go of it before commit()"
                ) from error


def now() -> str:
    """Return the time as ISO 8601 in UTC, to the microsecond, so that text order is time order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
