"""The home folder: releases, which one is current, and how a new one comes to be.

::

    HOME/
      ledger.jsonl           identifiers minted so far (kept by kg.identity)
      current                the id of the release that is served, one line, replaced in one step
      published.log          one JSON line for each publication and rollback, the order `rollback` follows
      lock                   held by the one process that builds
      releases/ID/           graph.nq, quality.nq, store/, search/, ..., manifest.json; never changed once there
      releases/.draft-XXXX/  a build under way; without a living builder, rubbish

Knows how to make each step durable and all-or-nothing, so that a crash at any point leaves the last release served
and the next start clean. Does not know what the quads say, what a manifest holds beside sizes and sums, or who reads.
Errors of disk and engine leave here as HomeError and ReleaseError, each one sentence with advice.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from kg.errors import HomeError, ReleaseError
from kg.store.disk import REBUILD, sync_folder, translated, write_durably
from kg.store.drafts import ID, Draft, now
from kg.store.finished import Release


def release_id(*parts: str) -> str:
    """Name a release by its content: 16 hex digits of the SHA-256 over ``parts``, which are kept apart."""
    digest = sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Publication:
    """One line of the log: which release became current, when (ISO 8601, UTC), by ``publish`` or ``rollback``."""

    release: str
    at: str
    action: str


class Home:
    """The home folder at ``path``. Creating the object touches nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger_path = path / "ledger.jsonl"
        self._releases = path / "releases"
        self._current = path / "current"
        self._log = path / "published.log"
        self._lock = FileLock(path / "lock", timeout=0)

    def prepare(self) -> None:
        """Create the folder where needed and try to write in it. Raises HomeError."""
        with translated(self.path):
            self._releases.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self._releases):
                probe = folder / f".probe-{secrets.token_hex(4)}"
                probe.write_bytes(b"")
                probe.unlink()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the builder's lock; the system frees it when the process dies. May be nested by one ``Home``.

        Raises HomeError at once when another process holds it.
        """
        try:
            with translated(self.path):
                self._lock.acquire()
        except Timeout as error:
            raise HomeError(
                "another build is running in this home", where=str(self.path), advice="wait until it has ended"
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def begin(self) -> Iterator[Draft]:
        """Start a release under the lock. What killed builds left is removed; so is a draft that is not committed."""
        self.prepare()
        with self.lock(), translated(self.path):
            self._sweep()
            draft = Draft(self._releases / f".draft-{secrets.token_hex(4)}", self.adopt)
            try:
                yield draft
            finally:
                draft.discard()

    def releases(self) -> list[Release]:
        """Return every sound release, the oldest first. Damaged ones are left out; see `damaged`."""
        return self._survey()[0]

    def damaged(self) -> list[ReleaseError]:
        """Return what is wrong with each release that cannot be used."""
        return self._survey()[1]

    def get(self, release_id: str) -> Release:
        """Return the release with this id or with the only id that starts so.

        Raises ReleaseError when there is none, more than one, or when it is damaged.
        """
        known = self._names()
        found = [release_id] if release_id in known else [n for n in known if release_id and n.startswith(release_id)]
        if not ID.fullmatch(release_id) or not found:
            raise ReleaseError(f"there is no release {release_id[:80]!r}", advice="list them with `kg releases`")
        if len(found) > 1:
            raise ReleaseError(f"{release_id!r} is short for {', '.join(found)}", advice="give more digits")
        release = self._read(found[0])
        release.check()
        return release

    def current(self) -> Release | None:
        """Return the release that is served, None before the first publication.

        Raises ReleaseError when it is missing or damaged.
        """
        name = self._current_id()
        return None if name is None else self.get_exactly(name)

    def get_exactly(self, name: str) -> Release:
        """Return the release with this full id. Raises ReleaseError as `get` does."""
        if name not in self._names():
            raise ReleaseError(f"the release {name[:80]!r} is missing", where=str(self.path), advice=REBUILD)
        return self.get(name)

    def publish(self, release_id: str) -> None:
        """Serve this release from now on, in one step. Raises ReleaseError, and changes nothing, if it is damaged."""
        self._serve(self.get(release_id), "publish")

    def rollback(self, to: str | None = None) -> Release:
        """Serve an earlier release again: ``to``, or the one published before the current one; return it.

        Rolling back twice goes back two steps. Raises ReleaseError when there is nothing to go back to.
        """
        if to is not None:
            release = self.get(to)
        else:
            name = self._current_id()
            line = self._line()
            if name in line:
                line = line[: len(line) - line[::-1].index(name) - 1]
            sound = {release.id: release for release in self.releases()}
            earlier = [n for n in line if n in sound and n != name]
            if not earlier:
                raise ReleaseError("no earlier release was published", advice="list them with `kg releases`")
            release = sound[earlier[-1]]
        self._serve(release, "rollback")
        return release

    def history(self) -> list[Publication]:
        """Return publications and rollbacks, the oldest first. A line torn by a crash is left out."""
        entries = []
        with suppress(FileNotFoundError), translated(self.path):
            for text in self._log.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    facts = json.loads(text)
                    entries.append(Publication(facts["release"], facts["at"], facts["action"]))
        return entries

    # Below: the parts of the above.

    def _line(self) -> list[str]:
        """Return the published ids in the order `rollback` walks back: going back forgets what came after."""
        line: list[str] = []
        for entry in self.history():
            if entry.action == "rollback" and entry.release in line:
                del line[len(line) - line[::-1].index(entry.release) :]
            else:
                line.append(entry.release)
        return line

    def _serve(self, release: Release, action: str) -> None:
        with translated(self.path):
            write_durably(self._current, f"{release.id}\n".encode())
            entry = {"release": release.id, "at": now(), "action": action}
            with self._log.open("ab") as log:
                # The leading line end closes a line that a crash tore; one write, so that two writers do not mix.
                log.write(f"\n{json.dumps(entry)}\n".encode())
                log.flush()
                os.fsync(log.fileno())

    def _current_id(self) -> str | None:
        try:
            with translated(self.path):
                return self._current.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _names(self) -> list[str]:
        try:
            with translated(self.path):
                return sorted(p.name for p in self._releases.iterdir() if ID.fullmatch(p.name))
        except FileNotFoundError:
            return []

    def _survey(self) -> tuple[list[Release], list[ReleaseError]]:
        sound, faults = [], []
        for name in self._names():
            try:
                sound.append(self.get(name))
            except ReleaseError as fault:
                faults.append(fault)
        return sorted(sound, key=lambda release: (str(release.manifest["built"]), release.id)), faults

    def _read(self, name: str) -> Release:
        path = self._releases / name
        try:
            manifest = json.loads((path / "manifest.json").read_bytes())
            if manifest["id"] != name or not {"built", "files", "statements"} <= manifest.keys():
                raise ReleaseError("the release is damaged: its manifest is of another", where=name, advice=REBUILD)
        except FileNotFoundError as error:
            raise ReleaseError(
                "the release is damaged: manifest.json is missing", where=name, advice=REBUILD
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReleaseError(
                "the release is damaged: manifest.json cannot be read", where=name, advice=REBUILD
            ) from error
        return Release(name, path, manifest)

    def _sweep(self) -> None:
        for folder in (self.path, self._releases):
            for rubbish in folder.glob(".*-*"):
                if re.fullmatch(r"\.(draft|damaged|probe|current|manifest\.json)-[0-9a-f]{8}", rubbish.name):
                    shutil.rmtree(rubbish) if rubbish.is_dir() else rubbish.unlink()

    def adopt(self, draft: Path, name: str) -> Release:
        """Move a complete draft among the releases; an equal one that is there already is kept and returned."""
        target = self._releases / name
        if target.exists():
            with suppress(ReleaseError):
                return self.get_exactly(name)
            target.rename(self._releases / f".damaged-{secrets.token_hex(4)}")
        draft.rename(target)
        sync_folder(self._releases)
        self._sweep()
        return self.get_exactly(name)
