"""Two lanes for questions: those that are answered at once, and those that turn out to be long.

How long a question takes is known only when it has taken it. So every question begins in the quick lane; one that has
used more than `QUICK` seconds of a processor, or whose answer is too large to be held, needs a place in the long lane.
Where one is free it moves there as it runs and its worker gives precedence to all others; otherwise it is stopped,
which costs little, and begins again when a place is free. What was long once is remembered and waits for its place
without taking up a quick one. And where questions must wait for a quick place, those of a shape that was answered at
once before (the same text but for names and numbers) go before those nobody has seen, three times out of four. So
whatever strangers ask, the quick lane is free for what is quick.

Knows places, who waits for them, and what was long. Does not know workers, questions or processes.
"""

from __future__ import annotations

import asyncio
import re
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
_TURNS: Final = 4  # one place in so many goes to those without precedence
_PARTICULAR: Final = re.compile(r"""<[^<>\s]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\#[^\r\n]*|[0-9]+""")


class Lane:
    """So many ``places``, and a queue before them for at most ``queue``.

    Who came first goes first; those ``known`` go before the others, but for one place in four.
    """

    def __init__(self, places: int, queue: int, called: str) -> None:
        self.places = places
        self.taken = 0
        self._most = queue
        self._called = called
        self._queues: tuple[deque[asyncio.Future[bool]], ...] = (deque(), deque())
        self._turns = 0

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(map(len, self._queues))

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

    async def enter(self, patience: float, *, known: bool = False) -> None:
        """Take a place, waiting for one up to ``patience`` seconds. Raises Busy."""
        if self.try_enter():
            return
        if self.waiting >= self._most:
            raise Busy(
                f"all {self.places} places for {self._called} are taken and {self.waiting} wait",
                advice="try again later",
            )
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        queue = self._queues[not known]
        queue.append(turn)
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
                    queue.remove(turn)
        if not let_in:
            raise Busy(f"no place for {self._called} was free within {patience:g} s", advice="try again later")

    def leave(self) -> None:
        """Give a place back, to whoever has waited longest."""
        self._turns += 1
        for queue in reversed(self._queues) if self._turns % _TURNS == 0 else self._queues:
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(True)
                    return
        self.taken -= 1


def _give_up(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)


def shape_of(text: str) -> str:
    """Return what questions have in common that differ in names and numbers only.

    >>> shape_of('SELECT * { <http://x.example/1> ?p "a" } LIMIT 10') == shape_of("SELECT * { <y> ?p 'b' } LIMIT 5")
    True
    """
    return _PARTICULAR.sub("", text)


class Memory:
    """Remembers questions, those met last staying longest."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._met: OrderedDict[int, None] = OrderedDict()

    def __contains__(self, key: object) -> bool:
        return hash(key) in self._met

    def add(self, key: object) -> None:
        """Remember a question."""
        self._met[hash(key)] = None
        self._met.move_to_end(hash(key))
        if len(self._met) > self._most:
            self._met.popitem(last=False)

    def forget(self, key: object) -> None:
        """Think no more of a question."""
        self._met.pop(hash(key), None)
