# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a model and what comes back: requests, events, and the ports that serve them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from desktop.domain.conversation import ReplyStats, Role, StopReason


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One turn as the chat template sees it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class SamplingOptions:
    """How the next token is drawn. The defaults suit small instruct models (SmolLM2's own card)."""

    temperature: float = 0.2
    top_p: float = 0.9
    top_k: int = 40
    min_p: float = 0.0
    repeat_penalty: float = 1.1
    repeat_last_n: int = 64
    seed: int | None = None  # None draws one
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    json_schema: str | None = None  # what ``json_schema.read`` takes: the answer is JSON of that shape


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """A conversation to answer: system message (if any) first, the last user message last.

    Attributes:
        begun: how the answer begins; the model goes on from there, and only what it adds is sent back.
    """

    messages: tuple[PromptMessage, ...]
    sampling: SamplingOptions = field(default_factory=SamplingOptions)
    begun: str = ""


@dataclass(frozen=True, slots=True)
class PromptFitted:
    """The prompt was measured and, if need be, cut; sent once before any text."""

    prompt_tokens: int
    cached_tokens: int
    dropped_messages: int
    context_size: int


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """How much of the prompt has been read."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the reply, whole characters only."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a reply that ended by itself or was cancelled."""

    reason: StopReason
    stats: ReplyStats


class FaultKind(enum.StrEnum):
    """What went wrong in the engine, as far as a person needs to know."""

    CRASHED = "crashed"
    HUNG = "hung"
    OUT_OF_MEMORY = "out_of_memory"
    MODEL_UNREADABLE = "model_unreadable"
    MODEL_MISSING = "model_missing"
    DOES_NOT_FIT = "does_not_fit"  # it needs more memory than there is, so it was not loaded
    TEMPLATE = "template"  # the model's chat template failed or ran too long
    PROMPT_TOO_LONG = "prompt_too_long"  # the last message alone does not fit
    SCHEMA = "schema"  # the answer cannot be held to the JSON schema
    PROTOCOL = "protocol"  # the child sent what it must not


@dataclass(frozen=True, slots=True)
class Failed:
    """The last event of a reply that broke off; text sent before stays valid."""

    kind: FaultKind


EngineEvent = PromptFitted | PromptProgress | TextDelta | Finished | Failed
OnEvent = Callable[[EngineEvent], None]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which file to load, and how. ``n_ctx`` 0 means: the model's own length, capped by the engine."""

    path: Path
    name: str
    n_ctx: int = 0
    n_threads: int = 0  # 0: chosen and adapted by the engine


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the loaded model says of itself, and what was set up."""

    name: str
    architecture: str
    parameters: int
    size_bytes: int
    context_size: int  # the window in use, tokens
    trained_context: int
    chat_template: str  # "" for a base model
    bos: str
    eos: str
    load_seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What the window would hold if a question were asked now, in tokens.

    Attributes:
        window: all of it.
        instructions: of the system message.
        messages: of the turns that are kept.
        around: of what the model's template puts around them.
        kept_messages: how many turns those are.
        dropped_messages: how many older ones are left out.
        room: kept free for the answer.
    """

    window: int
    instructions: int
    messages: int
    around: int
    kept_messages: int
    dropped_messages: int
    room: int

    @property
    def used(self) -> int:
        """All that is read before the answer begins."""
        return self.instructions + self.messages + self.around


class EngineState(enum.StrEnum):
    """Where the engine is; LOADING and READY come and go by themselves after a crash."""

    UNLOADED = "unloaded"
    LOADING = "loading"
    READY = "ready"
    BUSY = "busy"
    FAILED = "failed"


class Generation(Protocol):
    """A running reply."""

    def cancel(self) -> None:
        """Ask it to stop; a Finished(CANCELLED) follows within 200 ms. Safe from any thread, twice too."""

    def wait(self, timeout: float | None = None) -> bool:
        """Block until its last event was delivered; False on time-out."""


class TemplateRenderer(Protocol):
    """Turns turns into the model's prompt text, in a capped child."""

    def render(self, template: str, messages: Sequence[PromptMessage], *, bos: str, eos: str) -> str:
        """Render with the generation prompt appended.

        Raises:
            TemplateFault: the template failed, was refused, or ran over its time or memory.
        """

    def close(self) -> None:
        """End the child, if any."""


class TemplateFault(Exception):  # noqa: N818 - a fault, not a bug of ours
    """A chat template could not be rendered."""


class Engine(Protocol):
    """A backend that answers conversations with one loaded model. All calls are safe from any thread."""

    @property
    def state(self) -> EngineState:
        """Where it is now."""

    @property
    def info(self) -> ModelInfo | None:
        """The loaded model, or None."""

    @property
    def child_pid(self) -> int | None:
        """The process that holds the model, if it is one of its own."""

    def load(self, spec: ModelSpec) -> ModelInfo:
        """Load, replacing what was loaded; blocks. The model stays in memory between turns.

        Raises:
            EngineFault: with the kind that tells why.
        """

    def generate(self, request: GenerationRequest, on_event: OnEvent) -> Generation:
        """Start a reply. Events arrive on one engine thread, in order, ending in Finished or Failed.

        Requests made while one runs wait their turn. Fitting the prompt to the window is done here.
        """

    def measure(self, messages: Sequence[PromptMessage], max_tokens: int) -> Future[Measured | None]:
        """What a question would be given of this conversation: counted, not evaluated, when nothing runs.

        None where no model is loaded, or where a request came in between.
        """

    def unload(self) -> None:
        """End the child so that its memory comes back; blocks."""

    def close(self) -> None:
        """unload, for good."""


class EngineFault(Exception):  # noqa: N818 - a fault of the environment, not a bug of ours
    """The engine could not do what was asked; ``kind`` says why."""

    def __init__(self, kind: FaultKind) -> None:
        super().__init__(kind.value)
        self.kind = kind
