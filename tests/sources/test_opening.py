"""Compressed files and archives: what is inside is read; what is dangerous or damaged is named, the rest is read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.records import Problem
from kg.sources import InputFile, find_inputs, read_all, read_one
from kg.sources.opening import DEPTH, EXPANSION_LIMIT, FREE_EXPANSION, Opened, open_input

ITEM = b'{"type": "book", "title": "Toys", "issued": {"raw": "2031"}, "author": [{"family": "Quill"}]}'
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Zstandard": zstandard.ZstdCompressor().compress,
}


def opened(data: bytes | Path, name: str = "in") -> tuple[dict[str, bytes], list[Problem], dict[str, str]]:
    """Return the files inside by name, the problems, and the faults of files that are damaged."""
    files, problems, faults = {}, [], {}
    for found in open_input(InputFile(name, data)):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            files[found.source.file] = found.stream().read()
            if found.fault:
                faults[found.source.file] = found.fault
            assert len(files[found.source.file]) == found.size
    for problem in problems:
        assert problem.kind == "quarantined" and problem.cause and problem.advice and problem.place.file
        problem.place.file.encode("utf-8")
    return files, problems, faults


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(*members: tuple[str, bytes], **kind: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, type_ in kind.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = type_, "../../etc/passwd"
            archive.addfile(info)
    return stream.getvalue()


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_a_compressed_file_is_the_file(name: str) -> None:
    assert opened(COMPRESSIONS[name](ITEM)) == ({"in": ITEM}, [], {})


@pytest.mark.parametrize("outer", COMPRESSIONS)
@pytest.mark.parametrize("inner", COMPRESSIONS)
def test_what_is_compressed_twice_is_the_file(inner: str, outer: str) -> None:
    assert opened(COMPRESSIONS[outer](COMPRESSIONS[inner](ITEM))) == ({"in": ITEM}, [], {})


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_of_several_streams_in_a_row_all_are_read(name: str) -> None:
    packed = COMPRESSIONS[name](ITEM)
    padding = b"\0" * 8 if name == "xz" else b""
    assert opened(packed + padding + packed + padding)[0] == {"in": ITEM * 2}


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_what_stands_before_the_damage_is_read(name: str) -> None:
    lines = b"".join(ITEM.replace(b"Toys", b"%d" % i) + b"\n" for i in random.Random(1).sample(range(10**9), 60_000))
    packed = COMPRESSIONS[name](lines)
    files, problems, faults = opened(packed[: len(packed) * 3 // 4])
    assert not problems and name in faults["in"]
    assert len(files["in"]) > 100_000 and lines.startswith(files["in"])
    [reading] = read_one(InputFile("in", packed[: len(packed) * 3 // 4]))
    assert len(reading.works) > 1000
    assert name in reading.problems[-1].cause


@pytest.mark.parametrize("name", ["gzip", "xz"])  # bzip2 gives blocks of 900,000 bytes, whole or not at all
def test_what_stands_before_the_damage_is_read_of_a_small_file_too(name: str) -> None:
    lines = b"".join(b'{"n": "%d"}\n' % i for i in random.Random(2).sample(range(10**9), 20_000))
    packed = COMPRESSIONS[name](lines)
    assert len(lines) < 1 << 20
    whole, _, faults = opened(packed[: len(packed) * 9 // 10])
    assert name in faults["in"] and len(whole["in"]) > len(lines) // 2
    assert lines.startswith(whole["in"])


@pytest.mark.parametrize("name", ["gzip", "bzip2"])
def test_what_stands_behind_the_data_is_a_fault_and_the_data_are_read(name: str) -> None:
    files, problems, faults = opened(COMPRESSIONS[name](ITEM) + b"something else")
    assert (files, problems) == ({"in": ITEM}, []) and name in faults["in"]


def test_an_archive_whose_first_file_is_called_much_the_same_is_none_of_offices() -> None:
    assert opened(zipped(("mimetypes.json", ITEM)))[0] == {"in/mimetypes.json": ITEM}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PAR1\x15\x04", "Parquet"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<a/>")), "Office"),
        (zipped(("mimetype", b"application/epub+zip"), method=zipfile.ZIP_STORED), "Office"),
        (tarred(("cv.pdf", b"%PDF-1.4")), "PDF"),
    ],
)
def test_what_holds_no_records_is_called_by_its_name(data: bytes, what: str) -> None:
    files, [problem], _ = opened(data)
    assert not files and what in problem.cause and "BibTeX" in problem.advice


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"\x04\x22\x4d\x18\x64\x40", "LZ4"),
        (lzma.compress(ITEM, lzma.FORMAT_ALONE), "LZMA"),
        (zipped(("a.rar", b"Rar!\x1a\x07\0")), "RAR"),
    ],
)
def test_what_is_packed_otherwise_is_called_by_its_name(data: bytes, what: str) -> None:
    files, [problem], _ = opened(data)
    assert not files and what in problem.cause and "unpack it" in problem.advice


def test_frames_of_zstandard_that_are_to_be_skipped_are_skipped() -> None:
    skipped = b"\x5f\x2a\x4d\x18" + (70_000).to_bytes(4, "little") + bytes(70_000)
    packed = COMPRESSIONS["Zstandard"]
    data = skipped + packed(ITEM) + skipped + packed(ITEM) + skipped
    assert opened(data) == ({"in": ITEM * 2}, [], {})
    _, _, faults = opened(data[:-1])
    assert "ends" in faults["in"]


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_a_bomb_is_refused_before_it_fills_the_disk(name: str) -> None:
    block = bytes(1 << 20)
    bomb = {
        "gzip": lambda: gzip.compress(block * 80),
        "bzip2": lambda: bz2.compress(block * 80),
        "xz": lambda: lzma.compress(block * 80),
        "Zstandard": lambda: zstandard.ZstdCompressor().compress(block * 80),
    }[name]()
    files, [problem], _ = opened(bomb)
    assert not files and "expands" in problem.cause


def test_a_bomb_of_many_small_members_is_refused_as_a_whole() -> None:
    each = FREE_EXPANSION // 4
    bomb = zipped(*((f"{i}.json", bytes(each)) for i in range(8)))
    assert len(bomb) * EXPANSION_LIMIT < FREE_EXPANSION
    files, problems, _ = opened(bomb)
    assert len(files) == 4 and len(problems) == 1 and "expands" in problems[0].cause


def test_a_bomb_in_layers_is_refused() -> None:
    inner = gzip.compress(bytes(FREE_EXPANSION + 1))
    files, [problem], _ = opened(lzma.compress(tarred(("a.gz", inner))))
    assert not files and "expands" in problem.cause and problem.place.file == "in/a.gz"


def test_what_xz_may_ask_of_memory_is_bounded() -> None:
    greedy = lzma.compress(ITEM, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}])
    assert "limit" in opened(greedy)[2]["in"].lower()


def test_nesting_ends() -> None:
    data = ITEM
    for _ in range(DEPTH):
        data = zipped(("a.zip", data))
    assert opened(data)[0] == {"in" + "/a.zip" * DEPTH: ITEM}
    files, [problem], _ = opened(zipped(("a.zip", data)))
    assert not files and "nested" in problem.cause


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", ["../a.json", "/etc/a.json", "x/../../a.json", "C:\\a.json", "..\\a.json"])
def test_names_that_lead_out_of_an_archive_are_refused(pack: Callable[..., bytes], name: str) -> None:
    files, [problem], _ = opened(pack((name, ITEM), ("good.json", ITEM)))
    assert files == {"in/good.json": ITEM}
    assert "leads out" in problem.cause


def test_links_and_devices_are_refused_and_nothing_is_followed(tmp_path: Path) -> None:
    kinds = {
        "soft.json": tarfile.SYMTYPE,
        "hard.json": tarfile.LNKTYPE,
        "null.json": tarfile.CHRTYPE,
        "disk.json": tarfile.BLKTYPE,
        "pipe.json": tarfile.FIFOTYPE,
    }
    files, problems, _ = opened(tarred(("good.json", ITEM), **kinds))
    assert files == {"in/good.json": ITEM}
    assert {p.place.file for p in problems} == {f"in/{name}" for name in kinds}
    link = zipfile.ZipInfo("soft.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    files, [problem], _ = opened(zipped((link, b"/etc/passwd"), ("good.json", ITEM)))
    assert files == {"in/good.json": ITEM} and "link" in problem.cause


def test_a_file_with_holes_is_refused() -> None:
    """A sparse member of one block says that it is an exabyte long."""
    info = tarfile.TarInfo("holes.json")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 512
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"00000000000\x0000000001000\x00"
    header[483:495] = b"\x80\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00"
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    files, problems, _ = opened(bytes(header) + bytes(512) + tarred(("good.json", ITEM)))
    assert files == {"in/good.json": ITEM}
    assert "holes" in problems[0].cause


def test_a_tar_that_ends_within_a_file_gives_what_there_is() -> None:
    whole = tarred(("a.json", ITEM), ("b.txt", b"x" * 5000), ("c.json", ITEM))
    files, problems, faults = opened(whole[: 512 + 512 + 512 + 3000])
    assert files == {"in/a.json": ITEM, "in/b.txt": b"x" * 3000}
    assert "2,000 bytes before" in faults["in/b.txt"]
    assert "damaged" in problems[-1].cause


def test_a_damaged_member_of_a_zip_costs_itself_only() -> None:
    data = bytearray(zipped(("a.json", ITEM), ("b.json", bytes(range(256)) * 400), ("c.json", ITEM)))
    at = data.index(b"b.json") + 60
    data[at : at + 40] = bytes(40)
    files, problems, faults = opened(bytes(data))
    assert files["in/a.json"] == files["in/c.json"] == ITEM
    assert problems or faults


def streamed(*members: tuple[str, bytes]) -> bytes:
    """Return a zip archive as written to a pipe: the sizes stand behind the data."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


NOISE = random.Random(1).randbytes(200_000)


@pytest.mark.parametrize("pack", [zipped, streamed, partial(zipped, method=zipfile.ZIP_STORED)])
def test_a_zip_that_has_lost_its_end_gives_what_there_is(pack: Callable[..., bytes]) -> None:
    whole = pack(("../x.json", ITEM), ("a.json", ITEM * 9), ("größe/b.bin", NOISE), ("c.json", ITEM))
    assert (b"PK\x07\x08" in whole) == (pack is streamed)
    cut = whole[: whole.index(NOISE[:50]) + 150_000 if NOISE in whole else 100_000]
    files, problems, faults = opened(cut)
    assert files["in/a.json"] == ITEM * 9 and set(files) == {"in/a.json", "in/größe/b.bin"}
    assert NOISE.startswith(files["in/größe/b.bin"]) and len(files["in/größe/b.bin"]) > 50_000
    assert set(faults) == {"in/größe/b.bin"} and "ends" in faults["in/größe/b.bin"]
    assert problems[0].cause.endswith("leads out of the archive")
    assert "list of its files, is missing" in problems[-1].cause and problems[-1].place.file == "in"

    listless = whole[: whole.index(b"PK\x01\x02")]
    files, problems, faults = opened(listless)
    assert files == {"in/a.json": ITEM * 9, "in/größe/b.bin": NOISE, "in/c.json": ITEM} and not faults
    assert len(problems) == 2


def test_a_file_of_a_cut_zip_that_is_damaged_or_cannot_be_unpacked_is_told() -> None:
    whole = bytearray(zipped(("a.json", ITEM), method=zipfile.ZIP_STORED))
    whole[whole.index(b"Toys")] ^= 1
    _, _, faults = opened(bytes(whole[: whole.index(b"PK\x01\x02")]))
    assert "checksum" in faults["in/a.json"]
    whole = bytearray(zipped(("a.json", ITEM), ("b.json", ITEM), method=zipfile.ZIP_LZMA))
    files, problems, _ = opened(bytes(whole[: whole.index(b"PK\x01\x02")]))
    assert not files and [problem.place.file for problem in problems] == ["in/a.json", "in/b.json", "in"]
    assert "method 14" in problems[0].cause


def test_data_of_a_cut_zip_that_go_on_beyond_their_size_end_with_it() -> None:
    whole = bytearray(zipped(("a.json", NOISE)))
    whole[18:22] = (50_000).to_bytes(4, "little")
    files, _, faults = opened(bytes(whole[: whole.index(b"PK\x01\x02")]))
    assert NOISE.startswith(files["in/a.json"]) and "ends" in faults["in/a.json"]


def test_a_bomb_in_a_cut_zip_is_refused() -> None:
    whole = zipped(("a.json", bytes(FREE_EXPANSION + 1)), ("b.json", ITEM))
    files, problems, _ = opened(whole[: whole.index(b"PK\x01\x02")])
    assert not files and "expands" in problems[0].cause


def test_names_in_a_zip_without_the_flag_are_utf_8_where_they_can_be() -> None:
    data = bytearray(zipped(("größe.json", ITEM)))
    data[data.index(b"PK\x03\x04") + 7] &= ~8
    data[data.index(b"PK\x01\x02") + 9] &= ~8
    assert opened(bytes(data))[0] == {"in/größe.json": ITEM}
    for name in ("größe".encode(), b""):
        data = data.replace(name, b"gr\x94\xe1e  ") if name else data
    assert opened(bytes(data))[0] == {"in/größe  .json": ITEM}


def test_a_locked_member_of_a_zip_is_named() -> None:
    data = bytearray(zipped(("a.json", ITEM)))
    for at in (6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    files, [problem], _ = opened(bytes(data))
    assert not files and problem.cause == "the archive is encrypted"


@pytest.mark.parametrize("name", ["a\nb.json", "a\x1b[31m.json", "\u202egpj.json"])
def test_names_that_deceive_are_shown_as_what_they_are(name: str) -> None:
    for pack in (zipped, tarred):
        [found] = opened(pack((name, ITEM)))[0]
        assert found.isprintable() and found != f"in/{name}"


def test_names_that_are_not_unicode_are_kept_apart() -> None:
    data = tarred(("aa.json", ITEM), ("ab.json", ITEM))
    data = data.replace(b"aa.json", b"a\xff.json").replace(b"ab.json", b"a\xfe.json")
    blocks = bytearray(data)
    for start in (0, 1024):
        blocks[start + 148 : start + 156] = b"        "
        blocks[start + 148 : start + 156] = b"%06o\0 " % sum(blocks[start : start + 512])
    assert set(opened(bytes(blocks))[0]) == {"in/a\\xff.json", "in/a\\xfe.json"}


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_with_nothing_to_read_says_so(pack: Callable[..., bytes]) -> None:
    assert pack is tarred or "no file to read" in opened(pack())[1][0].cause
    files, [problem], _ = opened(pack(("README.md", b"read me"), (".hidden.json", ITEM)))
    assert not files and "no file to read" in problem.cause


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    files, [problem], _ = opened(tmp_path / "gone.json", "gone.json")
    assert not files and "cannot be read" in problem.cause


ARCHIVES = [
    zipped(("a.json", ITEM), ("b/c.json", ITEM * 50)),
    zipped(("a.json", ITEM * 3), method=zipfile.ZIP_LZMA),
    streamed(("a.json", ITEM), ("b.json", ITEM * 50))[:-100],
    zipped(("a.json", ITEM * 3), method=zipfile.ZIP_BZIP2),
    tarred(("a.json", ITEM), ("b/c.json", ITEM * 50)),
    gzip.compress(tarred(("a.json", ITEM), ("b.json.xz", lzma.compress(ITEM)))),
    *(pack(ITEM * 40) for pack in COMPRESSIONS.values()),
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(ARCHIVES), st.integers(0, 2**32))
def test_mutated_archives_never_raise(data: bytes, seed: int) -> None:
    rng = random.Random(seed)
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(4):
            case 0:
                changed[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del changed[at : at + rng.randrange(1, 50)]
            case 2:
                changed[at:at] = rng.randbytes(rng.randrange(1, 20))
            case 3:
                changed[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
    files, problems, _ = opened(bytes(changed) or b"x")
    assert files or problems
    for found in open_input(InputFile("x", bytes(changed))):
        if isinstance(found, Opened):
            found.source.file.encode("utf-8")


def test_watchers_are_told_how_far_reading_has_come(tmp_path: Path) -> None:
    book = (
        b'{"type": "book", "title": "Book %04d", "issued": {"raw": "1999"}, "abstract": "' + b"words " * 300 + b'"}\n'
    )
    lines = b"".join(book % number for number in range(700))
    files = {"plain.jsonl": lines, "packed.jsonl.gz": gzip.compress(lines), "apart.jsonl": lines}
    with zipfile.ZipFile(tmp_path / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.jsonl", lines)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    inputs = find_inputs([tmp_path])
    told: list[tuple[int, int]] = []
    readings = read_all(inputs, progress=lambda done, total: told.append((done, total)))
    assert [len(reading.works) for reading in readings] == [700] * 8
    assert {total for _, total in told} == {sum(path.stat().st_size for path in tmp_path.iterdir())}
    steps = sorted({done for done, _ in told})
    assert steps[-1] == told[0][1] and len(steps) > 12, "it comes to the end, in small steps"
