"""Builds killed at random moments: the last release is still served, and the next build works."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from kg.build import build
from kg.sources import find_inputs
from kg.store.releases import Home

KILLS = 50
ROUND = """
import sys, pathlib
from kg.build import build
from kg.sources import find_inputs
from kg.store.releases import Home
print("ready", flush=True)
build(find_inputs([pathlib.Path(sys.argv[1])]), Home(pathlib.Path(sys.argv[2])), check=False)
"""


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
    for number in range(1, 4 * KILLS):
        write_page(pages, number)
        command = [sys.executable, "-c", ROUND, str(pages), str(home.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as builder:
            assert builder.stdout is not None
            builder.stdout.readline()
            started = time.monotonic()
            try:
                builder.wait(timeout=chance.uniform(0, seconds))
                # Too late: this build ended by itself. The next moments are drawn from the time it took.
                seconds = time.monotonic() - started
            except subprocess.TimeoutExpired:
                builder.kill()
                killed += 1
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
