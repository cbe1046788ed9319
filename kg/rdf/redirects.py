"""Where the id of a merged thing leads. Knows ``dcterms:isReplacedBy``; does not know how things came to be merged."""

from __future__ import annotations

from pyoxigraph import NamedNode, Store

from kg.rdf import vocab


def replaced_by(store: Store, iri: NamedNode) -> NamedNode | None:
    """Return the thing that took the place of a merged one, at the end of the chain; None when it was not replaced."""
    passed, here = {iri}, iri
    while True:
        targets = {q.object for q in store.quads_for_pattern(here, vocab.DCT_IS_REPLACED_BY, None, None)}
        following = sorted((t for t in targets if isinstance(t, NamedNode)), key=lambda t: t.value)
        if not following or following[0] in passed:
            return None if here == iri else here
        here = following[0]
        passed.add(here)
