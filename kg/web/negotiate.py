"""Which form of an answer a client wants: ``Accept`` with q-values and specificity (RFC 9110, section 12.5.1).

Knows media ranges. Knows nothing of requests, routes or what an answer holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a grammar, not a password
_RANGE = re.compile(rf"\s*(?P<type>{_TOKEN})/(?P<subtype>{_TOKEN})\s*(?P<rest>;.*)?", re.DOTALL)
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_SPLIT = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')


@dataclass(frozen=True)
class Range:
    """One entry of an Accept header. ``quality`` is 0 to 1; 0 means "not this"."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely the range names a media type: 3 exactly, 2 by its first half, 1 as ``*/*``, 0 not at all."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if self.type == type_ and self.subtype == "*":
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def parse_accept(header: str | None) -> tuple[Range, ...]:
    """Read an Accept header; entries that are not media ranges are left out. A missing or empty one accepts all.

    Parameters other than ``q`` (a charset, a profile) do not narrow a range: every form is UTF-8.
    """
    if header is None or not header.strip():
        return (Range("*", "*", 1.0),)
    found = []
    for entry in _SPLIT.split(header[:4000]):
        match = _RANGE.fullmatch(entry)
        if match is None or (match["type"] == "*" and match["subtype"] != "*"):
            continue
        quality = 1.0
        for parameter in (match["rest"] or "").split(";"):
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = float(value) if _QUALITY.fullmatch(value := value.strip()) else 0.0
                break
        found.append(Range(match["type"].lower(), match["subtype"].lower(), quality))
    return tuple(found)


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offered media type the client likes best, or None when it accepts none of them.

    For each offer the most specific range decides. Among offers of equal quality the one named more exactly wins,
    then the one offered first.

    >>> choose("text/*;q=0.5, text/csv, application/json;q=0", ["application/json", "text/csv"])
    'text/csv'
    """
    ranges = parse_accept(header)
    best: tuple[float, int] = (0.0, 0)
    chosen = None
    for offer in offers:
        rank = max(((r.specificity(offer), r.quality) for r in ranges), default=(0, 0.0))
        specificity, quality = rank
        if specificity and quality > 0 and (quality, specificity) > best:
            best, chosen = (quality, specificity), offer
    return chosen


def prefers_page(header: str | None) -> bool:
    """Say whether a client would rather see a page than data, as browsers do and programs do not."""
    data = ("application/problem+json", "application/json", "text/turtle")
    return choose(header, (*data, "text/html")) == "text/html"
