"""Readable text of strings that hold markup: JATS and MathML in Crossref's JSON, HTML in DataCite's and Zenodo's.

Knows which names are markup (a "<" in a sentence stays), which of them part words, and that a formula given twice is
read once, as TeX where there is TeX. Does not know any format.
"""

from __future__ import annotations

import html
import re
from typing import Final

from kg.model.text import squeeze

_TAG: Final = re.compile(r"</?(?:([A-Za-z][\w.-]*):)?([A-Za-z][\w.-]*)(?:\s[^<>]*)?/?>")
_BLOCKS: Final = frozenset(
    "p title sec div br break ul ol li list list-item disp-formula table tr td th h1 h2 h3 h4 h5 h6 hr pre blockquote "
    "dl dt dd section article".split()
)
_INLINE: Final = frozenset(
    "i b em strong sub sup u s span a tt code small big font sc scp italic bold underline monospace roman strike q "
    "cite abbr img inline-formula inline-graphic tex-math alternatives ext-link xref named-content styled-content "
    "abstract math mi mo mn mrow msub msup msubsup mfrac msqrt mroot mtext mstyle mspace mover munder munderover "
    "mfenced mtable mtr mtd semantics annotation mpadded label sans-serif".split()
)


def plain(marked: str) -> str:
    """Return a text without its markup and with its character names resolved, also where they were escaped twice.

    >>> plain("<jats:p>A &lt; B in <i>vivo</i>.</jats:p><jats:p>p <q holds.</jats:p>")
    'A < B in vivo. p <q holds.'
    >>> plain("&lt;p&gt;H&lt;sub&gt;2&lt;/sub&gt;O&amp;nbsp;&lt;/p&gt;")
    'H2O'
    """
    for _ in range(2):
        if "<" in marked:
            marked = _TAG.sub(_replaced, _formulas(marked))
        if "&" in marked:
            marked = html.unescape(marked)
    return squeeze(marked)


def _replaced(match: re.Match[str]) -> str:
    prefix, name = match[1], match[2].lower()
    if name in _BLOCKS:
        return " "
    return "" if prefix or name in _INLINE else match[0]


def _formulas(marked: str) -> str:
    """Leave one form of each formula: of alternatives the TeX, of MathML not its annotations."""
    for prefix in ("jats:", ""):
        opening, closing = f"<{prefix}alternatives>", f"</{prefix}alternatives>"
        if opening in marked:
            before, *parts = marked.split(opening)
            marked = before + "".join(_tex_of(*part.partition(closing)) for part in parts)
    if "annotation" in marked:
        before, *parts = re.split(r"<(?:mml:)?annotation\b", marked)
        marked = before + "".join(re.split(r"</(?:mml:)?annotation>", part, maxsplit=1)[-1] for part in parts)
    return marked


def _tex_of(inside: str, closing: str, after: str) -> str:
    if not closing or "tex-math" not in inside:
        return inside + after
    tex = re.split(r"<(?:jats:)?tex-math[^>]*>", inside, maxsplit=1)[-1]
    return re.split(r"</(?:jats:)?tex-math>", tex, maxsplit=1)[0] + after
