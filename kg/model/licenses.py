"""Find what a text says about licences: the sentences as printed, and the licences that SPDX lists.

Knows licence names. Does not know what is licensed: an abstract that names a licence speaks of models, code or data,
not of the article.
"""

from __future__ import annotations

import re
from typing import Final

from kg.model.text import sentences

_SAYS = re.compile(r"\b(?:licen[sc]ed?|CC[- ](?:BY|0))\b", re.IGNORECASE)
_NAMES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), spdx)
    for pattern, spdx in (
        (r"\bApache[- ](?:License,? )?(?:Version )?2(?:\.0)?\b", "Apache-2.0"),
        (r"\bMIT licen[sc]e\b", "MIT"),
        (r"\bBSD[- ]3(?:-Clause)?\b", "BSD-3-Clause"),
        (r"\bGPL[- ]?v?3(?:\.0)?\b", "GPL-3.0-only"),
        (r"\bCC[- ]BY[- ]NC[- ]SA[- ]4\.0\b", "CC-BY-NC-SA-4.0"),
        (r"\bCC[- ]BY[- ]NC[- ]4\.0\b", "CC-BY-NC-4.0"),
        (r"\bCC[- ]BY[- ]SA[- ]4\.0\b", "CC-BY-SA-4.0"),
        (r"\bCC[- ]BY[- ]4\.0\b", "CC-BY-4.0"),
        (r"\bCC0\b", "CC0-1.0"),
    )
)


def license_sentences(text: str) -> list[str]:
    """Return the sentences that speak of a licence, as printed, in order."""
    if not _speaks(text):
        return []
    return [sentence for sentence in sentences(text) if _SAYS.search(sentence)]


def find_licenses(text: str) -> list[str]:
    """Return the IRIs of the licences named with their version in running text (SPDX licence list), sorted.

    A name without the version that SPDX needs ("CC BY-NC", "the Responsible AI License") gives nothing: the sentence
    is kept as printed, and no version is guessed.

    >>> find_licenses("All models are under the Apache 2.0 license."), find_licenses("under a CC BY-NC license")
    (['https://spdx.org/licenses/Apache-2.0'], [])
    """
    if not _speaks(text):
        return []
    return sorted({f"https://spdx.org/licenses/{spdx}" for pattern, spdx in _NAMES if pattern.search(text)})


def _speaks(text: str) -> bool:
    # Looking for plain letters first is ten times quicker. Other alphabets have letters that count as an i.
    small = text.lower()
    likely = ("licen" if text.isascii() else "cen") in small or "cc-" in small or "cc " in small
    return likely and _SAYS.search(text) is not None
