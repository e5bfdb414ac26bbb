# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames between the app and an engine child: one tagged union each way, every field bounded.

Both sides decode with these types, so a frame that breaks a bound never becomes a value. What the child
says is untrusted: the client also checks it against what it knows (``check_*`` below).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from desktop.domain.conversation import StopReason
from desktop.domain.generation import FaultKind, SamplingOptions
from desktop.domain.json_schema import MAX_SCHEMA

MAX_FRAME = 64 * 1024 * 1024
"""Bytes of one frame. A prompt fills at most a window of tokens, of about 4 bytes each; this is far above."""

MAX_TEXT = 16 * 1024 * 1024
MAX_DELTA = 1024 * 1024
MAX_CONTEXT = 16 * 1024 * 1024
MAX_STOPS = 16

RequestId = Annotated[int, Meta(ge=0, le=2**53)]
TokenCount = Annotated[int, Meta(ge=0, le=MAX_CONTEXT)]
Threads = Annotated[int, Meta(ge=0, le=1024)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Label = Annotated[str, Meta(max_length=256)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]
Penalty = Annotated[float, Meta(ge=-2, le=2)]
StopString = Annotated[str, Meta(min_length=1, max_length=256)]


class Sampling(Struct, frozen=True, kw_only=True):
    """``SamplingOptions`` within what a sampler can take; ``seed`` is always drawn by the client."""

    temperature: Annotated[float, Meta(ge=0, le=10)]
    top_p: Annotated[float, Meta(ge=0, le=1)]
    top_k: Annotated[int, Meta(ge=0, le=1_000_000)]
    min_p: Annotated[float, Meta(ge=0, le=1)]
    repeat_penalty: Annotated[float, Meta(ge=0.01, le=10)]
    repeat_last_n: Annotated[int, Meta(ge=0, le=65_536)]
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    max_tokens: Annotated[int, Meta(ge=1, le=MAX_CONTEXT)]
    stop: Annotated[tuple[StopString, ...], Meta(max_length=MAX_STOPS)] = ()
    presence_penalty: Penalty = 0.0
    frequency_penalty: Penalty = 0.0
    json_schema: Annotated[str, Meta(max_length=MAX_SCHEMA)] | None = None


# --- from the app to the child ---


class Load(Struct, frozen=True, tag="load"):
    """The first frame: which file, and how. Zeros leave the choice to the child."""

    path: Annotated[bytes, Meta(min_length=1, max_length=32_768)]  # a file name need not be UTF-8
    n_ctx: TokenCount = 0
    n_threads: Threads = 0


class Count(Struct, frozen=True, tag="count"):
    """How many tokens has each of these texts?"""

    id: RequestId
    texts: Annotated[list[Text], Meta(max_length=100_000)]


class Generate(Struct, frozen=True, tag="generate"):
    """Continue ``prompt``; ``TooLong`` answers when fewer than ``room`` tokens would be left to reply."""

    id: RequestId
    prompt: Text
    room: TokenCount
    sampling: Sampling


class Cancel(Struct, frozen=True, tag="cancel"):
    """Stop request ``id`` at once, if it still runs."""

    id: RequestId


class Ping(Struct, frozen=True, tag="ping"):
    """Are you alive, and getting on?"""

    id: RequestId


class Exit(Struct, frozen=True, tag="exit"):
    """Leave; the end of the pipe means the same."""


ToChild = Load | Count | Generate | Cancel | Ping | Exit


# --- from the child to the app ---


class Loading(Struct, frozen=True, tag="loading"):
    """Signs of life while the file is read."""

    fraction: Annotated[float, Meta(ge=0, le=1)]


class Loaded(Struct, frozen=True, tag="loaded"):
    """The model is ready; what its file claims about itself."""

    architecture: Label
    parameters: Annotated[int, Meta(ge=0, le=2**53)]
    size_bytes: Annotated[int, Meta(ge=0, le=2**53)]
    context_size: Annotated[int, Meta(ge=1, le=MAX_CONTEXT)]
    trained_context: TokenCount
    chat_template: Annotated[str, Meta(max_length=1024 * 1024)]
    bos: Label
    eos: Label
    load_seconds: Seconds


class Counted(Struct, frozen=True, tag="counted"):
    """The answer to ``Count``, in its order."""

    id: RequestId
    counts: Annotated[list[TokenCount], Meta(max_length=100_000)]


class TooLong(Struct, frozen=True, tag="too_long"):
    """The prompt was not evaluated: it has so many tokens."""

    id: RequestId
    prompt_tokens: TokenCount


class Refused(Struct, frozen=True, tag="refused"):
    """The prompt was not evaluated: an answer cannot be held to the schema it came with."""

    id: RequestId


class Fitted(Struct, frozen=True, tag="fitted"):
    """The prompt fits and is about to be evaluated."""

    id: RequestId
    prompt_tokens: TokenCount
    cached_tokens: TokenCount


class Progress(Struct, frozen=True, tag="progress"):
    """Prompt tokens evaluated so far (reused ones included)."""

    id: RequestId
    done: TokenCount
    total: TokenCount


class Delta(Struct, frozen=True, tag="delta"):
    """More of the reply; whole characters."""

    id: RequestId
    text: Annotated[str, Meta(max_length=MAX_DELTA)]


class Done(Struct, frozen=True, tag="done"):
    """The reply ended; all its text was sent before."""

    id: RequestId
    reason: StopReason
    completion_tokens: TokenCount
    tokens_per_second: Annotated[float, Meta(ge=0, le=1e7)]


class Fault(Struct, frozen=True, tag="fault"):
    """The child could not do it. It stays usable unless the pipe ends."""

    kind: FaultKind


class Pong(Struct, frozen=True, tag="pong"):
    """``progress`` only grows: tokens, graph nodes and chunks done since the start."""

    id: RequestId
    progress: Annotated[int, Meta(ge=0, le=2**62)]


FromChild = Loading | Loaded | Counted | TooLong | Refused | Fitted | Progress | Delta | Done | Fault | Pong


def sampling_frame(options: SamplingOptions, seed: int, extra_stops: tuple[str, ...] = ()) -> Sampling:
    """Bring what a person chose within what the sampler takes; empty stop strings are ignored."""
    stops = tuple(dict.fromkeys(stop[:256] for stop in (*extra_stops, *options.stop) if stop))
    return Sampling(
        temperature=min(max(options.temperature, 0.0), 10.0),
        top_p=min(max(options.top_p, 0.0), 1.0),
        top_k=min(max(options.top_k, 0), 1_000_000),
        min_p=min(max(options.min_p, 0.0), 1.0),
        repeat_penalty=min(max(options.repeat_penalty, 0.01), 10.0),
        repeat_last_n=min(max(options.repeat_last_n, 0), 65_536),
        seed=seed % 2**32,
        max_tokens=min(max(options.max_tokens, 1), MAX_CONTEXT),
        stop=stops[:MAX_STOPS],
        presence_penalty=min(max(options.presence_penalty, -2.0), 2.0),
        frequency_penalty=min(max(options.frequency_penalty, -2.0), 2.0),
        json_schema=options.json_schema,
    )
