"""The questions that pages ask beside descriptions: indexes, redirects, what a profile adds to its works.

They are named queries like those of ``queries/``, read and bound by the same code, but no part of the published list:
their columns follow the pages, and those that pages sort themselves have no order. Those that are answered at the build
for the things with most works lie in `kg.panels`. Knows where the files of the others lie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg import panels
from kg.queries import NamedQuery, read_query
from kg.store.answers import Question

if TYPE_CHECKING:
    from kg.rdf.nodes import Term
    from kg.store.pool import Pool

NAMES: Final = (
    "captured",
    "counted",
    "entries",
    "evidence",
    "identity-apart",
    "identity-names",
    "identity-parts",
    "named",
    "places",
    "signatures",
    "snippets",
    "near-links",
    "near-shared",
    "near-signed",
    "near-works",
    "replaced-by",
    "vocabulary",
    "works",
)


def load(base_iri: str) -> dict[str, NamedQuery]:
    """Read and check the questions. Raises QueryFileError at the first bad file."""
    folder = files("kg.web").joinpath("rq")
    return panels.read_questions(base_iri) | {
        name: read_query(name, folder.joinpath(f"{name}.rq").read_text("utf-8"), base_iri, ordered=False)
        for name in NAMES
    }


async def holds(pool: Pool, graph: str) -> bool:
    """Say whether a named graph has statements: without any there is no such graph."""
    async with await pool.ask(Question("ASK { ?s ?p ?o }", default_graphs=(graph,))) as answer:
        return b"true" in await answer.read()


async def graphs_held(pool: Pool) -> frozenset[str]:
    """Return the named graphs that have statements."""
    _, rows = await pool.rows(Question("SELECT ?g { GRAPH ?g {} FILTER EXISTS { GRAPH ?g { ?s ?p ?o } } }"))
    return frozenset(term.value for (term,) in rows if isinstance(term, NamedNode))


async def ask(pool: Pool, query: NamedQuery, values: Mapping[str, str]) -> list[list[Term | None]]:
    """Return the rows of a question."""
    _, rows = await pool.rows(Question(query.bind(values)))
    return rows


async def ask_texts(pool: Pool, query: NamedQuery, *many: Mapping[str, str]) -> panels.Rows:
    """Return the rows of a question as texts, without telling IRIs from literals: a tenth of the time of terms.

    It is asked for one or several sets of values at once; none for no values.
    """
    if not many:
        return []
    async with await pool.ask(Question(query.bind_many(many))) as answer:
        return panels.texts(await answer.read())


async def ask_many(pool: Pool, query: NamedQuery, many: Sequence[Mapping[str, str]]) -> list[list[Term | None]]:
    """Return the rows of a question that is asked for many sets of values at once; none for no values."""
    if not many:
        return []
    _, rows = await pool.rows(Question(query.bind_many(many)))
    return rows
