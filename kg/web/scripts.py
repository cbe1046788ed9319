"""The scripts of the pages as they were bundled when the package was built: names, bytes, and which page takes which.

The bundle lies in ``static/dist``, made from ``frontend/`` by ``hatch_build.py``. Every name carries a digest of its
content. Knows the bundle's own list, ``bundle.json``. Does not know what a script does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from kg.errors import NotFoundError

LICENCES = "licences.txt"
"""The licences of the packages of which code is in the bundle."""


@dataclass(frozen=True)
class Scripts:
    """The bundle. ``entries`` are page script -> file name (``site``, ``workbench``, ``explore``)."""

    entries: Mapping[str, str]
    files: Mapping[str, bytes]


def read_scripts(folder: Traversable | None = None) -> Scripts:
    """Read the bundle; ``folder`` is that of the package unless given.

    Raises NotFoundError, with the next step, when it is missing or not whole.
    """
    folder = folder if folder is not None else files("kg.web").joinpath("static", "dist")
    try:
        named = json.loads(folder.joinpath("bundle.json").read_bytes())
        names = [*named["files"], LICENCES]
        return Scripts(dict(named["entries"]), {name: folder.joinpath(name).read_bytes() for name in names})
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise NotFoundError(
            f"the scripts of the pages are not with the package ({type(problem).__name__}: {problem})",
            where=str(folder),
            advice="in a checkout run `pip install -e .`, or `npm ci && npm run build` in frontend/",
        ) from None
