r"""LaTeX in bibliographies as plain text: accents, symbols, dashes and quotes; formulas stay as they are, in ``$…$``.

Knows what pylatexenc knows, and the few commands that bibliographies use beside. Texts without LaTeX, which are most,
pass untouched. Does not run LaTeX: nothing is read from files, and the day of the reading never gets into a text.
"""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from typing import Any, Final
from unicodedata import normalize

from pylatexenc import latex2text

from kg.errors import InputError
from kg.model.text import squeeze

LENGTH_LIMIT: Final = 100_000
"""Characters of a text with commands in it; decoding costs 10 microseconds a command."""

# What pylatexenc warns of becomes a problem here.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

_CONTENT: Final = "texttt textsf textup textmd mbox url".split()
_SILENT: Final = (
    "relax protect it em sc tt rm bf sf sl sffamily ttfamily rmfamily bfseries itshape scshape normalfont newblock "
    "displaystyle textstyle small footnotesize break allowbreak penalty nobreak - / break bibfnamedelima"
).split()
_WORDS: Final = {
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "copyright": "©", "\\": " ", "newline": " ",
    "textgreater": ">", "textless": "<", "textbar": "|", "textasciicircum": "^", "textasciitilde": "~",
    "textnumero": "№", "textperthousand": "‰", "guillemotleft": "«", "guillemotright": "»", "cyr": "",
    "bibrangedash": "–", "slash": "/", "hyphen": "-", "textdegree": "°", "enspace": " ", "thinspace": " ",
    "nobreakspace": " ",
}  # fmt: skip

# Commands whose first argument is not shown: the address of a link, a key for sorting, thanks.
_UNSHOWN: Final = re.compile(r"\\(?:href|noopsort|thanks|label)\s*\{[^{}]*\}")
_CODE_POINT: Final = re.compile(
    r"\\(?:unicode|symbol|char)\s*\{?\s*(?:x|\"|U\+)([0-9A-Fa-f]{2,6})\b\s*\}?|\\unicode\{(\d{1,7})\}"
)
_COMMA_BELOW: Final = re.compile(r"\\textcommabelow\s*\{([A-Za-z])\}")
# dblp writes "E\({}^{\mbox{2}}\)NeRF" for what others write "E$^{2}$NeRF".
_WORDS_IN_FORMULA: Final = re.compile(r"\\(?:mbox|emph)(\{[^{}\\]*\})|\{(\{[^{}]*\})\}")
_LEFT_OVER: Final = "%s"  # stands for what pylatexenc did not find
_DISPLAYED: Final = re.compile(r"\\[()\[\]]")
_DASHES: Final = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_ESCAPED: Final = re.compile(r"\\([_&%#$~{}])")


def decoded(text: str) -> str:
    r"""Return a text with its LaTeX as Unicode, grouping braces gone, white space squeezed.

    Raises InputError for what cannot be decoded: groups nested too deeply, a text too long.

    >>> decoded(r"J{\"{u}}rgen Sch{\"o}n"), decoded("{BERT}: pages 3--4"), decoded(r"On $x^{2}$ \& {\L}ojasiewicz")
    ('Jürgen Schön', 'BERT: pages 3–4', 'On $x^{2}$ & Łojasiewicz')
    """
    if "\\" not in text and not ("$" in text and "{" in text):
        text = text.replace("{", "").replace("}", "").replace("~", " ")
        if "--" in text or "``" in text or "''" in text:
            for printed, meant in _DASHES:
                text = text.replace(printed, meant)
        return squeeze(text)
    return _decoded(text)


def decoded_address(text: str) -> str:
    r"""Return a web address, a DOI or a path as it is meant: ``\_`` is ``_``, ``~`` and ``--`` are themselves.

    >>> decoded_address(r"https://openreview.net/forum?id=\_5js\_8u--x")
    'https://openreview.net/forum?id=_5js_8u--x'
    """
    if "\\" in text:
        text = text.replace(r"\textasciitilde{}", "~").replace(r"\textasciitilde", "~").replace(r"{\_}", "_")
        text = _ESCAPED.sub(r"\1", text)
    return squeeze(text.replace("{", "").replace("}", ""))


@lru_cache(maxsize=1 << 15)
def _decoded(text: str) -> str:
    if len(text) > LENGTH_LIMIT:
        raise InputError(f"the LaTeX has {len(text):,} characters, more than the {LENGTH_LIMIT:,} that are decoded")
    text = _CODE_POINT.sub(_character, _UNSHOWN.sub("", text))
    text = _COMMA_BELOW.sub(lambda match: normalize("NFC", f"{match[1]}\u0326"), text)
    try:
        plain: str = _decoder().latex_to_text(text)
    except RecursionError as error:
        raise InputError("the LaTeX is nested too deeply", advice="remove braces that group nothing") from error
    except (IndexError, ValueError, TypeError, AttributeError, KeyError) as error:  # what damaged commands lead it to
        raise InputError(f"the LaTeX cannot be decoded: {error}", advice="write it in Unicode") from error
    if _LEFT_OVER in plain and _LEFT_OVER not in text:
        raise InputError("a command of the LaTeX lacks what it is to show", advice="add it, or write it in Unicode")
    if "\\(" in plain:
        plain = plain.replace(r"\)\(", "").replace("{}^", "^").replace("{}_", "_")
        for _ in range(4):
            plain = _WORDS_IN_FORMULA.sub(r"\1\2", plain)
    return squeeze(_DISPLAYED.sub("$", plain))


def _character(match: re.Match[str]) -> str:
    point = int(match[1], 16) if match[1] else int(match[2])
    return chr(point) if 0x20 < point < 0xD800 or 0xE000 <= point < 0x110000 else match[0]


def _unknown(node: Any) -> str:
    """Return what an unknown command shows: nothing where an argument follows, which shows itself; else itself."""
    following = node.parsing_state.s[node.pos + node.len : node.pos + node.len + 1]
    return "" if following == "{" else str(node.latex_verbatim())


@cache
def _decoder() -> latex2text.LatexNodes2Text:
    commands = latex2text.get_default_latex_context_db()
    spec = latex2text.MacroTextSpec
    commands.add_context_category(
        "kg",
        prepend=True,
        macros=[
            *(spec(name, simplify_repl="%s") for name in _CONTENT),
            *(spec(name, simplify_repl="") for name in _SILENT),
            spec("today", simplify_repl=_unknown),
            *(spec(name, simplify_repl=shown) for name, shown in _WORDS.items()),
        ],
    )
    commands.set_unknown_macro_spec(spec("", simplify_repl=_unknown))
    return latex2text.LatexNodes2Text(latex_context=commands, math_mode="verbatim", keep_comments=True)
