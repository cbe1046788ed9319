"""Two lanes for questions: those that are answered at once, and those that turn out to be long.

How long a question takes is known only when it has taken it. So every question begins in the quick lane; one that has
used more than `QUICK` seconds of a processor, or whose answer is too large to be held, needs a place in the long lane.
Where one is free it moves there as it runs and its worker gives precedence to all others; otherwise it is stopped,
which costs little, and begins again when a place is free. What was long once is remembered and waits for its place
without taking up a quick one. So whatever strangers ask, the quick lane is free for what is quick.

Knows places, who waits for them, and what was long. Does not know workers, questions or processes.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress
from typing import Final

from kg.errors import Busy

QUICK: Final = 0.1
"""Seconds of a processor after which a question is long."""
LOOKS: Final = 4
"""How often it is looked, until then, how much a question has used."""
SOON: Final = 1.0
"""Seconds on the clock after which a question is long, even if it waited for a disk or a processor all the time."""
_REMEMBERED: Final = 4096


class Lane:
    """So many ``places``, and a queue before them for at most ``queue``; who came first goes first."""

    def __init__(self, places: int, queue: int, called: str) -> None:
        self.places = places
        self.taken = 0
        self._most = queue
        self._called = called
        self._queue: deque[asyncio.Future[bool]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """True while every place is taken and a newcomer would have to wait."""
        return self.taken >= self.places

    def try_enter(self) -> bool:
        """Take a place if one is free."""
        if self.full:
            return False
        self.taken += 1
        return True

    async def enter(self, patience: float) -> None:
        """Take a place, waiting for one up to ``patience`` seconds. Raises Busy."""
        if self.try_enter():
            return
        if len(self._queue) >= self._most:
            raise Busy(
                f"all {self.places} places for {self._called} are taken and {self.waiting} wait",
                advice="try again later",
            )
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._queue.append(turn)
        timer = loop.call_later(patience, _give_up, turn)
        try:
            let_in = await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.result():
                self.leave()  # it was given a place in the very moment it gave up
            raise
        finally:
            timer.cancel()
            if turn.cancelled() or not turn.result():
                with suppress(ValueError):  # where another that left has passed it over already
                    self._queue.remove(turn)
        if not let_in:
            raise Busy(f"no place for {self._called} was free within {patience:g} s", advice="try again later")

    def leave(self) -> None:
        """Give a place back, to whoever has waited longest."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        self.taken -= 1


def _give_up(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)


class Memory:
    """Remembers which questions were long, those met last staying longest."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._long: OrderedDict[int, None] = OrderedDict()

    def __contains__(self, key: object) -> bool:
        return hash(key) in self._long

    def add(self, key: object) -> None:
        """Remember a question as long."""
        self._long[hash(key)] = None
        self._long.move_to_end(hash(key))
        if len(self._long) > self._most:
            self._long.popitem(last=False)

    def forget(self, key: object) -> None:
        """Think of a question as quick again."""
        self._long.pop(hash(key), None)
