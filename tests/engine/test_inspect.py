# SPDX-License-Identifier: GPL-3.0-or-later
"""Model files through the real confined child: good ones, liars, parts, and a child that hangs."""

from __future__ import annotations

import ctypes
import hashlib
import os
import threading
from pathlib import Path

import pytest

from desktop.engine.ggml import ARCHITECTURES, TENSOR_TYPES
from desktop.engine.inspect import InspectCutOffError, Verdict, inspect
from tests.gguf_file import write_gguf


def test_the_card_of_a_file_and_its_hash(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "m.gguf")
    found = inspect(file)
    assert (found.verdict, found.size) == (Verdict.GOOD, file.stat().st_size)
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    card = found.card
    assert (card.name, card.licence, card.organisation) == ("Tiny Instruct", "apache-2.0", "The House")
    assert (card.base_models, card.datasets) == (["The House: Tiny"], ["house/hearth-talk"])
    assert (card.languages, card.quantisation, card.trained_context) == (["en", "de"], "F16", 4096)
    assert (card.parameters, card.has_template) == (512, True)
    # two layers, two heads of keys and of values, 16 numbers each, two bytes a number
    assert card.kv_bytes_per_token == 2 * 2 * (16 + 16) * 2


def test_layers_with_heads_of_their_own_are_counted_one_by_one(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "m.gguf", llama__attention__head_count_kv=[2, 0])
    assert inspect(file, hashed=False).card.kv_bytes_per_token == 2 * (16 + 16) * 2


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"cut": 1}, Verdict.DAMAGED),
        ({"cut": 1000}, Verdict.DAMAGED),
        ({"general__architecture": "not-one-of-ours"}, Verdict.UNKNOWN_ARCHITECTURE),
        ({"general__architecture": "clip"}, Verdict.NOT_A_MODEL),
        ({"general__type": "adapter"}, Verdict.NOT_A_MODEL),
        ({"split__count": 3}, Verdict.SPLIT),
    ],
)
def test_what_cannot_answer_is_told_apart(
    tmp_path: Path, changed: dict[str, object], verdict: Verdict
) -> None:
    found = inspect(write_gguf(tmp_path / "m.gguf", **changed))  # type: ignore[arg-type]
    assert (found.verdict, found.sha256) == (verdict, "")


def test_other_files_a_pipe_and_nothing_at_all(tmp_path: Path) -> None:
    (tmp_path / "photo.gguf").write_bytes(b"\x89PNG and more")
    os.mkfifo(tmp_path / "pipe.gguf")
    assert inspect(tmp_path / "photo.gguf").verdict is Verdict.NOT_GGUF
    assert inspect(tmp_path / "pipe.gguf").verdict is Verdict.NO_FILE
    assert inspect(tmp_path / "absent.gguf").verdict is Verdict.NO_FILE


def test_a_name_that_steers_a_terminal_is_made_harmless(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "m.gguf", general__name="a\x1b[31m\u202eb\nc" + "x" * 5000)
    name = inspect(file, hashed=False).card.name
    assert name.startswith("a [31m b cx")
    assert len(name) <= 512


def test_cancelling_ends_the_child(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    big = tmp_path / "big.gguf"
    write_gguf(big)
    with big.open("r+b") as file:
        file.truncate(40 * 1024**3)  # sparse; takes many seconds to read
    with pytest.raises(InspectCutOffError):
        inspect(big, cancelled=cancelled)


@pytest.mark.model
def test_the_tables_are_those_of_the_library() -> None:
    import llama_cpp.llama_cpp as llama

    folder = Path(llama.__file__).parent / "lib"
    ggml = ctypes.CDLL(str(next(folder.glob("*ggml-base*"))))
    ggml.ggml_type_size.restype = ctypes.c_size_t
    ggml.ggml_blck_size.restype = ctypes.c_int64
    for number, known in TENSOR_TYPES.items():
        assert (ggml.ggml_blck_size(number), ggml.ggml_type_size(number)) == known[1:], known.name
    code = next(file for file in folder.glob("*llama.*") if file.is_file()).read_bytes()
    # Very short names lie in the code itself, not among the strings.
    missing = [name for name in ARCHITECTURES if b"\0" + name.encode() + b"\0" not in code and len(name) > 5]
    assert not missing


@pytest.mark.model
def test_the_bundled_model_is_what_it_says(model_file: Path) -> None:
    found = inspect(model_file)
    assert (found.verdict, found.card.quantisation) == (Verdict.GOOD, "Q4_1")
    assert (found.card.parameters, found.card.kv_bytes_per_token) == (134_515_008, 23_040)
