"""Values as RDF literals, in the forms that Oxigraph leaves as they are.

Knows datatypes. Knows nothing of works or people.
"""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import Literal

from kg.model.dates import PartialDate
from kg.model.records import Value
from kg.rdf import vocab as v


def literal(value: Value) -> Literal:
    """Return a text, whole number, decimal number or truth value as a literal in its canonical form.

    Floats become ``xsd:decimal`` in their shortest form: 70.8 is what a page printed, not a measurement in binary.
    """
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=v.XSD_BOOLEAN)
    if isinstance(value, int):
        return Literal(str(value), datatype=v.XSD_INTEGER)
    if isinstance(value, float):
        text = format(Decimal(str(value)).normalize(), "f")
        return Literal(text, datatype=v.XSD_DECIMAL)
    return Literal(value)


def date_literal(date: PartialDate) -> Literal:
    """Return a date as ``xsd:date``, ``xsd:gYearMonth``, ``xsd:gYear`` or, without a year, ``xsd:gMonthDay``."""
    datatypes = (v.XSD_GMONTH_DAY, v.XSD_GYEAR, v.XSD_GYEAR_MONTH, v.XSD_DATE)
    return Literal(date.iso(), datatype=datatypes[date.precision])
