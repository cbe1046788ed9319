"""A client that asks as fast as it is answered, over kept connections, and what it measured.

Knows HTTP/1.1 just as far as it needs to know where an answer ends, and how to run a server beside it. Does not know
what is asked.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import uvloop


@dataclass(frozen=True)
class Ask:
    """One request: what kind of question it is, and its bytes."""

    whole: bool
    name: str
    data: bytes


@dataclass
class Measured:
    """What one run measured: milliseconds of each answer by kind of question, and what went wrong."""

    single: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, ask: Ask, milliseconds: float) -> None:
        """Take in an answer."""
        (self.whole if ask.whole else self.single).append(milliseconds)

    def error(self, kind: str) -> None:
        """Take in a failure."""
        self.errors[kind] = self.errors.get(kind, 0) + 1

    def row(self) -> dict[str, Any]:
        """Return throughput and percentiles."""
        every = self.single + self.whole
        return {
            "answers": len(every),
            "per_second": len(every) / self.seconds,
            **{f"{name}_p{at}": percentile(times, at) for name, times in
               (("all", every), ("single", self.single), ("whole", self.whole)) for at in (50, 99)},
            "errors": sum(self.errors.values()),
            "kinds_of_errors": self.errors,
        }  # fmt: skip


def percentile(times: Sequence[float], at: int) -> float:
    """Return a percentile in milliseconds; not a number where nothing was answered."""
    if len(times) < 2:
        return times[0] if times else float("nan")
    return statistics.quantiles(times, n=100, method="inclusive")[at - 1]


class _Client(asyncio.Protocol):
    """One connection that asks one question after another until the time is over."""

    def __init__(self, asks: Sequence[Ask], start: int, end: float, into: Measured, over: asyncio.Future[bool]) -> None:
        self.at = start
        self._asks = asks
        self._end = end
        self._into = into
        self._over = over
        self._got = bytearray()
        self._need: int | None = None  # bytes of the whole answer; -1 while only its end says where that is
        self._status = 0
        self._closing = False
        self._begun = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._got.clear()
        self._need = None
        self._begun = time.perf_counter()
        if self._begun >= self._end or self._closing:
            self._finish()
            return
        self._transport.write(self._asks[self.at % len(self._asks)].data)

    def data_received(self, data: bytes) -> None:
        self._got += data
        if self._need is None:
            head, found, _ = self._got.partition(b"\r\n\r\n")
            if not found:
                return
            self._read(bytes(head).lower(), len(head) + 4)
        if len(self._got) == self._need or (self._need == -1 and self._got.endswith(b"\r\n0\r\n\r\n")):
            self._answered()

    def _read(self, head: bytes, size: int) -> None:
        self._status = int(head.split(b" ", 2)[1])
        self._closing = b"connection: close" in head
        if b"transfer-encoding: chunked" in head:
            self._need = -1
        else:
            found = re.search(rb"content-length: *([0-9]+)", head)
            self._need = size + (int(found[1]) if found and self._status != 304 else 0)

    def _answered(self) -> None:
        ask = self._asks[self.at % len(self._asks)]
        self.at += 1
        if self._status == 200:
            self._into.add(ask, (time.perf_counter() - self._begun) * 1000)
        else:
            self._into.error(f"{self._status} {ask.name.partition('?')[0]}")
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over.done():
            self._into.error("connection lost")
            self.at += 1
            self._finish()

    def _finish(self) -> None:
        if not self._over.done():
            self._over.set_result(True)
        if self._transport is not None:
            self._transport.close()


def _same(client: _Client) -> _Client:
    return client


async def ask_until(
    address: tuple[str, int], asks: Sequence[Ask], start: int, end: float, into: Measured, patience: float = 90
) -> None:
    """Ask over one connection until the time is over; over a new one where it was lost."""
    loop = asyncio.get_running_loop()
    at = start
    while time.perf_counter() < end:
        over: asyncio.Future[bool] = loop.create_future()
        client = _Client(asks, at, end, into, over)
        try:
            transport, _ = await loop.create_connection(partial(_same, client), *address)
            async with asyncio.timeout(end - time.perf_counter() + patience):
                await over
            transport.close()
        except (OSError, TimeoutError) as error:
            into.error(type(error).__name__)
            await asyncio.sleep(0.05)
        at = client.at


def measure(
    url: str, asks: Sequence[Ask], clients: int, seconds: float, others: tuple[Sequence[Ask], int] | None = None
) -> Measured:
    """Run so many clients for so long; each begins elsewhere in the list.

    ``others`` are questions that so many further clients ask at the same time, whose answers are not measured.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 80)
    into, apart = Measured(), Measured()

    async def run() -> None:
        begun = time.perf_counter()
        end = begun + seconds
        step = len(asks) // clients or 1
        beside = (
            [asyncio.create_task(ask_until(address, others[0], n * 7, end + 60, apart)) for n in range(others[1])]
            if others
            else []
        )
        await asyncio.gather(*(ask_until(address, asks, n * step, end, into) for n in range(clients)))
        into.seconds = time.perf_counter() - begun
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)

    uvloop.run(run())
    return into


@contextmanager
def server(
    command: Sequence[str], url: str, environment: dict[str, str], ready: float = 600
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; wait until it answers."""
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            begun = time.perf_counter()
            while True:
                if process.poll() is not None:
                    raise SystemExit(f"{command[0]} ended with {process.returncode}")
                try:
                    httpx.get(url, params={"query": "ASK {}"}, timeout=5)
                    break
                except httpx.TransportError:
                    if time.perf_counter() - begun > ready:
                        raise SystemExit(f"{command[0]} did not answer") from None
                    time.sleep(0.1)
            yield process
        finally:
            process.terminate()


def below(process: int) -> list[int]:
    """Return the processes below one, at any depth."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *below(child)]
    return found


def processor_seconds(process: int) -> float:
    """Return the processor time that a process and those below it have used up, with their children that have ended."""
    total = 0
    for each in (process, *below(process)):
        with suppress(OSError):
            facts = Path(f"/proc/{each}/stat").read_bytes().rpartition(b")")[2].split()
            total += sum(map(int, facts[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
