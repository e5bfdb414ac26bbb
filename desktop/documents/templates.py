# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders chat templates in a child that is capped in time and memory and replaced when it misbehaves."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence

from desktop.documents.template_wire import MAX_FRAME, FromChild, Ready, Render, Rendered, Turn
from desktop.domain.generation import PromptMessage, TemplateFault
from desktop.sandbox.capped import CappedChild
from desktop.sandbox.frames import FrameError

RENDER_SECONDS = 2.0
"""The cap on one render. Honest templates take milliseconds."""


class ChatTemplateRenderer:
    """The ``TemplateRenderer`` of the app. Renders wait their turn; safe from any thread."""

    def __init__(self, *, seconds: float = RENDER_SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()  # held while a render runs
        self._state = threading.Lock()  # guards the two below, never held long
        self._worker: CappedChild[FromChild] | None = None
        self._closed = False

    def warm(self) -> None:
        """Start the child ahead of the first render; does not wait for it."""
        with contextlib.suppress(OSError, TemplateFault):
            self._current()

    def render(self, template: str, messages: Sequence[PromptMessage], *, bos: str, eos: str) -> str:
        """Render with the generation prompt appended.

        Raises:
            TemplateFault: the template failed, was refused, or ran over its time or memory.
        """
        turns = [Turn(message.role, message.content) for message in messages]
        request = Render(template, turns, bos, eos)
        with self._turn:
            try:
                worker = self._current()
            except OSError:
                raise TemplateFault("the template process cannot be started") from None
            try:
                answer = worker.ask(request, self._seconds)
            except FrameError:
                answer = None
            if isinstance(answer, Rendered):
                return answer.text
            if answer is None or isinstance(answer, Ready):
                self._replace(worker)
                raise TemplateFault("rendering the chat template was cut off")
        raise TemplateFault("the chat template refused")

    def rest(self) -> None:
        """End the child, which has read what it rendered. A running render fails; the next starts another."""
        with self._state:
            worker, self._worker = self._worker, None
        _end(worker, self._turn)

    def close(self) -> None:
        """End the child; a render that runs fails, and so does every later one."""
        with self._state:
            self._closed = True
            worker, self._worker = self._worker, None
        _end(worker, self._turn)

    def _current(self) -> CappedChild[FromChild]:
        with self._state:
            if self._closed:
                raise TemplateFault("closed")
            if self._worker is not None and not self._worker.child.alive:
                self._worker.child.close()
                self._worker = None
            if self._worker is None:
                self._worker = CappedChild("template", FromChild, Ready, limit=MAX_FRAME)
            return self._worker

    def _replace(self, worker: CappedChild[FromChild]) -> None:
        """Kill it and start its successor already, so that the next render does not wait for the start."""
        worker.child.close()
        self.warm()


def _end(worker: CappedChild[FromChild] | None, turn: threading.Lock) -> None:
    if worker is not None:
        worker.child.kill()  # first, so that a running render lets go
        with turn:
            worker.child.close()
