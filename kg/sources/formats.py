"""What a format is: a name, a way to recognise it by content, and a way to read it.

Knows the shape of a format. Does not know the formats themselves: the registry in ``kg.sources`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.model.records import SourceReading
from kg.sources.document import Document


@dataclass(frozen=True, slots=True)
class Format:
    """One input format.

    ``recognise`` says how sure it is that a text has this format, 0 (surely not) to 1 (surely); ``read`` maps a
    document and reports what it could not map; it raises nothing.
    """

    name: str
    about: str
    recognise: Callable[[str], float]
    read: Callable[[Document], SourceReading]
