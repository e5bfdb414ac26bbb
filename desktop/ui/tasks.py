# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way from other threads onto the UI thread: Futures, service callbacks and blocking work."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")
Call = Callable[[], object]

_BUDGET_S = 0.008  # half a frame; what is left waits for input and painting to have their turn
_WORKERS = 2


class Tasks(QObject):
    """Runs calls on the thread it was made on, in the order they were posted.

    One signal wakes it however many calls wait, so that a fast stream cannot flood the event queue. After
    ``close`` nothing is called any more: what it would have spoken to may be gone.
    """

    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque()
        self._closed = False
        self._pool: ThreadPoolExecutor | None = None
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more may be asked for."""
        return self._closed

    def post(self, call: Call) -> None:
        """Have ``call`` run on the UI thread. Safe from any thread."""
        with self._lock:
            if self._closed:
                return
            self._calls.append(call)
            if len(self._calls) == 1:
                self._woken.emit()

    def listener(self, on_event: Callable[[T], object]) -> Callable[[T], None]:
        """A callback for a service thread that tells ``on_event`` on the UI thread."""

        def listen(event: T) -> None:
            self.post(lambda: on_event(event))

        return listen

    def watch(
        self,
        future: Future[T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Hand a Future's result to ``done`` or its error to ``failed``, on the UI thread.

        Without ``failed`` an error is raised there, where it counts as a bug of ours.
        """

        def arrived(finished: Future[T]) -> None:
            self.post(lambda: _deliver(finished, done, failed))

        future.add_done_callback(arrived)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do blocking ``work`` on a thread of ours and hand over what it gives, as ``watch`` does."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="ui-task")
        self.watch(self._pool.submit(work), done, failed)

    def close(self) -> None:
        """Forget what waits and call nothing any more. Work that runs ends unheard."""
        with self._lock:
            self._closed = True
            self._calls.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _drain(self) -> None:
        until = time.monotonic() + _BUDGET_S
        try:
            while self._calls:
                with self._lock:
                    if not self._calls:
                        return
                    call = self._calls[0]
                try:
                    call()
                finally:  # taken out last, so that a call posted meanwhile does not wake us twice
                    with self._lock:
                        if self._calls:
                            self._calls.popleft()
                if time.monotonic() > until:
                    break
        finally:
            with self._lock:
                if self._calls:
                    self._woken.emit()


def _deliver(
    future: Future[T], done: Callable[[T], object], failed: Callable[[Exception], object] | None
) -> None:
    try:
        result = future.result()
    except CancelledError:
        return
    except Exception as error:
        if failed is None:
            raise
        failed(error)
    else:
        done(result)
