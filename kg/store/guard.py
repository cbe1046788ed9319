"""Refuse what a query must not do here: call other servers (SERVICE) and load documents (LOAD).

The engine has no switch for either, so the text is searched before it is run. Knows the lexical rules of SPARQL and
the engine's habits; knows nothing of what a query means. A federation call always has the form
``SERVICE [SILENT] <iri-or-variable> {``, and the engine reads keywords without regard to case and without asking for
space around them: ``trueSERVICEex:a{`` and ``service:a{`` are both calls. So the search has two steps:

1. Find that form anywhere in the text. Nearly every query stops here, for nothing looks like a call.
2. For what looks like one, find out whether a reader can get there as code, that is outside strings, comments, IRIs,
   variables and names. Where a text can be read in two ways (``<`` opens an IRI or compares), both are followed.

What cannot be told apart is refused: ``?s ?p service:x { ... }`` is, ``?s ?p service:x . { ... }`` is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from pyoxigraph import NamedNode

from kg.errors import QueryRefused

# Classes of characters, each named by what it leaves out of ASCII. The grammar's PN_CHARS leave out some characters
# above ASCII too; the engine reads none of those outside strings, comments and IRIs, so taking them all for letters
# changes nothing. Written as positive ranges, these classes take 80 ms to compile.
_LETTER: Final = r"[^\x00-@\[-`{-\x7f]"
_ALNUM: Final = r"[^\x00-/:-@\[-^`{-\x7f]"  # with digits and _
_CHAR: Final = r"[^\x00-,./:-@\[-^`{-\x7f]"  # with -
_CHAR_DOT: Final = r"[^\x00-,/:-@\[-^`{-\x7f]"
_CHAR_COLON: Final = r"[^\x00-,./;-@\[-^`{-\x7f]"
_CHAR_COLON_DOT: Final = r"[^\x00-,/;-@\[-^`{-\x7f]"
_ALNUM_COLON: Final = r"[^\x00-/;-@\[-^`{-\x7f]"
_ESCAPE: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL: Final = rf"(?:(?:{_ALNUM_COLON}|{_ESCAPE})(?:(?:{_CHAR_COLON_DOT}|{_ESCAPE})*(?:{_CHAR_COLON}|{_ESCAPE}))?)?"
_WORD: Final = rf"{_LETTER}(?:{_CHAR_DOT}*{_CHAR})?"
_PNAME: Final = rf"(?:{_WORD})?:{_LOCAL}"
_VARIABLE: Final = rf"[?$]{_ALNUM}+"
_IRI: Final = r'<[^<>"{}|^`\x00-\x20]*>'
_GAP: Final = r"(?:[ \t\r\n]|#[^\r\n]*+)*+"

_WORDS: Final = {word: re.compile(word, re.I | re.A) for word in ("SERVICE", "LOAD")}
_SERVICE: Final = re.compile(
    rf"(?i:SERVICE){_GAP}(?:(?i:SILENT){_GAP})?(?P<target>{_VARIABLE}|{_IRI}|{_PNAME}){_GAP}\{{", re.A
)
_LOAD: Final = re.compile(rf"(?i:LOAD){_GAP}(?:(?i:SILENT){_GAP})?(?:{_IRI}|{_PNAME})", re.A)
TOKEN: Final = re.compile(
    rf"""(?P<gap>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<string>'''(?:[^'\\]|\\.|'(?!''))*+'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"
      |'(?:[^'\\\r\n]|\\.)*+'|"(?:[^"\\\r\n]|\\.)*+")
    |(?P<iri>{_IRI})
    |(?P<fixed>{_VARIABLE}|_:{_ALNUM}(?:{_CHAR_DOT}*{_CHAR})?|@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>{_PNAME}|{_WORD})
    |(?P<nowhere>//|['"])
    |(?P<sign>.)""",
    re.X | re.S | re.A,
)
"""One token of SPARQL; where ``<`` may open an IRI, it does."""
_DECLARED: Final = re.compile(rf"((?i:PREFIX)?)((?:{_WORD})?):{_GAP}<([^>]*)>", re.A)  # PREFIXa:<x> declares a:
_NAMES_GRAPH: Final = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})  # a name follows these, never a call


def refuse_closed_doors(query: str, *, update: bool = False, services: str = "") -> None:
    """Return when ``query`` calls no other server and loads no document.

    ``services``, where given, is the beginning of the addresses that may be called all the same.

    ``update`` says that the text will be run as an update, the only place where the engine obeys LOAD; there, forms
    such as ``load:x`` at the start of an operation are refused as well.

    Raises QueryRefused with line and column (in characters, from 1) of the keyword.

    >>> refuse_closed_doors('SELECT * { ?service ?p "SERVICE <http://example.org/> {" }')
    """
    calls = {word.start() for word in _WORDS["SERVICE"].finditer(query) if _SERVICE.match(query, word.start())}
    loads = {word.start() for word in _WORDS["LOAD"].finditer(query) if _LOAD.match(query, word.start())}
    if not calls and not loads:
        return
    for word, start in _calls(query, calls, loads, update):
        if word == "SERVICE" and services and _target(query, start).startswith(f"<{services}"):
            continue
        raise _refused(
            query,
            start,
            f"{word} is closed here: a query reads this graph only",
            "ask the other server yourself" if word == "SERVICE" else "send the data instead",
        )


def redirect_calls(query: str, through: Callable[[str], str]) -> str:
    """Return ``query`` with the address of each call replaced; the same text where it calls nobody.

    ``through`` is given an address and returns the one to put in its place, or raises QueryRefused. Only calls that can
    be read in one way are passed on: ``SERVICE`` as a word of its own, with the whole address behind it. Raises
    QueryRefused, with line and column, for others.
    """
    calls = {word.start() for word in _WORDS["SERVICE"].finditer(query) if _SERVICE.match(query, word.start())}
    found = sorted({start for _, start in _calls(query, calls, set(), update=False)}) if calls else []
    if not found:
        return query
    plain = _words(query)
    pieces, done = [], 0
    for start in found:
        target = _target(query, start)
        if start not in plain:
            raise _refused(query, start, "this call can be read in more than one way", "put spaces around SERVICE")
        if not target.startswith("<") or "\\" in target:
            raise _refused(query, start, "SERVICE needs the whole address of the service", "write it out: <https://…>")
        if "'" in target:
            raise _refused(query, start, "the address can be read as the end of a text", "write %27 in the place of '")
        try:
            address = through(target[1:-1])
        except QueryRefused as error:
            raise _refused(query, start, error.message, error.advice) from None
        place = query.index(target, start)
        pieces += [query[done:place], f"<{address}>"]
        done = place + len(target)
    return "".join([*pieces, query[done:]])


def _target(query: str, start: int) -> str:
    """Return the address, name or variable that a call names."""
    found = _SERVICE.match(query, start)
    return found["target"] if found else ""


def _words(query: str) -> set[int]:
    """Return where whole words stand in the reading in which ``<`` opens an IRI wherever it may."""
    found, place = set(), 0
    while token := TOKEN.match(query, place):
        if token.lastgroup == "name" and token[0].upper() == "SERVICE":
            found.add(place)
        place = token.end()
    return found


def _refused(query: str, start: int, message: str, advice: str) -> QueryRefused:
    before = query[:start]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    return QueryRefused(message, line=line, column=column, advice=advice)


def _calls(query: str, services: set[int], loads: set[int], update: bool) -> Iterator[tuple[str, int]]:
    """Follow every reading of the text; each place is visited once per state, so this ends in linear time."""
    todo: list[tuple[int, int, str]] = [(0, 0, ";")]  # position, open braces, the code token before
    seen: set[tuple[int, int, str]] = set()
    last = max(services | loads)
    while todo:
        state = todo.pop()
        position, depth, before = state
        if state in seen or position > last:
            continue
        seen.add(state)
        token = TOKEN.match(query, position)
        if token is None:
            continue
        kind, end = token.lastgroup, token.end()
        if kind == "gap":
            todo.append((end, depth, before))
        elif kind == "sign":
            sign = token[0]
            depth += (sign == "{") - (sign == "}")
            todo.append((end, depth, ";" if sign == ";" else ""))
        elif kind == "name":
            for start in range(position, end):
                if start in services and before not in _NAMES_GRAPH and _splits(query, token, start):
                    yield "SERVICE", start
                if start in loads and _may_load(token, start, update and depth <= 0 and before in (";", "iri")):
                    yield "LOAD", start
            word = token[0].upper()
            todo.append((end, depth, word if word in _NAMES_GRAPH else ""))
        elif kind == "iri":
            todo.append((position + 1, depth, ""))  # read as less-than
            todo.append((end, depth, "iri"))
        elif kind != "nowhere":  # an open string or "//" is no code in any reading
            todo.append((end, depth, ""))


def _splits(query: str, name: re.Match[str], start: int) -> bool:
    """Say whether the engine may read a keyword at ``start`` inside a name.

    It does so in the part before the colon. In the local part it does only where prefix and local part together make
    no valid IRI, for then it falls back on the prefix alone: ``h:SERVICE`` with ``PREFIX h: <http://h:>``.
    """
    colon = name[0].find(":")
    if colon < 0 or start < name.start() + colon:
        return True
    local = re.sub(r"\\(.)", r"\1", name[0][colon + 1 :])
    for keyword, prefix, iri in _DECLARED.findall(query):
        if not name[0][:colon].endswith((prefix, keyword + prefix)):  # "true" may stand before the prefix
            continue
        try:
            NamedNode(iri)
            NamedNode(iri + local)
        except ValueError:
            return True
    return False


def _may_load(name: re.Match[str], start: int, operation: bool) -> bool:
    return ":" not in name[0] or (operation and start == name.start())
