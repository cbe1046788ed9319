"""Documents: data whose lexical forms count, though the engine rewrites some of them.

Oxigraph stores ``"01"^^xsd:integer`` as 1 and ``"1"^^xsd:int`` as an ``xsd:integer``. A document keeps such triples as
they were written; the focus nodes that read one of them are checked by pySHACL on the words of the document, all others
by the compiled queries. Knows what is rewritten; knows no shape in particular.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.quality.shacl.footprint import Reached
from kg.quality.shacl.model import Node
from kg.quality.shacl.outcome import Outcome
from kg.quality.shacl.paths import Statements, Term
from kg.quality.shacl.processor import Level, Processor
from kg.quality.shacl.running import component_name
from kg.quality.shacl.slices import StoreStatements, fill
from kg.quality.shacl.targets import of_target
from kg.quality.shacl.words import default_message
from kg.rdf.vocab import XSD_STRING

_KEPT = frozenset({XSD_STRING, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")})
_SCRATCH = NamedNode("urn:x-kg:scratch")


@dataclass(frozen=True)
class Document:
    """A store of some triples, and those of them that the store holds in other words: as written, and as held."""

    store: Store
    written: tuple[Triple, ...] = ()
    held: tuple[Triple, ...] = ()
    twice: frozenset[Triple] = frozenset()
    """Those of the held triples that the document states in these words as well."""

    @cached_property
    def statements(self) -> Statements:
        """The triples as they were written."""
        return _AsWritten(self)


class _AsWritten:
    """The triples of a document as they were written: the store's, but for those that it holds in other words."""

    def __init__(self, document: Document) -> None:
        self._store = StoreStatements(document.store)
        self._held: dict[Term | None, Term] = {}
        self._forms: dict[Triple, list[Triple]] = {one: [one] for one in document.twice}
        for written, held in zip(document.written, document.held, strict=True):
            self._forms.setdefault(held, []).append(written)
            if not isinstance(written.object, Triple) and not isinstance(held.object, Triple):
                self._held[written.object] = held.object

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Triple]:
        """Yield the triples that fit; None fits everything."""
        for triple in self._store.match(subject, predicate, self._held.get(value, value)):
            for form in self._forms.get(triple, (triple,)):
                if value is None or form.object == value:
                    yield form


def read_document(triples: Iterable[Triple]) -> Document:
    """Make a document of triples: about 400 bytes for each, and as many again where a literal has a datatype."""
    store = Store()
    typed: dict[Triple, None] = {}

    def quads() -> Iterator[Quad]:
        for one in triples:
            if isinstance(one.object, Literal) and one.object.datatype not in _KEPT:
                typed[one] = None
            yield Quad(one.subject, one.predicate, one.object)

    fill(store, quads())
    changed = _changed({one.object for one in typed if isinstance(one.object, Literal)})
    written: list[Triple] = []
    held: list[Triple] = []
    for one in typed:
        if isinstance(one.object, Literal) and one.object in changed:
            written.append(one)
            held.append(Triple(one.subject, one.predicate, changed[one.object]))
    return Document(store, tuple(written), tuple(held), frozenset(held).intersection(typed))


def _changed(literals: set[Literal]) -> dict[Literal, Literal]:
    """Return the literals that a store rewrites, with what it makes of them."""
    store = Store()
    numbered = list(literals)
    store.extend(Quad(NamedNode(f"urn:x-kg:{place}"), _SCRATCH, one) for place, one in enumerate(numbered))
    changed: dict[Literal, Literal] = {}
    for quad in store.quads_for_pattern(None, _SCRATCH, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            literal = numbered[int(quad.subject.value.rpartition(":")[2])]
            if literal != quad.object:
                changed[literal] = quad.object
    return changed


def check_document(processor: Processor, document: Document, *, level: Level = "fast") -> Outcome:
    """Check a document as it is written. Raises ShapesError when the shapes cannot be run."""
    outcome = processor.check(document.store, level=level)
    if not document.written:
        return outcome
    again = _again(processor, document)
    results = [one for one in outcome.results if one.origin[1] not in again.get(one.origin[0], ())]
    names = {processor.names[root.node]: root.node for root in processor.roots}
    words = _words(processor) if level == "fast" else {}
    counts = dict(outcome.focus_nodes)
    for name, nodes in again.items():
        root = names[name]
        targets = of_target(processor.shapes[root].targets, nodes, document.statements)
        for one in processor.ask_oracle(document.statements, root, targets):
            messages = words.get((one.shape, one.component), one.messages)
            results.append(replace(one, root=name, messages=messages))
    counts |= processor.counted(
        {root.node: len(processor.focus_nodes(document.statements, root.node)) for root in processor.roots}
    )
    return replace(outcome, results=tuple(results), focus_nodes=counts)


def _words(processor: Processor) -> dict[tuple[str, str], tuple[Literal, ...]]:
    """Return our words for constraints of shapes without any, as the compiled queries give them, by name.

    Where a shape has several constraints of a component, it is not known of which a result is.
    """
    found: dict[tuple[str, str], list[Literal]] = {}
    for node, shape in processor.shapes.items():
        for constraint in shape.constraints if not shape.messages else ():
            key = (processor.names[node], component_name(constraint.component))
            found.setdefault(key, []).append(default_message(shape, constraint))
    return {key: tuple(messages) for key, messages in found.items() if len(messages) == 1}


def _again(processor: Processor, document: Document) -> dict[str, set[Term]]:
    """Return for each root the focus nodes that read a rewritten triple, by either of its two forms."""
    reached = Reached((*document.written, *document.held), document.statements)
    found: dict[str, set[Term]] = {}
    for root in processor.roots:
        nodes = reached.of(processor.footprint(root.node))
        if nodes is None:
            held = {one.object for one in document.held if not isinstance(one.object, Triple)}
            nodes = set(processor.focus_nodes(document.statements, root.node)) | held
        forms: dict[Term, set[Term]] = {}
        for written, held_triple in zip(document.written, document.held, strict=True):
            if not isinstance(written.object, Triple) and not isinstance(held_triple.object, Triple):
                forms.setdefault(written.object, set()).add(held_triple.object)
        nodes |= {other for node in list(nodes) for other in forms.get(node, ())}
        if nodes:
            found[processor.names[root.node]] = nodes
    return found


__all__ = ["Document", "Node", "check_document", "read_document"]
