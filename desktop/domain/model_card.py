# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model file says of itself, and what it needs: plain values."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

BUNDLED_ID = "bundled"
"""Names the model that Inglenook came with; every other is named by the SHA-256 of its file."""

DEFAULT_WINDOW = 8192
"""Tokens of window unless asked for more: memory grows with it, and laptops have little."""

_PROCESS_BYTES = 90_000_000  # the child itself: Python, llama.cpp, small buffers

Words = Annotated[str, Meta(max_length=512)]
Amount = Annotated[int, Meta(ge=0, le=2**60)]
Several = Annotated[list[Words], Meta(max_length=64)]


class ModelCard(Struct, frozen=True):
    """What a file says of itself; "" and 0 and [] where it is silent. None of it is checked by anyone.

    Attributes:
        parameters: elements of all its tensors (counted, not claimed).
        quantisation: how most of them are stored.
        trained_context: tokens it was trained to look back on.
        kv_bytes_per_token: what each token of the window takes in memory, at 16 bits.
        scratch_bytes_per_token: what looking back on a token takes while a prompt is read.
        logit_bytes: what the words to choose from take while a prompt is read.
        has_template: whether it says how a chat is written; a base model does not.
    """

    architecture: Words = ""
    name: Words = ""
    organisation: Words = ""
    author: Words = ""
    quantised_by: Words = ""
    licence: Words = ""
    licence_link: Words = ""
    source: Words = ""
    description: Words = ""
    base_models: Several = []
    datasets: Several = []
    languages: Several = []
    parameters: Amount = 0
    quantisation: Words = ""
    trained_context: Amount = 0
    kv_bytes_per_token: Amount = 0
    scratch_bytes_per_token: Amount = 0
    logit_bytes: Amount = 0
    has_template: bool = False

    def window(self, asked: int = 0) -> int:
        """The window it gets when ``asked`` for so many tokens; 0 asks for the usual."""
        trained = self.trained_context or DEFAULT_WINDOW
        return min(asked, trained) if asked else min(trained, DEFAULT_WINDOW)

    def memory_bytes(self, file_bytes: int, window: int = 0) -> int:
        """Estimate what it takes when loaded, with its window full.

        The weights are the file; the cache has two vectors a token and layer; while a prompt is read, the
        larger of two scratch areas is there, too. Rather more than it takes: a test compares.
        """
        tokens = self.window(window)
        scratch = max(self.scratch_bytes_per_token * tokens, self.logit_bytes)
        return file_bytes + self.kv_bytes_per_token * tokens + scratch + _PROCESS_BYTES
