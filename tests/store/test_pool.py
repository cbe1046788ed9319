"""The pool answers, holds its deadline against anything, and leaves no process behind."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.errors import (
    Busy,
    DeadlineExceeded,
    KgError,
    NotFoundError,
    QueryError,
    QueryRefused,
    QueryTooDeep,
    QueryTooLong,
    ReleaseError,
    ResultTooLarge,
    WorkerLost,
)
from kg.store.answers import Question
from kg.store.pool import Pool
from tests.conftest import children

COUNT = Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ENDLESS = Question(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")
STREAM = Question("SELECT * { ?a ?b ?c . ?d ?e ?f }")  # 3,000 squared rows, the first at once
SIZE = 3000


def node(name: object) -> NamedNode:
    return NamedNode(f"http://toy.example/{name}")


def make_store(path: Path, size: int) -> Path:
    store = Store(str(path))
    store.bulk_extend(Quad(node(i % 300), node(f"p{i % 7}"), node(f"{i % 601}")) for i in range(size))
    assert len(store) == size
    store.flush()
    return path


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("pool") / "store", SIZE)


@asynccontextmanager
async def open_pool(path: Path, **settings: Any) -> AsyncIterator[Pool]:
    before = children()
    pool = Pool(path, **settings)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()
        assert children() <= before, "a worker was left behind"


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(main())


async def count(pool: Pool) -> int:
    names, rows = await pool.rows(COUNT)
    assert names == ["n"] and isinstance(rows[0][0], Literal)
    return int(rows[0][0].value)


def test_questions_are_answered_with_their_head(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path) as pool:
            async with await pool.ask(Question("ASK {}", select_format="xml")) as answer:
                assert (answer.head.kind, answer.head.format) == ("boolean", "xml")
                assert b"true" in await answer.read()
            turtle = await pool.ask(Question("CONSTRUCT { <x:a> foaf:name 'é' } {}"))
            assert turtle.head.media_type == "text/turtle; charset=utf-8"
            assert "foaf:name" in (await turtle.read()).decode()
            assert await count(pool) == SIZE
            _, rows = await pool.rows(Question("SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (<x:a> 'b'@en) } }"))
            assert [rows[0][1], rows[1]] == [None, [NamedNode("x:a"), Literal("b", language="en")]]
            with pytest.raises(QueryError, match="SELECT only"):
                await pool.rows(Question("CONSTRUCT WHERE { ?s ?p ?o }"))
            assert (pool.busy, pool.waiting) == (0, 0)

    run(test)


def test_a_long_answer_streams_whole(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1) as pool:
            answer = await pool.ask(Question("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 60000", select_format="csv"))
            chunks = [chunk async for chunk in answer.body]
            assert len(chunks) > 10 and b"".join(chunks).count(b"\r\n") == 60001
            assert [chunk async for chunk in answer.body] == []
            assert await count(pool) == SIZE

    run(test)


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        (Question("SELECT *\n{ ?s nope:x ?o }"), QueryError, "line 2, column 12: the prefix nope: is not declared"),
        (Question("SELECT * { SERVICE <x:y> { ?s ?p ?o } }"), QueryRefused, "SERVICE is closed here"),
        (Question("ASK {}", select_format="pdf"), NotFoundError, "no result format 'pdf'"),
        (Question("ASK {}", default_graphs=("no iri",)), QueryError, "does not name a graph"),
        (Question("SELECT * {" * 20_000), QueryTooDeep, "more than 128 levels"),
        (Question("SELECT * {" + " " * 1_000_000), QueryTooLong, "may have 1,000,000"),
    ],
)
def test_errors_come_before_the_first_byte(
    store_path: Path, question: Question, error: type[KgError], words: str
) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1) as pool:
            with pytest.raises(error, match=words) as caught:
                await pool.ask(question)
            assert type(caught.value) is error
            assert await count(pool) == SIZE

    run(test)


def test_a_query_that_overflows_the_engine_costs_one_worker(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, max_nesting=1_000_000) as pool:
            with pytest.raises(WorkerLost, match="more memory or nesting"):
                await pool.ask(Question("SELECT * {" * 20_000))
            assert await count(pool) == SIZE

    run(test)


HOSTILE = {
    "a count over a cross join": ENDLESS.query,
    "an endless path": "SELECT * { ?a (!<x:y>)+ ?b . ?b (!<x:y>)* ?c . ?c (!<x:y>)+ ?d } ORDER BY ?d",
    "a giant sort": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(CONCAT(STR(?a), STR(?f))) LIMIT 1",
    "a giant concatenation": "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a construction without end": "CONSTRUCT { [] ?a ?c } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?b = ?f) }",
    "a stream of next to nothing": f"SELECT ?a {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?a), STR(?l))) > 99) }}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_stopped_in_time_and_the_pool_goes_on(store_path: Path, name: str) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, deadline=1.0) as pool:
            begin = time.monotonic()
            with pytest.raises((DeadlineExceeded, WorkerLost)):
                await pool.ask(Question(HOSTILE[name]))
            assert time.monotonic() - begin < 11.0, "without a deadline it takes hours; the rest is a busy machine"
            assert await count(pool) == SIZE

    run(test)


def test_a_deadline_may_be_given_with_the_question(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, deadline=60) as pool:
            with pytest.raises(DeadlineExceeded, match=r"deadline of 0\.2 s"):
                await pool.ask(ENDLESS, deadline=0.2)

    run(test)


def test_the_kernel_keeps_the_deadline_when_the_loop_is_held_up(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1) as pool:
            task = asyncio.create_task(pool.ask(ENDLESS, deadline=0.3))
            await asyncio.sleep(0.1)
            time.sleep(1.0)  # the loop stands still
            with pytest.raises(DeadlineExceeded):
                await task

    run(test)


def test_a_stream_breaks_at_its_deadline_though_nobody_reads(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, deadline=0.5) as pool:
            answer = await pool.ask(STREAM)
            assert pool.busy == 1
            await asyncio.sleep(0.8)
            assert pool.busy == 0, "a reader that does not read holds no worker"
            assert await count(pool) == SIZE
            with pytest.raises(DeadlineExceeded):
                async for _ in answer.body:
                    pass

    run(test)


def test_an_answer_may_not_grow_past_its_limit(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, max_bytes=3_000_000) as pool:
            answer, size = await pool.ask(STREAM), 0
            with pytest.raises(ResultTooLarge, match="larger than 3000000 bytes"):
                async for chunk in answer.body:
                    size += len(chunk)
            assert 1024 * 1024 <= size <= 3_000_000
            assert await count(pool) == SIZE
        async with open_pool(store_path, workers=1, max_bytes=1000) as pool:
            with pytest.raises(ResultTooLarge):
                await pool.ask(STREAM)

    run(test)


def test_a_worker_may_not_grow_past_its_memory(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, deadline=30, memory=700 * 1024**2) as pool:
            with pytest.raises(WorkerLost, match="more memory"):
                await pool.ask(Question(HOSTILE["a giant sort"]))
            assert await count(pool) == SIZE

    run(test)


def test_the_queue_has_an_end(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, queue=1, deadline=0.6, quick=60) as pool:
            first = asyncio.create_task(pool.ask(ENDLESS))
            await asyncio.sleep(0.05)
            second = asyncio.create_task(count(pool))
            await asyncio.sleep(0.05)
            assert (pool.busy, pool.waiting) == (1, 1)
            with pytest.raises(Busy, match="1 wait"):
                await pool.ask(COUNT)
            with pytest.raises(DeadlineExceeded):
                await first
            assert await second == SIZE

    run(test)


@pytest.mark.parametrize("leave", ["close", "drop", "cancel"])
def test_a_client_that_leaves_frees_its_worker(store_path: Path, leave: str) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=1, deadline=30) as pool:
            if leave == "cancel":
                task = asyncio.create_task(pool.ask(ENDLESS))
                await asyncio.sleep(0.1)
                assert pool.busy == 1
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                answer = await pool.ask(STREAM)
                assert pool.busy == 1
                if leave == "close":
                    await answer.body.aclose()
                    await answer.body.aclose()
                del answer
                gc.collect()
            assert pool.busy == 0
            assert await count(pool) == SIZE

    run(test)


def test_a_switch_drops_no_question(store_path: Path, tmp_path: Path) -> None:
    other = make_store(tmp_path / "other", 10)

    async def test() -> None:
        others = children()
        async with open_pool(store_path, workers=2) as pool:
            answer = await pool.ask(Question("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 60000", select_format="csv"))
            asking = [asyncio.create_task(count(pool)) for _ in range(20)]
            await pool.switch(other)
            assert await count(pool) == 10
            assert (await answer.read()).count(b"\r\n") == 60001, "it finished on the store it began on"
            assert set(await asyncio.gather(*asking)) <= {SIZE, 10}
            await asyncio.sleep(0.2)
            assert len(children() - others) == 3, "the workers of the old store are gone"
            with pytest.raises(ReleaseError, match="cannot be opened"):
                await pool.switch(tmp_path / "nothing")
            assert await count(pool) == 10

    run(test)


def test_a_worker_that_dies_is_replaced(store_path: Path) -> None:
    async def test() -> None:
        others = children()
        async with open_pool(store_path, workers=1, deadline=5) as pool:
            for pid in children() - others:
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.05)
            assert await count(pool) == SIZE
            running = asyncio.create_task(pool.ask(ENDLESS))
            await asyncio.sleep(0.1)
            for pid in children() - others:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(WorkerLost):
                await running
            await asyncio.sleep(0.1)  # until the spare, killed as well, is seen to be dead
            assert await count(pool) == SIZE

    run(test)


def test_a_store_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    async def test() -> None:
        before = children()
        with pytest.raises(ReleaseError, match="cannot be opened"):
            await Pool(tmp_path / "nothing").start()
        await asyncio.sleep(0.1)
        assert children() <= before

    run(test)


def test_nothing_is_left_of_a_pool_that_is_cancelled_at_any_moment(store_path: Path) -> None:
    before = children()
    started = 0.0

    async def open_and_close() -> None:
        nonlocal started
        begun = time.monotonic()
        pool = Pool(store_path, workers=2)
        await pool.start()
        try:
            started = time.monotonic() - begun
        finally:
            await pool.close()

    async def cancelled(after: float) -> None:
        task = asyncio.create_task(open_and_close())
        await asyncio.sleep(after)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(open_and_close())
    for part in range(36):  # three times the time that a start takes reaches into the closing
        asyncio.run(cancelled(started * part / 12))
        assert children() <= before, f"a worker was left behind after {part} twelfths of a start"


def test_a_closed_pool_says_so(store_path: Path) -> None:
    async def test() -> None:
        pool = Pool(store_path, workers=1)
        with pytest.raises(WorkerLost, match="closed"):
            await pool.ask(COUNT)
        await pool.start()
        running = asyncio.create_task(pool.ask(ENDLESS))
        await asyncio.sleep(0.1)
        await pool.close(grace=0.1)
        with pytest.raises(WorkerLost, match="shutting down"):
            await running
        with pytest.raises(WorkerLost, match="closed"):
            await pool.switch(store_path)

    run(test)


def test_many_clients_at_once(store_path: Path) -> None:
    async def test() -> None:
        async with open_pool(store_path, workers=2, queue=200) as pool:
            answers = await asyncio.gather(*[count(pool) for _ in range(150)])
            assert set(answers) == {SIZE}

    run(test)


def test_a_description_comes_from_the_worker(store_path: Path) -> None:
    pytest.importorskip("kg.rdf.describe")

    async def test() -> None:
        async with open_pool(store_path, workers=1) as pool:
            assert await pool.describe("http://toy.example/unknown-thing") is None

    run(test)


_PARENT = """
import asyncio, os, sys
from pathlib import Path
from kg.store.answers import Question
from kg.store.pool import Pool
async def main():
    pool = Pool(Path(sys.argv[1]), workers=1)
    await pool.start()
    asyncio.create_task(pool.ask(Question(sys.argv[2])))
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    while len(children.read_text().split()) < 2:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)  # the query is under way
    print(children.read_text(), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_workers_end_with_their_parent_even_in_the_middle_of_a_query(store_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(store_path), ENDLESS.query], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert len(workers) >= 2, "one asks, and another stands ready"
        parent.kill()
    end = time.monotonic() + 2
    while any(_running(worker) for worker in workers) and time.monotonic() < end:
        time.sleep(0.01)
    assert not any(_running(worker) for worker in workers)


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_worker_imports_nothing_heavy(store_path: Path) -> None:
    """A worker starts in some 50 ms because it loads the engine and little else."""
    code = "import sys, kg.store.worker; print(__import__('json').dumps(sorted(sys.modules)))"
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout))
    assert not loaded & {"asyncio", "dataclasses", "inspect", "rdflib", "filelock", "fastapi", "hashlib", "subprocess"}
    assert {name for name in loaded if name.startswith("kg")} == {
        "kg",
        "kg.errors",
        "kg.rdf",
        "kg.rdf.vocab",
        "kg.store",
        "kg.store.answers",
        "kg.store.guard",
        "kg.store.worker",
    }


def test_what_a_failed_query_had_written_is_in_no_other_answer(store_path: Path) -> None:
    """A call to a closed port fails when the first bytes of the answer have been written and not yet sent."""

    async def test() -> None:
        async with open_pool(store_path, workers=1) as pool:
            query = "SELECT * { { BIND(1 AS ?x) } UNION { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } } }"
            with pytest.raises(KgError):
                await pool.ask(Question(query, services="http://127.0.0.1:9/"))
            async with await pool.ask(Question("SELECT ?a { BIND(2 AS ?a) }", select_format="csv")) as answer:
                assert await answer.read() == b"a\r\n2\r\n"

    run(test)


@pytest.mark.parametrize("module", ["kg.store.worker", "kg.store.writer"])
@pytest.mark.parametrize("unread", [True, False], ids=["unread", "read"])
def test_a_worker_whose_parent_goes_away_ends_without_a_word(
    store_path: Path, tmp_path: Path, module: str, unread: bool
) -> None:
    """With something unread the other side is reset, not closed."""
    shutil.copytree(store_path, tmp_path / "store")
    for _ in range(5):
        here, there = socket.socketpair()
        command = [sys.executable, "-m", module, str(tmp_path / "store"), "0"]
        with subprocess.Popen(command, stdin=there.fileno(), stderr=subprocess.PIPE) as worker:
            there.close()
            with here:
                assert here.recv(1, socket.MSG_PEEK) == b"R"
                if not unread:
                    here.recv(100)
            assert worker.stderr and worker.stderr.read() == b""
        assert worker.returncode == 0
