"""Find input files, and what ``sources.toml`` beside them tells of each capture.

Knows folders, file names and the metadata file. Does not read any layout, and takes nothing from a file's name.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from kg import assets
from kg.errors import InputError
from kg.model.dates import PartialDate, parse_date

METADATA: Final = "sources.toml"
_FIELDS: Final = frozenset({"file", "captured", "rights", "site", "layout", "subject"})
BESIDE_SUFFIXES: Final = frozenset({".toml", ".md"})
"""What lies beside inputs in a folder without being one: metadata, hand-made tables, explanations."""
_EXPECTED: Final = frozenset(
    {METADATA, "decisions.toml", "organizations.toml", "readme.md", "license.md", "changelog.md"}
)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: its name among the inputs, its bytes or where they lie, and what was told by hand.

    ``layout`` and ``subject`` are empty where nothing had to be told.
    """

    name: str
    data: bytes | Path
    captured: PartialDate | None = None
    layout: str = ""
    subject: str = ""
    site: str = ""
    rights: str = ""

    @property
    def size(self) -> int:
        """The number of bytes, 0 for a file that is not there."""
        if isinstance(self.data, bytes):
            return len(self.data)
        return self.data.stat().st_size if self.data.exists() else 0

    def open(self) -> IO[bytes]:
        """Return the bytes as they stand, compressed or not. Raises OSError where they cannot be read."""
        if isinstance(self.data, bytes):
            return BytesIO(self.data)
        if self.data.is_dir():
            os.scandir(self.data).close()  # a folder is an input where this raises something
        elif self.data.exists() and not self.data.is_file():
            raise OSError(errno.EINVAL, "it is a pipe or a device, which may never end")
        return self.data.open("rb")


def sha256(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file from its beginning, in hexadecimal; the file stands at its beginning afterwards."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # IO[bytes] is enough
    file.seek(0)
    return digest


def find_inputs(paths: Sequence[Path]) -> list[InputFile]:
    """Return the input files among these files and folders, sorted by name; folders are searched to their depth.

    In a folder, hidden files and folders and what lies beside inputs (``*.toml``, ``*.md``) are passed over; a file
    that is named itself is always read. Links are followed. One that leads nowhere, and a folder that must not be
    searched, are inputs that cannot be read.
    Raises InputError for a path that does not exist or lies in a folder that must not be entered, and for a damaged
    sources.toml.
    """
    found: dict[Path, str] = {}
    for path in paths:
        try:
            there, searched = path.exists(), path.is_dir()
        except OSError as error:
            raise InputError(f"{path} cannot be looked at: {error.strerror}", advice="check who may read it") from error
        if searched:
            for file in sorted(_files(path)):
                name = path.name if file == path else file.relative_to(path).as_posix()
                found.setdefault(Path(os.path.realpath(file)), name)
        elif there:
            found.setdefault(path.resolve(), path.name)
        else:
            raise InputError(f"there is no file or folder {str(path)!r}", advice="check the path")
    names = _distinct(found)
    metadata: dict[Path, Mapping[str, Mapping[str, Any]]] = {}
    result = []
    for file, name in names.items():
        folder = file.parent
        if folder not in metadata:
            metadata[folder] = _folder_metadata(folder)
        result.append(_input(name, file, metadata[folder].get(file.name, {})))
    return sorted(result, key=lambda item: item.name)


def passed_over(paths: Sequence[Path]) -> list[Path]:
    """Return the files in these folders that `find_inputs` leaves out though nobody would expect it, sorted.

    These are ``*.md`` and ``*.toml`` that are no explanation nor metadata by their names. Hidden files are not told.
    """
    named = {path.resolve() for path in paths}
    files = {file for path in paths if path.is_dir() for file in _files(path, beside=True)}
    return sorted(file for file in files if file.name.lower() not in _EXPECTED and file.resolve() not in named)


def told_in_vain(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return the entries of metadata in these folders that tell of no file there: (metadata file, name), sorted.

    Raises InputError as `find_inputs` does.
    """
    files = {file for path in paths if path.is_dir() for file in _files(path, beside=True) if file.name == METADATA}
    told = ((file, name) for file in files for name in _folder_metadata(file.parent))
    return sorted((file, name) for file, name in told if name != Path(name).name or not (file.parent / name).exists())


def seed_inputs() -> list[InputFile]:
    """Return the shipped seed documents with their metadata, sorted by name."""
    metadata = read_metadata(assets.text("seeds", METADATA), METADATA)
    names = [name for name in assets.names("seeds") if Path(name).suffix not in BESIDE_SUFFIXES and name[0] != "."]
    return [_input(name, assets.data("seeds", name), metadata.get(name, {})) for name in names]


def read_metadata(text: str, where: str) -> dict[str, dict[str, Any]]:
    """Read the ``[[source]]`` entries of a metadata file: file name -> fields, ``captured`` as a PartialDate.

    Raises InputError, naming the entry, for what is not TOML, unknown fields and dates that cannot be read.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the file is not TOML: {error}", where=where) from error
    entries = table.get("source", [])
    if set(table) - {"source"} or not isinstance(entries, list):
        raise InputError("only [[source]] entries are known", where=where, advice="see seeds/README.md")
    result: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(entries, start=1):
        place = f"{where} [[source]] {number}"
        if not isinstance(entry, dict) or not isinstance(name := entry.get("file"), str) or not name.strip():
            raise InputError("the entry names no file", where=place, advice='write file = "…"')
        if unknown := sorted(set(entry) - _FIELDS):
            raise InputError(
                f"unknown field {unknown[0]!r}", where=place, advice=f"known are {', '.join(sorted(_FIELDS))}"
            )
        if entry["file"] in result:
            raise InputError(f"the file {entry['file']!r} has two entries", where=place, advice="keep one of them")
        fields = {key: value for key, value in entry.items() if key != "captured"}
        if wrong := next((key for key, value in sorted(fields.items()) if not isinstance(value, str)), ""):
            raise InputError(f"{wrong!r} is not text", where=place, advice=f'write {wrong} = "…"')
        fields = {key: value.strip() for key, value in fields.items()}
        captured = None
        if "captured" in entry:
            try:
                captured = parse_date(str(entry["captured"]))
            except InputError as error:
                raise InputError(error.message, where=f"{place} captured", advice=error.advice) from error
            if not captured.year:
                raise InputError("the date of a capture needs its year", where=f"{place} captured")
        result[entry["file"]] = {**fields, "captured": captured}
    return result


def _input(name: str, data: bytes | Path, told: Mapping[str, Any]) -> InputFile:
    return InputFile(name, data, **{key: value for key, value in told.items() if key != "file"})


def _folder_metadata(folder: Path) -> dict[str, dict[str, Any]]:
    file = folder / METADATA
    try:
        if not file.is_file():
            return {}
        return read_metadata(file.read_text("utf-8-sig"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the metadata cannot be read: {error}", where=str(file)) from error


def _files(folder: Path, *, beside: bool = False) -> Iterator[Path]:
    """Yield the files of a folder to its depth that may be inputs, each folder once, however many links lead to it.

    With ``beside`` those that lie beside inputs.
    """
    seen: set[str] = set()
    closed: list[OSError] = []
    for name, folders, files in os.walk(folder, followlinks=True, onerror=closed.append):
        if (real := os.path.realpath(name)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(one for one in folders if one[0] != ".")
        yield from (
            Path(name, one)
            for one in files
            if one[0] != "." and (Path(one).suffix.lower() in BESIDE_SUFFIXES) is beside
        )
    if not beside:
        yield from (Path(error.filename) for error in closed)


def _distinct(found: Mapping[Path, str]) -> dict[Path, str]:
    """Lengthen names that two files share by the folders above them, until each is one file's."""
    names = dict(found)
    depth = 1
    while shared := {name for name, count in Counter(names.values()).items() if count > 1}:
        depth += 1
        for file, name in found.items():
            if names[file] in shared:
                names[file] = "/".join(file.parts[-max(depth, name.count("/") + depth) :])
    return names
