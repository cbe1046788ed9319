"""What the parts that answer a request tell the layers around them: one note for each request.

The layers (log, cache) see headers and bytes; that a query calls NOW(), how many rows there were or that they were cut
is known only deeper inside. Knows nothing of either side.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Note:
    """What is worth knowing of one request. Everything has a value that says nothing."""

    id: str = ""
    rows: int | None = None
    cut_at: int = 0
    """Rows after which the result was cut; 0 when it is whole."""
    volatile: bool = False
    """Asked again, the answer would be another one."""
    weak: bool = False
    """Asked again, the answer would mean the same in other bytes."""
    of_build: bool = False
    """Made of what only a build makes anew, so that edits made since are not in it."""
    query: str = ""
    cache: str = ""
    """``hit``, ``304`` or ``miss`` where the cache was asked."""

    def forget(self) -> None:
        """Begin the same request once more."""
        self.rows, self.cut_at, self.volatile, self.weak, self.of_build = None, 0, False, False, False


CURRENT: ContextVar[Note | None] = ContextVar("note", default=None)


def note() -> Note:
    """Return the note of the request that is being answered; outside one, a note that nobody reads."""
    return CURRENT.get() or Note()
