"""A release of the toy world with a few hostile things in it, and a server over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg import search
from kg.build import Built
from kg.quality import validate
from kg.quality.kept import keep
from kg.quality.triples import report_triples
from kg.rdf.cards import cards_of
from kg.rdf.signatures import signatures
from kg.settings import Settings
from kg.store.coauthors import write_coauthors
from kg.store.finished import Release
from kg.store.releases import Home
from kg.web.app import create_app
from kg.web.opened import open_world

HERE = Path(__file__).parent
BASE = "http://localhost:8000/"
COUNTS = {"person": 7, "group": 1, "work": 8, "organization": 2, "topic": 2, "venue": 1, "source": 4, "software": 1}


def quads() -> Iterator[Quad]:
    for path in (HERE.parent / "toy" / "world.trig", HERE / "hostile.trig"):
        yield from parse(path=str(path), format=RdfFormat.TRIG)


def make_release(home: Home, release_id: str, extra: str = "") -> Release:
    """A release of the toy world, with ``extra`` statements in TriG beside it; not yet published."""
    with home.begin() as draft:
        artefact = draft.write_graph(chain(quads(), parse(extra, RdfFormat.TRIG)))
        draft.load()
        store = draft.open_store()
        report = validate(store, base_iri=BASE)
        keep(report, draft.path)
        quality = NamedNode(f"{BASE}graph/quality")
        draft.add(Quad(triple.subject, triple.predicate, triple.object, quality) for triple in report_triples(report))
        cards = cards_of(store)
        search.write_index(draft.path / "search", search.labels(cards), search.weights(cards))
        write_coauthors(draft.path / "coauthors.bin", signatures(cards))
        del store
        manifest = {
            "base_iri": BASE,
            "counts": COUNTS,
            "quads": artefact.quads,
            "inputs": [{"file": "profile.txt", "source": "profile", "layout": "trust-profile", "read": 3}],
            "problems": [{"place": "list.txt:5", "kind": "unread", "cause": "<b>odd</b>", "advice": "", "text": "???"}],
        }
        return draft.commit(manifest, release_id=release_id)


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Home, list[Release]]]:
    """Makes a home with so many releases; each says its number as the rdfs:label of <http://x.example/number>."""

    def make(count: int) -> tuple[Home, list[Release]]:
        home = Home(tmp_path_factory.mktemp("switch") / "home")
        label = "<http://x.example/number> <http://www.w3.org/2000/01/rdf-schema#label> "
        made = [make_release(home, f"{number:016x}", f'{label} "{number}" .') for number in range(1, count + 1)]
        home.publish(made[0].id)
        return home, made

    return make


@pytest.fixture(scope="session")
def toy_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A published release of the toy world."""
    home = Home(tmp_path_factory.mktemp("web") / "home")
    release = make_release(home, "00000000000000aa")
    home.publish(release.id)
    return release


@pytest.fixture(scope="session")
def toy_store(toy_release: Release) -> Store:
    """The store of that release, read-only."""
    return toy_release.open_store()


@pytest.fixture(scope="session")
def app(toy_release: Release) -> FastAPI:
    """The server over the toy world, not started."""
    return create_app(open_world(toy_release, Settings(workers=2, deadline=5.0, max_request=20_000, cache_bytes=0)))


class Client:
    """Talks to a started server as a plain function call, following no redirects."""

    def __init__(self, portal: BlockingPortal, app: FastAPI) -> None:
        self.portal = portal
        self.app = app
        # What the server raises after its 500 is for its log; here the 500 is looked at.
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://testserver")

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self.portal.call(partial(self._http.request, method, path, **given))

    def get(self, path: str, accept: str = "*/*", **given: Any) -> httpx.Response:
        return self.request("GET", path, headers={"Accept": accept}, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.request("POST", path, **given)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[Client]:
    """A client of the started server, at an address that is not the dataset's base."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield Client(portal, app)


@pytest.fixture(scope="session")
def seeds_app(seeds: Built) -> FastAPI:
    """The server over the seeds, not started."""
    return create_app(open_world(seeds.release, Settings(workers=2, deadline=10.0)))


@pytest.fixture(scope="session")
def server(seeds_app: FastAPI) -> Iterator[Client]:
    """A client of the started server over the seeds."""
    lifespan = seeds_app.router.lifespan_context(seeds_app)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(lifespan):
        yield Client(portal, seeds_app)


@pytest.fixture(scope="session")
def started() -> Callable[[FastAPI], AbstractContextManager[Client]]:
    """Starts a server and gives a client of it."""

    @contextmanager
    def start(app: FastAPI) -> Iterator[Client]:
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
            yield Client(portal, app)

    return start
