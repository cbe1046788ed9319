"""Open a release and serve it: what ``kg serve`` does after its options are read.

Knows sockets, the server process and how the parts of a world are opened. Does not know routes.
"""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

import click

from kg.errors import HomeError, ReleaseError, SettingsError
from kg.web.world import Limits, World

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.store.releases import Home, Release


def check_port(host: str, port: int) -> None:
    """Find out before any work is done whether the address can be listened on.

    Raises SettingsError with the next step when it is taken, forbidden or unknown.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message, advice = f"port {port} is taken", f"stop what listens there, or use kg serve --port {port + 1}"
        elif error.errno in {errno.EACCES, errno.EPERM}:
            message, advice = f"port {port} may not be opened", "choose one above 1023, such as --port 8000"
        else:
            message, advice = f"{host}:{port} cannot be listened on: {error}", "use --host 127.0.0.1"
        raise SettingsError(message, advice=advice) from None


def open_world(release: Release, settings: Settings) -> World:
    """Open everything that serving a release needs; the pool is made here and started by the application.

    Raises ReleaseError when a part of the release is missing or damaged.
    """
    from kg.queries import load_all
    from kg.search import Index
    from kg.store.coauthors import Coauthors
    from kg.store.pool import Pool
    from kg.web.kept import read_report

    base_iri = str(release.manifest["base_iri"])
    coauthors = Coauthors.load(release.coauthors_path) if release.coauthors_path.is_file() else None
    return World(
        base_iri=base_iri,
        release=release,
        pool=Pool(
            release.store_path,
            workers=settings.workers,
            deadline=settings.deadline,
            max_bytes=settings.max_bytes,
            queue=settings.queue,
            memory=settings.worker_memory,
        ),
        queries=load_all(base_iri),
        index=Index(release.search_path),
        report=read_report(release, base_iri),
        coauthors=coauthors,
        limits=Limits(deadline=settings.deadline, request_body=settings.max_request),
    )


def run(home: Home, settings: Settings, host: str, port: int) -> None:
    """Serve the published release until the process is told to stop.

    Raises ReleaseError when nothing is published, SettingsError when the dataset has another base than asked for.
    """
    import uvicorn

    from kg.store.catchup import catch_up
    from kg.web.app import create_app
    from kg.web.updates import make_desk

    desk = make_desk(home, settings)
    release = catch_up(home) or home.current()
    if release is None:
        raise ReleaseError("nothing is published in this home", advice="run kg build first")
    recorded = str(release.manifest["base_iri"])
    if settings.base_iri and settings.base_iri != recorded:
        raise SettingsError(
            f"the dataset in {home.path} has the base {recorded}, not {settings.base_iri}",
            advice="leave KG_BASE_IRI as it was, or build into another --home",
        )
    world = open_world(release, settings)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Serving release {release.id} at http://{shown}:{port}/ (stop with Ctrl+C)", err=True)
    try:
        uvicorn.run(
            create_app(world, desk), host=host, port=port, log_level="warning", server_header=False, date_header=True,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
    except OSError as error:
        raise HomeError(f"the server could not start: {error}", advice="see kg serve --help") from error
