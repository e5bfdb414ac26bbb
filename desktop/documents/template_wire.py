# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames between the app and the template child, every field bounded."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from desktop.domain.conversation import Role

MAX_OUTPUT = 32 * 1024 * 1024
"""Bytes of a rendered prompt; far above any model's window."""

MAX_FRAME = MAX_OUTPUT + 1024 * 1024

Text = Annotated[str, Meta(max_length=MAX_OUTPUT)]
Token = Annotated[str, Meta(max_length=1024)]


class Turn(Struct, frozen=True):
    """One message."""

    role: Role
    content: Text


class Render(Struct, frozen=True, tag="render"):
    """Render ``template`` over ``messages``, the generation prompt appended."""

    template: Annotated[str, Meta(max_length=1024 * 1024)]
    messages: Annotated[list[Turn], Meta(max_length=1_000_000)]
    bos: Token
    eos: Token


class Ready(Struct, frozen=True, tag="ready"):
    """Sent once: the child is confined and takes requests."""


class Rendered(Struct, frozen=True, tag="rendered"):
    """The prompt."""

    text: Text


class Refused(Struct, frozen=True, tag="refused"):
    """The template failed or said no. Why is not told: its words could quote the conversation."""


FromChild = Ready | Rendered | Refused
