"""The quality page over several releases: their counts in a row, and what became better or worse."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from kg.build import build
from kg.settings import Settings
from kg.sources import InputFile, seed_inputs
from kg.store.releases import Home
from kg.web.app import create_app
from kg.web.opened import open_world

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def test_releases_stand_in_a_row_with_what_changed(
    tmp_path: Path, started: Callable[[FastAPI], AbstractContextManager[Any]]
) -> None:
    home = Home(tmp_path / "home")
    first = build(seed_inputs(), home)
    more = InputFile("more.bib", b"@misc{a, title = {Tides}, author = {Ada Ant and Ada Ant}, note = {no date}}\n")
    second = build([*seed_inputs(), more], home)
    assert first.report and second.report
    with started(create_app(open_world(second.release, Settings(workers=1)))) as client:
        text = client.get("/quality", BROWSER).text
    assert "Release by release" in text and "this one" in text
    assert first.release.id[:12] in text and second.release.id[:12] in text
    changed = {one.shape: one.findings for one in second.report.counts}
    before = {one.shape: one.findings for one in first.report.counts}
    assert any(changed[shape] > before.get(shape, 0) for shape in changed)
    assert "Worse than in the release before" in text
    with started(create_app(open_world(first.release, Settings(workers=1)))) as client:
        assert "Release by release" not in client.get("/quality", BROWSER).text
