"""Formats of the field that are not read: what a file is, and in which form the same is to be had that can be read.

Knows how such files begin. Reads none of them, and is asked only about files that no reader recognises.
"""

from __future__ import annotations

import re
from typing import Final

from kg.sources.xml_stream import xml_root

_ANOTHER: Final = "export it as RIS, BibTeX or CSL-JSON"
_IMPORTED: Final = "import it into a reference manager, and export RIS, BibTeX or CSL-JSON from there"
_ROOTS: Final = {
    "PubmedArticleSet": ("PubMed XML", _IMPORTED),
    "PubmedBookArticleSet": ("PubMed XML", _IMPORTED),
    "mods": ("MODS", _ANOTHER),
    "modsCollection": ("MODS", _ANOTHER),
    "TEI": ("TEI XML", "export its references as BibTeX"),
    "article": ("the text of an article in XML (JATS)", "ask Crossref or DataCite for the record of its DOI"),
    "rss": ("an RSS feed", "take the Atom feed; arXiv has it at /atom/ in the place of /rss/"),
    "html": ("a web page", "get the data that it was made from; most sites export RIS, BibTeX or JSON-LD"),
}
_SIGNS: Final = (
    (r"PMID- *\d", "PubMed's own format (nbib)", _IMPORTED),
    (r"FN (?:Clarivate|Thomson|ISI)", "Web of Science's plain text", "export it from there as RIS or BibTeX"),
    (r"%0 \w", "EndNote's tagged format (enw, Refer)", "export it as RIS or BibTeX"),
    (r"(?:<\?xml[^>]*>\s*)?<xml>\s*<records>", "EndNote XML", "export it from EndNote as RIS or BibTeX"),
    (r"(?s).{0,400}www\.loc\.gov/MARC21/slim", "MARCXML", _ANOTHER),
    (r"\"?Authors\"?,\"?Author full names\"?,", "a table of Scopus", "export it from Scopus as RIS or BibTeX"),
    (r"(?i)<!doctype html", *_ROOTS["html"]),
)  # fmt: skip


def foreign(beginning: str) -> tuple[str, str]:
    """Return what a file is that no reader recognises and in which form to get it; two empty texts for others.

    >>> foreign("PMID- 25883348\\nOWN - NLM")[0], foreign("no format at all")
    ("PubMed's own format (nbib)", ('', ''))
    """
    for sign, name, advice in _SIGNS:
        if re.match(sign, beginning):
            return name, advice
    return _ROOTS.get(xml_root(beginning)[0].rpartition(":")[2], ("", ""))
