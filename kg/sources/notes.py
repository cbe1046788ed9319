"""Collect what a curator should look at in one record, instead of losing the record or the value without a word.

Knows how a value is tried and what is said when it cannot be read. Does not know any format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from kg.errors import InputError
from kg.model.identifiers import parse_orcid
from kg.model.records import Place, Problem
from kg.sources.formats import problem

LIMIT: Final = 20
"""Notes of one record; more of them say nothing new about what is wrong with it."""

_SHOWN: Final = 300
# The bytes of a letter of two or three bytes, each read as a letter of its own.
_GARBLED: Final = re.compile("[Â-ß][\x80-\xbf]|[à-ï][\x80-\xbf]{2}|â€")
_Read = TypeVar("_Read")


class Unknown:
    """The fields of a file that its reader does not know, each told once, where it stands first.

    For formats in which everybody may add fields of their own. ``known`` are the names of those that are mapped or left
    aside on purpose; one that ends with ``*`` stands for all that begin so. Fields that are commented out say nothing.
    """

    def __init__(self, *known: Iterable[str]) -> None:
        names = {name for names in known for name in names}
        self._told = {name for name in names if not name.endswith("*")}
        self._beginnings = ("%", *(name[:-1] for name in names if name.endswith("*")))

    def among(self, names: Iterable[str]) -> Iterator[InputError]:
        """Yield what is to be said of the fields of a record."""
        for name in names:
            if name not in self._told:
                self._told.add(name)
                if not name.startswith(self._beginnings):
                    yield InputError("the field is not known, and was left out wherever it stands", where=name)


class Notes:
    """The notes of the record at one place, in the order in which they were made."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The notes, each once."""
        return tuple(dict.fromkeys(self._problems))

    def note(self, cause: str, printed: str, where: str, advice: str = "") -> None:
        """Note something that is not as it should be: what is wrong, the words as they stand, the field."""
        if len(self._problems) == LIMIT:
            self._problems.append(problem(self._place, InputError("more of the record is not as it should be")))
        if len(self._problems) < LIMIT:
            shown = printed if len(printed) <= _SHOWN else printed[:_SHOWN] + "…"
            self._problems.append(problem(self._place, InputError(cause, where=where, advice=advice), text=shown))

    def attempt(self, read: Callable[[str], _Read], printed: str, where: str) -> _Read | None:
        """Return what a reader makes of a text, None with a note where it makes nothing of it, None for no text."""
        if not printed:
            return None
        try:
            return read(printed)
        except InputError as error:
            self.note(error.message, printed, where, error.advice)
            return None

    def iri(self, read: Callable[[str], str], printed: str, where: str) -> str:
        """Return the IRI that a reader makes of a text, an empty one with a note where it makes none."""
        found = self.attempt(read, printed, where)
        if found == "":
            self.note(f"no address can be made of {printed!r}", printed, where, "correct it; it is left out")
        return found or ""

    def garbled(self, printed: str, where: str) -> None:
        """Note a text whose letters are those of UTF-8 that was read as Latin-1 somewhere on its way ("JosÃ©")."""
        if not _GARBLED.search(printed):
            return
        try:
            meant = printed.encode("cp1252" if "€" in printed else "latin-1").decode("utf-8")
        except UnicodeError:
            return
        self.note(f"the letters look garbled; {meant!r} may be meant", printed, where, "compare; it is kept as printed")

    def orcid(self, printed: str, where: str) -> str | None:
        """Return an ORCID iD as printed, None for an empty text; one that cannot be right is noted."""
        self.attempt(parse_orcid, printed, where)
        return printed or None
