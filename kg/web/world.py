"""What the server is handed: a release, the pool that answers queries on it, its index, queries and report.

Knows how these parts hang together and their limits. Does not open anything by itself: the caller opens the parts,
the server's lifespan starts and closes the pool.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.quality.report import Report
    from kg.queries import NamedQuery
    from kg.search import Index
    from kg.store.coauthors import Coauthors
    from kg.store.finished import Release
    from kg.store.pool import Pool


@dataclass(frozen=True)
class Limits:
    """What one request may cost. Sizes are bytes, times are seconds."""

    deadline: float = 30.0
    request_body: int = 1_000_000
    """A larger body is answered with 413."""
    page_result: int = 4_000_000
    """A query result larger than this is offered for download instead of being shown as a table."""
    page_rows: int = 1_000
    """So many rows of a result are shown on a page; the data forms hold all of them."""
    retry_after: int = 2
    result_rows: int = 0
    """Rows after which a query result is cut; 0 for no limit."""


@dataclass(frozen=True)
class World:
    """Everything the server needs, opened by whoever starts it."""

    base_iri: str
    release: Release
    pool: Pool
    queries: Mapping[str, NamedQuery]
    index: Index
    report: Report | None = None
    coauthors: Coauthors | None = None
    title: str = "Knowledge graph of scholarly authorship"
    limits: Limits = field(default_factory=Limits)
    settings: Settings = field(default_factory=Settings)
    published: int = 0
    """When the release was published, in seconds since 1970; 0 where nobody knows."""
