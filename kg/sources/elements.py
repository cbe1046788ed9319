"""Take readable text and fields out of XML elements, whatever namespace they stand in.

Knows the inline markup of scholarly metadata (HTML, JATS, MathML, the Anthology's) and what of it can be read as text:
TeX is kept between dollar signs, markup disappears, paragraphs are parted by a space. Does not know any format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from lxml import etree

from kg.model.text import squeeze

_BLOCKS: Final = frozenset(
    ("p", "title", "sec", "list", "list-item", "li", "ul", "ol", "div", "br", "break", "disp-formula", "tr", "td", "th")
)
_TEX_BODY: Final = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_TEX: Final = frozenset(("tex-math", "texmath", "latex"))


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace.

    >>> local(etree.Element("{http://www.w3.org/2005/Atom}entry"))
    'entry'
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element) -> int:
    """Return the line on which an element begins, 0 where the parser does not know it."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs say "..."
    return line or 0


def last_line_of(element: etree._Element) -> int:
    """Return the line on which an element ends, 0 where the parser does not know; comments at its end do not count.

    >>> last_line_of(etree.fromstring("<a>\\n<b>c\\n</b>\\n</a>"))
    4
    """
    behind, last = 0, element
    while len(last):
        last = last[-1]
        behind += (last.tail or "").count("\n")
    line = line_of(last)
    return line + behind + (last.text or "").count("\n") if line else 0


def words(element: etree._Element | None) -> str:
    """Return the readable text of an element, white space squeezed; an empty one for no element.

    >>> words(etree.fromstring("<t>On <b>n</b>-grams: <tex-math>O(n^2)</tex-math><p>a</p><p>b</p></t>"))
    'On n-grams: $O(n^2)$ a b'
    """
    if element is None:
        return ""
    if not len(element):
        return squeeze(element.text or "")
    return squeeze("".join(_pieces(element)))


def _pieces(element: etree._Element) -> Iterator[str]:
    # Iterative: depth is bounded by the parser (256), but a generator in a generator costs its depth for each word.
    yield element.text or ""
    waiting = list(reversed(element))
    # A string among the waiting is text whose turn has come.
    stack: list[etree._Element | str] = list(waiting)
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            yield part
            continue
        name = local(part)
        tail = part.tail or ""
        if name in _TEX:
            yield _tex("".join(str(text) for text in part.itertext()))
            yield tail
        elif name == "alternatives" and (tex := next((e for e in part.iter() if local(e) in _TEX), None)) is not None:
            yield _tex("".join(str(text) for text in tex.itertext()))
            yield tail
        else:
            around = " " if name in _BLOCKS else ""
            if name == "annotation":  # MathML: the same formula once more, as TeX or code
                yield tail
                continue
            yield around + (part.text or "" if name else "")
            stack.append(around + tail)
            stack.extend(reversed(part))


def _tex(formula: str) -> str:
    """Return a formula between dollar signs, which some sources write themselves; of a whole document only its body."""
    if (body := _TEX_BODY.search(formula)) is not None:
        formula = body[1]
    formula = formula.strip()
    return formula if not formula or formula.startswith(("$", "\\(", "\\[", "\\begin")) else f"${formula}$"


def child(element: etree._Element, *path: str) -> etree._Element | None:
    """Return the first element at a path of local names, None where there is none."""
    return element.find(_any(path))


def children(element: etree._Element, *path: str) -> list[etree._Element]:
    """Return the elements at a path of local names, in order."""
    return element.findall(_any(path))


@cache
def _any(path: tuple[str, ...]) -> str:
    """Return a path of local names as lxml's path through any namespaces; the names are those in our code."""
    return "/".join(f"{{*}}{step}" for step in path)


def text(element: etree._Element, *path: str) -> str:
    """Return the readable text of the first element at a path, an empty one where there is none."""
    return words(child(element, *path))


def texts(element: etree._Element, *path: str) -> tuple[str, ...]:
    """Return the readable texts of all elements at a path, without empty ones and repetitions."""
    return tuple(dict.fromkeys(filter(None, map(words, children(element, *path)))))


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute without regard to its namespace, white space squeezed; an empty text where there is none."""
    found: str | bytes | None = element.get(name)
    if found is None:
        found = next((v for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")
    return squeeze(str(found))
