"""TeX in titles and abstracts, shown plainly: ``$2$ trillion``, ``25$\\times$``, ``68.4\\%``, ``\\textit{…}``.

For display only; the graph keeps the text as the source printed it. Knows the commands that occur in abstracts; what
it does not know it leaves as it stands, so that nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SYMBOLS: Final = dict(
    pair.split("=")
    for pair in (
        "times=× cdot=· pm=± mp=∓ div=÷ approx=≈ sim=∼ simeq=≃ equiv=≡ neq=≠ ne=≠ leq=≤ le=≤ geq=≥ ge=≥ ll=≪ gg=≫ "
        "to=→ rightarrow=→ leftarrow=← leftrightarrow=↔ Rightarrow=⇒ Leftarrow=⇐ mapsto=↦ infty=∞ partial=∂ nabla=∇ "
        "sum=∑ prod=∏ int=∫ in=∈ notin=∉ subset=⊂ subseteq=⊆ cup=∪ cap=∩ forall=∀ exists=∃ neg=¬ land=∧ lor=∨ "
        "ell=ℓ hbar=ℏ degree=° circ=∘ prime=′ ldots=… dots=… cdots=⋯ quad=\u2003 langle=⟨ rangle=⟩ star=⋆ ast=∗ "
        "alpha=α beta=β gamma=γ delta=δ epsilon=ε varepsilon=ε zeta=ζ eta=η theta=θ iota=ι kappa=κ lambda=λ mu=μ nu=ν "
        "xi=ξ pi=π rho=ρ sigma=σ tau=τ upsilon=υ phi=φ varphi=φ chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ "
        "Xi=Ξ Pi=Π Sigma=Σ Phi=Φ Psi=Ψ Omega=Ω ss=ß ae=æ oe=œ aa=å AE=Æ OE=Œ AA=Å o=ø O=Ø l=ł L=Ł i=ı "
        "textendash=– textemdash=— textregistered=® texttrademark=™ S=§ P=¶ dag=†"
    ).split(" ")
)
_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "H": "\u030b", "u": "\u0306", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_WRAPPERS: Final = (
    "textit textbf texttt textsc textsf textrm textup text emph underline url mathrm mathbf mathit mathcal mathbb "
    "mathsf mathtt boldsymbol operatorname mbox bm"
).split()
_RAISED: Final = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

# As pandoc reads dollars: no space inside them, no digit behind them, so that "$5 and $10" stays money.
_MATH = re.compile(r"(?<!\\)\$\$?(?=\S)((?:[^$\\\n]|\\.){1,400}?)(?<=\S)\$\$?(?!\d)")
_WRAPPED = re.compile(rf"\\(?:{'|'.join(_WRAPPERS)})\s*\{{([^{{}}]*)\}}")
_HREF = re.compile(r"\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_ACCENT = re.compile(r"""\\(['`^"~=.])\s*(?:\{\\?([A-Za-z])\}|([A-Za-z]))|\\([cvHurk])\s*\{([A-Za-z])\}""")
_SYMBOL = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])(?:\{\})?")
_ESCAPED = re.compile(r"\\([%&$#_{}])")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|([0-9A-Za-z+\-]))")
_OUTSIDE = re.compile(r"(?<=[0-9A-Za-z)])\^\{([0-9+\-]{1,4})\}")


def plain(text: str) -> str:
    """Return the text with common TeX as Unicode, and everything else unchanged.

    >>> plain(r"$2$ trillion tokens, 25$\\times$ smaller, 68.4\\% of \\textit{Transformers}")
    '2 trillion tokens, 25× smaller, 68.4% of Transformers'
    """
    if "\\" not in text and "$" not in text and "^{" not in text:
        return text
    text = _MATH.sub(lambda match: _math(match[1]), text)
    text = _commands(text)
    text = _OUTSIDE.sub(lambda match: match[1].translate(_RAISED), text)
    return _ESCAPED.sub(r"\1", text)


def _commands(text: str) -> str:
    text = _ACCENT.sub(_accented, text)
    for _ in range(4):  # wrappers within wrappers
        before = text
        text = _HREF.sub(r"\2 (\1)", text)
        text = _WRAPPED.sub(r"\1", text)
        text = _ROOT.sub(r"√(\1)", _FRACTION.sub(r"\1/\2", text))
        if text == before:
            break
    return _SYMBOL.sub(lambda match: _SYMBOLS.get(match[1], match[0]), text)


def _math(text: str) -> str:
    text = _commands(text)
    text = _SCRIPT.sub(_script, text)
    text = text.replace("\\,", "\u2009").replace("\\;", " ").replace("\\!", "").replace("~", " ")
    # Braces that only group; escaped ones are part of the text.
    return re.sub(r"(?<!\\)[{}]", "", text)


def _script(match: re.Match[str]) -> str:
    content = match[2] if match[2] is not None else match[3]
    table = _RAISED if match[1] == "^" else _LOWERED
    moved = content.translate(table)
    if content and all(ord(letter) in table for letter in content):
        return moved
    return match[1] + (content if len(content) < 2 else f"({content})")


def _accented(match: re.Match[str]) -> str:
    mark = _ACCENTS[match[1] or match[4]]
    letter = match[2] or match[3] or match[5]
    return unicodedata.normalize("NFC", letter + mark)
