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
from kg.store.lanes import Lane, Memory, shape_of
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
    """Nothing is asked, and every worker that was to be started or ended has been."""
    while pool.busy or pool._tasks:
        await asyncio.sleep(0.01)
    assert pool.alive == 2


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


def test_those_who_are_known_go_first_three_times_out_of_four() -> None:
    async def main() -> None:
        lane, order = Lane(1, 99, "tests"), list[str]()

        async def pass_through(name: str) -> None:
            await lane.enter(5, known=name == "known")
            order.append(name)
            lane.leave()

        assert lane.try_enter()
        names = ["stranger"] * 4 + ["known"] * 8
        tasks = [asyncio.create_task(pass_through(name)) for name in names]
        await asyncio.sleep(0)
        lane.leave()
        await asyncio.gather(*tasks)
        assert sorted(order) == sorted(names)
        # While there are both, every fourth place is a stranger's, and none waits for all of the others.
        assert [at for at, name in enumerate(order, 1) if name == "stranger"][:2] == [4, 8]

    asyncio.run(main())


def test_shapes_leave_out_what_is_particular() -> None:
    one = 'SELECT ?w { ?w schema:author <http://x.example/p/1> ; schema:name "it\'s \\" 7" } LIMIT 10 # a'
    two = "SELECT ?w { ?w schema:author <http://x.example/p/22> ; schema:name 'no' } LIMIT 9 # b"
    assert shape_of(one) == shape_of(two)
    assert shape_of(one) != shape_of(two.replace("?w schema:author", "?w schema:about"))


def test_what_is_known_to_be_quick_passes_strangers_in_the_queue(store_path: Path) -> None:
    """The strangers' questions come first and are long; each takes the only quick place for a moment."""

    async def test(pool: Pool) -> None:
        for number in range(8):
            async with await pool.ask(QUICK._replace(query=f"ASK {{ ?s ?p {number} }}")) as answer:
                await answer.read()
        done: list[str] = []

        async def ask(question: Question, name: str) -> None:
            try:
                async with await pool.ask(question) as answer:
                    await answer.read()
            except (Busy, DeadlineExceeded):
                pass
            done.append(name)

        strangers = [ask(ENDLESS._replace(query=f"{ENDLESS.query} # {'x' * n}"), "long") for n in range(6)]
        tasks = [asyncio.create_task(one) for one in strangers]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(ask(QUICK._replace(query=f"ASK {{ ?s ?p {n} }}"), "quick")) for n in range(9)]
        await asyncio.gather(*tasks)
        assert done[:9] == ["quick"] * 9

    run(store_path, test, workers=1, long=1, deadline=4.0, quick=0.1)


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
