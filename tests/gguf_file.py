# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small GGUF files, whole ones, whose tensors are zeros. It lives in tests only."""

from __future__ import annotations

import struct
from pathlib import Path

INSTRUCT: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny Instruct",
    "general.organization": "The House",
    "general.license": "apache-2.0",
    "general.file_type": 1,
    "general.base_model.count": 1,
    "general.base_model.0.name": "Tiny",
    "general.base_model.0.organization": "The House",
    "general.datasets": ["house/hearth-talk"],
    "general.languages": ["en", "de"],
    "llama.context_length": 4096,
    "llama.embedding_length": 64,
    "llama.block_count": 2,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["a", "b"],
    "tokenizer.chat_template": "{{ messages }}",
}


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: object) -> bytes:
    match value:
        case str():
            return struct.pack("<I", 8) + _text(value)
        case int():
            return struct.pack("<II", 4, value)
        case list() if value and isinstance(value[0], int):
            return struct.pack("<IIQ", 9, 4, len(value)) + b"".join(struct.pack("<I", v) for v in value)
        case list():
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
        case _:
            raise TypeError(type(value))


def write_gguf(path: Path, *, without: tuple[str, ...] = (), cut: int = 0, **changed: object) -> Path:
    """Write a model file.

    Args:
        path: where.
        without: keys that are left out.
        cut: bytes that are missing at its end.
        changed: values that differ, their keys with two underscores for each dot.
    """
    pairs = {**INSTRUCT, **{key.replace("__", "."): value for key, value in changed.items()}}
    kept = {key: value for key, value in pairs.items() if key not in without}
    body = b"GGUF" + struct.pack("<IQQ", 3, 1, len(kept))
    body += b"".join(_text(key) + _value(value) for key, value in kept.items())
    body += _text("token_embd.weight") + struct.pack("<IQQIQ", 2, 64, 8, 1, 0)  # F16, 64 by 8
    body += bytes(-len(body) % 32) + bytes(64 * 8 * 2)
    path.write_bytes(body[: len(body) - cut])
    return path
