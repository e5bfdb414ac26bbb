# SPDX-License-Identifier: GPL-3.0-or-later
"""Run as a program: the real window, and someone who types into it. Offscreen, with the real model.

Standard input is one JSON object: profile, passphrase, outside (said before unlocking), inside (said after),
draft (begun, not sent), kill (end by SIGKILL while it answers). The replies are written to standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import app
from desktop.paths import Profile
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.shell.controller import Controller
from desktop.ui.temporary.page import TemporaryPage

Script = Generator[Callable[[], bool], None, None]
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_S = 60


class Person:
    """Types, and waits for what is to happen."""

    def __init__(self, controller: Controller, order: dict[str, Any]) -> None:
        self.controller = controller
        self.order = order
        self.window = controller._window
        self._script = self.live()
        self._awaited: Callable[[], bool] = lambda: True
        self._until = time.monotonic() + PATIENCE_S
        self._timer = QTimer(self.window)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(50)

    def _go_on(self) -> None:
        if time.monotonic() > self._until:
            os._exit(9)  # what was waited for never came
        if self._awaited():
            self._awaited = next(self._script, lambda: False)

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def page(self) -> TemporaryPage | None:
        workspace, outside = self.controller.workspace, self.controller._outside
        room = workspace.temporary if workspace is not None else outside
        return room.page if room is not None else None

    def door(self) -> UnlockPage | None:
        page = self.controller.door.page
        return page if isinstance(page, UnlockPage) and page.unlock_button.isEnabled() else None

    def shown(self) -> TemporaryPage:
        page = self.page()
        assert page is not None
        return page

    def reply(self) -> str:
        model = self.shown().transcript.model
        return model.text(model.rowCount() - 1) if model.rowCount() >= 2 else ""

    def has_answered(self) -> bool:
        return bool(self.reply()) and not self.shown().stop_shortcut.isEnabled()

    def live(self) -> Script:
        yield lambda: self.door() is not None and self.window.isActiveWindow()
        self.press(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
        yield lambda: self.page() is not None
        self.type(self.order["outside"])
        self.press(Qt.Key.Key_Return)
        yield self.has_answered
        print(self.reply(), flush=True)
        self.press(Qt.Key.Key_L, CTRL)
        yield self.shown().leave_bar.isVisible
        self.shown().leave_bar.discard_button.click()

        yield from self.unlock()
        self.press(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
        yield lambda: self.page() is not None
        self.type(self.order["inside"])
        self.press(Qt.Key.Key_Return)
        if self.order["kill"]:
            yield lambda: bool(self.reply())
            os.kill(os.getpid(), signal.SIGKILL)
        yield self.has_answered
        print(self.reply(), flush=True)
        self.type(self.order["draft"])
        self.press(Qt.Key.Key_L, CTRL)
        yield from self.unlock()
        yield lambda: self.page() is not None and bool(self.reply())
        assert self.shown().composer.text == self.order["draft"]
        self.press(Qt.Key.Key_K, CTRL)  # what is looked for is not found, nor kept
        self.type(self.order["inside"])
        yield lambda: True
        self.window.close()
        yield self.shown().leave_bar.isVisible
        self.shown().leave_bar.discard_button.click()

    def unlock(self) -> Script:
        yield lambda: self.door() is not None
        self.type(self.order["passphrase"])
        self.press(Qt.Key.Key_Return)
        yield lambda: self.controller.workspace is not None


def main() -> int:
    order = json.loads(sys.stdin.readline())
    start = Controller.start

    def start_with_a_person(controller: Controller) -> None:
        start(controller)
        controller.setProperty("person", Person(controller, order))  # Qt holds no one who only listens

    Controller.start = start_with_a_person  # type: ignore[method-assign]
    return app.run_window(Profile(Path(order["profile"])))


if __name__ == "__main__":
    sys.exit(main())
