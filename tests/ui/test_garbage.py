# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.ui.garbage import YOUNG, GarbageCollector


class Ring:
    """Holds itself, so that only a collection ends it; notes on which thread that was."""

    ended_on: list[threading.Thread]

    def __init__(self, ended_on: list[threading.Thread]) -> None:
        self.itself = self
        self.ended_on = ended_on

    def __del__(self) -> None:
        self.ended_on.append(threading.current_thread())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    owner = QObject()
    collector = GarbageCollector(owner)
    yield collector
    collector.close()


def test_other_threads_never_collect(collector: GarbageCollector, qtbot: QtBot) -> None:
    ended_on: list[threading.Thread] = []

    def make_garbage() -> None:
        for _ in range(YOUNG * 20):
            Ring(ended_on)

    worker = threading.Thread(target=make_garbage)
    worker.start()
    worker.join()
    assert ended_on == []
    qtbot.waitUntil(lambda: len(ended_on) == YOUNG * 20, timeout=10_000)
    assert set(ended_on) == {threading.main_thread()}


def test_what_is_spared_is_not_looked_at_again(collector: GarbageCollector) -> None:
    ended_on: list[threading.Thread] = []
    ring = weakref.ref(Ring(ended_on))
    collector.spare_what_is_there()
    gc.collect()
    assert ring() is not None


def test_afterwards_python_collects_by_itself_again(qtbot: QtBot) -> None:
    owner = QObject()
    GarbageCollector(owner).close()
    assert gc.isenabled()
