"""Read Turtle, TriG, N-Triples, N-Quads and RDF/XML into a graph, in a stream, past errors where the syntax allows it.

Knows which syntax a file has, and what is dangerous in each: depth, entities, bytes that are not UTF-8, terms without
end. The syntaxes themselves are Oxigraph's business. Nothing is ever fetched. JSON-LD: ``kg.sources.rdf_jsonld``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any, Final, Literal
from urllib.parse import quote

from lxml import etree
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from kg.errors import InputError
from kg.sources.formats import Piece
from kg.sources.opening import Opened
from kg.sources.rdf_graph import Graph
from kg.sources.text_lines import text_lines

Syntax = Literal["json", "xml", "lines", "turtle", ""]

ERRORS_LIMIT: Final = 1000
"""Errors after which a file is not read further."""

ENTITY_LIMIT: Final = 200
"""Characters that an entity of an RDF/XML file may stand for: enough for a namespace, too few for a bomb."""

OWN: Final = b"https://w3id.org/kg/ns#"
"""A dataset that begins with own terms is an export: its named graphs tell where the default graph comes from."""

LINE_LIMIT: Final = 1 << 24
"""Bytes of one line of N-Triples or N-Quads (16 MiB)."""

BLOCK: Final = 1 << 18
_SURROGATE: Final = re.compile("[\udc80-\udcff]")
_UNREADABLE: Final = "\ufffe"  # a character that no record may hold, so that its record goes to quarantine
_JSON: Final = re.compile(r"\s*[\[{]")
_XML: Final = re.compile(r"<(?:\?xml|!DOCTYPE|!--|rdf:RDF|RDF|[a-z]+:RDF)", re.IGNORECASE)
_RDF_ROOT: Final = re.compile(r"<(?:[\w-]+:)?RDF[\s>]")
_RDF_NAMESPACE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_STATEMENT: Final = re.compile(r"(?:<[^<>\"{}|^`\\\s]+>|_:\S+) +<[^<>\"{}|^`\\\s]+> +(?:<[^<>\s]*>|_:\S+|\".*) *\.$")
_SUBJECT: Final = re.compile(r"(?:<[^<>\"{}|^`\\\s]+:[^<>\"{}|^`\\\s]*>|_:\S+)\s+(?:a|<[^<>\"{}|^`\\\s]+>)\s")
_DIRECTIVE: Final = re.compile(r"^@?(?:prefix|base)\s+(?:[\w.-]*:\s*)?<[^<>\s]*>", re.MULTILINE | re.IGNORECASE)


def syntax_of(beginning: str) -> Syntax:
    """Return the syntax that a text which is RDF has, an empty text for one that is not."""
    if _JSON.match(beginning):
        return "json"
    if _XML.match(beginning):
        return "xml" if _RDF_ROOT.search(beginning) and _RDF_NAMESPACE in beginning else ""
    if _DIRECTIVE.search(beginning):
        return "turtle"
    lines = [line for line in beginning.split("\n", 50)[:50] if line and not line.startswith("#")]
    if lines and sum(bool(_STATEMENT.match(line)) for line in lines[:-1] or lines) * 2 > len(lines[:-1] or lines):
        return "lines"
    return "turtle" if lines and _SUBJECT.match(lines[0]) else ""


def base_of(opened: Opened) -> str:
    """Return the address from which the relative addresses of a file are meant, where it states none."""
    return f"file:///{quote(opened.source.file)}"


def fill(graph: Graph, opened: Opened, syntax: Syntax) -> Iterator[Piece]:
    """Take all statements of a file into a graph, and yield a damaged piece for each that cannot be read.

    The default graph of an own export is read, all graphs of any other dataset as one.
    Raises InputError where the rest of the file cannot be read.
    """
    fillers = {"lines": _fill_from_lines, "turtle": _fill_from_turtle, "xml": _fill_from_xml}
    try:
        yield from fillers[syntax](_Taker(graph, opened), opened)
    except MemoryError as error:  # Oxigraph's limit of one term, 16 MiB
        raise InputError(
            f"the file cannot be read further: {error}", advice="a term is too long, or a quotation mark is missing"
        ) from error


class _Taker:
    """Takes statements into a graph; of an own export, those of the default graph."""

    def __init__(self, graph: Graph, opened: Opened) -> None:
        self._graph = graph
        self._errors = 0
        self.base = base_of(opened)

    def take(self, quads: Iterable[Quad]) -> None:
        """Take statements. Raises SyntaxError behind the last sound one, as the parser does."""
        for quad in quads:
            if not self._graph.own or isinstance(quad.graph_name, DefaultGraph):
                self._graph.add(quad)

    def damage(self, cause: str, line: int, last: int, raw: bytes) -> Piece:
        """Return a damaged piece. Raises InputError when there are too many."""
        self._errors += 1
        if self._errors > ERRORS_LIMIT:
            raise InputError(f"there are more than {ERRORS_LIMIT:,} errors in the file", advice="is it RDF at all?")
        cause = re.sub(r"^Parser error |\s*\(line \d+\)$|(?:at|between) .*?columns? \d+(?: and .*?\d+)?: ", "", cause)
        error = InputError(f"the statement cannot be read: {cause}", advice="repair it; the others were read")
        return Piece(error, line, last, f"L{line}", raw.__bytes__)


def _fill_from_lines(taker: _Taker, opened: Opened) -> Iterator[Piece]:
    """Read N-Triples and N-Quads: many lines at a time, and line by line where one of them is damaged."""
    block: list[bytes] = []
    first, size, number = 1, 0, 0
    broken = b""  # the beginning of a line that is longer than any
    for number, line in enumerate(text_lines(opened, LINE_LIMIT), 1):
        if broken or (len(line) == LINE_LIMIT and not line.endswith(b"\n")):
            broken = broken or line[:1000]
            if line.endswith(b"\n") or len(line) < LINE_LIMIT:
                yield taker.damage(f"the line has more than {LINE_LIMIT:,} bytes", number, number, broken)
                broken = b""
            line = b"\n"
        block.append(line)
        size += len(line)
        if size >= BLOCK:
            yield from _take_lines(taker, block, first)
            block, first, size = [], number + 1, 0
    if broken:
        yield taker.damage(f"the line has more than {LINE_LIMIT:,} bytes", number, number, broken)
    yield from _take_lines(taker, block, first)


def _take_lines(taker: _Taker, block: list[bytes], first: int) -> Iterator[Piece]:
    try:
        found = list(parse(b"".join(block), format=RdfFormat.N_QUADS))
    except SyntaxError:
        for number, line in enumerate(block, first):
            try:
                # By itself, a line can be read leniently: with spaces and braces in an IRI, as data have them.
                taker.take(list(parse(line, format=RdfFormat.N_QUADS, lenient=True)))
            except SyntaxError as error:
                yield taker.damage(str(error), number, number, line)
    else:
        taker.take(found)


def _fill_from_turtle(taker: _Taker, opened: Opened) -> Iterator[Piece]:
    """Read Turtle and TriG; behind an error, begin anew on the line after the end of the statement."""
    source = _utf8(opened)
    offset, line, header = source.tell(), 1, b""
    while True:
        source.seek(offset)
        quads = parse(_Feed(header, source), format=RdfFormat.TRIG, base_iri=taker.base)  # type: ignore[arg-type]
        try:
            taker.take(quads)
            return
        except SyntaxError as error:
            cause, damaged = str(error), max((error.lineno or 1) - bool(header), 1) + line - 1
        source.seek(offset)
        raw: list[bytes] = []
        for _ in range(line, damaged):
            _line(source)
        line = damaged
        while text := _line(source):
            raw.append(text)
            line += 1
            if text.rstrip().endswith((b".", b"}")):
                break
        yield taker.damage(cause, damaged, max(line - 1, damaged), b"".join(raw))
        if not raw:
            return
        offset = source.tell()
        known = [f"@base <{quads.base_iri}> .", *(f"@prefix {p}: <{iri}> ." for p, iri in quads.prefixes.items())]
        header = " ".join(known).encode() + b"\n"


def _fill_from_xml(taker: _Taker, opened: Opened) -> Iterator[Piece]:
    """Read RDF/XML up to its first damage."""
    end = _sound_end(opened)
    feed = _Feed(b"", _utf8(opened), end and end[0])
    quads = parse(feed, format=RdfFormat.RDF_XML, base_iri=taker.base, lenient=True)  # type: ignore[arg-type]
    try:
        taker.take(quads)
    except SyntaxError as error:
        if not end:
            yield taker.damage(str(error), error.lineno or 1, 0, b"")
    if end:
        raise end[1]


def _utf8(opened: Opened) -> IO[bytes]:
    """Return a stream in UTF-8 with line feeds, behind a byte order mark."""
    if opened.head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return BytesIO(opened.whole().decode("utf-16", "replace").encode("utf-8", "replace"))
    if b"\r" in opened.head and b"\n" not in opened.head:
        return BytesIO(opened.whole().replace(b"\r", b"\n"))
    stream = opened.stream()
    stream.seek(3 if opened.head.startswith(codecs.BOM_UTF8) else 0)
    return stream


def _line(source: IO[bytes]) -> bytes:
    """Read one line; of a very long one, its beginning."""
    line = source.readline(BLOCK)
    rest = line
    while rest and not rest.endswith(b"\n"):
        rest = source.readline(BLOCK)
    return line


class _Feed:
    """What Oxigraph reads: a header, then a stream, to its end or to a line.

    Bytes that are not UTF-8 become a character that keeps their record out.
    """

    def __init__(self, header: bytes, stream: IO[bytes], end_line: int | None = None) -> None:
        self._held = header
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._lines = None if end_line is None else end_line - 1
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""
        while not self._held and not self._ended:
            data = self._stream.read(BLOCK)
            self._ended = not data
            text = self._decoder.decode(data, final=not data)
            if not text.isascii():
                text = _SURROGATE.sub(_UNREADABLE, text)
            self._held = text.encode()
            if self._lines is not None:
                self._cut(self._lines)
        wanted = size if size > 0 else BLOCK
        given, self._held = self._held[:wanted], self._held[wanted:]
        return given

    def _cut(self, lines: int) -> None:
        """Hold no more lines than there are to give."""
        ends = self._held.count(b"\n")
        if ends >= lines:
            self._held = b"".join(self._held.splitlines(keepends=True)[:lines])
            self._ended = True
        self._lines = lines - ends


def _sound_end(opened: Opened) -> tuple[int, InputError] | None:
    """Return the line from which RDF/XML is not to be read, and why; None for a file that can be read to its end.

    Raises InputError for entities that are more than abbreviations. libxml2 holds its own limits of depth and size,
    which Oxigraph has not.
    """
    events = etree.iterparse(
        opened.stream(), events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True,
        huge_tree=False,
    )  # fmt: skip
    first = True
    try:
        for event, element in events:
            if first:
                _check_entities(element.getroottree().docinfo.internalDTD)
                first = False
            if event == "end":
                element.clear()
                while element.getprevious() is not None:
                    parent = element.getparent()
                    if parent is None:
                        break
                    del parent[0]
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return max(line, 1), InputError(
            f"the XML is not well-formed at line {line}, column {column}: {error.msg}",
            advice="repair the file or get it again; what stands before this line was read",
        )
    return None


def _check_entities(dtd: Any) -> None:
    """Raise InputError for entities that are made of others, long, or somewhere else."""
    for entity in dtd.entities() if dtd is not None else ():
        text = entity.orig if entity.orig is not None else entity.content
        if text is None or len(text) > ENTITY_LIMIT or "&" in text or "%" in text:
            raise InputError(
                f"the XML declares an entity {entity.name!r} that is more than an abbreviation",
                advice="write the characters themselves and remove the declaration",
            )
