"""Serve the release that is published: notice a new one, open it beside the old one, and change over in one step.

Knows the order of a change: everything of the new release is opened and tried first, then the workers change, then,
without giving way to another request, the site. What fails before leaves the old release served. Queries under way
finish on the release they began on. Does not know how a release is made, nor who publishes one; whoever does in this
process calls `Follower.switch` and waits for it, and so reads what it has written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kg.errors import KgError, ReleaseError
from kg.store.moments import published_at
from kg.store.pool import Pool
from kg.web.opened import open_world
from kg.web.render import Site, with_examples

if TYPE_CHECKING:
    from kg.store.finished import Release
    from kg.store.releases import Home
    from kg.web.world import World

_LOG: Final = logging.getLogger("kg.releases")
_RETRY: Final = 30.0  # seconds until a release that could not be served is tried again, without another line


class Follower:
    """Changes the site of an application. ``epoch`` counts the changes; ``changed`` is called within each.

    An answer that began in one epoch and was finished in another may speak of two releases.
    """

    def __init__(self, state: Any, home: Home) -> None:
        """Take the application's state, whose ``site`` is changed, and the home that is watched."""
        self.epoch = 0
        self.changed: list[Callable[[], None]] = []
        self._state = state
        self._home = home
        self._lock = asyncio.Lock()
        self._seen: tuple[int, int] | None = None

    @property
    def site(self) -> Site:
        """The site that is served now."""
        site: Site = self._state.site
        return site

    async def switch(self, release: Release) -> None:
        """Serve this release; return when every request that comes after is answered from it.

        Raises ReleaseError or WorkerLost when it cannot be served; the old release is served on.
        """
        async with self._lock:
            old = self.site.world
            if release.id == old.release.id:
                return
            await asyncio.to_thread(release.check)
            if release.manifest.get("base_iri") != old.base_iri:
                raise ReleaseError(f"its base is not {old.base_iri}", where=release.id, advice="serve it on its own")
            if built(release) == built(old.release):
                # An edition: only the graph is another; what the build made beside it is kept open.
                world = replace(old, release=release, published=await asyncio.to_thread(self._published, release))
                await self._change(world, self.site)
                return
            try:
                world = await asyncio.to_thread(open_world, release, old.settings, old)
            except (OSError, ValueError, KeyError) as error:  # what a damaged part makes its reader say
                raise ReleaseError(f"the release is damaged: {error}", where=release.id) from error
            trial = Pool(release.store_path, workers=1, memory=old.settings.worker_memory)
            await trial.start()
            try:
                site = await with_examples(replace(self.site, world=replace(world, pool=trial)))
            finally:
                await trial.close()
            await self._change(world, site)

    async def _change(self, world: World, site: Site) -> None:
        await world.pool.switch(world.release.store_path)
        # From here to the end nothing else runs: no request sees new workers with an old site.
        self._state.site = replace(site, world=world)
        self.epoch += 1
        for call in self.changed:
            call()

    def _published(self, release: Release) -> int:
        return published_at(self._home, release.id)

    async def watch(self, every: float) -> None:
        """Look for a new publication, once in ``every`` seconds, until cancelled."""
        failed, again = "", 0.0
        now = asyncio.get_running_loop().time
        while True:
            try:
                if self._moved() or (failed and now() > again):
                    release = await asyncio.to_thread(self._home.current)
                    if release is not None and release.id != self.site.world.release.id:
                        await self.switch(release)
                        _LOG.info("release %s is served", release.id)
                    failed = ""
            except Exception as error:  # noqa: BLE001 - the watch goes on whatever a publication holds
                said = str(error) if isinstance(error, KgError) else f"{type(error).__name__}: {error}"
                if said != failed:
                    _LOG.error("release %s is served on: the new one cannot be: %s", self.site.world.release.id, said)
                failed, again = said, now() + _RETRY
            await asyncio.sleep(every)

    def _moved(self) -> bool:
        """Say whether the file ``current`` is another than at the last look: one system call."""
        try:
            found = (self._home.path / "current").stat()
        except OSError:
            return False
        seen, self._seen = self._seen, (found.st_mtime_ns, found.st_ino)
        return seen != self._seen


def built(release: Release) -> str:
    """Return the id of the build that a release is or, where it holds edits, was laid over."""
    return str(release.manifest.get("edition_of", release.id))
