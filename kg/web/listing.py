"""A list of works that sorts, filters and turns its pages by the address alone: ``?sort=old&type=preprint&page=2``.

Knows what a reader may wish of such a list, and how many works each further wish would leave. Knows the lines of works
as plain values; how a work is shown, and HTML, it does not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from kg.rdf import vocab
from kg.web.tex import plain

if TYPE_CHECKING:
    pass

PER_PAGE: Final = 50
SORTS: Final = {"new": "newest first", "old": "oldest first", "title": "by title"}
_OPTIONS: Final = 200
"""Values of one filter that are offered; the most frequent."""
_LONGEST: Final = 200


@dataclass(frozen=True)
class Line:
    """A work as a list is sorted and filtered by it. ``date`` is an ISO date of any fineness, empty when unknown."""

    iri: str
    title: str = ""
    date: str = ""
    genre: str = ""
    code: bool = False
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """The year, empty where no source gives one."""
        return self.date[:4]


@dataclass(frozen=True)
class Wish:
    """What a reader asked for. Empty texts, None and False ask for nothing; things are named as ``topic/cs.CL``."""

    sort: str = "new"
    since: int | None = None
    until: int | None = None
    type: str = ""
    topic: str = ""
    source: str = ""
    code: bool = False
    page: int = 1

    @property
    def narrows(self) -> bool:
        """True when works may be left out."""
        return any((self.since is not None, self.until is not None, self.type, self.topic, self.source, self.code))

    def address(self, **other: Any) -> str:
        """Return the query string of this wish with some parts changed; ``?`` alone for the list as it begins."""
        wish = replace(self, **{"page": 1, **other})
        pairs = {
            "sort": "" if wish.sort == "new" else wish.sort,
            "since": wish.since,
            "until": wish.until,
            "type": wish.type,
            "topic": wish.topic,
            "source": wish.source,
            "code": "1" if wish.code else "",
            "page": "" if wish.page == 1 else wish.page,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value not in ("", None)})


@dataclass(frozen=True)
class Option:
    """A value of a filter, with the number of works that it would leave."""

    value: str
    text: str
    works: int


@dataclass(frozen=True)
class Listing:
    """One page of a list. ``total`` works belong to the thing, ``found`` of them fit the wish."""

    wish: Wish = field(default_factory=Wish)
    total: int = 0
    found: int = 0
    lines: tuple[Line, ...] = ()
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    coded: int = 0
    """Works with code among those found."""

    @property
    def pages(self) -> int:
        """How many pages there are; one for an empty list."""
        return max(1, -(-self.found // PER_PAGE))

    @property
    def first(self) -> int:
        """The place of the first work of this page in what was found, from 1."""
        return (self.wish.page - 1) * PER_PAGE + 1

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that can tell works apart, or that are set."""
        return tuple(name for name in self.options if len(self.options[name]) > 1 or getattr(self.wish, name))


def read_wish(parameters: Mapping[str, str]) -> Wish:
    """Read a wish from the parameters of an address; others are left alone. Raises HTTPException 400 for bad values."""
    sort = parameters.get("sort", "") or "new"
    if sort not in SORTS:
        raise HTTPException(400, f"sort is one of {', '.join(SORTS)}, not {sort[:40]!r}")
    texts = {name: parameters.get(name, "").strip() for name in ("type", "topic", "source")}
    for name, text in texts.items():
        if len(text) > _LONGEST:
            raise HTTPException(400, f"{name} may have {_LONGEST} characters")
    code = parameters.get("code", "")
    if code not in {"", "0", "1"}:
        raise HTTPException(400, f"code is 1 or 0, not {code[:40]!r}")
    since, until = (_number(parameters, name, 0, 9999) for name in ("since", "until"))
    return Wish(sort, since, until, **texts, code=code == "1", page=_number(parameters, "page", 1, 9999) or 1)


def _number(parameters: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    given = parameters.get(name, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and least <= int(given) <= most):
        raise HTTPException(400, f"{name} is a whole number from {least} to {most}, not {given[:40]!r}")
    return int(given)


def read_lines(rows: Iterable[Sequence[str]], shared: Iterable[Sequence[str]] = ()) -> list[Line]:
    """Make lines of the rows of the questions ``listed`` and ``listed-with``. A work with two titles stands once."""
    with_: dict[str, dict[str, list[str]]] = {}
    for row in shared:
        property_, value, works = row
        for work in works.split(" "):
            with_.setdefault(work, {}).setdefault(property_, []).append(value)
    found: dict[str, Line] = {}
    for row in rows:
        work, title, date, genre, code = row
        of = with_.get(work, {})
        line = Line(
            work,
            plain(title),
            date,
            genre,
            code == "true",
            tuple(sorted(of.get(vocab.ABOUT.value, ()))),
            tuple(sorted(of.get(vocab.PROV_WAS_DERIVED_FROM.value, ()))),
            tuple(sorted(of.get(vocab.SOURCE_ORGANIZATION.value, ()))),
        )
        before = found.get(work)
        found[work] = line if before is None else min(before, line, key=lambda one: (one.title, one.genre))
    return list(found.values())


def make_listing(
    lines: Sequence[Line], wish: Wish, *, own: Callable[[str], str], names: Mapping[str, str] | None = None
) -> Listing:
    """Sort and filter the works, and cut the page out.

    ``own`` turns an IRI into the short form that addresses hold, ``names`` gives the names of topics and sources.
    """
    names = names or {}
    tests: dict[str, Callable[[Line], bool]] = {
        "type": lambda line: not wish.type or line.genre == wish.type,
        "topic": lambda line: not wish.topic or wish.topic in map(own, line.topics),
        "source": lambda line: not wish.source or wish.source in map(own, line.sources),
        "code": lambda line: not wish.code or line.code,
        "year": lambda line: _between(line.year, wish.since, wish.until),
    }

    def kept(without: str = "") -> Sequence[Line]:
        if not wish.narrows:
            return lines
        return [line for line in lines if all(test(line) for name, test in tests.items() if name != without)]

    found = _sorted(kept(), wish.sort)
    values: dict[str, Callable[[Line], Iterable[str]]] = {
        "type": lambda line: (line.genre,) if line.genre else (),
        "topic": lambda line: line.topics,
        "source": lambda line: line.sources,
    }
    options = {
        name: _options(Counter(value for line in kept(name) for value in of(line)), name, own, names)
        for name, of in values.items()
    }
    page = min(wish.page, max(1, -(-len(found) // PER_PAGE)))
    shown = tuple(found[(page - 1) * PER_PAGE : page * PER_PAGE])
    coded = sum(line.code for line in kept("code"))
    return Listing(replace(wish, page=page), len(lines), len(found), shown, options, coded)


def _between(year: str, since: int | None, until: int | None) -> bool:
    if since is None and until is None:
        return True
    return year.isdecimal() and (since or 0) <= int(year) <= (9999 if until is None else until)


def _sorted(lines: Iterable[Line], sort: str) -> list[Line]:
    """Order works; those without a date, or by title without a title, come last."""
    by_title = sorted(lines, key=lambda line: (not line.title, line.title.casefold(), line.iri))
    if sort == "title":
        return by_title
    if sort == "old":
        return sorted(by_title, key=lambda line: (not line.date, line.date))
    return sorted(by_title, key=lambda line: line.date, reverse=True)


def _options(
    counts: Counter[str], name: str, own: Callable[[str], str], names: Mapping[str, str]
) -> tuple[Option, ...]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:_OPTIONS]
    if name == "type":
        return tuple(Option(value, value, works) for value, works in ordered)
    return tuple(Option(own(value), plain(names.get(value, "")) or own(value), works) for value, works in ordered)
