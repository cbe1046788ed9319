"""Shares: the same results in the same order, whoever did them, and nothing lost with a helper."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from pickle import PicklingError
from typing import TypeVar

import pytest

from kg.shares import aside, over

T = TypeVar("T")


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let helpers find this module, from wherever the tests are run."""
    monkeypatch.syspath_prepend(Path(__file__).parent.parent)


def who(share: T) -> tuple[T, int]:
    return share, os.getpid()


def slowly(folder: str, share: int) -> tuple[int, int]:
    """Wait until as many processes as there are have begun a share."""
    (Path(folder) / str(os.getpid())).touch()
    while len(list(Path(folder).iterdir())) < 2:
        pass
    return who(share)


def die(parent: int, share: int) -> int:
    """Die of the first share in another process."""
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return share * share


def fail(parent: int, share: int) -> int:
    if os.getpid() != parent:
        raise ValueError("not here")
    return share * share


def refuse(share: int) -> int:
    if share == 5:
        raise ValueError("five")
    print("noise on stdout")
    return share


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_shares(processes: int) -> None:
    assert [share for share, _ in over(who, iter(range(100)), processes)] == list(range(100))


def test_other_processes_do_shares(tmp_path: Path) -> None:
    found = list(over(partial(slowly, str(tmp_path)), range(8), 2))
    assert [share for share, _ in found] == list(range(8))
    assert len({pid for _, pid in found}) == 2


def test_one_process_starts_none() -> None:
    assert {pid for _, pid in over(who, range(9), 1)} == {os.getpid()}


def test_no_shares() -> None:
    assert list(over(who, (), 2)) == []


@pytest.mark.parametrize("function", [die, fail])
def test_what_a_helper_leaves_is_done_here(function: Callable[[int, int], int]) -> None:
    assert list(over(partial(function, os.getpid()), range(40), 3)) == [n * n for n in range(40)]


def test_a_function_that_does_not_travel_is_refused() -> None:
    with pytest.raises((AttributeError, TypeError, PicklingError), match="lambda"):
        list(over(lambda share: share, range(10), 2))


def test_a_share_that_does_not_travel_is_done_here() -> None:
    assert [pid for _, pid in over(who, [threading.Lock() for _ in range(10)], 2)] == [os.getpid()] * 10


def test_without_another_interpreter_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert {pid for _, pid in over(who, range(9), 2)} == {os.getpid()}


def test_a_fault_is_raised_here() -> None:
    with pytest.raises(ValueError, match="five"):
        list(over(refuse, range(40), 2))


def test_a_fault_of_the_generator_is_raised_here() -> None:
    def some() -> Iterator[int]:
        yield from range(5)
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        list(over(who, some(), 2))


def test_results_do_not_run_far_ahead() -> None:
    begun = 0

    def some() -> Iterator[int]:
        nonlocal begun
        for number in range(100):
            begun = number
            yield number

    found = over(who, some(), 2, ahead=4)
    for n in range(100):
        assert next(found)[0] == n
        assert begun <= n + 5


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **more: object) -> None:
            super().__init__(*args, **more)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    threads = threading.active_count()
    found = over(who, range(100), 3)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)
    assert threading.active_count() == threads


def wait_for(folder: str, share: str) -> tuple[str, int]:
    """Say that the share is begun."""
    (Path(folder) / share).touch()
    return who(share)


def test_a_share_is_done_aside(tmp_path: Path) -> None:
    with aside(partial(wait_for, str(tmp_path)), "begun") as result:
        while not list(tmp_path.iterdir()):
            pass
        assert result()[1] != os.getpid()
    with aside(who, 7, alone=True) as here:
        assert here() == (7, os.getpid())


@pytest.mark.parametrize("function", [partial(die, os.getpid()), partial(fail, os.getpid())], ids=["die", "fail"])
def test_what_a_helper_leaves_aside_is_done_here(function: Callable[[int], int]) -> None:
    with aside(function, 3) as result:
        assert result() == 9


def test_a_fault_of_what_is_done_aside_is_raised_here() -> None:
    with aside(refuse, 5) as result, pytest.raises(ValueError, match="five"):
        result()
    with pytest.raises(KeyError), aside(who, 7):
        raise KeyError
