"""Fold text for comparison, cut it into words and sentences, measure how much two texts share.

Knows Unicode and white space. Knows nothing about names, works or files; never changes what is shown or stored.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

# Letters that Unicode does not decompose but readers and catalogues treat as variants of these.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
_WORD = re.compile(r"[^\W_]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
# The golden ratio as a 64-bit fraction: multiplying by it spreads all bits (Knuth, volume 3, section 6.4).
_FACTOR: Final = 0x9E3779B97F4A7C15
# A full stop, question or exclamation mark, then space, then something that starts a sentence.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(\[]?[^\W\d_a-zß-ÿ])")


def squeeze(text: str) -> str:
    """Return the text with every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return the form under which two spellings of the same words are equal.

    Case, accents, punctuation and spacing are dropped; letters and digits of every script stay.

    >>> fold("Relja Arandjelović")
    'relja arandjelovic'
    >>> fold("Super-resolution:  a  Survey!")
    'super resolution a survey'
    """
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    if text.isascii():
        return _WORD.findall(text.lower())
    bare = _FOREIGN.sub(_without_mark, unicodedata.normalize("NFKD", text))
    if bare.isascii():
        return _WORD.findall(bare.lower())
    return _WORD.findall(bare.casefold().translate(_UNDECOMPOSED))


def _without_mark(match: re.Match[str]) -> str:
    return "" if unicodedata.combining(match[0]) else match[0]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, in order, with the words unchanged."""
    return [part for part in (squeeze(p) for p in _SENTENCE_END.split(text)) if part]


def shingles(text: str, size: int = 4) -> frozenset[str]:
    """Return the runs of ``size`` folded words in a text; the whole text as one run where it is shorter.

    Near-duplicate texts share most of their shingles (Broder 1997, "On the resemblance and containment of documents").
    """
    folded = words(text)
    if len(folded) <= size:
        return frozenset([" ".join(folded)] if folded else [])
    return frozenset(" ".join(folded[i : i + size]) for i in range(len(folded) - size + 1))


def sketch(folded: Sequence[str], keep: int, size: int = 4) -> tuple[bytes, int]:
    """Return the ``keep`` smallest hashes of a text's runs of ``size`` folded words, and how many runs it has.

    The hashes are 32-bit numbers in the machine's order, smallest first: a bottom-k sketch (Broder 1997). They are the
    same for the same words on every machine. Repeated runs count once.
    """
    if not folded:
        return b"", 0
    hashes = np.fromiter(map(_word_hash, folded), np.uint64, len(folded))
    runs = np.zeros(max(1, len(folded) - size + 1), np.uint64)
    for place in range(min(size, len(folded))):
        # A different odd factor for each place, so that the order of the words counts.
        runs += hashes[place : place + len(runs)] * np.uint64((_FACTOR >> 8 * place) | 1)
    mixed = np.unique((runs * np.uint64(_FACTOR)) >> np.uint64(32))
    return mixed[:keep].astype(np.uint32).tobytes(), len(mixed)


@lru_cache(maxsize=1 << 17)
def _word_hash(word: str) -> int:
    return zlib.crc32(word.encode()) << 20 | zlib.adler32(word.encode())


def resemblance(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the Jaccard resemblance of two sets, 0 to 1; higher means more alike. Two empty sets give 0."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def containment(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the share of the smaller set that the larger one holds, 0 to 1. An empty set gives 0."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def joined(parts: Iterable[str], conjunction: str = "and") -> str:
    """Return words as an English list: ``a, b and c``."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"
