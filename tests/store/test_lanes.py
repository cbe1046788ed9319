"""What is quick is answered however much is asked that is long, and what is long gets its turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, Store

from kg.errors import Busy, DeadlineExceeded
from kg.store.answers import Question
from kg.store.lanes import Lane, Memory
from kg.store.pool import HELD, Pool

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ENDLESS = Question(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}")
QUICK = Question("ASK { ?s ?p ?o }")
PAIRS = Question("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }")
"""Long in a lane whose bound is a millisecond, and soon over."""
SIZE = 1200


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lanes") / "store"
    store = Store(str(path))
    node = NamedNode
    store.bulk_extend(Quad(node(f"x:s{i % 300}"), node(f"x:p{i % 7}"), node(f"x:o{i}")) for i in range(SIZE))
    store.flush()
    return path


def run(path: Path, test: Callable[[Pool], Awaitable[None]], **settings: Any) -> None:
    async def main() -> None:
        pool = Pool(path, **settings)
        await pool.start()
        try:
            async with asyncio.timeout(60):
                await test(pool)
        finally:
            await pool.close()

    asyncio.run(main())


async def settled(pool: Pool) -> None:
    """Every worker is there again."""
    while pool.busy or pool.alive != 2:
        await asyncio.sleep(0.01)


def test_quick_questions_pass_any_number_of_long_ones(store_path: Path) -> None:
    async def test(pool: Pool) -> None:
        attackers = [asyncio.create_task(pool.ask(ENDLESS._replace(query=f"{ENDLESS.query} # {n}"))) for n in range(6)]
        await asyncio.sleep(0.02)
        for _ in range(200):
            async with await pool.ask(QUICK) as answer:
                assert b"true" in await answer.read()
        # Not one of the six has come to its end while two hundred were answered by the only quick worker.
        assert not any(task.done() for task in attackers)
        assert pool.long == 1 and pool.waiting == 5
        outcome = await asyncio.gather(*attackers, return_exceptions=True)
        assert {type(error) for error in outcome} <= {DeadlineExceeded, Busy}
        assert any(isinstance(error, DeadlineExceeded) for error in outcome)
        await settled(pool)

    run(store_path, test, workers=1, long=1, deadline=8.0, quick=0.05)


def test_a_long_question_without_a_place_begins_again_and_is_answered_right(store_path: Path) -> None:
    async def test(pool: Pool) -> None:
        asked = [PAIRS._replace(query=f"{PAIRS.query} # {n}") for n in range(4)]
        answers = await asyncio.gather(*(pool.rows(question) for question in asked))
        assert [int(rows[0][0].value) for _, rows in answers] == [SIZE**2] * 4  # type: ignore[union-attr]
        await settled(pool)
        assert pool.started > 6, "none was stopped and begun again"

    run(store_path, test, workers=1, long=1, quick=0.001)


def test_what_was_long_takes_up_no_quick_place_again(store_path: Path) -> None:
    async def test(pool: Pool) -> None:
        with pytest.raises(DeadlineExceeded):
            await pool.ask(ENDLESS)
        await settled(pool)
        again = [asyncio.create_task(pool.ask(ENDLESS)) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert (pool.long, pool.waiting, pool.full) == (1, 2, False)
        await asyncio.gather(*again, return_exceptions=True)

    run(store_path, test, workers=1, long=1, deadline=0.4, quick=0.05)


def test_what_turns_out_quick_is_quick_again(store_path: Path) -> None:
    async def test(pool: Pool) -> None:
        key = (b"Q", *QUICK)
        pool.met(key, long=True)
        async with await pool.ask(QUICK) as answer:
            await answer.read()
        await settled(pool)
        started = pool.started
        async with await pool.ask(QUICK) as answer:
            await answer.read()
        assert pool.started == started, "a worker was spent on it once more"

    run(store_path, test, workers=1, long=1)


def test_a_large_answer_waits_for_a_place_and_a_whole_one_does_not(store_path: Path) -> None:
    large = Question("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    whole = Question("SELECT * { ?a ?b ?c }")

    async def test(pool: Pool) -> None:
        endless = asyncio.create_task(pool.ask(ENDLESS))
        while not pool.long:
            await asyncio.sleep(0.01)
        async with await pool.ask(whole) as answer:
            assert 64 * 1024 < len(await answer.read()) < HELD
        with pytest.raises(Busy, match="no place for long queries was free"):
            await pool.ask(large, deadline=0.5)
        endless.cancel()
        await asyncio.gather(endless, return_exceptions=True)
        async with await pool.ask(large) as answer:
            size = 0
            async for chunk in answer.body:
                size += len(chunk)
                if size > 2 * HELD:
                    break

    run(store_path, test, workers=1, long=1, deadline=20.0, quick=0.05)


def test_a_worker_that_was_long_is_not_used_again(store_path: Path) -> None:
    async def test(pool: Pool) -> None:
        started = pool.started
        await pool.rows(PAIRS)
        await settled(pool)
        assert pool.started == started + 1
        await pool.rows(QUICK._replace(query="SELECT * {} LIMIT 1"))
        assert pool.started == started + 1

    run(store_path, test, workers=1, long=1, quick=0.001)


def test_a_lane_lets_in_by_turns() -> None:
    async def main() -> None:
        lane, order = Lane(1, 2, "tests"), list[int]()

        async def pass_through(number: int) -> None:
            await lane.enter(5)
            order.append(number)
            await asyncio.sleep(0)
            lane.leave()

        assert lane.try_enter() and lane.full and not lane.try_enter()
        tasks = [asyncio.create_task(pass_through(number)) for number in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="all 1 places for tests are taken and 2 wait"):
            await lane.enter(5)
        lane.leave()
        await asyncio.gather(*tasks)
        assert order == [1, 2] and (lane.taken, lane.waiting) == (0, 0)

    asyncio.run(main())


def test_a_lane_loses_no_place_to_those_who_give_up() -> None:
    async def main() -> None:
        lane = Lane(1, 9, "tests")
        assert lane.try_enter()
        with pytest.raises(Busy, match=r"within 0\.01 s"):
            await lane.enter(0.01)
        waiting = asyncio.create_task(lane.enter(5))
        await asyncio.sleep(0)
        lane.leave()  # it is the other's turn ...
        waiting.cancel()  # ... who leaves in the same moment
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gone = asyncio.create_task(lane.enter(5))
        await asyncio.sleep(0)
        assert gone.done() and lane.taken == 1
        lane.leave()
        assert (lane.taken, lane.waiting) == (0, 0)

    asyncio.run(main())


def test_the_memory_has_an_end() -> None:
    memory = Memory(2)
    for key in ("a", "b", "a", "c"):
        memory.add(key)
    assert [key in memory for key in "abc"] == [True, False, True]
    memory.forget("a")
    assert "a" not in memory
