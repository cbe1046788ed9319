"""A release opened for serving: the parts of a world, each from the file that the build wrote for it.

Knows which part lies where. Does not know who is served, nor when another release is.
"""

from __future__ import annotations

from kg.examples import queries_of
from kg.search import Index
from kg.settings import Settings
from kg.store.coauthors import Coauthors
from kg.store.finished import Release
from kg.store.moments import published_at
from kg.store.pool import Pool
from kg.store.releases import Home
from kg.web.kept import read_report
from kg.web.world import Limits, World


def open_world(release: Release, settings: Settings, before: World | None = None) -> World:
    """Open everything that serving a release needs; the pool is made here and started by the application.

    ``before`` is a world of the same dataset whose pool is taken over.

    Raises ReleaseError when a part of the release is missing or damaged.
    """
    base_iri = str(release.manifest["base_iri"])
    coauthors = Coauthors.load(release.coauthors_path) if release.coauthors_path.is_file() else None
    return World(
        base_iri=base_iri,
        release=release,
        pool=before.pool
        if before
        else Pool(
            release.store_path,
            workers=settings.workers,
            long=settings.long,
            deadline=settings.deadline,
            max_bytes=settings.max_bytes,
            queue=settings.queue,
            memory=settings.worker_memory,
            max_query=settings.max_query,
            max_nesting=settings.max_nesting,
        ),
        queries=queries_of(release),
        index=Index(release.search_path),
        report=read_report(release, base_iri),
        coauthors=coauthors,
        limits=Limits(deadline=settings.deadline, request_body=settings.max_request, result_rows=settings.max_rows),
        settings=settings,
        published=published_at(Home(release.path.parent.parent), release.id),
    )
