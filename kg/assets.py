"""Where the shipped folders ``ontology``, ``shapes``, ``queries``, ``seeds`` and ``docs`` lie.

The only module that knows both places: inside an installed wheel (``kg/_assets``) and beside the package in a
checkout. It hands out names, text and bytes, never paths, so that nobody else learns where a file came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from kg.errors import NotFoundError

FOLDERS = ("ontology", "shapes", "queries", "seeds", "docs")


@cache
def _folder(folder: str) -> Traversable:
    installed = files("kg") / "_assets" / folder
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parent.parent / folder
    if checkout.is_dir():
        return checkout
    raise NotFoundError(
        f"the shipped folder {folder!r} is neither in the installed package nor beside it",
        advice="reinstall the package, or run from a complete checkout",
    )


@cache
def program(*rooms: str) -> str:
    """Return a digest of the source code of some rooms of the package: another program, another digest."""
    digest = blake2b(digest_size=16)
    for room in rooms:
        for item in sorted(_modules(files("kg") / room), key=lambda item: item.name):
            digest.update(item.name.encode() + b"\0" + item.read_bytes())
    return digest.hexdigest()


def _modules(folder: Traversable) -> Iterator[Traversable]:
    for item in folder.iterdir():
        if item.is_file() and not item.name.endswith(".pyc"):
            yield item
        elif item.is_dir() and item.name != "__pycache__":
            yield from _modules(item)


def names(folder: str, suffix: str = "") -> list[str]:
    """Return the sorted file names in a shipped folder that end in ``suffix``.

    Raises NotFoundError when the folder is not shipped.
    """
    return sorted(item.name for item in _folder(folder).iterdir() if item.is_file() and item.name.endswith(suffix))


def data(folder: str, name: str) -> bytes:
    """Return the bytes of one shipped file. Raises NotFoundError when there is none of that name."""
    if "/" in name or "\\" in name or name in {"", ".", ".."}:
        raise NotFoundError(f"{name!r} is not the name of a shipped file")
    item = _folder(folder) / name
    if not item.is_file():
        raise NotFoundError(f"there is no file {name!r} in the shipped folder {folder!r}")
    return item.read_bytes()


def text(folder: str, name: str) -> str:
    """Return one shipped file as text (UTF-8). Raises NotFoundError when there is none of that name."""
    return data(folder, name).decode("utf-8")
