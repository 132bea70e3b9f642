"""What threads write at the same time is written together, and the fault of one is nobody else's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from corridors.intake.joint import MOST_AT_ONCE, Joint

PATIENCE_SECONDS = 240.0


def test_what_arrives_while_one_is_written_is_written_next_as_one() -> None:
    begun, go_on = threading.Event(), threading.Event()
    written: list[list[int]] = []

    def write(items: Sequence[int]) -> list[int]:
        written.append(sorted(items))
        begun.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return [item * 2 for item in items]

    joint = Joint(write)
    with ThreadPoolExecutor(20) as threads:
        first = threads.submit(joint, 0)
        assert begun.wait(PATIENCE_SECONDS)
        others = [threads.submit(joint, number) for number in range(1, 10)]
        while len(joint._waiting) < 9:
            threading.Event().wait(0.001)
        go_on.set()
        assert [future.result() for future in (first, *others)] == [number * 2 for number in range(10)]
    assert written == [[0], list(range(1, 10))]


def test_the_fault_of_one_is_raised_to_that_one_alone() -> None:
    def write(items: Sequence[int]) -> list[int]:
        if 3 in items:
            raise ValueError("three")
        return list(items)

    joint = Joint(write)
    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(joint, number) for number in range(8)]
        for number, future in enumerate(futures):
            if number == 3:
                with pytest.raises(ValueError, match="three"):
                    future.result()
            else:
                assert future.result() == number


def test_every_item_of_many_threads_is_written_once() -> None:
    written: list[int] = []

    def write(items: Sequence[int]) -> list[int]:
        assert len(items) <= MOST_AT_ONCE
        written.extend(items)
        return list(items)

    with ThreadPoolExecutor(32) as threads:
        assert list(threads.map(Joint(write), range(1000))) == list(range(1000))
    assert sorted(written) == list(range(1000))
