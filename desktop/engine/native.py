# SPDX-License-Identifier: GPL-3.0-or-later
"""llama.cpp as this engine uses it: one model, one context, one live sequence. Runs only in the child.

The low-level binding is used on purpose: its ``Llama`` class detokenises the whole reply at every token and
holds a single sequence.
"""

from __future__ import annotations

import ctypes
import os
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.engine.sequences import Vocabulary, split_at_seams

DEFAULT_CONTEXT_CAP = 8192
"""Tokens of window unless asked for more: memory grows with it, and laptops have little."""

BATCH = 512
"""Most prompt tokens per llama_decode call; llama.cpp's own default for n_ubatch."""

# Measured on CPU: flash attention with an f16 cache halved decoding at 900 tokens (46 to 24 tokens/s).
FLASH_ATTENTION: int = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
KV_TYPE: int = llama.GGML_TYPE_F16

_PIECE_BYTES = 512
SEQUENCE = 0

OK, NO_SLOT, ABORTED = 0, 1, 2  # llama_decode's answers; below zero: fatal


class NativeError(RuntimeError):
    """llama.cpp refused; ``memory`` tells whether for want of memory."""

    def __init__(self, what: str, *, memory: bool = False) -> None:
        super().__init__(what)
        self.memory = memory


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _silence(_level: int, _text: bytes, _data: object) -> None:
    """Drop llama.cpp's log: it may quote prompts and paths."""


def initialise() -> None:
    """Silence the library and set up its backends; once per process, before anything else."""
    llama.llama_log_set(_silence, None)
    llama.llama_backend_init()


class AbortFlag:
    """Stops llama_decode between graph nodes without waking Python.

    ggml calls ``abort(data)`` after every node and stops when it is not zero. libc's ``strlen`` has just that
    shape: 0 for an empty string, 1 for "\\1". So decoding can be cancelled at no cost per token, and a thread
    that sets the byte needs no lock.
    """

    def __init__(self) -> None:
        library = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
        self._bytes = ctypes.create_string_buffer(2)
        self.callback: Any = ctypes.cast(library.strlen, llama.ggml_abort_callback)
        self.data: Any = ctypes.cast(self._bytes, ctypes.c_void_p)

    def set(self) -> None:
        """Stop whatever is evaluated now and next."""
        self._bytes[0] = b"\x01"

    def clear(self) -> None:
        """Evaluate again."""
        self._bytes[0] = b"\x00"

    def is_set(self) -> bool:
        """Whether evaluation is to stop."""
        return self._bytes[0] != b"\x00"


class Model:
    """A loaded GGUF and its vocabulary."""

    def __init__(self, path: Path, on_progress: Callable[[float], None]) -> None:
        @llama.llama_progress_callback  # type: ignore[untyped-decorator]
        def report(fraction: float, _data: object) -> bool:
            on_progress(fraction)
            return True

        params = llama.llama_model_default_params()
        params.n_gpu_layers = 0
        params.progress_callback = report
        handle = llama.llama_model_load_from_file(os.fsencode(path), params)
        if not handle:
            raise NativeError("the model could not be loaded")
        self.handle: Any = handle
        self.vocab: Any = llama.llama_model_get_vocab(handle)
        self._piece_buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        self._tokens = (llama.llama_token * 4096)()
        self.trained_context = int(llama.llama_model_n_ctx_train(handle))
        self.parameters = int(llama.llama_model_n_params(handle))
        self.size_bytes = int(llama.llama_model_size(handle))
        self.on_step: Callable[[], None] = lambda: None
        self.vocab_size = int(llama.llama_vocab_n_tokens(self.vocab))
        self.vocabulary = self._read_vocabulary()

    @property
    def chat_template(self) -> str:
        """The file's default chat template, or ""."""
        found = llama.llama_model_chat_template(self.handle, None)
        return found.decode("utf-8", "replace") if found else ""

    @property
    def bos(self) -> str:
        """The spelling of the begin-of-text token, or ""."""
        return self._spelling(llama.llama_vocab_bos(self.vocab))

    @property
    def eos(self) -> str:
        """The spelling of the end-of-text token, or ""."""
        return self._spelling(llama.llama_vocab_eos(self.vocab))

    def _spelling(self, token: int) -> str:
        return self.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""

    def piece(self, token: int, *, special: bool) -> bytes:
        """The bytes ``token`` spells; control tokens spell nothing unless ``special``."""
        size = llama.llama_token_to_piece(self.vocab, token, self._piece_buffer, _PIECE_BYTES, 0, special)
        if size >= 0:
            return self._piece_buffer.raw[:size]
        longer = ctypes.create_string_buffer(-size)
        size = llama.llama_token_to_piece(self.vocab, token, longer, -size, 0, special)
        return longer.raw[: max(size, 0)]

    def tokenise(self, text: bytes) -> array[int]:
        """Token ids of ``text``, special tokens recognised, none added; calls ``on_step`` now and then."""
        tokens = array("i")
        for part in split_at_seams(text, self.vocabulary):
            tokens += self._tokenise(part)
            self.on_step()
        return tokens

    def _tokenise(self, text: bytes) -> array[int]:
        count = llama.llama_tokenize(
            self.vocab, text, len(text), self._tokens, len(self._tokens), False, True
        )
        if count < 0:
            if count == -(2**31):
                raise NativeError("the text is too long to tokenise")
            self._tokens = (llama.llama_token * -count)()
            count = llama.llama_tokenize(
                self.vocab, text, len(text), self._tokens, len(self._tokens), False, True
            )
        if count < 0:
            raise NativeError("the text could not be tokenised")
        tokens = array("i")
        tokens.frombytes(memoryview(self._tokens).cast("B")[: count * 4])
        return tokens

    def _read_vocabulary(self) -> Vocabulary:
        wanted = (
            llama.LLAMA_TOKEN_ATTR_CONTROL
            | llama.LLAMA_TOKEN_ATTR_USER_DEFINED
            | llama.LLAMA_TOKEN_ATTR_UNKNOWN
        )
        # Tokens that swallow spaces beside them are no safe place to cut a text.
        sticky = llama.LLAMA_TOKEN_ATTR_LSTRIP | llama.LLAMA_TOKEN_ATTR_RSTRIP
        attributes, vocab = llama.llama_vocab_get_attr, self.vocab
        specials = {}
        for token in range(self.vocab_size):
            bits = attributes(vocab, token)
            if bits & wanted and not bits & sticky:
                text = self.piece(token, special=True)
                if text:
                    specials[token] = text
        byte_level = int(llama.llama_vocab_type(vocab)) == llama.LLAMA_VOCAB_TYPE_BPE
        return Vocabulary(frozenset(specials), tuple(specials.values()), splits_at_spaces=byte_level)


class Context:
    """The evaluated state of one sequence. Every call that may fail is checked."""

    def __init__(self, model: Model, n_ctx: int, threads: int) -> None:
        trained = model.trained_context or DEFAULT_CONTEXT_CAP
        params = llama.llama_context_default_params()
        params.n_ctx = min(n_ctx, trained) if n_ctx else min(trained, DEFAULT_CONTEXT_CAP)
        params.n_batch = params.n_ubatch = min(BATCH, params.n_ctx)
        params.n_seq_max = 1
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = FLASH_ATTENTION
        params.type_k = params.type_v = KV_TYPE
        params.no_perf = True
        handle = llama.llama_init_from_model(model.handle, params)
        if not handle:
            raise NativeError("no context could be made", memory=True)
        self.handle: Any = handle
        self._memory: Any = llama.llama_get_memory(handle)
        # llama.cpp rounds the window up; staying within what was asked keeps fitting exact.
        self.size = min(int(llama.llama_n_ctx(handle)), int(params.n_ctx))
        self.batch_size = int(llama.llama_n_batch(handle))

    def set_threads(self, decode: int, batch: int) -> None:
        """Use so many threads from the next evaluation on."""
        llama.llama_set_n_threads(self.handle, decode, batch)

    def set_abort(self, callback: Any, data: Any) -> None:
        """Ask ``callback`` after every graph node whether to stop."""
        llama.llama_set_abort_callback(self.handle, callback, data)

    def evaluated(self) -> int:
        """Tokens in memory."""
        return int(llama.llama_memory_seq_pos_max(self._memory, SEQUENCE)) + 1

    def truncate(self, count: int) -> bool:
        """Keep the first ``count`` tokens; on False nothing is left at all."""
        if count > 0 and llama.llama_memory_seq_rm(self._memory, SEQUENCE, count, -1):
            return self.evaluated() == count or self._forget()
        llama.llama_memory_clear(self._memory, False)
        return count == 0

    def _forget(self) -> bool:
        llama.llama_memory_clear(self._memory, False)
        return False

    def state_size(self) -> int:
        """Bytes that saving the sequence would take."""
        return int(llama.llama_state_seq_get_size(self.handle, SEQUENCE))

    def save(self) -> bytearray | None:
        """A copy of the sequence's state, or None if llama.cpp could not make one."""
        size = self.state_size()
        if not size:
            return None
        state = bytearray(size)
        view = (ctypes.c_uint8 * size).from_buffer(state)
        written = llama.llama_state_seq_get_data(self.handle, view, size, SEQUENCE)
        return state if written == size else None

    def restore(self, state: bytearray, count: int) -> bool:
        """Put a saved state of ``count`` tokens in place of what is there; on False nothing is left."""
        llama.llama_memory_clear(self._memory, False)
        view = (ctypes.c_uint8 * len(state)).from_buffer(state)
        read = llama.llama_state_seq_set_data(self.handle, view, len(state), SEQUENCE)
        return (read > 0 and self.evaluated() == count) or self._forget()
