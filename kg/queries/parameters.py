"""Values for named queries: the types of parameters, and how a reader's text becomes a term of one of them.

Knows which texts a type takes and writes terms with the engine's own ``NamedNode`` and ``Literal``. Does not know
queries.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.errors import ParameterError
from kg.rdf import vocab

Term = NamedNode | Literal

TYPES: Final = {
    "iri": "an http or https IRI, or a thing of this graph such as person/ID",
    "string": "text",
    "integer": "a whole number",
    "date": "a day as YYYY-MM-DD",
    "gyear": "a year of four digits",
    "choice": "one of the listed words",
}

_OWN_THING = re.compile(r"[a-z]+/[^\s/].*")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Parameter:
    """A typed value that a reader gives to a query. ``type`` is a key of ``TYPES``.

    Without a ``default`` the value is required. An empty default leaves the variable unbound, so that the query runs
    over everything; for the type string it is the empty text.
    """

    name: str
    type: str
    about: str
    example: str
    choices: tuple[str, ...] = ()
    default: str | None = None

    def parse(self, value: str, base_iri: str) -> Term | None:
        """Return the value as a term, or None for "unbound".

        Raises ParameterError that names the parameter, its type and an example.
        """
        text = value if self.type == "string" else value.strip()
        if not text and self.default is not None:
            text = self.default
            if not text and self.type != "string":
                return None
        try:
            text.encode()
            return self._term(text, base_iri)
        except ValueError:
            raise ParameterError(
                f"parameter {self.name!r} cannot be {shown(value)}: it is {self.expects()}",
                advice=f"give for example {self.name}={self.example}",
            ) from None

    def expects(self) -> str:
        """Say in words what the parameter takes."""
        return f"one of {', '.join(self.choices)}" if self.type == "choice" else TYPES[self.type]

    def _term(self, text: str, base_iri: str) -> Term:
        match self.type:
            case "iri":
                if text.startswith("<") and text.endswith(">"):
                    text = text[1:-1]
                if not text.startswith(("http://", "https://")):
                    if not _OWN_THING.fullmatch(text):
                        raise ValueError(text)
                    text = base_iri + text
                return NamedNode(text)
            case "integer" if _INTEGER.fullmatch(text):
                return Literal(int(text))
            case "date" if _DAY.fullmatch(text):
                return Literal(dt.date.fromisoformat(text).isoformat(), datatype=vocab.XSD_DATE)
            case "gyear" if _YEAR.fullmatch(text) and text != "0000":
                return Literal(text, datatype=vocab.XSD_GYEAR)
            case "choice" if text in self.choices:
                return Literal(text)
            case "string" if text or self.default == "":
                return Literal(text)
        raise ValueError(text)


def shown(value: str) -> str:
    """Quote a reader's value for a message, shortened and without characters that break a line or an encoding."""
    return repr(value if len(value) <= 80 else value[:80] + "…").encode("ascii", "backslashreplace").decode()
