"""The table that says which organisation a site's keyword stands for (``deepmind`` -> Google DeepMind).

Knows the shipped table ``seeds/organizations.toml`` and the form of others. Does not guess: a keyword that is in no
table stands for itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from kg import assets
from kg.errors import IdentifierError, InputError
from kg.model.identifiers import parse_ror
from kg.model.text import fold

TABLE: Final = "organizations.toml"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation: its name, and the IRI of its ROR record, empty where none is certain."""

    name: str
    ror: str = ""


@cache
def organizations() -> dict[str, Organization]:
    """Return keyword -> organisation from the shipped table. Raises InputError when the table is damaged."""
    return read_table(assets.text("seeds", TABLE), TABLE)


def keywords(own: Mapping[str, Organization]) -> dict[str, tuple[str, str]]:
    """Return folded keyword -> (name, ROR IRI or "") of the shipped table and one's own, which goes before it."""
    return {fold(keyword): (o.name, o.ror) for table in (organizations(), own) for keyword, o in table.items()}


def read_table(text: str, file: str) -> dict[str, Organization]:
    """Read a table in TOML: ``[keyword]`` with ``name`` and optionally ``ror``. Raises InputError naming the entry."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the table is not TOML: {error}", where=file) from error
    result: dict[str, Organization] = {}
    for keyword, entry in table.items():
        where = f"{file} [{keyword}]"
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
            raise InputError("the entry has no name", where=where, advice='write name = "…"')
        if unknown := set(entry) - {"name", "ror"}:
            raise InputError(f"unknown field {min(unknown)!r}", where=where, advice="known are name and ror")
        try:
            ror = parse_ror(str(entry["ror"])) if "ror" in entry else ""
        except IdentifierError as error:
            raise InputError(error.message, where=where, advice=error.advice) from error
        result[keyword] = Organization(entry["name"].strip(), ror)
    return result
