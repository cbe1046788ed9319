"""Serve a home: what ``kg serve`` does after its options are read.

Knows sockets and the server process. Does not know routes, nor what is served.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import click

from kg.errors import HomeError, ReleaseError, SettingsError
from kg.settings import as_environment

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.settings import Settings
    from kg.store.releases import Home


GRACE: Final = 5
"""Seconds that running answers are given when the server is told to stop."""


def check(settings: Settings, host: str, port: int) -> None:
    """Find out before any work is done whether the server could run: its address, its tokens, its services.

    Raises SettingsError with the next step.
    """
    from kg.web.outside import read_places
    from kg.web.tokens import read_tokens

    check_port(host, port)
    read_tokens(settings.write_token)
    read_places(settings.services)


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


def front() -> FastAPI:
    """Return the application of one of several server processes, which take requests from the same port."""
    from kg.settings import from_environment
    from kg.store.releases import Home
    from kg.web.app import create_app
    from kg.web.log import to_stderr
    from kg.web.opened import open_world
    from kg.web.updates import make_desk

    to_stderr()
    settings = from_environment()
    home = Home(settings.home)
    release = home.current()
    if release is None:
        raise ReleaseError("nothing is published in this home", advice="run kg build first")
    return create_app(open_world(release, settings), make_desk(home, settings))


def _protocol() -> Any:
    """Return the server's protocol; its slower one where the parser in compiled code is missing."""
    try:
        from kg.web.gathered import GatheringProtocol
    except ImportError:
        return "auto"
    return GatheringProtocol


def _announce(host: str, port: int, words: str) -> None:
    """Say so when the first process takes connections, not before."""
    while True:
        try:
            socket.create_connection((host, port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            click.echo(words, err=True)
            return


def run(home: Home, settings: Settings, host: str, port: int) -> None:
    """Serve the published release until the process is told to stop.

    Raises ReleaseError when nothing is published, SettingsError when the dataset has another base than asked for.
    """
    import uvicorn

    from kg.store.catchup import catch_up
    from kg.store.finished import base_of
    from kg.web.app import create_app
    from kg.web.log import to_stderr
    from kg.web.opened import open_world
    from kg.web.updates import make_desk

    desk = make_desk(home, settings)
    release = catch_up(home) or home.current()
    if release is None:
        raise ReleaseError("nothing is published in this home", advice="run kg build first")
    base_of(release, settings.base_iri)
    to_stderr()
    app: Any = "kg.web.serve:front"
    if settings.processes == 1:
        app = create_app(open_world(release, settings), desk)
    else:
        # Each process opens the releases for itself and reads its settings where this one leaves them.
        os.environ.update(as_environment(settings))
    shown = f"[{host}]" if ":" in host else host
    words = f"Serving release {release.id} at http://{shown}:{port}/ (stop with Ctrl+C)"
    threading.Thread(target=_announce, args=(host, port, words), daemon=True).start()
    try:
        uvicorn.run(
            app, factory=settings.processes > 1, workers=settings.processes, host=host, port=port, log_config=None,
            http=_protocol(), access_log=False, server_header=False, date_header=True, timeout_graceful_shutdown=GRACE,
        )  # fmt: skip
    except OSError as error:
        raise HomeError(f"the server could not start: {error}", advice="see kg serve --help") from error
