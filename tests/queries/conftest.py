"""What the tests of the named queries share: the toy world and its co-author index."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.rdf.cards import cards_of
from kg.rdf.signatures import signatures
from kg.store.coauthors import Coauthors, write_coauthors


@pytest.fixture(scope="session")
def toy() -> Store:
    """The toy world in memory; treat it as read-only."""
    store = Store()
    store.load(path=str(Path(__file__).parent.parent / "toy" / "world.trig"), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="session")
def coauthors(toy: Store, tmp_path_factory: pytest.TempPathFactory) -> Coauthors:
    """The co-author index of the toy world."""
    path = tmp_path_factory.mktemp("coauthors") / "coauthors.bin"
    write_coauthors(path, signatures(cards_of(toy)))
    return Coauthors.load(path)
