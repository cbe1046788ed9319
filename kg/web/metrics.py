"""What is counted, and how Prometheus reads it: requests, times, workers, cache, release.

Knows the text exposition format (0.0.4) and counters. Each application has its own; each server process counts for
itself and says so by the label ``process``. Does not know who counts.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kg import __version__

if TYPE_CHECKING:
    from kg.web.cache import Answers
    from kg.web.world import World

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram of durations, in seconds."""

Labels = Mapping[str, str]


class Counts:
    """The requests that were answered."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], int] = {}
        self.bytes = 0
        self.broken = 0
        self.cut = 0
        self._durations: dict[str, list[float]] = {}  # per route: one number a bound, one above, the sum of seconds

    def add(self, route: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count one request."""
        key = (route, method, status)
        self.requests[key] = self.requests.get(key, 0) + 1
        self.bytes += size
        row = self._durations.setdefault(route, [0.0] * (len(BOUNDS) + 2))
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds

    def write(self, world: World, answers: Answers, switches: int, *, writes: bool = False) -> bytes:
        """Return everything as Prometheus reads it."""
        pool = world.pool
        text = _Text({"process": str(os.getpid())})
        text.family("kg_info", "gauge", "The program and the release that is served.")
        text.line("kg_info", {"version": __version__, "release": world.release.id}, 1)
        text.one("kg_release_published_seconds", "gauge", "When that release was published, since 1970.",
                 world.published)  # fmt: skip
        text.one("kg_release_switches_total", "counter", "Changes of release since the start.", switches)
        text.one("kg_writes", "gauge", "1 in the process that makes the edits, 0 in the others.", writes)
        text.family("kg_requests_total", "counter", "Requests by first part of the path, method and status.")
        for (route, method, status), count in sorted(self.requests.items()):
            text.line("kg_requests_total", {"route": route, "method": method, "status": str(status)}, count)
        name = "kg_request_duration_seconds"
        text.family(name, "histogram", "Seconds from the request to the last byte of its answer.")
        for route, row in sorted(self._durations.items()):
            total = 0.0
            for bound, number in zip((*(f"{bound:g}" for bound in BOUNDS), "+Inf"), row, strict=False):
                total += number
                text.line(f"{name}_bucket", {"route": route, "le": bound}, total)
            text.line(f"{name}_sum", {"route": route}, row[-1])
            text.line(f"{name}_count", {"route": route}, total)
        for one, kind, about, value in (
            ("kg_response_bytes_total", "counter", "Bytes of answers that went out.", self.bytes),
            ("kg_responses_broken_total", "counter", "Answers that broke off.", self.broken),
            ("kg_results_cut_total", "counter", "Results that were cut after the most rows.", self.cut),
            ("kg_queries_running", "gauge", "Queries that a worker answers now.", pool.busy),
            ("kg_queries_long", "gauge", "Those of them that have taken long.", pool.long),
            ("kg_queries_waiting", "gauge", "Queries that wait for a worker now.", pool.waiting),
            ("kg_workers", "gauge", "Query workers alive now.", pool.alive),
            ("kg_workers_started_total", "counter", "Query workers started.", pool.started),
            ("kg_workers_ended_total", "counter", "Query workers killed or dismissed.", pool.ended),
            ("kg_cache_hits_total", "counter", "Answers given from the cache.", answers.hits),
            ("kg_cache_not_modified_total", "counter", "Requests answered with 304.", answers.unchanged),
            ("kg_cache_misses_total", "counter", "Readings that the cache did not hold.", answers.misses),
            ("kg_cache_bytes", "gauge", "Bytes the cache holds.", answers.bytes),
            ("kg_cache_answers", "gauge", "Answers the cache holds.", len(answers)),
        ):
            text.one(one, kind, about, value)
        return text.bytes()


class _Text:
    def __init__(self, always: Labels) -> None:
        self._always = always
        self._lines: list[str] = []

    def family(self, name: str, kind: str, about: str) -> None:
        self._lines += (f"# HELP {name} {about}", f"# TYPE {name} {kind}")

    def line(self, name: str, labels: Labels, value: float) -> None:
        inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in (*labels.items(), *self._always.items()))
        self._lines.append(f"{name}{{{inner}}} {value:.12g}")

    def one(self, name: str, kind: str, about: str, value: float) -> None:
        self.family(name, kind, about)
        self.line(name, {}, value)

    def bytes(self) -> bytes:
        return "".join(f"{line}\n" for line in self._lines).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def first_parts(paths: Iterable[str]) -> frozenset[str]:
    """Return the first part of each route, the classes in which requests are counted.

    >>> sorted(first_parts(["/person/{name}", "/dataset.{extension}", "/"]))
    ['/', '/dataset', '/person']
    """
    return frozenset(first_part(path) for path in paths)


def first_part(path: str) -> str:
    """Return the first part of a path, without an extension.

    >>> first_part("/person/p1.ttl"), first_part("/dataset.nq"), first_part("/.well-known/void")
    ('/person', '/dataset', '/.well-known')
    """
    part = path.lstrip("/").split("/", 1)[0]
    return f"/{part[:1]}{part[1:].split('.', 1)[0]}"
