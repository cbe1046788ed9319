"""What could not be mapped, kept byte for byte beside the release, with place, cause and advice.

::

    quarantine/problems.jsonl     every problem of the inputs, notes and unread lines too, one JSON object a line
    quarantine/000001.raw         the bytes of a record or line, named in ``raw`` of its problem

Of a file of which nothing could be read they are the first 128 KB; all of it lies in the release's ``sources``, where
every input is kept. A repaired input is read anew by the next build, and what was here is then in the graph. Knows
problems as records hold them. Does not know how they came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from kg.model.records import Problem

FOLDER = "quarantine"
FILE = "problems.jsonl"


def write_quarantine(folder: Path, problems: Iterable[Problem]) -> int:
    """Keep problems in a new folder, and return how many there are. Raises OSError when the disk refuses."""
    folder.mkdir()
    count = 0
    with (folder / FILE).open("wb") as out:
        for count, problem in enumerate(problems, 1):
            raw = problem.raw or problem.text.encode("utf-8", "surrogateescape")
            name = f"{count:06}.raw" if raw and problem.kind != "note" else ""
            if name:
                (folder / name).write_bytes(raw)
            out.write(orjson.dumps(described(problem) | {"raw": name}, option=orjson.OPT_APPEND_NEWLINE))
    return count


def read_quarantine(release: Path) -> Iterator[dict[str, Any]]:
    """Yield the problems kept with a release; none for a release that has no such folder."""
    path = release / FOLDER / FILE
    if path.is_file():
        with path.open("rb") as lines:
            yield from map(orjson.loads, lines)


def described(problem: Problem) -> dict[str, Any]:
    """Return a problem as manifests and reports show it; ``text`` cannot hold bytes that are no Unicode."""
    text = problem.text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return {
        "place": str(problem.place),
        "kind": problem.kind,
        "cause": problem.cause,
        "advice": problem.advice,
        "text": text,
    }
