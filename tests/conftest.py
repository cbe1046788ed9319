"""Fixtures that many tests share: a home with the seeds built once, and the lists of what ships."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from hypothesis import settings
from pyoxigraph import Store

from kg import sources
from kg.build import Built, build
from kg.sources import seed_inputs
from kg.store.releases import Home

# Times are never asserted in a test: a busy machine is no defect.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Files of few tests that take long. They come first, so that no process is left alone with one at the end.
LONG = ("test_crash_writes", "test_crash", "test_packaging", "test_enrichment", "test_bibtex", "test_pages")


def pytest_xdist_auto_num_workers() -> int:
    """Run one test more at once than there are processors: many wait for servers and browsers."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: six thousand tests and all modules, at each of its rounds."""
    gc.freeze()


FAULT = sources._fault
"""What makes a problem of a reader's fault. A build holds such faults; the tests are to find them."""


def _raise(error: Exception) -> NoReturn:
    raise error


sources._fault = _raise


def children() -> set[int]:
    """Return the processes below this one, zombies included."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(number) for number in found}


@pytest.fixture(scope="session")
def seeds_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published release of the seeds. Tests must not change it."""
    home = tmp_path_factory.mktemp("seeds-home")
    build(seed_inputs(), Home(home))
    return home


@pytest.fixture(scope="session")
def seeds(seeds_home: Path) -> Built:
    """The release in ``seeds_home``, as a second build of the same inputs gives it."""
    release = Home(seeds_home).current()
    assert release is not None
    return Built(release, None, unchanged=True)


@pytest.fixture(scope="session")
def seeds_store(seeds: Built) -> Iterator[Store]:
    """The store of that release, read-only."""
    yield seeds.release.open_store()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpora and conformance suites beside the checkout; the test skips where it is not there."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared corpora and suites are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def without_rights() -> list[str]:
    """Return what to write before a command so that the rights of files hold for it, also where root runs the tests."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may read and write everywhere, and setpriv is not there")
    held = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--bounding-set={held}", f"--inh-caps={held}"]


@pytest.fixture
def read_only_home(seeds_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the home with the seeds in which nothing may be written."""
    home = tmp_path / "read-only"
    shutil.copytree(seeds_home, home)
    everything = [home, *home.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    yield home
    for path in everything:
        path.chmod(path.stat().st_mode | 0o200)


TOKEN = "a-secret-of-the-tests"


@dataclass
class Server:
    """A server process over a home. ``address`` ends without a slash."""

    home: Path
    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def serve(home: Path, **settings: str) -> Server:
    """Start ``kg serve`` on a free port and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"KG_HOME": str(home), "KG_WRITE_TOKEN": TOKEN, "KG_WORKERS": "1", "KG_DEADLINE": "5"}
    command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port)]
    log = home.parent / f"{home.name}-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=os.environ | own | settings, stdout=out, stderr=out)
    server = Server(home, f"http://127.0.0.1:{port}", process, log)
    end = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"{server.address}/healthz", timeout=5).status_code == 200:
                return server
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            process.wait()
            raise AssertionError(f"the server did not start: {log.read_text()}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def start_server() -> Iterator[Callable[..., Server]]:
    """Start server processes; what runs at the end is stopped."""
    started: list[Server] = []

    def start(home: Path, **settings: str) -> Server:
        started.append(serve(home, **settings))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def server(
    seeds_home: Path, tmp_path_factory: pytest.TempPathFactory, start_server: Callable[..., Server]
) -> Iterator[Server]:
    """A server process, with a write token, over a home of its own that holds the seeds."""
    home = tmp_path_factory.mktemp("server") / "home"
    shutil.copytree(seeds_home, home)
    server = start_server(home)
    yield server
    server.stop()
