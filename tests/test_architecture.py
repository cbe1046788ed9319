"""The house: imports point down one list, nothing is opened at import, and heavy libraries wait until they are used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kg

PACKAGE = Path(kg.__file__).parent
# From the ground up. A module may import its own level's package and everything below.
LEVELS = [
    {"kg", "kg.errors", "kg.assets", "kg.settings", "kg.shares"},
    {"kg.model"},
    {"kg.sources", "kg.identity", "kg.rdf"},
    {"kg.store"},
    {"kg.quality", "kg.queries", "kg.search"},
    {"kg.counted", "kg.precomputed", "kg.examples", "kg.described", "kg.panels"},
    {"kg.handmade", "kg.manifest"},
    {"kg.build", "kg.export", "kg.difference", "kg.attribution"},
    {"kg.web"},
    {"kg.cli"},
    {"kg.reference"},
]
# Rooms of one level do not import one another, but for these: what stands later in the list may use what stands before.
WITHIN = [
    {"kg.errors", "kg.assets", "kg.settings", "kg", "kg.shares"},
    {"kg.counted", "kg.precomputed", "kg.examples", "kg.described"},
]
# Modules that know one another, each with the reason.
CIRCLES = {
    frozenset({"kg.store.pool", "kg.store.runs"}): "a run asks its pool for a place in the long lane",
}
BANNED = {"utils", "core", "common", "base", "manager", "helpers", "misc"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = ("kg", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2])


def level(module: str) -> int:
    return next(i for i, rooms in enumerate(LEVELS) if room(module) in rooms)


def imports(path: Path, *, types: bool = False) -> set[str]:
    """Return the modules of this package that a file imports for use, and those for types alone if asked."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not types
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
            if node.module == "kg":
                found = found - {"kg"} | {f"kg.{alias.name}" for alias in node.names if alias.name != "__version__"}
    return {module for module in found if module == "kg" or module.startswith("kg.")}


def known_by(path: Path) -> set[str]:
    """Return the modules that a file imports anything from, for use or for types, at its top or within a function."""
    names = {name_of(module) for module in MODULES}
    return {name for name in imports(path, types=True) if name in names} | {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if f"{node.module}.{alias.name}" in names
    }


def test_modules_do_not_know_one_another_in_circles() -> None:
    # The door of a package imports its rooms: only what is in a room asks for another room.
    knows = {name_of(path): known_by(path) for path in MODULES if path.name != "__init__.py"}
    known = {name: set(direct) & knows.keys() for name, direct in knows.items()}
    while (more := {name: found.union(*(known[one] for one in found)) for name, found in known.items()}) != known:
        known = more
    circles = {frozenset({a for a in known if name in known[a] and a in known[name]}) for name in known} - {frozenset()}
    assert circles == CIRCLES.keys()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    own = name_of(path)
    for imported in imports(path):
        if room(imported) == room(own) or any({room(imported), room(own)} <= rooms for rooms in WITHIN):
            continue
        assert level(imported) < level(own), f"{own} imports {imported}, which is not below it"


def test_every_room_has_its_place_in_the_list() -> None:
    assert {room(name_of(path)) for path in MODULES} == set().union(*LEVELS)


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert not [name_of(path) for path in MODULES if set(name_of(path).split(".")) & BANNED]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_knows_and_stays_small_enough_to_know_one_thing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert len(text.splitlines()) <= 420, "does it still know one thing?"


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys, kg.cli; "
        "print(sorted({'rdflib','pyshacl','fastapi','pyoxigraph','rich','pyld','tantivy','jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
