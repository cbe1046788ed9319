"""XML cut into records: what is damaged or hostile is named with its place and its bytes, and the rest is read."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import socket
import subprocess
import sys
import tarfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.errors import InputError
from kg.model.records import SourceReading
from kg.sources import FORMATS, InputFile, read_one, xml_stream
from kg.sources.elements import last_line_of
from kg.sources.opening import Opened, open_input
from kg.sources.xml_cuts import Slice, slices

FILES = Path(__file__).parent / "files"
REAL = Path(__file__).parents[3] / "shared" / "data"
HEAD = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">\n'


def entry(number: int, title: str = "Toys", inside: str = "") -> str:
    return f"<entry><id>http://arxiv.org/abs/3101.{number:05}v1</id><title>{title}</title>{inside}</entry>\n"


def feed(*entries: str, head: str = HEAD) -> bytes:
    return (head + "".join(entries) + "</feed>\n").encode("utf-8", "surrogatepass")


def read(data: bytes) -> SourceReading:
    [reading] = read_one(InputFile("feed.xml", data, layout="arxiv-atom"))
    return reading


def titles(reading: SourceReading) -> list[str]:
    return [work.title for work in reading.works]


@pytest.mark.parametrize("path", sorted(FILES.glob("*.xml")), ids=lambda path: path.stem)
def test_a_record_stands_from_its_start_tag_to_its_end_tag(path: Path) -> None:
    [reading] = read_one(InputFile(path.name, path))
    lines = path.read_text("utf-8").split("\n")
    places = [work.place for work in reading.works]
    assert any(place.last_line > place.line for place in places)
    for place in places:
        first, last = lines[place.line - 1], lines[place.last_line - 1]
        assert ">" in first and ("</" in last or "/>" in last), (place, first, last)


@given(
    st.lists(st.sampled_from(["a", "\n", "<b>c</b>", "<b\nx='1'\n>", "</b>", "<b/>", "<!-- -->", "&amp;"]), max_size=12)
)
def test_the_last_line_of_an_element_is_that_of_its_end_tag(parts: list[str]) -> None:
    text = f"<r>{''.join(parts)}</r>"
    try:
        element = etree.fromstring(text)
    except etree.XMLSyntaxError:
        return
    assert last_line_of(element) == text.count("\n") + 1


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        (entry(2, "a & b"), "not well-formed at line 3"),
        (entry(2, "a < b"), "not well-formed at line 3"),
        (entry(2, "</b>"), "not well-formed at line 3"),
        (entry(2, "\0"), "not well-formed at line 3"),
        (entry(2, "\x01"), "not well-formed at line 3"),
        (entry(2, "&#x1;"), "not well-formed at line 3"),
        (entry(2, "&#xD800;"), "not well-formed at line 3"),
        (entry(2, "\ud800"), "not well-formed at line 3"),
        (entry(2, "&undeclared;"), "not well-formed at line 3"),
        (entry(2, "<a b=1/>"), "not well-formed at line 3"),
        (entry(2, '<a b="/>'), "not well-formed at line 3"),
        (entry(2, "<a b='1' b='2'/>"), "not well-formed at line 3"),
        (entry(2, "<a>" * 300 + "</a>" * 300), "Excessive depth"),
        (entry(2, "\u202eyoT"), "which no document may hold"),
        (entry(2).replace("</entry>", ""), "the record has no end"),
        (entry(2).replace("<entry>", "<ent ry>"), "the record has no beginning"),
        (entry(2).replace("<entry>", "<entri>"), "the record has no beginning"),
    ],
)
def test_a_damaged_record_costs_itself_only(bad: str, cause: str) -> None:
    reading = read(feed(entry(1, "before"), bad, entry(3, "behind")))
    assert titles(reading) == ["before", "behind"]
    [problem] = reading.problems
    assert problem.kind == "quarantined" and cause in problem.cause
    assert problem.place.line == 3
    assert problem.raw.strip() == bad.encode("utf-8", "surrogatepass").strip()
    assert [work.place.line for work in reading.works] == [2, 4]


def test_bytes_that_are_not_utf_8_cost_their_record_only() -> None:
    data = feed(entry(1, "before"), entry(2, "BAD"), entry(3, "behind")).replace(b"BAD", b"\xff\xfe\xc3")
    reading = read(data)
    assert titles(reading) == ["before", "behind"]
    assert b"\xff\xfe\xc3" in reading.problems[0].raw


def test_damage_between_records_loses_none() -> None:
    reading = read(feed(entry(1, "before"), "& nonsense <<< </nothing>\n", entry(2, "behind")))
    assert titles(reading) == ["before", "behind"]
    [problem] = reading.problems
    assert "line 3" in problem.cause and problem.place.item == ""


def test_damage_of_many_kinds_in_one_file_is_reported_one_by_one() -> None:
    entries = [entry(i, "a & b" if i % 3 == 0 else f"good {i}") for i in range(1, 31)]
    reading = read(feed(*entries))
    assert len(reading.works) == 20 and len(reading.problems) == 10
    assert [problem.place.line for problem in reading.problems] == [i + 1 for i in range(3, 31, 3)]


def test_of_a_file_that_is_cut_off_all_whole_records_are_read() -> None:
    """At every place, a truncated file gives the records that end before it, as the whole file gives them."""
    data = (FILES / "acl-anthology.xml").read_bytes()
    [whole] = read_one(InputFile("x.xml", data, layout="acl-anthology"))
    papers = {work.title: work for work in whole.works if work.genre in ("journal article", "conference paper")}
    ends = [match.end() for match in re.finditer(rb"</paper>", data)]
    for cut in range(400, len(data), 61):
        [reading] = read_one(InputFile("x.xml", data[:cut], layout="acl-anthology"))
        ended = sum(end <= cut for end in ends)
        found = [work for work in reading.works if work.title in papers]
        lost = sum(problem.kind == "quarantined" for problem in reading.problems)
        assert lost and ended <= len(found) + lost
        for work in found:
            # The parser counts lines from where a tag ends, the cutter from where it begins.
            assert replace(work, place=whole.works[0].place) == replace(
                papers[work.title], place=whole.works[0].place
            ), cut


BOMB = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))


@pytest.mark.parametrize("space", [0, 70_000])
@pytest.mark.parametrize("use", ["<title>&a11;</title>", '<title a="&a11;">T</title>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_bomb_of_entities_does_not_go_off(space: int, use: str, encoding: str) -> None:
    text = f'<!--{" " * space}--><!DOCTYPE feed [<!ENTITY a0 "lol">{BOMB}]>{HEAD}<entry>{use}</entry></feed>'
    reading = read(text.encode(encoding))
    assert not any("lollol" in title for title in titles(reading))
    [problem] = [problem for problem in reading.problems if problem.kind == "quarantined"]
    assert "entit" in problem.cause.lower() and problem.advice


def test_nothing_outside_of_the_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET", "utf-8")
    definition = tmp_path / "feed.dtd"
    definition.write_text('<!ENTITY inside "SECRET"><!ATTLIST entry kind CDATA "SECRET">', "utf-8")
    uri = secret.as_uri()
    for doctype in (
        f'<!DOCTYPE feed [<!ENTITY inside SYSTEM "{uri}">]>',
        f'<!DOCTYPE feed [<!ENTITY % all SYSTEM "{definition.as_uri()}"> %all;]>',
        f'<!DOCTYPE feed SYSTEM "{definition.as_uri()}">',
        f'<!DOCTYPE feed PUBLIC "-//X//X" "{definition.as_uri()}">',
    ):
        reading = read(feed(entry(1, "&inside;"), entry(2, "good"), head=doctype + HEAD))
        assert "SECRET" not in repr(reading.works)
        assert reading.works or reading.problems
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{uri}" parse="text"/>'
    assert titles(read(feed(entry(1, f"T{include}")))) == ["T"]


def test_nothing_is_fetched() -> None:
    """A server stands ready where the document type says its definition is; nobody comes."""
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)

        def wait() -> None:
            try:
                server.accept()
            except OSError:
                return
            asked.set()

        thread = threading.Thread(target=wait)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/feed.dtd"
        read(feed(entry(1), head=f'<!DOCTYPE feed SYSTEM "{address}">{HEAD}'))
        read(feed(entry(1), head=f'<?xml-stylesheet href="{address}"?>{HEAD}'))
        thread.join()
    assert not asked.is_set()


def test_characters_in_comments_sections_and_attributes_are_no_tags() -> None:
    odd = '<!-- </entry> <entry> --><x a="</entry>"/><![CDATA[</entry><entry>]]><?p </entry>?>'.replace(
        '"</entry>"', '"&lt;"'
    )
    reading = read(feed(entry(1, "before", odd), entry(2, "a & b"), entry(3, "behind", odd)))
    assert titles(reading) == ["before", "behind"]
    assert reading.problems[0].raw.startswith(b"<entry><id>http://arxiv.org/abs/3101.00002v1")


def test_a_record_too_large_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "RECORD_LIMIT", 200_000)
    reading = read(feed(entry(1, "before"), entry(2, "x" * 500_000), entry(3, "behind")))
    assert titles(reading) == ["before", "behind"]
    [problem] = reading.problems
    assert "more than the 200,000" in problem.cause and len(problem.raw) < 5000


def test_endless_things_between_records_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "TAG_LIMIT", 20_000)
    reading = read(feed(entry(1, "before"), "<x/>" * 50_000, entry(3, "behind")))
    assert titles(reading) == ["before", "behind"]
    assert "tags" in reading.problems[0].cause


HUGE = """
import io, resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (500_000_000, 500_000_000))
from kg.model.records import Source
from kg.sources import FORMATS
from kg.sources.opening import Opened

class Made(io.RawIOBase):
    # A file that is made as it is read: pieces, each repeated many times.
    def __init__(self, *parts):
        self.parts, self.place = parts, 0
        self.length = sum(len(piece) * times for piece, times in parts)
    def seek(self, offset, whence=0):
        self.place = offset + (0, self.place, self.length)[whence]
        return self.place
    def tell(self):
        return self.place
    def read(self, size=-1):
        size = self.length - self.place if size < 0 else size
        out, base = bytearray(), 0
        for piece, times in self.parts:
            end = base + len(piece) * times
            if self.place < end and len(out) < size:
                start = self.place - base
                take = min(size - len(out), end - self.place)
                skip = start % len(piece)
                out += (piece * ((skip + take) // len(piece) + 1))[skip : skip + take]
                self.place += take
            base = end
        return bytes(out)

head = b"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:arxiv='http://arxiv.org/schemas/atom'>"
one = b"<entry><id>http://arxiv.org/abs/3101.00001v1</id><title>T</title></entry>"
kind, times = sys.argv[1], int(sys.argv[2])
middle = {
    "line": [(b"<entry><title>", 1), (b"x", times), (b"</title></entry>", 1)],
    "deep": [(b"<entry>", 1), (b"<a>", times), (b"</entry>", 1)],
    "junk": [(b"<x/>", times)],
    "records": [(one, times)],
    "rejects": [(b"<entry/>", times)],
}[kind]
file = Made((head, 1), (one, 1), *middle, (one, 1), (b"</feed>", 1))
form = next(f for f in FORMATS if f.name == "arxiv-atom")
reading = form.read(Opened(Source("x.xml", ""), file.length, file.read(1000), file))
print(len(reading.works), len(reading.problems), *(p.cause for p in reading.problems[:1]))
"""


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
@pytest.mark.parametrize(
    ("kind", "times", "works", "cause"),
    [
        ("line", 1_000_000_000, 2, "more than the"),
        ("deep", 3_000_000, 2, "Excessive depth"),
        ("junk", 12_000_000, 2, "tags"),
        ("records", 60_000, 60_002, ""),
    ],
)
def test_memory_is_bounded(kind: str, times: int, works: int, cause: str) -> None:
    """A line of a gigabyte, made lazily, is read by a process that may not have half of that."""
    done = subprocess.run(
        [sys.executable, "-c", HUGE, kind, str(times)], capture_output=True, text=True, check=False, timeout=550
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith(f"{works} ") and cause in done.stdout


def test_bytes_of_large_files_are_those_of_the_file_wherever_it_comes_from(tmp_path: Path) -> None:
    """A plain file, a compressed one, and a member of an archive, too large to be held."""
    bad = "<entry><updated>never</updated></entry>"
    data = feed(entry(1, "before"), f"<!--{'x' * 1000}-->" * 36_000, bad, entry(2, "a & b"), entry(3, "behind"))
    path = tmp_path / "feed.xml"
    path.write_bytes(data)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(path, "feed.xml")
    for given_data in (path, gzip.compress(data, 1), packed.getvalue()):
        [reading] = read_one(InputFile("feed.xml", given_data, layout="arxiv-atom"))
        assert titles(reading) == ["before", "behind"]
        assert [p.raw for p in reading.problems if p.raw] == [bad.encode(), entry(2, "a & b").strip().encode()]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside this checkout")
@pytest.mark.parametrize(
    ("path", "names", "holders"),
    [
        ("acl/xml/2021.emnlp.xml", ["paper", "volume", "event", "talk"], ["volume", "event"]),
        ("acl/xml/E12.xml", ["paper", "volume", "event", "talk"], ["volume", "event"]),
        ("formats/arxiv-atom/q_testing_s0_m100_cfe7536492ca.xml", ["entry"], []),
        ("formats/orcid-xml/record-2.1.xml", ["record", "work-summary", "funding-summary"], ["record"]),
        ("formats/crossref-xml/crossref.xml", ["query"], []),
    ],
)
def test_cutting_by_bytes_finds_what_the_parser_finds(path: str, names: Sequence[str], holders: Sequence[str]) -> None:
    data = (REAL / path).read_bytes()
    cut = list(slices(data, names, holders))
    parsed = etree.iterparse(io.BytesIO(data), tag=[f"{{*}}{name}" for name in names])
    found = [(etree.QName(element).localname, element.sourceline) for _, element in parsed]
    # The parser gives the line on which a start tag ends, which may be another than that on which it begins.
    begins = [(one.name, one.line + data[one.start : one.start + 4000].split(b">")[0].count(b"\n")) for one in cut]
    assert begins == found
    for one in cut:
        if one.name not in holders:
            assert data[one.end - 1 : one.end] == b">" and not one.cause
            assert data[: one.end].count(b"\n") + 1 == one.last_line


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([
    b"<r>", b"</r>", b"<r/>", b"<h>", b"</h>", b"<x>", b"</x>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<", b">", b"'",
    b'"', b"<r a='", b"<p:r>", b"</p:r>", b"\n", b"<?", b"?>", b"<root>", b"</root>", b"text", b"<r a=\"1\">", b"&",
]), max_size=40))  # fmt: skip
def test_slices_of_anything_lie_apart_and_in_order(parts: list[bytes]) -> None:
    data = b"".join(parts)
    found: list[Slice] = [one for one in slices(data, ["r", "h"], ["h"]) if one.name == "r"]
    at = 0
    for one in found:
        assert at <= one.start < one.end <= len(data)
        assert one.line == data[: one.start].count(b"\n") + 1
        assert one.cause or re.match(rb"<(?:p:)?r[\s/>]", data[one.start : one.end])
        at = one.end


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_one_damage_costs_at_most_the_records_it_touches(seed: int) -> None:
    rng = random.Random(seed)
    entries = [entry(i, f"good {i}") for i in range(20)]
    data = bytearray(feed(*entries))
    at = rng.randrange(len(HEAD), len(data) - 8)
    data[at] = rng.choice(b"\0<>&\"'/\xff x")
    reading = read(bytes(data))
    good = {work.title for work in reading.works}
    # The damaged record, and one beside it where the damage hides where one ends and the next begins.
    assert len(good & {f"good {i}" for i in range(20)}) >= 18
    accounted = len(reading.works) + sum(problem.kind == "quarantined" for problem in reading.problems)
    assert accounted >= 19
    json.dumps([problem.text for problem in reading.problems])


def test_an_unknown_root_is_no_error_of_the_parser() -> None:
    [form] = [form for form in FORMATS if form.name == "arxiv-atom"]
    assert form.recognise("<feed>") == 0
    with pytest.raises(InputError):
        list(xml_stream.xml_pieces(_opened(b"no XML at all"), ("{*}entry",)))


def _opened(data: bytes) -> Opened:
    [found] = open_input(InputFile("x", data))
    assert isinstance(found, Opened)
    # Kept in memory of its own: an opened file lives only until the next one is asked for.
    return Opened(found.source, found.size, found.head, io.BytesIO(data))
