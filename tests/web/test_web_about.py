"""The pages about the data: releases and what changed, shapes, documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from kg.quality.shapes import shipped_shapes
from kg.settings import Settings
from kg.store.finished import Release
from kg.store.releases import Home
from kg.web import releases as pages
from kg.web.app import create_app
from kg.web.opened import open_world

BROWSER = "text/html"


def test_shapes_are_told_in_words_with_what_this_release_has(client: Any, app: Any) -> None:
    text = client.get("/shapes", BROWSER).text
    infos = shipped_shapes().infos
    ruled = [one for name, one in infos.items() if one.message and one.parents and not name.startswith("_:")]
    assert len(ruled) > 50
    for one in ruled:
        assert f'id="{one.shape.rpartition("#")[2]}"' in text
    report = app.state.site.world.report
    found = [count for count in report.counts if count.findings == 1]
    assert found
    assert "Here: 1 finding in" in text
    turtle = client.get("/shapes.ttl")
    assert len(list(parse(turtle.content, RdfFormat.TURTLE))) > 500
    assert client.get("/shapes", "text/turtle").content == turtle.content
    assert client.get("/shapes", "image/png").status_code == 406


def test_releases_are_listed_and_compared(releases: Callable[..., tuple[Home, list[Release]]], started: Any) -> None:
    home, made = releases(3)
    for release in made[1:]:
        home.publish(release.id)
    with started(create_app(open_world(made[2], Settings(workers=1, follow=0)))) as client:
        listed = client.get("/releases", "application/json").json()["releases"]
        assert [one["id"] for one in listed] == [release.id for release in reversed(made)]
        assert [one["current"] for one in listed] == [True, False, False]
        page = client.get("/releases", BROWSER).text
        assert f"releases/{made[1].id}/{made[2].id}" in page
        compared = client.get(f"/releases/{made[0].id}/{made[2].id}", "application/json").json()
        assert (compared["added"], compared["removed"]) == (1, 1)
        assert {change["change"] for change in compared["changes"]} == {"added", "removed"}
        shown = client.get(f"/releases/{made[0].id}/{made[2].id}", BROWSER).text
        assert "<b>1</b> read otherwise" in shown
        assert "http://x.example/number" in shown
        assert shown.index('class="minus"') < shown.index('class="plus"')
        assert compared["things"][0]["state"] == "altered"
        same = client.get(f"/releases/{made[0].id}/{made[0].id}", BROWSER).text
        assert "both hold the same statements" in same
        for path in ("/releases/none/other", f"/releases/{made[0].id}/..%2f..%2fetc", "/releases/x"):
            assert client.get(path).status_code == 404


def test_releases_too_large_for_a_request_are_left_to_the_command_line(
    client: Any, toy_release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGEST", 10)
    path = f"/releases/{toy_release.id}/{toy_release.id}"
    assert f"kg diff {toy_release.id} {toy_release.id}" in client.get(path, BROWSER).text
    answer = client.get(path, "application/json")
    assert (answer.status_code, "kg diff" in answer.text) == (422, True)


def test_the_documentation_is_served(client: Any) -> None:
    index = client.get("/docs", BROWSER).text
    for kind in ("Tutorial", "How to", "Reference", "Explanation"):
        assert f"<h2>{kind}</h2>" in index
    page = client.get("/docs/reference-settings", BROWSER).text
    assert "KG_DEADLINE" in page
    assert 'href="reference-settings.md"' in page
    assert client.get("/docs/tutorial.md").text.startswith("# From the seeds")
    for name in ("none", "README", "README.md", "..%2FREADME", "tutorial.html", "readme"):
        assert client.get(f"/docs/{name}").status_code == 404
