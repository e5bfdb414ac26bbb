# SPDX-License-Identifier: GPL-3.0-or-later
"""Which model answers, and whether it is in memory."""

from __future__ import annotations

import enum
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.generation import (
    Engine,
    EngineFault,
    EngineState,
    FaultKind,
    Generation,
    GenerationRequest,
    Measured,
    ModelInfo,
    ModelSpec,
    OnEvent,
    PromptMessage,
)
from desktop.domain.model_card import BUNDLED_ID
from desktop.engine.client import LocalEngine
from desktop.paths import bundled_model
from desktop.services import memory

BUNDLED_NAME = "SmolLM2 135M"


class ModelStatus(enum.StrEnum):
    """What a person needs to know of the model."""

    MISSING = "missing"  # its file is not there
    UNLOADED = "unloaded"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model file and the name it goes by.

    Attributes:
        id: names it among the models a person has; "" for a file that is not among them.
        needs: bytes of memory it is estimated to take; 0 if that is not known.
        window: tokens of context; 0 for the usual.
    """

    path: Path
    name: str
    id: str = ""
    needs: int = 0
    window: int = 0


def _nothing() -> None:
    """Nothing needs to be done."""


class Models:
    """One engine and the model chosen for it. Loading is serialised; all calls are safe from any thread.

    Args:
        engine: what answers.
        choice: the model to load when one is needed.
        warm: prepares what a first question needs beside the model.
        rest: ends what was prepared until it is needed again; it has read what was said.
        on_close: ends it for good.
        free_memory: bytes a model could take now; None if this system does not say.

    Attributes:
        original: the choice it was made with, to which a person can go back.
    """

    def __init__(
        self,
        engine: Engine,
        choice: ModelChoice,
        *,
        warm: Callable[[], None] = _nothing,
        rest: Callable[[], None] = _nothing,
        on_close: Callable[[], None] = _nothing,
        free_memory: Callable[[], int | None] = memory.available,
    ) -> None:
        self.engine = engine
        self.original = choice
        self._choice = choice
        self._warm = warm
        self._rest = rest
        self._on_close = on_close
        self._free_memory = free_memory
        self._despite: ModelChoice | None = None  # the person wants it although memory is short
        self._loading = threading.Lock()
        self._fault: FaultKind | None = None
        self._window = 0  # it was loaded with, as it was asked for
        self._listeners: list[Callable[[ModelStatus], None]] = []

    def current(self) -> ModelChoice:
        """The chosen model, whether its file is there or not."""
        return self._choice

    def current_name(self) -> str:
        """What the chosen model is called."""
        return self._choice.name

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self.engine.state in (EngineState.READY, EngineState.BUSY)

    @property
    def info(self) -> ModelInfo | None:
        """The loaded model's own account, or None."""
        return self.engine.info

    @property
    def child_pid(self) -> int | None:
        """The process that holds the model, or None."""
        return self.engine.child_pid if isinstance(self.engine, LocalEngine) else None

    def status(self) -> ModelStatus:
        """Where the model is now."""
        if self.loaded:
            return ModelStatus.READY
        if self.engine.state is EngineState.LOADING:
            return ModelStatus.LOADING
        if not self._is_there():
            return ModelStatus.MISSING
        return ModelStatus.FAILED if self._fault is not None else ModelStatus.UNLOADED

    def on_status(self, listener: Callable[[ModelStatus], None]) -> Callable[[], None]:
        """Tell ``listener`` of each change, on whichever thread makes it.

        Returns:
            What ends that. A model outlives a session: a listener left here keeps what it knows in memory.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def use(self, path: Path) -> None:
        """Choose another model file for the next reply; the one in memory is let go. Blocks shortly."""
        self.choose(self.original if path == self.original.path else ModelChoice(path, path.stem))

    def choose(self, choice: ModelChoice, *, despite: bool = False) -> None:
        """Answer with ``choice`` from the next reply on; another in memory is let go. Blocks shortly.

        Args:
            choice: the model.
            despite: load it even if memory is short; the person was told.
        """
        with self._loading:
            self._switch(choice)
            self._despite = choice if despite else None
        self._tell()

    def _switch(self, choice: ModelChoice) -> None:
        if choice != self._choice:
            self.engine.unload()
            self._choice = choice
        self._fault = None

    def room(self) -> int | None:
        """Bytes a model could take now, what the loaded one would give back included; None: not known."""
        free = self._free_memory()
        return None if free is None else free + (self.memory_used() or 0)

    def memory_used(self) -> int | None:
        """Bytes the process takes that holds the model; None if none does, or it is not known."""
        pid = self.engine.child_pid if self.loaded else None
        return None if pid is None else memory.resident(pid)

    def loaded_with(self, window: int | None) -> bool:
        """Whether the model is in memory with this window: tokens, 0 for the usual, None for whichever."""
        return self.loaded and window in (None, self._window)

    def ensure_loaded(self, choice: ModelChoice | None = None, window: int | None = None) -> ModelInfo:
        """Load the chosen model unless it is in memory; blocks for seconds.

        Args:
            choice: have this one instead from now on.
            window: as in ``loaded_with``; where it has another one it is loaded anew.

        Raises:
            EngineFault: MODEL_MISSING, DOES_NOT_FIT, MODEL_UNREADABLE, OUT_OF_MEMORY, …
        """
        with self._loading:
            if choice is not None:
                self._switch(choice)
            info = self.engine.info
            if self.loaded_with(window) and info is not None:
                return info
            if not self._is_there():
                self._fault = FaultKind.MODEL_MISSING
                self._tell()
                raise EngineFault(FaultKind.MODEL_MISSING)
            self._require_room()
            self._tell(ModelStatus.LOADING)
            self._warm()
            try:
                chosen = self._choice
                info = self.engine.load(ModelSpec(chosen.path, chosen.name, window or chosen.window))
            except EngineFault as fault:
                self._fault = fault.kind
                self._tell()
                raise
            self._fault = None
            self._window = window or 0
        self._tell()
        return info

    def _require_room(self) -> None:
        """Refuse before anything is loaded: a laptop that swaps helps nobody."""
        room = self.room()
        if room is not None and self._choice.needs > room and self._choice != self._despite:
            self._fault = FaultKind.DOES_NOT_FIT
            self._tell()
            raise EngineFault(FaultKind.DOES_NOT_FIT)

    def generate(
        self,
        request: GenerationRequest,
        on_event: OnEvent,
        choice: ModelChoice | None = None,
        window: int | None = None,
    ) -> Generation | None:
        """Start a reply with the loaded model.

        Args:
            request: what to answer.
            on_event: told everything.
            choice: only with this model.
            window: only with this window, as in ``loaded_with``.

        Returns:
            None if it was let go since it was asked to be loaded, or another took its place.
        """
        with self._loading:
            if not self.loaded_with(window) or (choice is not None and choice != self._choice):
                return None
            return self.engine.generate(request, on_event)

    def measure(self, messages: Sequence[PromptMessage], max_tokens: int) -> Future[Measured | None]:
        """What a question would be given of this conversation; None where nothing is loaded."""
        try:
            return self.engine.measure(messages, max_tokens)
        except RuntimeError:  # it was closed meanwhile
            done: Future[Measured | None] = Future()
            done.set_result(None)
            return done

    def unload(self) -> None:
        """Give the model's memory back, and end every process that has read what was said."""
        with self._loading:
            self.engine.unload()
            self._rest()
        self._tell()

    def close(self) -> None:
        """End the engine for good."""
        self.engine.close()
        self._on_close()

    def _is_there(self) -> bool:
        return os.path.isfile(self._choice.path)  # noqa: PTH113 - Path.is_file raises where it may not look

    def _tell(self, status: ModelStatus | None = None) -> None:
        for listener in tuple(self._listeners):
            listener(status or self.status())


def local_models() -> Models:
    """The engine of this machine with the bundled model; no child is started before it is needed."""
    renderer = ChatTemplateRenderer()
    choice = ModelChoice(bundled_model(), BUNDLED_NAME, BUNDLED_ID)
    engine = LocalEngine(renderer)
    return Models(engine, choice, warm=renderer.warm, rest=renderer.rest, on_close=renderer.close)
