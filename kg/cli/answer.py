"""Ask a release a question from the terminal: the command line's way to SPARQL and the named queries.

Knows releases, queries and result formats, and draws a result as a table. There is no deadline here: the reader owns
the process and can stop it. But a worker answers, as in the server, so that no query takes all memory of the machine.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from kg.cli.console import flush, put, say, stdout
from kg.errors import NotFoundError, ParameterError, ResultTooLarge
from kg.examples import queries_of
from kg.export import FORMATS, find_thing
from kg.rdf.iris import Iris
from kg.search import Index
from kg.settings import Settings
from kg.store import alone
from kg.store.answers import Head, Question
from kg.store.coauthors import Coauthors
from kg.store.finished import Release

TABLE_ROWS: Final = 10_000
"""Rows after which a table is cut, unless KG_MAX_ROWS says otherwise; to draw them takes some seconds."""
_STREAMED: Final = "--format csv prints all of them as they come"


def ask(release: Release, query: str, form: str, settings: Settings) -> None:
    """Print the answer of a SPARQL query. ``form`` is a format name of the command line, or ``table``.

    A table is drawn for SELECT and ASK; CONSTRUCT and DESCRIBE give Turtle instead. A table is held as a whole, hence
    cut, which is said; all else is printed as it comes. Raises QueryError, ResultTooLarge, WorkerLost.
    """
    most = (settings.max_rows or TABLE_ROWS) if form == "table" else 0
    select = "json" if form == "table" or form in FORMATS else form
    question = Question(query, select_format=select, graph_format=FORMATS.get(form, "ttl"), max_rows=most)
    heads: list[Head] = []
    held = bytearray()

    def write(data: bytes) -> None:
        if form != "table" or heads[0].kind == "graph":
            put(data)
            return
        held.extend(data)
        if len(held) > settings.max_bytes:
            raise ResultTooLarge(f"the table is larger than {settings.max_bytes:,} bytes", advice=_STREAMED)

    alone.ask(release.store_path, question, settings.worker_memory, heads.append, write)
    if held:
        put(_table(bytes(held)))
    flush()
    if heads[0].cut:
        say(f"The table is cut: there are more than {most:,} rows; {_STREAMED}")


def ask_named(release: Release, name: str, values: Mapping[str, str], form: str, settings: Settings) -> None:
    """Print the answer of a named query. Where a parameter is an IRI, the name of a thing will do.

    Raises NotFoundError for an unknown query or thing, QueryError for a wrong value.
    """
    iris = Iris(release.manifest["base_iri"])
    queries = queries_of(release)
    if name not in queries:
        raise NotFoundError(f"there is no query {name!r}", advice="list them with `kg query`")
    query, store = queries[name], release.open_store()
    types = {p.name: p.type for p in query.parameters}
    index = Index(release.search_path)
    given = {
        key: find_thing(store, index, iris, value).value
        if types.get(key) == "iri" and value and not value.startswith(("http://", "https://"))
        else value
        for key, value in values.items()
    }
    text = query.bind(given, path_finder=Coauthors.load(release.coauthors_path).shortest_path)
    ask(release, text, form, settings)


def read_pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return ``KEY=VALUE`` texts as a mapping. Raises ParameterError for a text without an equals sign."""
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise ParameterError(f"{text!r} is not KEY=VALUE", advice='write for example person="Teven Le Scao"')
        pairs[key] = value
    return pairs


def list_named(release: Release) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Return the named queries as columns and rows."""
    queries = queries_of(release)
    rows = [[q.name, q.title, " ".join(f"{p.name}:{p.type}" for p in q.parameters)] for q in queries.values()]
    return ("query", "title", "parameters"), rows


def _table(data: bytes) -> bytes:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    results = parse_query_results(data, format=QueryResultsFormat.JSON)
    out = io.StringIO()
    terminal = stdout()
    console = Console(file=out, force_terminal=terminal.is_terminal, width=terminal.width)
    if not isinstance(results, QuerySolutions):
        return b"true\n" if results else b"false\n"
    names = [variable.value for variable in results.variables]
    drawn = Table(header_style="bold")
    for name in names:
        drawn.add_column(name, overflow="fold")
    count = 0
    for solution in results:
        count += 1
        cells = [solution[name] for name in names]
        drawn.add_row(*(Text("" if c is None else c.value if hasattr(c, "value") else str(c)) for c in cells))
    console.print(drawn)
    console.print(f"{count:,} row{'s' * (count != 1)}", style="dim")
    return out.getvalue().encode()
