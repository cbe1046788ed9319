"""How labels and questions fold: words in small letters without accents, and the beginnings of words.

Knows how a text is cut. Does not know what is made of the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from kg.model import text as folding

EDGE: Final = 3
"""Letters of a word's beginning that are indexed as words of their own."""

# One kana or CJK ideograph (with the extensions), or a run of anything else.
_PART: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]|[^\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+"
)
_PLAIN: Final = bytes(ord(chr(n).lower()) if n < 128 and chr(n).isalnum() else ord(" ") for n in range(256))
_PLAIN_LETTERS: Final = dict(enumerate(_PLAIN[:128]))


def foreign(token: str) -> str:
    """Fold a text that is not ASCII, with a space between words; scripts without spaces are cut into letters.

    >>> foreign("Süd-Łódź北京")
    'sud lodz 北 京'
    """
    return " ".join(part for word in folding.words(token) for part in _PART.findall(word))


def words(text: str, foreign: Callable[[str], str] = foreign) -> list[str]:
    """Fold a text and cut it into words; scripts without spaces are cut into letters, or no part would be found.

    Who folds many texts gives a ``foreign`` that remembers.

    >>> words("Łukasz Kaiser's Süd-Ost · 3 北京")
    ['lukasz', 'kaiser', 's', 'sud', 'ost', '3', '北', '京']
    """
    if not text.isascii():
        # Few words of a text are foreign, and most of these are letters with accents.
        text = " ".join([token if token.isascii() else foreign(token) for token in text.split(" ")])
        if not text.isascii():
            return text.translate(_PLAIN_LETTERS).split()
    return text.encode().translate(_PLAIN).decode().split()


def edges(word: str) -> str:
    """Return the beginnings of a word that are indexed as words of their own, with spaces between.

    >>> edges("ada"), edges("al")
    ('a ad ada', 'a al')
    """
    return " ".join(word[:size] for size in range(1, min(len(word), EDGE) + 1))
