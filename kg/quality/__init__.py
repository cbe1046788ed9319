"""Data quality: shapes in, findings out.

``validate(store)`` is the Python door. Heavy libraries (pySHACL, rdflib, Jinja) are imported when something is
validated or written, so that importing this package stays cheap.
"""

from kg.quality.foreign import validate_data
from kg.quality.forms import FORMATS, table, write
from kg.quality.history import Background
from kg.quality.report import SEVERITIES, FailOn, Figure, Finding, Place, Report, ShapeCount, fails
from kg.quality.validate import validate

__all__ = [
    "FORMATS",
    "SEVERITIES",
    "Background",
    "FailOn",
    "Figure",
    "Finding",
    "Place",
    "Report",
    "ShapeCount",
    "fails",
    "table",
    "validate",
    "validate_data",
    "write",
]
