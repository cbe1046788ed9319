"""Builds killed at random moments: the last release is still served, and the next build works."""

from __future__ import annotations

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from kg.build import build
from kg.sources import find_inputs
from kg.store.releases import Home

KILLS = 50


def build_to_be_killed(pages: Path, home: Path, at_work: Connection) -> None:
    """Say that it begins, and build."""
    at_work.send_bytes(b"ready")
    build(find_inputs([pages]), Home(home), check=False)


def write_page(folder: Path, number: int) -> None:
    """Write a page whose content, and so the release made of it, depends on the number."""
    entries = "".join(
        f"CLOct {day}, 2022\nStudy Number {number} of Thing {day}Ann Lee, Bob May\nWe study thing {day}.\n"
        for day in range(1, 20)
    )
    (folder / "list.txt").write_text(entries, "utf-8")


def test_fifty_kills_leave_a_served_release_every_time(tmp_path: Path) -> None:
    chance = random.Random(2026)
    pages, home = tmp_path / "pages", Home(tmp_path / "home")
    pages.mkdir()
    write_page(pages, 0)
    build(find_inputs([pages]), home, check=False)
    known = {release.id for release in home.releases()}
    killed, seconds = 0, 0.5
    # A server that has imported the package forks each builder: an import takes longer than such a build.
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__])
    for number in range(1, 4 * KILLS):
        write_page(pages, number)
        begun, at_work = forks.Pipe(duplex=False)
        builder = forks.Process(target=build_to_be_killed, args=(pages, home.path, at_work))
        builder.start()
        assert begun.recv_bytes() == b"ready"
        started = time.monotonic()
        builder.join(timeout=chance.uniform(0, seconds))
        if builder.is_alive():
            builder.kill()
            builder.join()
            killed += 1
        else:
            # Too late: this build ended by itself. The next moments are drawn from the time it took.
            assert builder.exitcode == 0
            seconds = time.monotonic() - started
        builder.close()
        begun.close()
        at_work.close()
        served = home.current()
        assert served is not None
        served.verify()
        if served.id not in known:
            assert f"Study Number {number} " in served.artefact_path.read_text("utf-8"), "half of a release is served"
            known.add(served.id)
        if killed == KILLS:
            break
    assert killed == KILLS, "too few builds were killed in the middle to prove anything"
    write_page(pages, 4 * KILLS)
    last = build(find_inputs([pages]), home, check=False)
    current = home.current()
    assert current is not None
    assert current.id == last.release.id
    assert not list((home.path / "releases").glob(".*")), "what killed builds left is gone"
