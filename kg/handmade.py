"""What is written by hand beside the inputs: decisions about who is who, and what keywords of organisations stand for.

``decisions.toml`` and ``organizations.toml`` lie in a folder of inputs, as ``sources.toml`` does; decisions that were
made by command in the home. Knows files. What a decision says and how it is applied stands in ``kg.identity``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg import assets
from kg.errors import InputError
from kg.identity.decisions import Decision, parse_decisions, printed_decisions
from kg.sources.organizations import TABLE, Organization, read_table
from kg.store.disk import translated, write_durably

NAME: Final = "decisions.toml"


def decisions_beside(paths: Iterable[Path]) -> list[Decision]:
    """Return the decisions that lie in folders of inputs, or in those of single files; of the seeds without any path.

    Raises InputError for a file that cannot be read as decisions.
    """
    if not (given := list(paths)):
        return parse_decisions(assets.text("seeds", NAME), NAME)
    return [decision for file in _beside(given, NAME) for decision in read_decisions(file)]


def organizations_beside(paths: Iterable[Path]) -> dict[str, Organization]:
    """Return what keywords stand for by the tables in folders of inputs, or in those of single files.

    Raises InputError for a damaged table, and for a keyword that two tables tell otherwise.
    """
    result: dict[str, Organization] = {}
    for file in _beside(list(paths), TABLE):
        for keyword, organization in read_table(_text(file), str(file)).items():
            if result.setdefault(keyword, organization) != organization:
                advice = "say in one table what it stands for"
                raise InputError("another table tells it otherwise", where=f"{file} [{keyword}]", advice=advice)
    return result


def read_decisions(file: Path) -> list[Decision]:
    """Return the decisions in a file; none where there is no such file. Raises InputError for a damaged one."""
    return parse_decisions(_text(file), str(file))


def _beside(paths: Iterable[Path], name: str) -> Iterable[Path]:
    found = [file for path in paths for file in (sorted(path.rglob(name)) if path.is_dir() else [path.parent / name])]
    return {file.resolve(): file for file in found}.values()


def _text(file: Path) -> str:
    """Return the text of a file, none where there is no such file."""
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the file cannot be read: {error}", where=str(file)) from error


def home_file(home: Path) -> Path:
    """Return where a home keeps the decisions made by command."""
    return home / NAME


def write_decisions(file: Path, decisions: Iterable[Decision]) -> None:
    """Replace the decisions in a file in one step. Comments in it are not kept. Raises HomeError."""
    with translated(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_durably(file, printed_decisions(decisions).encode())
