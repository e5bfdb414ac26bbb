# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person says about how one chat is answered, and named sets of that."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from desktop.domain.generation import SamplingOptions
from desktop.domain.json_schema import MAX_SCHEMA

MAX_STOPS = 8
"""Stop words of one chat; the model's own come besides."""

MAX_STOP = 100
MAX_PRESET_NAME = 60

StopWord = Annotated[str, Meta(min_length=1, max_length=MAX_STOP)]


class ChatSettings(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything that can be said; None (or no stop words) leaves it as the model's default is.

    Attributes:
        seed: draws the same words again; None draws others each time.
        max_tokens: of one answer.
        stop: where one of these comes, the answer ends before it.
        context_size: tokens of the model's window; memory is taken accordingly.
        json_schema: the answer is JSON of this shape.
    """

    temperature: Annotated[float, Meta(ge=0, le=5)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    top_k: Annotated[int, Meta(ge=0, le=1000)] | None = None
    min_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    repeat_penalty: Annotated[float, Meta(ge=0.5, le=2)] | None = None
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    stop: Annotated[tuple[StopWord, ...], Meta(max_length=MAX_STOPS)] = ()
    context_size: Annotated[int, Meta(ge=256, le=1_000_000)] | None = None
    json_schema: Annotated[str, Meta(min_length=1, max_length=MAX_SCHEMA)] | None = None

    def over(self, below: ChatSettings) -> ChatSettings:
        """These, and where they say nothing what ``below`` says."""
        return msgspec.structs.replace(below, **said(self))

    def sampling(self) -> SamplingOptions:
        """How the words are drawn."""
        known = {field.name for field in dataclasses.fields(SamplingOptions)}
        drawn = {name: value for name, value in said(self).items() if name in known}
        return dataclasses.replace(SamplingOptions(), **drawn)


class Preset(msgspec.Struct, frozen=True):
    """A named set: who the model should be, and how it is to answer.

    Attributes:
        instructions: become the chat's layer of what the model is told.
        shipped: came with Inglenook, and cannot be changed.
    """

    name: str
    instructions: str
    settings: ChatSettings
    shipped: bool = False


def said(settings: ChatSettings) -> dict[str, Any]:
    """What is said, by name."""
    return {
        name: value for name, value in msgspec.structs.asdict(settings).items() if value not in (None, ())
    }
