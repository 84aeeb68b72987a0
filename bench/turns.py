"""Calls that take turns, so that whatever slows the machine slows each of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

Call = Callable[[], float]  # runs once and returns seconds
Batch = Callable[[int], Sequence[float]]  # runs so many times and returns the seconds of each


def alternate(*calls: Call, rounds: int, warm_up: int = 0) -> list[float]:
    """The median seconds of each call, all taking turns one by one; the first `warm_up` turns do not count."""
    taken: list[list[float]] = [[] for _ in calls]
    for number in range(warm_up + rounds):
        for call, times in zip(calls, taken, strict=True):
            seconds = call()
            if number >= warm_up:
                times.append(seconds)
    return [median(times) for times in taken]


def alternate_batches(*batches: Batch, rounds: int, size: int, warm_up: int = 1) -> list[float]:
    """The median seconds of a call of each, taking turns in batches of `size`, where a turn costs a switch."""
    taken: list[list[float]] = [[] for _ in batches]
    for number in range(warm_up + rounds):
        for batch, times in zip(batches, taken, strict=True):
            seconds = batch(size)
            if number >= warm_up:
                times.extend(seconds)
    return [median(times) for times in taken]


def cpu_of(act: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads, that one call takes."""
    started = time.process_time()
    act()
    return time.process_time() - started
