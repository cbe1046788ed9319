"""From one query to the bytes of one answer.

Knows the engine's query call, the result formats and the engine's error texts. Does not know processes, deadlines or
HTTP. Evaluating and serialising happen in one call and so in one thread: a lazy result of the engine that is touched
by a second thread ends the whole process, therefore none is ever handed out.

XML has no form for most control characters: an answer that holds one is not written in it, rather than malformed.
ASK is answered in CSV and TSV too, where no standard says how: the body is ``true`` or ``false``.
JSON-LD comes in expanded form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO, Final, Literal, NamedTuple, cast
from urllib.parse import unquote

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from kg.errors import FormatError, NotFoundError, QueryError, ReleaseError, ServiceFailed
from kg.rdf.vocab import PREFIXES
from kg.store.guard import refuse_closed_doors

SELECT_FORMATS: Final[dict[str, QueryResultsFormat]] = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
"""Formats for SELECT and ASK."""

GRAPH_FORMATS: Final[dict[str, RdfFormat]] = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
"""Formats for CONSTRUCT and DESCRIBE."""

MEDIA_TYPES: Final[dict[str, str]] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
"""The media type of each format, as it stands in a Content-Type header."""


class Question(NamedTuple):
    """A query with its dataset and the formats wanted for either kind of result.

    ``default_graphs`` and ``named_graphs`` are IRIs. If either is given, they are the whole dataset of the query and
    its FROM clauses count for nothing, as the SPARQL protocol says.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    select_format: str = "json"
    graph_format: str = "ttl"
    max_rows: int = 0
    """Rows after which the result of a SELECT is cut; 0 for no limit."""
    base_iri: str = ""
    """What relative IRIs in the query are resolved against; empty: they are refused."""
    services: str = ""
    """The beginning of the addresses that SERVICE may call: those of a gateway; empty: none."""


class Head(NamedTuple):
    """What is known of an answer before its first byte."""

    kind: Literal["solutions", "boolean", "graph"]
    format: str
    media_type: str
    rows: int = -1
    """Rows of a SELECT where they had to be counted, else -1."""
    cut: bool = False
    """True when there were more rows than these."""


def evaluate(store: Store, question: Question, begin: Callable[[Head], None], out: IO[bytes]) -> None:
    """Answer ``question`` from ``store``: call ``begin`` once, then write the whole answer to ``out``.

    The answer is written in pieces of about 8 kB as it is found; what ``out.write`` raises stops the query.
    The prefixes of `kg.rdf.vocab` need not be declared.

    Raises QueryRefused for SERVICE and LOAD; QueryError, with line and column where known, for a query that is wrong
    or that fails while it runs; ServiceFailed where another server that it may call did not answer; NotFoundError for
    an unknown format; FormatError for a character that XML cannot hold; ReleaseError when the store cannot be read.
    """
    try:
        select_format = SELECT_FORMATS[question.select_format]
        graph_format = GRAPH_FORMATS[question.graph_format]
    except KeyError as error:
        raise NotFoundError(
            f"there is no result format {error}", advice=f"choose from {', '.join(MEDIA_TYPES)}"
        ) from error
    refuse_closed_doors(question.query, services=question.services)
    try:
        dataset = bool(question.default_graphs or question.named_graphs)
        results = store.query(
            question.query,
            base_iri=question.base_iri or None,
            prefixes=PREFIXES,
            default_graph=[_graph(iri) for iri in question.default_graphs] if dataset else None,
            named_graphs=[_graph(iri) for iri in question.named_graphs] if dataset else None,
        )
        form = question.graph_format if isinstance(results, QueryTriples) else question.select_format
        if form in {"xml", "rdf"}:
            out = cast("IO[bytes]", _Xml(out))
        if isinstance(results, QuerySolutions):
            head = Head("solutions", question.select_format, MEDIA_TYPES[question.select_format])
            if question.max_rows:
                from kg.store.rows import write_rows  # only where a limit is set

                def counted(rows: int, cut: bool) -> None:
                    begin(head._replace(rows=rows, cut=cut))

                write_rows(results, question.max_rows, select_format, counted, out)
            else:
                begin(head)
                results.serialize(out, format=select_format)
        elif isinstance(results, QueryBoolean):
            begin(Head("boolean", question.select_format, MEDIA_TYPES[question.select_format]))
            results.serialize(out, format=select_format)
        else:
            begin(Head("graph", question.graph_format, MEDIA_TYPES[question.graph_format]))
            serialize(results, out, format=graph_format, prefixes=PREFIXES)
    except SyntaxError as error:
        raise syntax_error(question.query, str(error)) from error
    except RuntimeError as error:
        if "Corruption" in str(error):
            raise ReleaseError("the store is damaged", advice="build it again with `kg build`") from error
        raise QueryError(f"the query cannot be answered: {error}") from error
    except OSError as error:
        if error.errno is not None or not question.services:
            raise
        raise _service_failed(question.services, str(error)) from error


def refuse_not_xml(data: bytes) -> None:
    """Raise FormatError where UTF-8 holds a character that XML 1.0 has no form for."""
    if found := _NOT_XML.search(data):
        code = ord(found[0].decode("utf-8"))
        raise FormatError(
            f"the answer holds the character U+{code:04X}, which XML cannot", advice="ask for JSON, CSV or Turtle"
        )


class _Xml:
    """A file object for the engine that takes no character that XML 1.0 has no form for."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._last = b""

    def write(self, data: bytes) -> int:
        piece = self._last + data
        refuse_not_xml(piece)
        self._last = piece[-2:]
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()


_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def _service_failed(services: str, message: str) -> ServiceFailed:
    """Say what became of a call, by the address that the query named and not by the gateway's."""
    found = re.search(rf"{re.escape(services)}([^\s]*)", message)
    called = f"<{unquote(found[1])[:200]}>" if found else "a service"
    said = message.partition("payload:\n")[2].strip().splitlines()
    reason = f": {said[0][:300]}" if said else ""
    return ServiceFailed(f"{called} could not be asked{reason}", advice="write SERVICE SILENT to go on without it")


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"{iri[:200]!r} does not name a graph: {error}", advice="give an absolute IRI") from error


# The engine names everything it could have read, often hundreds of characters; only its own sentences help a reader.
_POSITION: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.S)
_SENTENCES: Final = {
    "Prefix not found": "the prefix {prefix} is not declared",
    "IRI parsing failed": "an IRI is relative or malformed",
    "The SELECT contains a variable that is unbound": "SELECT names a variable that is neither bound nor grouped",
}


def syntax_error(query: str, message: str) -> QueryError:
    """Turn the engine's message (``error at 1:9: expected one of ...``) into one a person can use.

    Line and column count from 1, in characters. The engine gives the farthest place it looked at, which lies up to a
    dozen characters after the fault: hence "near", and the text before.
    """
    found = _POSITION.match(message)
    if found is None:
        return QueryError(
            f"the query is not valid SPARQL: {message.splitlines()[0][:300] if message else 'no reason given'}"
        )
    line, column, expected = int(found[1]), int(found[2]), found[3]
    lines = query.split("\n")
    read = "\n".join([*lines[: line - 1], lines[line - 1][: column - 1] if line <= len(lines) else ""])
    near = " ".join(read[-40:].split())
    prefixes = re.findall(r"([\w.-]*:)[^\s:]*$", read)
    for words, sentence in _SENTENCES.items():
        if words in expected:
            reason = sentence.format(prefix=prefixes[-1] if prefixes else "of a name")
            break
    else:
        reason = _own_sentence(expected) or "the query is not valid SPARQL"
    place = f" near {near!r}" if near else " at its start"
    return QueryError(reason + place, line=line, column=column)


def _own_sentence(expected: str) -> str:
    """Return the first alternative that is a sentence of the engine's, not a token or a class of characters."""
    for part in re.split(r", (?=[A-Z\[\"<])", expected):
        words = cast(str, part).split()
        if len(words) > 2 and part[0].isalpha() and part != part.upper() and "[" not in part:
            return " ".join(words)[:200]
    return ""
