# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything from other threads arrives on the UI thread, in order, and never after the end."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.ui.tasks import Tasks


def test_calls_from_a_thread_run_here_in_order(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[int, int]] = []

    def post_many() -> None:
        for number in range(2000):
            tasks.post(lambda n=number: seen.append((n, threading.get_ident())))

    thread = threading.Thread(target=post_many)
    thread.start()
    qtbot.waitUntil(lambda: len(seen) == 2000)
    thread.join()
    assert seen == [(n, threading.get_ident()) for n in range(2000)]


def test_a_flood_leaves_room_for_timers(qtbot: QtBot, tasks: Tasks) -> None:
    ticks: list[int] = []
    done: list[int] = []
    timer = QTimer()
    timer.setInterval(1)
    timer.timeout.connect(lambda: ticks.append(len(done)))
    timer.start()
    for number in range(60):
        tasks.post(lambda n=number: (threading.Event().wait(0.002), done.append(n)))
    qtbot.waitUntil(lambda: len(done) == 60)
    assert any(0 < at < 60 for at in ticks), "no timer ran until everything was done"


def test_a_call_may_post_another(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[str] = []
    tasks.post(lambda: (seen.append("first"), tasks.post(lambda: seen.append("second"))))
    qtbot.waitUntil(lambda: seen == ["first", "second"])


def test_results_and_errors_are_handed_over(qtbot: QtBot, tasks: Tasks) -> None:
    got: list[object] = []
    tasks.run(lambda: 6 * 7, got.append)
    tasks.run(lambda: 1 // 0, got.append, lambda error: got.append(type(error)))
    qtbot.waitUntil(lambda: len(got) == 2)
    assert set(got) == {42, ZeroDivisionError}


def test_an_unexpected_error_is_a_bug_and_the_rest_goes_on(qtbot: QtBot, tasks: Tasks) -> None:
    got: list[str] = []
    broken: Future[None] = Future()
    with qtbot.captureExceptions() as exceptions:
        tasks.watch(broken, lambda _nothing: None)
        broken.set_exception(ValueError())
        tasks.post(lambda: got.append("next"))
        qtbot.waitUntil(lambda: got == ["next"])
    assert [kind for kind, _error, _trace in exceptions] == [ValueError]


def test_nothing_is_called_after_the_end(qtbot: QtBot, tasks: Tasks) -> None:
    got: list[str] = []
    tasks.post(lambda: got.append("too late"))
    tasks.close()
    tasks.post(lambda: got.append("later still"))
    qtbot.wait(30)
    assert got == []


@pytest.mark.parametrize("cancelled_first", [True, False])
def test_a_cancelled_future_says_nothing(qtbot: QtBot, tasks: Tasks, cancelled_first: bool) -> None:
    got: list[object] = []
    future: Future[None] = Future()
    if cancelled_first:
        future.cancel()
    tasks.watch(future, got.append, got.append)
    future.cancel()
    qtbot.wait(20)
    assert got == []
