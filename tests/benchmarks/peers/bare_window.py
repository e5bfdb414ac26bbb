# SPDX-License-Identifier: GPL-3.0-or-later
"""The least a PySide6 program can be: an application, an empty main window, nothing else imported."""

import sys
import threading
import time

from PySide6.QtCore import QEvent, QMetaObject, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class Watch(QObject):
    """Says when the window was painted and the event loop had nothing left to do."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first painting is all that is waited for."""
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, lambda: print(f'{{"interactive": {time.monotonic()}}}', flush=True))
        return False


def main() -> None:
    """Show it until the input ends."""
    application = QApplication(["bare"])
    window = QMainWindow()
    window.resize(1280, 820)
    watch = Watch()
    window.installEventFilter(watch)
    window.show()

    def listen() -> None:
        sys.stdin.read()
        QMetaObject.invokeMethod(application, "quit", Qt.ConnectionType.QueuedConnection)

    threading.Thread(target=listen, daemon=True).start()
    application.exec()


if __name__ == "__main__":
    main()
