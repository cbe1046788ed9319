"""One question on a worker of its own, for a process that does nothing else meanwhile.

Knows frames, as `kg.store.worker` lists them, and what a question may cost: the memory of the worker. Does not know
deadlines: whoever waits can stop waiting, and the worker ends with the socket to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import IO, Any, Final

from kg.store.answers import Head, Question
from kg.store.processes import Frame, lost, start
from kg.store.runs import error_of

_NO_DEADLINE: Final = 10**8
"""Seconds: three years. A worker waits for no question without a deadline."""


def ask(
    store_path: Path, question: Question, memory: int, begin: Callable[[Head], None], write: Callable[[bytes], Any]
) -> None:
    """Call ``begin`` once, then ``write`` with the bytes of the answer as they come; what they raise ends the query.

    ``memory`` is the address space of the worker in bytes. Raises what `kg.store.answers.evaluate` raises, and
    WorkerLost for a query that needs more memory than this, also in the middle of the answer.
    """
    process, channel = start(store_path, memory, quiet=True)
    try:
        with channel, channel.makefile("rb") as frames:
            _send(channel, question)
            while (frame := _read(frames))[0] != b"E":
                letter, data = frame
                if letter == b"X":
                    raise error_of(json.loads(data))
                if letter == b"H":
                    begin(Head(*json.loads(data)))
                elif letter == b"B":
                    write(data)
    except EOFError:
        raise lost(process.wait(), "make it smaller, or allow more with KG_WORKER_MEMORY") from None
    finally:
        process.kill()
        process.wait()


def _send(channel: socket, question: Question) -> None:
    data = json.dumps([_NO_DEADLINE, *question]).encode()
    with suppress(ConnectionError):  # what became of the worker is read from its side
        channel.sendall(b"Q" + len(data).to_bytes(4, "big") + data)


def _read(frames: IO[bytes]) -> Frame:
    """Return the next frame. Raises EOFError when the worker is gone."""
    try:
        header = frames.read(5)
        size = int.from_bytes(header[1:], "big")
        data = frames.read(size)
    except ConnectionError as error:
        raise EOFError from error
    if len(header) < 5 or len(data) < size:
        raise EOFError
    return header[:1], data
