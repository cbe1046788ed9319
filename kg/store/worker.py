"""The process that answers queries: ``python -m kg.store.worker STORE MEMORY``, started and stopped by `kg.store.pool`.

It opens one store read-only and answers one request after another over the socket that is its standard input, in one
thread. Knows frames, the limits a process can set on itself and nothing of queues or other workers. It does not stop a
query: its parent kills it, the kernel does when the parent is too busy, and it ends itself when the parent is gone.

A frame is one letter, a length (4 bytes, big endian) and so many bytes.

======= ========================================================== =====================================
letter  from the parent                                            from the worker
======= ========================================================== =====================================
R                                                                  ready for the first request
Q       a query: JSON list, first the deadline in seconds, then
        the fields of a `Question`
D       a description: JSON list, deadline and IRI
H                                                                  JSON list, the fields of a `Head`
B                                                                  bytes of the answer
N                                                                  there is no such thing
E                                                                  the answer is complete
X                                                                  JSON object, an error of `kg.errors`
======= ========================================================== =====================================
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from _thread import start_new_thread
from contextlib import suppress
from typing import Any, Final

from pyoxigraph import Store

from kg.errors import KgError, QueryError
from kg.store.answers import Head, Question, evaluate

_CHANNEL: Final = 0
_HEADER: Final = 5
_PIECE: Final = 64 * 1024  # bytes collected before they are sent
_GRACE: Final = 0.25  # seconds the kernel waits after the deadline, so that the parent comes first


class _Frames:
    """Collects frames and sends them in few system calls; a file object for the engine to write to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._body: list[bytes] = []
        self._body_size = 0

    def write(self, data: bytes) -> int:
        self._body.append(bytes(data))
        self._body_size += len(data)
        if self._body_size >= _PIECE:
            self.flush_body()
            self.send()
        return len(data)

    def flush(self) -> None:
        """The engine calls this at its end; what is left goes out with the last frame."""

    def flush_body(self) -> None:
        if self._body:
            data = b"".join(self._body)
            self._body, self._body_size = [], 0
            self.put(b"B", data)

    def fail(self, error: bytes) -> None:
        """End with an error. What was written of the answer and not sent belongs to nobody, least of all the next."""
        self._body, self._body_size = [], 0
        self.put(b"X", error)

    def put(self, letter: bytes, data: bytes = b"") -> None:
        self._parts += (letter, len(data).to_bytes(4, "big"), data)

    def send(self) -> None:
        data = memoryview(b"".join(self._parts))
        self._parts = []
        while data:
            try:
                data = data[os.write(_CHANNEL, data) :]
            except ConnectionError:
                os._exit(0)  # the other side is gone, and the engine would only make another error of it


def main(arguments: list[str]) -> None:
    """Serve requests until the parent closes the socket."""
    store_path, memory = arguments
    _limit(int(memory))
    start_new_thread(_leave_with_parent, ())
    frames = _Frames()
    try:
        store = Store.read_only(store_path)
    except (OSError, RuntimeError) as error:
        frames.put(
            b"X", json.dumps({"error": "ReleaseError", "message": f"the store cannot be opened: {error}"}).encode()
        )
        frames.send()
        return
    frames.put(b"R")
    frames.send()
    requests = _Requests()
    while True:
        letter, fields = requests.next()
        signal.setitimer(signal.ITIMER_REAL, fields[0] + _GRACE)
        try:
            if letter == b"Q":
                _answer(store, Question(*fields[1:]), frames)
            else:
                _describe(store, fields[1], frames, brief=fields[2])
            frames.flush_body()
            frames.put(b"E")
        except KgError as error:
            frames.fail(_error(error))
        except MemoryError:
            frames.fail(_error(QueryError("the query needs more memory than it may have")))
        signal.setitimer(signal.ITIMER_REAL, 0)
        frames.send()


def _answer(store: Store, question: Question, frames: _Frames) -> None:
    def begin(head: Head) -> None:
        frames.put(b"H", json.dumps(head).encode())

    evaluate(store, question, begin, frames)  # type: ignore[arg-type]  # the engine needs write and flush only


def _describe(store: Store, iri: str, frames: _Frames, *, brief: bool) -> None:
    from kg.rdf.describe import describe_nquads  # only some workers need it

    data = describe_nquads(store, iri, brief=brief)
    if data is None:
        frames.put(b"N")
    else:
        frames.write(data)


def _error(error: KgError) -> bytes:
    fields: dict[str, str | int | None] = {
        "error": type(error).__name__,
        "message": error.message,
        "advice": error.advice,
    }
    if isinstance(error, QueryError):
        fields |= {"line": error.line, "column": error.column}
    return json.dumps(fields).encode()


class _Requests:
    """Reads requests. The parent may send one before the answer to the one before it has gone out."""

    def __init__(self) -> None:
        self._data = b""

    def next(self) -> tuple[bytes, list[Any]]:
        """Return the letter and the fields of the next request; end the process when there will be none."""
        while len(self._data) < _HEADER:
            self._data += _read()
        size = _HEADER + int.from_bytes(self._data[1:_HEADER], "big")
        if len(self._data) < size:
            parts, have = [self._data], len(self._data)
            while have < size:
                parts.append(_read())
                have += len(parts[-1])
            self._data = b"".join(parts)
        whole, self._data = self._data[:size], self._data[size:]
        return whole[:1], json.loads(whole[_HEADER:])


def _read() -> bytes:
    try:
        data = os.read(_CHANNEL, 1 << 18)
    except ConnectionError:  # gone, with something unread from here
        data = b""
    if not data:
        sys.exit(0)
    return data


def _limit(memory: int) -> None:
    """Cap the address space, and be the first to go when the whole machine runs out of memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if memory > 0 and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 - no pathlib in a worker: it starts sooner
            file.write("500")


def _leave_with_parent() -> None:
    """End the process when the other side of the socket is gone, also in the middle of a query."""
    poll = select.poll()
    poll.register(_CHANNEL, 0)  # no events asked for: only hang-up and errors are reported
    poll.poll()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
