"""Measure the readers: records a second and memory, against the parser that each of them stands on.

    python -m benchmarks.readers ../shared/data/acl/*.tar.xz ../shared/data/formats

For each format: files, records, CPU seconds of reading (opening, recognising, parsing, mapping), and those of the bare
parser on the same bytes (lxml's ``iterparse`` for XML, orjson for JSON): what could not be saved whatever is done.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
from lxml import etree

from kg.model.records import Problem
from kg.sources import InputFile, find_inputs, read_one
from kg.sources.opening import open_input


@dataclass
class Measured:
    """What one format took: CPU seconds are those of this process."""

    files: int = 0
    size: int = 0
    records: int = 0
    quarantined: int = 0
    seconds: float = 0.0
    parser: float = 0.0


def measure(inputs: Iterable[InputFile]) -> dict[str, Measured]:
    """Read all inputs, one after the other, and then parse the same files."""
    found: dict[str, Measured] = defaultdict(Measured)
    for item in inputs:
        start = time.process_time()
        names: dict[str, str] = {}
        for reading in read_one(item):
            one = found[reading.source.layout or "(no format)"]
            names[reading.source.file] = reading.source.layout or "(no format)"
            one.files += 1
            one.records += len(reading.works) + len(reading.people)
            one.quarantined += sum(problem.kind == "quarantined" for problem in reading.problems)
            now = time.process_time()
            one.seconds += now - start
            start = now
        for opened in open_input(item):
            if isinstance(opened, Problem) or opened.source.file not in names:
                continue
            one = found[names[opened.source.file]]
            one.size += opened.size
            start = time.process_time()
            parse(opened.stream().read())
            one.parser += time.process_time() - start
    return found


def parse(data: bytes) -> None:
    """Parse XML or JSON and throw it away; leave anything else alone."""
    try:
        if data.lstrip()[:1] == b"<":
            for _, element in etree.iterparse(_Bytes(data), resolve_entities=False, load_dtd=False):
                element.clear()
        elif data.lstrip()[:1] in (b"{", b"["):
            orjson.loads(data)
    except (etree.XMLSyntaxError, orjson.JSONDecodeError):
        return


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def read(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]


def main() -> None:
    """Print a table, the largest format first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    found = measure(find_inputs(parser.parse_args().paths))
    print("| format | files | MB | records | quarantined | s | records/s | MB/s | parser s | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, one in sorted(found.items(), key=lambda pair: -pair[1].size):
        seconds = max(one.seconds, 1e-9)
        cells = (
            name,
            f"{one.files:,}",
            f"{one.size / 1e6:.1f}",
            f"{one.records:,}",
            f"{one.quarantined:,}",
            f"{one.seconds:.2f}",
            f"{one.records / seconds:,.0f}",
            f"{one.size / 1e6 / seconds:.1f}",
            f"{one.parser:.2f}",
            f"{one.seconds / one.parser:.1f}" if one.parser > 0.01 else "",
        )
        print(f"| {' | '.join(cells)} |")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
