"""Plain words for constraints whose shape has no message of its own.

Knows the components and the prefixes a reader knows. pySHACL's words for the same are given at the level ``full``.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.quality.shacl.model import SH, Constraint, Shape
from kg.quality.shacl.paths import Term, path_text
from kg.rdf.vocab import PREFIXES


def default_message(shape: Shape, constraint: Constraint) -> Literal:
    """Say in a sentence what a constraint asks for."""
    what = "this node" if shape.path is None else shorten(path_text(shape.path))
    return Literal(f"{what} {_asked(constraint)}", language="en")


def shorten(text: str) -> str:
    """Write the IRIs of a path or term with the known prefixes.

    >>> shorten("<http://schema.org/name>|<http://schema.org/url>")
    'schema:name|schema:url'
    """
    if "<" in text:
        for part in sorted(text.replace("<", "\n").replace(">", "\n").split("\n"), key=len, reverse=True):
            if ":" in part:
                text = text.replace(f"<{part}>", shorten(part))
        return text
    for prefix, namespace in PREFIXES.items():
        local = text.removeprefix(namespace)
        if local != text and local and "/" not in local:
            return f"{prefix}:{local}"
    return text


def _asked(constraint: Constraint) -> str:
    number, terms = constraint.number, ", ".join(map(_shown, constraint.terms))
    match constraint.component:
        case "MinCount":
            return f"needs at least {_many(number, 'value')}"
        case "MaxCount":
            return f"may have at most {_many(number, 'value')}" if number else "must have no value"
        case "Class":
            return f"must be of the class {terms}"
        case "Datatype":
            return f"must be of the datatype {terms}"
        case "NodeKind":
            return f"must be {_kind(constraint.terms[0].value.removeprefix(SH))}"
        case "MinExclusive":
            return f"must be greater than {terms}"
        case "MinInclusive":
            return f"must be {terms} or greater"
        case "MaxExclusive":
            return f"must be less than {terms}"
        case "MaxInclusive":
            return f"must be {terms} or less"
        case "MinLength":
            return f"must have at least {_many(number, 'character')}"
        case "MaxLength":
            return f"may have at most {_many(number, 'character')}"
        case "Pattern":
            return f"must match the pattern {constraint.text}"
        case "LanguageIn":
            return f"must be a text in one of the languages {terms}"
        case "UniqueLang":
            return "may have one value in each language"
        case "In":
            return f"must be one of {terms}"
        case "HasValue":
            return f"must have the value {terms}"
        case "Equals":
            return f"must have the same values as {terms}"
        case "Disjoint":
            return f"must share no value with {terms}"
        case "LessThan":
            return f"must be less than every value of {terms}"
        case "LessThanOrEquals":
            return f"must not be greater than any value of {terms}"
        case "Closed":
            return "has a property that is not allowed here"
        case "Not":
            return "must not be what the shape describes"
        case "And" | "Node":
            return "must be what the shape describes"
        case "Or":
            return "must be one of the things the shape describes"
        case "Xone":
            return "must be exactly one of the things the shape describes"
        case "QualifiedMinCount":
            return f"needs at least {_many(constraint.least or 0, 'value')} of the kind the shape describes"
        case "QualifiedMaxCount":
            return f"may have at most {_many(constraint.most or 0, 'value')} of the kind the shape describes"
        case "SPARQL":
            return "is found by the query of the shape"
        case other:
            return f"does not keep {shorten(other)}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _shown(term: Term) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value)
    return term.value


def _kind(kind: str) -> str:
    words = {"IRI": "an IRI", "BlankNode": "a blank node", "Literal": "a literal"}
    parts = kind.replace("Or", " Or ").split(" Or ") if kind not in words else [kind]
    return " or ".join(words.get(part, part) for part in parts)
