"""Write triples as Turtle that people read: the thing first, types first, lists as ``( … )``, only used prefixes.

Knows the syntax of Turtle, and of TriG's default graph, which is the same. Keeps the order of the triples; does not
know what they mean, and never shortens a term in a way that could be read back as another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.rdf import vocab
from kg.rdf.nodes import Lists, Term, by_subject, take_lists

# Narrower than the grammar's PN_LOCAL, so that no escape is ever needed.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What Turtle reads back with the same datatype and the same digits; others keep quotes and datatype.
_BARE = {
    vocab.XSD_INTEGER: re.compile(r"[+-]?[0-9]+"),
    vocab.XSD_DECIMAL: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    vocab.XSD_BOOLEAN: re.compile(r"true|false"),
}


class _Terms:
    """Terms as Turtle text. Remembers which prefixes it used."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.used: set[str] = set()
        self.names: dict[NamedNode, str] = {}

    def __call__(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self.name(term)
        if isinstance(term, Literal):
            return self.literal(term)
        if isinstance(term, BlankNode) and term in self.lists:
            return " ".join(["(", *(self(item) for item in self.lists[term]), ")"])
        return str(term)

    def name(self, node: NamedNode) -> str:
        """Return ``prefix:local`` for terms of the known vocabularies, ``<iri>`` for everything else."""
        text = self.names.get(node)
        if text is None:
            text = self.names[node] = self._shortened(node.value) or str(node)
        return text

    def _shortened(self, iri: str) -> str | None:
        for prefix, namespace in vocab.PREFIXES.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return None

    def literal(self, literal: Literal) -> str:
        bare = _BARE.get(literal.datatype)
        if bare is not None and bare.fullmatch(literal.value):
            return literal.value
        if literal.language is not None or literal.datatype == vocab.XSD_STRING:
            return str(literal)
        return f"{Literal(literal.value)}^^{self.name(literal.datatype)}"


def write(triples: Iterable[Triple], notes: Iterable[str] = ()) -> bytes:
    """Return the triples as Turtle, with ``notes``, a line each, as comments at the top."""
    nodes = by_subject(triples)
    terms = _Terms(take_lists(nodes))
    blocks = ["\n".join(_block(terms(subject), predicates, terms)) for subject, predicates in nodes.items()]
    head = [f"# {note}" for note in notes]
    head += [f"@prefix {prefix}: <{vocab.PREFIXES[prefix]}> ." for prefix in sorted(terms.used)]
    return ("\n\n".join(["\n".join(head), *blocks]).lstrip("\n") + "\n").encode()


def _block(subject: str, predicates: dict[NamedNode, list[Term]], terms: _Terms) -> Iterator[str]:
    lead = f"{subject} "
    last = len(predicates) - 1
    for n, (predicate, objects) in enumerate(predicates.items()):
        verb = "a" if predicate == vocab.RDF_TYPE else terms.name(predicate)
        end = " ." if n == last else " ;"
        if len(objects) == 1 or predicate == vocab.RDF_TYPE:
            yield f"{lead}{verb} {', '.join(map(terms, objects))}{end}"
        else:
            yield f"{lead}{verb}"
            yield ",\n".join(f"        {terms(node)}" for node in objects) + end
        lead = "    "
