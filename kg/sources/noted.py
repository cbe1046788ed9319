"""Take the fields of a JSON record by type, and note what is not what its format promises instead of losing the record.

Knows JSON's types, where in the record each field stands, and how names, dates and identifiers are read from texts.
Does not know any format. A note tells a curator the field, the value as it stands and what is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.identifiers import parse_orcid, parse_ror
from kg.model.records import Place, Problem
from kg.model.text import squeeze
from kg.sources.bibliographic import date_of_parts, date_of_text
from kg.sources.fields import Json
from kg.sources.formats import problem
from kg.sources.schemes import iri_of

NOTES_LIMIT: Final = 20
"""Notes of one record; more of them say nothing new about what is wrong with it."""

_SHOWN: Final = 300
_DAY: Final = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T ]\d{2}:.*|Z)?")
_BASIC: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
# "2022/04" is a month, "2014/2015" an interval.
_INTERVAL: Final = re.compile(r"(\d{4}(?:-\d.*?)?)/(?:\d{4}|$)")
_KINDS: Final = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
_Read = TypeVar("_Read")


class Noted:
    """An object of a JSON record. Objects inside share its notes, and know their own place (``author[3]``)."""

    __slots__ = ("_index", "_notes", "_path", "_within", "place", "value")

    def __init__(
        self,
        value: Json,
        place: Place,
        within: Noted | None = None,
        path: tuple[str, ...] = (),
        index: int = -1,
    ) -> None:
        self.value = value
        self.place = place
        # Where the object stands is put into words only for a note, which few objects need.
        self._within = within
        self._path = path
        self._index = index
        self._notes: list[Problem] = [] if within is None else within._notes

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What a curator should look at, of the whole record."""
        return tuple(dict.fromkeys(self._notes))

    def note(self, cause: str, value: Any, *path: str, advice: str = "") -> None:
        """Note something that was read, but is not as it should be."""
        if len(self._notes) == NOTES_LIMIT:
            self._notes.append(problem(self.place, InputError("more of the record is not as it should be")))
        if len(self._notes) < NOTES_LIMIT:
            shown = value if isinstance(value, str) else _dumped(value)
            shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
            error = InputError(cause, where=self.where(*path), advice=advice)
            # Bytes that are not text would cost the record itself; they do, where the field is used.
            self._notes.append(problem(self.place, error, text=shown.encode("utf-8", "replace").decode("utf-8")))

    def where(self, *path: str) -> str:
        """Return the path of a field from the record down: ``author[3].ORCID``."""
        own = f"{'.'.join(self._path)}{f'[{self._index}]' if self._index >= 0 else ''}"
        outer = self._within.where() if self._within else ""
        return ".".join(filter(None, (outer, own, *path)))

    def at(self, *path: str) -> Any:
        """Return what stands at a path; None where nothing does, or where the path leads through something else."""
        if len(path) == 1:
            return self.value.get(path[0])
        found: Any = self.value
        for step in path:
            if not isinstance(found, dict):
                if found is not None:
                    self._other("an object", found, *path)
                return None
            found = found.get(step)
        return found

    def text(self, *path: str) -> str:
        """Return the text at a path, white space squeezed; numbers as they print."""
        found = self.at(*path)
        return " ".join(found.split()) if type(found) is str else self._text(found, *path)

    def first(self, *path: str) -> str:
        """Return the text at a path, or the first text of the list there; others of the list are noted."""
        found = self.at(*path)
        if not isinstance(found, list):
            return self._text(found, *path)
        texts = self.texts(*path)
        if len(set(texts)) > 1:
            self.note("there is room for one value, and the others were left out", found, *path)
        return texts[0] if texts else ""

    def either(self, *keys: str) -> str:
        """Return the text of the first of these keys that has one; what the others have to say is noted."""
        found = [(key, text) for key in keys if (text := self.text(key))]
        for key, text in found[1:]:
            if text != found[0][1]:
                self.note(f"{found[0][0]} stands there too, and this was left out", text, key)
        return found[0][1] if found else ""

    def texts(self, *path: str) -> tuple[str, ...]:
        """Return the texts of the list at a path without empty ones; a single text is a list of one."""
        return tuple(text for element in self.items(*path) if (text := self._text(element, *path)))

    def items(self, *path: str) -> list[Any]:
        """Return the list at a path; a single value is a list of one."""
        found = self.at(*path)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def objects(self, *path: str) -> Iterator[Noted]:
        """Yield the objects of the list at a path; a single object is a list of one."""
        for index, element in enumerate(self.items(*path)):
            if isinstance(element, dict):
                yield Noted(element, self.place, self, path, index)
            elif element is not None:
                self._other("an object", element, *path)

    def object(self, *path: str) -> Noted:
        """Return the object at a path, an empty one where there is none."""
        found = self.at(*path)
        if found is not None and not isinstance(found, dict):
            self._other("an object", found, *path)
        return self.inside(found if isinstance(found, dict) else {}, *path)

    def inside(self, value: Json, *path: str) -> Noted:
        """Return an object that stands at a path, where it had to be found by hand."""
        return Noted(value, self.place, self, path)

    def number(self, *path: str) -> int | float | None:
        """Return the number at a path."""
        found = self.at(*path)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return found if abs(found) < 1 << 53 else None  # larger ones are no figures, and no store keeps them
        if found is not None:
            self._other("a number", found, *path)
        return None

    def date(self, *path: str) -> PartialDate | None:
        """Return the date that the text at a path begins with; of an interval (``2014/2015-05``) its beginning.

        A day may stand without hyphens (``20140501``, ISO 8601).
        Of a date that does not exist the part that does (of February 31 the month), with a note.
        """
        printed = self.text(*path)
        if basic := _BASIC.fullmatch(printed):
            return self._possible(basic.groups(), printed, *path)
        interval = _INTERVAL.match(printed)
        if match := _DAY.fullmatch(interval[1] if interval else printed):
            return self._possible([match[1], match[3] or "", match[4] or ""], printed, *path)
        return self.attempt(date_of_text, printed, *path)

    def date_parts(self, *path: str) -> tuple[PartialDate | None, str]:
        """Return the date of parts, ``[2022, 4, 29]`` or ``[[2022, 4]]``, and the parts as printed."""
        parts = self.items(*path)
        parts = parts[0] if parts and isinstance(parts[0], list) else parts
        printed = "-".join(str(part) for part in parts if isinstance(part, int | str) and part)
        return self._possible(parts, printed, *path), printed

    def orcid(self, printed: str, *path: str) -> str | None:
        """Return an ORCID iD as printed, None for an empty text; one that cannot be right is noted."""
        if printed:
            self.attempt(parse_orcid, printed, *path)
        return printed or None

    def ror(self, printed: str, *path: str) -> str:
        """Return the IRI of a ROR id, an empty text for none; one that cannot be right is noted."""
        return (self.attempt(parse_ror, printed, *path) or "") if printed else ""

    def iri(self, scheme: str, printed: str, *path: str) -> str:
        """Return the IRI of an identifier of a named scheme; one that cannot be right is noted."""
        return (self.attempt(lambda text: iri_of(scheme, text), printed, *path) or "") if printed else ""

    def attempt(self, read: Callable[[str], _Read], printed: str, *path: str) -> _Read | None:
        """Return what a reader makes of a text, or None with a note where it makes nothing of it."""
        try:
            return read(printed)
        except InputError as error:
            self.note(error.message, printed, *path, advice=error.advice)
            return None

    def _possible(self, parts: Sequence[Any], printed: str, *path: str) -> PartialDate | None:
        for length in (len(parts), 2, 1):
            try:
                found = date_of_parts(parts[:length])
            except InputError as error:
                if length == len(parts):
                    self.note(error.message, printed, *path, advice="correct the date; what of it exists was read")
                continue
            return found
        return None

    def _text(self, found: Any, *path: str) -> str:
        if isinstance(found, str):
            return squeeze(found)
        if found is None:
            return ""
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
        self._other("a text", found, *path)
        return ""

    def _other(self, wanted: str, found: Any, *path: str) -> None:
        kind = _KINDS.get(type(found), "a number")
        self.note(f"the field is not {wanted} but {kind}, and was left out", found, *path, advice="correct the field")


def _dumped(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a value that is nested too deeply to be shown"
