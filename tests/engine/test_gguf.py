# SPDX-License-Identifier: GPL-3.0-or-later
"""The header reader against a real file, broken copies of it, and headers that lie."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.engine.gguf import GgufError, read_header

HEADER_BYTES = 1_700_000  # the bundled model's header ends before


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def pair(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def tensor(name: str, offset: int, dimensions: int = 1) -> bytes:
    return (
        text(name)
        + struct.pack("<I", dimensions)
        + struct.pack("<Q", 4) * dimensions
        + struct.pack("<IQ", 0, offset)
    )


def gguf(
    *pairs: bytes,
    tensors: tuple[bytes, ...] = (),
    version: int = 3,
    counts: tuple[int, int] | None = None,
    data: int = 64,
) -> bytes:
    tensor_count, pair_count = counts or (len(tensors), len(pairs))
    head = b"GGUF" + struct.pack("<IQQ", version, tensor_count, pair_count)
    body = head + b"".join(pairs) + b"".join(tensors)
    return body + bytes(-len(body) % 32) + bytes(data)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


@pytest.mark.model
def test_the_bundled_model(model_file: Path) -> None:
    header = read_header(model_file)
    assert header.version == 3
    assert header.architecture == "llama"
    assert header.metadata["llama.context_length"] == 8192
    assert header.text("tokenizer.ggml.model") == "gpt2"
    assert header.text("tokenizer.chat_template").startswith("{%")
    assert header.tensors == 272


def test_a_small_valid_file(file: Path) -> None:
    nested = struct.pack("<IQ", 9, 2) + 2 * (struct.pack("<IQ", 4, 2) + struct.pack("<II", 1, 2))
    strings = struct.pack("<IQ", 8, 2) + text("a") + text("bc")
    file.write_bytes(
        gguf(
            pair("general.architecture", 8, text("llama")),
            pair("nested", 9, nested),
            pair("strings", 9, strings),
            pair("x", 6, struct.pack("<f", 0.5)),
            tensors=(tensor("t", 0), tensor("u", 32)),
        )
    )
    header = read_header(file)
    assert header.metadata == {"general.architecture": "llama", "x": 0.5}
    assert (header.tensors, header.text("x"), header.text("none")) == (2, "", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"GGML" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        gguf(version=1),
        gguf(version=99),
        gguf(counts=(2**63, 0)),
        gguf(counts=(0, 2**40)),
        gguf(pair("a", 77, b"")),
        gguf(pair("a", 8, struct.pack("<Q", 2**62))),
        gguf(pair("a", 9, struct.pack("<IQ", 4, 2**60))),
        gguf(pair("a", 9, struct.pack("<IQ", 8, 1_000_000))),
        gguf(pair("a", 9, struct.pack("<IQ", 9, 1) * 100)),
        gguf(pair("a", 8, struct.pack("<Q", 2) + b"\xff\xfe")),
        gguf(pair("general.alignment", 4, struct.pack("<I", 0))),
        gguf(pair("general.alignment", 4, struct.pack("<I", 7))),
        gguf(tensors=(tensor("t", 10**9),)),
        gguf(tensors=(tensor("t", 0, dimensions=9),)),
        gguf(tensors=(tensor("t", 0),), data=0),
    ],
)
def test_what_cannot_be_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(GgufError):
        read_header(file)


def test_a_missing_file_says_so(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_header(file)


@given(st.integers(0, 2000), st.integers(1, 255), st.integers(0, 4000))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_header_is_read_or_refused_never_worse(file: Path, at: int, flip: int, cut: int) -> None:
    strings = struct.pack("<IQ", 8, 100) + b"".join(text(f"token {i}") for i in range(100))
    raw = bytearray(
        gguf(
            pair("general.architecture", 8, text("llama")),
            pair("tokens", 9, strings),
            tensors=tuple(tensor(f"t{i}", 32 * i) for i in range(10)),
            data=640,
        )
    )
    if at < len(raw):
        raw[at] ^= flip
    file.write_bytes(bytes(raw[: max(1, len(raw) - cut)]))
    try:
        header = read_header(file)
    except GgufError:
        return
    assert header.tensors <= 10**6
