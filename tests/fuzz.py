"""Coverage-guided fuzzing of the readers with atheris (``pip install '.[fuzz]'``): no test, run by hand and for long.

``python -m tests.fuzz [--minutes 60] [READER…]`` gives each reader, and the opening of archives, an equal share of the
time, each in a process of its own. Bytes grow out of the example files of the tests, so that ever more of the reader is
reached. What is held: nothing but a reading comes out, each problem has a cause and a text that can be written, each
address of a record is an IRI, the records become things and the things lines of a graph, no library warns or logs, and
one input takes less than 20 seconds and 2 GB. An input that breaks this is kept in ``--keep``, and the exit code is 1.
The grown inputs stay there as well: another run goes on from them.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import logging
import lzma
import re
import subprocess
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

ARCHIVES: Final = "archives"
SECONDS: Final = 20
MEGABYTES: Final = 2048
_STATISTICS: Final = ("number_of_executed_units", "slowest_unit_time_sec", "peak_rss_mb")


def examples() -> dict[str, list[bytes]]:
    """Return example files by reader, and the same packed in every way that is opened."""
    import zstandard

    from kg.sources import FORMATS
    from tests.sources.test_mapped import EXAMPLES, LAYOUTS

    found: dict[str, list[bytes]] = {name: [] for name in (*(layout.name for layout in FORMATS), ARCHIVES)}
    for name, data in EXAMPLES.items():
        if name in LAYOUTS:
            found[LAYOUTS[name]].append(data)
        small = data[:4000]
        found[ARCHIVES] += [gzip.compress(small), bz2.compress(small), lzma.compress(small)]
        found[ARCHIVES] += [
            zstandard.compress(small),
            whole := _zip(small),
            whole[: whole.index(b"PK\x01\x02")],
            _tar(small),
        ]
    return found


def _zip(data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", data)
        archive.writestr("c.gz", gzip.compress(data))
    return held.getvalue()


def _tar(data: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        member = tarfile.TarInfo("a/b.txt")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return held.getvalue()


def fuzz(reader: str, seconds: int, keep: Path) -> None:
    """Mutate the examples of one reader for so long; the process ends here, with 0 when nothing was found."""
    import atheris

    with atheris.instrument_imports(
        include=["kg.sources", "kg.model", "kg.identity", "kg.rdf", "bibtexparser", "rispy", "pylatexenc"]
    ):
        from pyoxigraph import NamedNode

        from kg import sources
        from kg.model.records import ProfileRecord, WorkRecord
        from kg.sources import InputFile, read_all
        from tests.sources.test_mapped import check_mapped

    def let_through(error: Exception) -> NoReturn:
        raise error

    sources._fault = let_through  # a build holds what a reader raises; here it is looked for

    def addresses(record: WorkRecord | ProfileRecord) -> Iterator[str]:
        yield from (*record.identifiers, *record.urls)
        if isinstance(record, WorkRecord):
            mentions = (*(record.byline.mentions if record.byline else ()), *record.contributors)
            yield from (iri for mention in mentions for iri in mention.identifiers)
            yield from (other.iri for other in record.related if other.iri)

    warnings.simplefilter("error")
    logging.getLogger().addHandler(_Told())

    def hold(data: bytes) -> None:
        readings = read_all([InputFile("x", data, layout="" if reader == ARCHIVES else reader)])
        for reading in readings:
            for problem in reading.problems:
                assert problem.cause
                problem.text.encode("utf-8")
            records: list[WorkRecord | ProfileRecord] = [*reading.works, *reading.people]
            for iri in (iri for record in records for iri in addresses(record)):
                NamedNode(iri)
        check_mapped(readings)

    corpus = keep / "corpus" / reader  # what is grown here is where the next run of this reader begins
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(examples()[reader]):
        (corpus / f"example-{number}").write_bytes(data)
    limits = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}", "-max_len=40000"]
    told = [f"-artifact_prefix={keep}/{reader}-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, *told, str(corpus)], hold)
    atheris.Fuzz()


class _Told(logging.Handler):
    """Makes a fault of what a library has to say: nobody would read it."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            raise AssertionError(record.getMessage())


def main() -> None:
    """Fuzz the readers in turn and say how many inputs each was given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="*", help="all without any")
    parser.add_argument("--minutes", type=float, default=60.0, help="for all together")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.keep.mkdir(parents=True, exist_ok=True)
    if chosen.one:  # before anything of the package is imported, so that all of it is instrumented
        fuzz(chosen.readers[0], int(chosen.minutes * 60), chosen.keep)
    known = list(examples())
    if unknown := set(chosen.readers) - set(known):
        parser.error(f"no reader {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    readers = chosen.readers or known
    seconds = max(int(chosen.minutes * 60 / len(readers)), 1)
    broken = []
    for reader in readers:
        command = [sys.executable, "-m", "tests.fuzz", reader, "--one", "--minutes", str(seconds / 60)]
        done = subprocess.run([*command, "--keep", str(chosen.keep)], capture_output=True, text=True, errors="replace")
        told = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
        reached = re.findall(r" cov: (\d+)", done.stderr) or ["?"]
        inputs, slowest, size = (told.get(name, "?") for name in _STATISTICS)
        print(
            f"{reader}: {inputs} inputs, the slowest {slowest} s, {size} MB, branches {reached[0]} to {reached[-1]}",
            flush=True,
        )
        if done.returncode:
            broken.append(reader)
            print(done.stdout[-3000:], done.stderr[-1000:], file=sys.stderr, flush=True)
    sys.exit(f"broken: {', '.join(broken)}; see {chosen.keep}" if broken else 0)


if __name__ == "__main__":
    main()
