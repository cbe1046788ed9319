"""How long a query is and how deep its brackets nest, found out before any worker sees it.

The engine reads nested groups by recursion: some thousand levels overflow its stack and end the process. Knows the
lexical rules of SPARQL: brackets in strings, IRIs and comments are none. Where a text can be read in two ways (``<``
opens an IRI or compares) both are followed, and the deeper one counts. Knows nothing of what a query means.
"""

from __future__ import annotations

import re
from typing import Final

from kg.errors import QueryTooDeep, QueryTooLong

# What holds no bracket of code and is read in one way only.
_PLAIN: Final = r"""(?:[^{}()\[\]<'"\\\#]+|\#[^\r\n]*|\\.
      |'''(?:[^'\\]|\\.|'(?!''))*+'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"
      |'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+")"""
_TOKEN: Final = re.compile(
    rf"""(?P<flat>(?:[{{(\[]{_PLAIN}*+[}})\]]{_PLAIN}*+)++)  # one level, over and again: the rows of VALUES
    |(?P<open>[{{(\[])
    |(?P<close>[}})\]])
    |(?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    |(?P<other>{_PLAIN}++|<|\\)
    |(?P<nowhere>['"])""",
    re.X | re.S,
)


def check_size(query: str, longest: int, deepest: int) -> None:
    """Return when a query, or an update, has at most ``longest`` characters and ``deepest`` levels of brackets.

    Raises QueryTooLong or QueryTooDeep.
    """
    if len(query) > longest:
        raise QueryTooLong(f"the query has {len(query):,} characters and may have {longest:,}")
    # Most queries have fewer brackets than levels are allowed.
    if query.count("{") + query.count("(") + query.count("[") > deepest and nesting(query) > deepest:
        raise QueryTooDeep(f"the query nests brackets more than {deepest} levels deep", advice="write it flatter")


def nesting(query: str) -> int:
    """Return how deep brackets nest, in the reading of the text that nests them deepest.

    >>> nesting("SELECT * { ?s ?p '((((' ; # {{{{"), nesting("SELECT (((1) AS ?x) {}")
    (1, 3)
    """
    depths = {0: 0}  # places to be read from -> the greatest depth with which a reading arrives there
    peak = 0
    position = 0
    while depths:
        # Tokens lead forward only, and there are seldom more than two places at a time.
        position = min(depths) if len(depths) > 1 else next(iter(depths))
        depth = depths.pop(position)
        token = _TOKEN.match(query, position)
        if token is None:
            continue
        kind, end = token.lastgroup, token.end()
        if kind == "open":
            depth += 1
            peak = max(peak, depth)
        elif kind == "flat":
            peak = max(peak, depth + 1)
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "iri":
            depths[position + 1] = max(depth, depths.get(position + 1, 0))  # read as less-than
        if kind != "nowhere":  # an open string is no code in any reading
            depths[end] = max(depth, depths.get(end, 0))
    return peak
