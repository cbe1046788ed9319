"""Tell running text from titles and author lines, and read printed counts.

Knows what sentences look like. Knows nothing of layouts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kg.sources.document import Line

PROSE_WORDS: Final = 25
"""A text with fewer words may be a title; the longest titles have about as many."""

PROSE_LOWER: Final = 0.5
"""Share of words that begin with a small letter: about 0.8 in English prose, under 0.4 in titles and author lists."""

TITLE_LIMIT: Final = 600
"""Characters. No title is longer; a longer text is an abstract."""

_STOPS: Final = (".", "!", "?", ":", ";", ")", "]", "”", '"', "'", "’", "。", "！", "？", "．", "।", "؟", "$")
_CASELESS_STOP = re.compile("[。！？।]")
_COUNT = re.compile(r"(\d[\d,.\u00a0\u202f ]*?)([kKmM]?)")


def is_prose(text: str) -> bool:
    """Return whether a paragraph is running text, such as an abstract, rather than a title or a list of names.

    >>> is_prose("We study models. " * 9), is_prose("Mistral 7B"), is_prose("Ada Lovelace, Jack W. Rae et al.")
    (True, False, False)
    """
    if len(text) > TITLE_LIMIT and ", " not in text[:TITLE_LIMIT]:
        return True
    if len(_CASELESS_STOP.findall(text)) >= 2:
        return True
    words = text.split()
    if len(words) < PROSE_WORDS:
        return False
    return sum(word[0].islower() for word in words) / len(words) >= PROSE_LOWER


def continues(text: str) -> bool:
    """Return whether a paragraph can go on from an abstract: it is prose, or ends as a sentence does."""
    return is_prose(text) or text.endswith(_STOPS)


def abstract_of(lines: Sequence[Line]) -> tuple[str, list[Line]]:
    """Return the abstract that these lines make, and the lines it consists of.

    The first line belongs to it whatever it looks like. A later line that does not look like prose ends it: what
    follows such a line (a lost header, a footer) is not guessed at, and is left to be reported.
    """
    used: list[Line] = []
    text = ""
    for line in lines:
        if used and not continues(line.text):
            break
        text += ("\n\n" if line.gap else "\n") + line.text if used else line.text
        used.append(line)
    return text, used


def parse_count(text: str) -> int | None:
    """Return a printed count: ``18,536``, ``7``, ``1.2k``; None for anything else.

    >>> parse_count("18,536"), parse_count("1.2k"), parse_count("many")
    (18536, 1200, None)
    """
    match = _COUNT.fullmatch(text.strip())
    if not match:
        return None
    digits, unit = match[1].strip(), match[2].lower()
    if unit:
        try:
            return round(float(digits.replace(",", ".")) * {"k": 1_000, "m": 1_000_000}[unit])
        except ValueError:
            return None
    bare = re.sub(r"[,.\u00a0\u202f ]", "", digits)
    return int(bare) if bare.isascii() and len(bare) <= 15 else None
