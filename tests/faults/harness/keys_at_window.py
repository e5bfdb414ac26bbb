# SPDX-License-Identifier: GPL-3.0-or-later
"""Run as a program: the real window of the profile named by the argument, its keys read from standard input.

Keys come one byte at a time and are pressed one at a time, so that this harness never holds a word that the
test looks for in its memory: letters as they are, control characters as Ctrl with that letter, 13 as Return,
27 as Escape, 129 and more as function keys (130 is F2). Whenever what is shown changes, one word about it is
written to standard output.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSocketNotifier, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import app
from desktop.paths import Profile
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.residue import Residue
from desktop.ui.shell.controller import Controller

RETURN, ESCAPE = 13, 27
LONG = 40  # characters of an answer


class Keys:
    """Presses what comes, and tells what is shown."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._told = ""
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, controller)
        self._notifier.activated.connect(self._press)
        self._timer = QTimer(controller)
        self._timer.timeout.connect(self._look)
        self._timer.start(50)

    def _press(self) -> None:
        byte = os.read(0, 1)
        if not byte:
            self._notifier.setEnabled(False)
            return
        target = QApplication.focusWidget() or self._controller._window
        code = byte[0]
        if code == RETURN:
            QTest.keyClick(target, Qt.Key.Key_Return)
        elif code == ESCAPE:
            QTest.keyClick(target, Qt.Key.Key_Escape)
        elif code > 128:
            QTest.keyClick(target, Qt.Key(Qt.Key.Key_F1.value + code - 129))
        elif code < 27:
            QTest.keyClick(target, Qt.Key(code + 64), Qt.KeyboardModifier.ControlModifier)
        else:
            QTest.keyClicks(target, chr(code))

    def _look(self) -> None:
        shown = self._shown()
        if shown != self._told:
            self._told = shown
            print(shown, flush=True)

    def _shown(self) -> str:
        workspace, page = self._controller.workspace, self._controller.door.page
        if workspace is not None:
            if not workspace.is_answering:
                return "open"
            model = workspace.page.transcript.model
            rows = model.rowCount()
            return "answering" if rows > 1 and len(model.text(rows - 1)) > LONG else "asked"
        if isinstance(page, UnlockPage) and page.unlock_button.isEnabled():
            return "locked" if QApplication.focusWidget() is page.passphrase.edit else "busy"
        return "busy"


def main() -> int:
    start, end = Controller.start, Residue._end

    def end_and_tell(residue: Residue) -> None:
        end(residue)
        print("cleared", flush=True)

    Residue._end = end_and_tell  # type: ignore[method-assign]

    def start_with_keys(controller: Controller) -> None:
        start(controller)
        controller.setProperty("keys", Keys(controller))

    Controller.start = start_with_keys  # type: ignore[method-assign]
    return app.run_window(Profile(Path(sys.argv[1])))


if __name__ == "__main__":
    sys.exit(main())
