"""Answers on a terminal: rows come as they are found, a table is bounded, no query takes all memory of the machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

ENDLESS = "SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}"


def run(*arguments: str, home: Path, **settings: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"KG_HOME": str(home)} | settings, catch_exceptions=False)


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command that may use 3 GB, of which its worker may use one, and that Ctrl+C reaches.

    What a shell starts in the background, such as these tests, ignores Ctrl+C, and hands that on.
    """
    limited = f'ulimit -v 3000000; exec env --default-signal=INT {sys.executable} -m kg.cli "$@"'
    environment = os.environ | {"KG_HOME": str(home), "KG_WORKER_MEMORY": "1000000000"}
    command = ["/bin/sh", "-c", limited, "kg", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_rows_come_as_they_are_found_and_a_closed_pipe_ends_the_query(seeds_home: Path, form: str) -> None:
    with started(seeds_home, "sparql", ENDLESS, "--format", form) as process:
        assert process.stdout and process.stderr
        assert len(process.stdout.read(1000)) == 1000
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (1, b"")


def test_an_interrupted_query_leaves_no_worker_behind(seeds_home: Path) -> None:
    endless = ENDLESS.replace("}", " FILTER(STRLEN(CONCAT(STR(?a), STR(?e), STR(?i))) < 0)}")
    with started(seeds_home, "sparql", endless, "--format", "csv") as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        end = time.monotonic() + 60
        while not children.read_text() and time.monotonic() < end:
            time.sleep(0.05)
        [worker] = children.read_text().split()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.split() == [b"Aborted!"]
    while Path(f"/proc/{worker}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


def test_a_query_that_needs_more_memory_than_it_may_have_is_one_sentence(seeds_home: Path) -> None:
    sorting = f"{ENDLESS} ORDER BY ?i ?f"
    done = run("sparql", sorting, "--format", "csv", home=seeds_home, KG_WORKER_MEMORY="600000000")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "memory" in done.stderr and "KG_WORKER_MEMORY" in done.stderr


def test_a_table_is_cut_and_says_so(seeds_home: Path) -> None:
    query = "SELECT ?s {?s a ?type} ORDER BY ?s"
    cut = run("sparql", query, home=seeds_home, KG_MAX_ROWS="3")
    assert cut.exit_code == 0
    assert "3 rows" in cut.stdout
    assert "more than 3 rows" in cut.stderr and "--format csv" in cut.stderr
    assert len(run("sparql", query, "--format", "csv", home=seeds_home, KG_MAX_ROWS="3").stdout.splitlines()) > 4
    whole = run("sparql", f"{query} LIMIT 3", home=seeds_home, KG_MAX_ROWS="3")
    assert (whole.stdout, whole.stderr) == (cut.stdout, "")
    endless = run("sparql", ENDLESS, home=seeds_home, KG_MAX_ROWS="2")
    assert "2 rows" in endless.stdout and "cut" in endless.stderr


def test_a_table_of_long_texts_is_bounded(seeds_home: Path) -> None:
    query = "SELECT (GROUP_CONCAT(STR(?s)) AS ?all) {?s ?p ?o . {SELECT * {?x a schema:ScholarlyArticle} LIMIT 9}}"
    done = run("sparql", query, home=seeds_home, KG_MAX_BYTES="1000000")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "1,000,000 bytes" in done.stderr
    answer = run("sparql", query, "--json", home=seeds_home, KG_MAX_BYTES="1000000")
    assert len(json.loads(answer.stdout)["results"]["bindings"][0]["all"]["value"]) > 1_000_000
