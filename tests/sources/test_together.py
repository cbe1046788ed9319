"""Inputs read on several cores: the same readings in the same order, whoever read them and wherever they lay."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

import kg.sources
from kg.model.records import SourceReading, WorkRecord
from kg.sources import InputFile, Read, read_all, read_many, read_one, seed_inputs
from kg.sources.settle import settle
from kg.sources.shelf import Records

BIB = b"@article{k%d, title={On Tides %d}, author={Moreno, A. and Cohen, B.}, year={20%02d}}\n"


def archive(folder: Path, files: int) -> Path:
    path = folder / "many.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for number in range(files):
            data = BIB % (number, number, number) if number % 7 else b"no format at all \x00\xff"
            info = tarfile.TarInfo(f"{number:02}.bib")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type = tarfile.SYMTYPE
        tar.addfile(link)
    return path


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[InputFile]:
    folder = tmp_path_factory.mktemp("inputs")
    damaged = folder / "damaged.gz"
    damaged.write_bytes(archive(folder, 30).read_bytes()[:-40])
    found = [InputFile(path.name, path) for path in (folder / "many.tar.gz", damaged)]
    return [*found, InputFile("gone.txt", folder / "gone.txt"), *seed_inputs()]


@pytest.mark.parametrize("in_memory", [1 << 25, 40], ids=["in memory", "on disk"])
def test_two_processes_read_what_one_reads(
    items: list[InputFile], in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.sources, "_IN_MEMORY", in_memory)
    seen: list[float] = []
    alone = [(number, reading) for number, item in enumerate(items) for reading in read_one(item)]
    together = list(read_many([(item, seen.append) for item in items], processes=2))
    assert [(read.number, read.reading) for read in together] == alone
    assert max(seen) == 1.0
    kinds = {problem.kind for read in together for problem in read.reading.problems}
    assert kinds >= {"quarantined"} and len(together) > 30


def test_beside_pages_no_record_of_a_data_file_is_looked_into() -> None:
    """A hundred thousand of them would be made, and held, for lines that only pages print."""

    class Shut(Records[WorkRecord]):
        def __getitem__(self, index: object) -> NoReturn:
            raise AssertionError(f"record {index} is looked into")

    (found,) = read_one(InputFile("many.bib", BIB % (1, 1, 1)))
    assert isinstance(found.works, Records)
    data = replace(found, works=Shut(WorkRecord, bytes(next(found.works.frames())), found.works.starts))
    pages = [reading for item in seed_inputs() for reading in read_one(item)]
    settled = settle([data, *pages])
    assert settled[0] is data
    assert settled[1:] == settle(pages)
    assert sum(before is not after for before, after in zip(pages, settled[1:], strict=True)) == 1


def test_many_bytes_are_read_together_and_kept_apart(items: list[InputFile], monkeypatch: pytest.MonkeyPatch) -> None:
    class Keeping:
        def __init__(self) -> None:
            self.kept: dict[str, list[SourceReading]] = {}

        def find(self, item: InputFile) -> list[SourceReading] | None:
            return self.kept.get(item.name)

        def keep(self, item: InputFile, readings: Iterable[SourceReading]) -> list[SourceReading]:
            self.kept[item.name] = list(readings)
            return self.kept[item.name]

    once = read_all(items)
    seconds: dict[str, float] = {}
    monkeypatch.setattr(kg.sources, "MANY", 1)
    monkeypatch.setattr("kg.shares.cores", lambda: 2)
    keeping = Keeping()
    assert read_all(items, kept=keeping, timed=seconds.__setitem__) == once
    assert seconds.keys() == {item.name for item in items} and seconds["gone.txt"] == 0 < seconds["many.tar.gz"]
    assert keeping.kept.keys() == {item.name for item in items}
    del keeping.kept[items[0].name]

    asked: list[str] = []

    def watched(given: Sequence[tuple[InputFile, None]]) -> Iterator[Read]:
        asked.extend(item.name for item, _ in given)
        return read_many(given, processes=2)

    monkeypatch.setattr(kg.sources, "read_many", watched)
    seconds.clear()
    assert read_all(items, kept=keeping, timed=seconds.__setitem__) == once
    assert list(seconds) == [items[0].name]
    assert asked == [items[0].name]
