# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window as a participant: the app's own start, driven from inside by lines of JSON.

In the composition root only the controller is replaced, by one that lets itself be driven, and on request
the models, by a scripted one or by none. What only the driving needs is imported late: start-up is measured.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop import __main__ as program
from desktop import app
from desktop.domain.conversation import ChatId
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from tests.benchmarks.probes import Lateness, PaintWatch, let_run
from tests.benchmarks.serving import private_output

if TYPE_CHECKING:
    from desktop.services.models import Models
    from desktop.ui.shell.workspace import Workspace
    from desktop.ui.transcript.view import TranscriptView

PATIENCE_S = 120.0
_FRAME_S = 0.016

Say = Callable[[Mapping[str, object]], None]


class Driver(QObject):
    """Does what the lines say, on the UI thread, through the widgets a person uses."""

    _told = Signal(object)

    def __init__(self, controller: Controller, window: MainWindow, say: Say) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self._say = say
        self._paint = PaintWatch(window)
        self._told.connect(self._do, Qt.ConnectionType.QueuedConnection)
        self._paint.when(lambda: True, self._begin)

    def _begin(self) -> None:
        self._say({"interactive": time.monotonic()})
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self._told.emit(json.loads(line))
        self._told.emit({"do": "close"})

    def _do(self, request: dict[str, Any]) -> None:
        name = request.pop("do")
        if name == "close":
            self._window.close()
        else:
            try:
                answer = getattr(self, name)(**request)
            except Exception:
                answer = {"error": traceback.format_exc()}
            self._say(answer)

    # what can be asked for

    def unlock(self, passphrase: str) -> dict[str, object]:
        """Type the passphrase and press the button; seconds until the workspace is painted and idle."""
        from desktop.ui.lock.unlock_page import UnlockPage

        page = self._controller.door.page
        if not isinstance(page, UnlockPage):
            raise RuntimeError("the door does not ask for a passphrase")
        page.passphrase.edit.setText(passphrase)
        began = time.perf_counter()
        page.unlock_button.click()
        painted = self._paint.wait(lambda: self._controller.workspace is not None, PATIENCE_S)
        return {"seconds": painted - began}

    def ask(self, text: str) -> dict[str, object]:
        """Ask in a new chat; ends with the answer."""
        self._send(text)
        self._wait_for_answer()
        return {}

    def settle(self) -> dict[str, object]:
        """Wait until the model is loaded and nothing moves any more."""
        models = self._workspace.session.models
        let_run(PATIENCE_S, lambda: models.status() in ("ready", "missing"))
        let_run(1.0)
        return {}

    def unload(self) -> dict[str, object]:
        """Let the model go, as its menu does."""
        models = self._workspace.session.models
        self._workspace.page.composer.chip.unload_requested.emit()
        let_run(PATIENCE_S, lambda: not models.loaded)
        let_run(1.0)
        return {}

    def stream(self, text: str) -> dict[str, object]:
        """Ask, and watch the UI thread from the first text until shortly after the end."""
        lateness = Lateness()
        model = self._transcript.model

        def begin(*_: object) -> None:
            model.text_appended.disconnect(begin)
            lateness.start()

        model.text_appended.connect(begin)
        self._send(text)
        self._wait_for_answer()
        let_run(0.3)
        p99, longest = lateness.stop()
        return {"p99_ms": p99, "longest_ms": longest}

    def update_cost(self, text: str, pieces: int) -> dict[str, object]:
        """Ask for a prefix and so many pieces after it; what the UI thread worked for each piece."""
        arrived = 0
        before = after = 0.0

        def note(*_: object) -> None:
            nonlocal arrived, before
            arrived += 1
            if arrived == 2:  # the first was the prefix
                before = time.thread_time()

        self._transcript.model.text_appended.connect(note)
        self._send(text)
        let_run(PATIENCE_S, lambda: arrived > pieces)
        after = time.thread_time()
        self._transcript.model.text_appended.disconnect(note)
        self._wait_for_answer()
        return {"ms": (after - before) * 1000 / pieces}

    def open_chat(self, chat: str, messages: int) -> dict[str, object]:
        """Click a chat in the sidebar; milliseconds until the view is painted, full of text."""
        from PySide6.QtTest import QTest

        view = self._workspace.sidebar.list
        index = self._workspace.sidebar.chats.index_of(ChatId(chat))
        if not index.isValid():
            raise RuntimeError("the sidebar does not list this chat")
        view.scrollTo(index)
        let_run(0.3)
        place = view.visualRect(index).center()
        began = time.perf_counter()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        painted = self._paint.wait(lambda: _is_full(self._transcript, messages), PATIENCE_S)
        let_run(0.3)
        return {"ms": (painted - began) * 1000}

    def scroll(self, notches: int, pages: int, jumps: int) -> dict[str, object]:
        """Go up through the chat that is open: by wheel, by page, and by dragging the bar far away.

        Returns:
            wheel_ms, page_ms, jump_ms: the longest from an input of this kind to its painting.
            held_ms: the longest the UI thread kept a timer waiting; what arrives later is in it, too.
        """
        import random

        from PySide6.QtTest import QTest

        draw = random.Random(7)
        bar = self._transcript.verticalScrollBar()
        page = partial(QTest.keyClick, self._transcript, Qt.Key.Key_PageUp)
        lateness = Lateness()
        lateness.start()
        answer = {
            "wheel_ms": self._longest_frame([self._turn_wheel] * notches),
            "page_ms": self._longest_frame([page] * pages),
            "jump_ms": self._longest_frame([partial(_drag, bar, draw.random()) for _ in range(jumps)]),
        }
        return {**answer, "held_ms": lateness.stop()[1]}

    def _longest_frame(self, steps: Sequence[Callable[[], object]]) -> float:
        """Take one step per frame; milliseconds from the step to its painting, at worst."""
        frames: list[float] = []
        for step in steps:
            painted: list[float] = []
            self._paint.when(lambda: True, partial(_note_time, painted))
            began = time.perf_counter()
            step()
            let_run(_FRAME_S)
            frames += [(at - began) * 1000 for at in painted]
        if len(frames) < len(steps) / 2:
            raise RuntimeError("scrolling painted next to nothing")
        return max(frames)

    # how

    @property
    def _workspace(self) -> Workspace:
        workspace = self._controller.workspace
        if workspace is None:
            raise RuntimeError("the vault is locked")
        return workspace

    @property
    def _transcript(self) -> TranscriptView:
        return self._workspace.page.transcript

    def _send(self, text: str) -> None:
        self._workspace.do(Command.NEW_CHAT)
        self._running: frozenset[str] = frozenset()
        self._ran = False
        self._workspace.chat.running_changed.connect(self._note_running)
        composer = self._workspace.page.composer
        composer.set_text(text)
        composer.button.click()

    def _note_running(self, running: frozenset[str]) -> None:
        self._running = running
        self._ran = self._ran or bool(running)

    def _wait_for_answer(self) -> None:
        if not let_run(PATIENCE_S, lambda: self._ran and not self._running):
            raise TimeoutError("no answer")
        self._workspace.chat.running_changed.disconnect(self._note_running)

    def _turn_wheel(self) -> None:
        viewport = self._transcript.viewport()
        place = QPointF(viewport.rect().center())
        event = QWheelEvent(
            place,
            QPointF(viewport.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)


def _note_time(times: list[float]) -> None:
    times.append(time.perf_counter())


def _drag(bar: Any, share: float) -> None:
    bar.setValue(round(bar.maximum() * share))


def _is_full(view: TranscriptView, messages: int) -> bool:
    """Whether widgets with their text cover the viewport, from the last message up."""
    model = view.model
    row = model.rowCount() - 1
    if row + 1 != messages:
        return False
    while row >= 0:
        widget = view.message_widget(row)
        if widget is None or not widget.isVisible() or model.message(row) is None:
            return False
        if widget.y() <= 0:
            return True
        row -= 1
    return True


def scripted_models() -> Models:
    """Everything of the engine but the model: its child writes by script."""
    from desktop.documents.templates import ChatTemplateRenderer
    from desktop.engine.client import LocalEngine
    from desktop.services.models import ModelChoice, Models
    from tests.benchmarks.peers.scripted_model import ScriptedChild

    renderer = ChatTemplateRenderer()
    engine = LocalEngine(renderer, child_factory=ScriptedChild)
    return Models(engine, ModelChoice(Path(__file__), "Scripted"), on_close=renderer.close)


def no_models(make: Callable[[], Models]) -> Models:
    """The app's own, with a model file that is not there."""
    models = make()
    models.use(Path(__file__).with_name("absent.gguf"))
    return models


def main() -> int:
    """Start the app as its entry point does."""
    folder, *options = sys.argv[1:]
    with private_output() as say:

        class Driven(Controller):
            def __init__(self, *parts: Any, **named: Any) -> None:
                super().__init__(*parts, **named)
                window = next(part for part in parts if isinstance(part, MainWindow))
                self.driver = Driver(self, window, say)

        _replace(app, "Controller", Driven)
        if options:
            from desktop.services import models

            ours = {
                "--scripted": scripted_models,
                "--without-model": partial(no_models, models.local_models),
            }
            _replace(models, "local_models", ours[options[0]])
        sys.argv = ["inglenook", "--profile", folder]
        return program.main()


def _replace(module: ModuleType, name: str, ours: object) -> None:
    if not hasattr(module, name):
        raise RuntimeError(f"{module.__name__} has no {name} any more")
    setattr(module, name, ours)


if __name__ == "__main__":
    sys.exit(main())
