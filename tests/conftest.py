"""Fixtures that many tests share: a home with the seeds built once, and the lists of what ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.build import Built, build
from kg.sources import seed_inputs
from kg.store.releases import Home


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
