# SPDX-License-Identifier: GPL-3.0-or-later
"""A model's card, from its header; and whether the engine can answer with it at all. Runs in the child."""

from __future__ import annotations

from desktop.domain.model_card import ModelCard
from desktop.engine.ggml import ARCHITECTURES, FILE_TYPES, TENSOR_TYPES
from desktop.engine.gguf import GgufHeader, Scalar
from desktop.engine.inspect_wire import Verdict

_MOST = 64
_LONGEST = 512
_BATCH = 512  # native.BATCH, without loading llama.cpp
_FLOAT = 4
_F16 = 2
_LAYERS = 4096  # more than any model has


def verdict(header: GgufHeader) -> Verdict:
    """Whether this is a whole model that writes text."""
    kind = header.text("general.type")
    if kind not in ("", "model") or header.architecture == "clip":
        return Verdict.NOT_A_MODEL
    if header.number("split.count") > 1:
        return Verdict.SPLIT
    if header.architecture not in ARCHITECTURES:
        return Verdict.UNKNOWN_ARCHITECTURE
    if not header.tensors:
        return Verdict.DAMAGED
    return Verdict.GOOD


def card(header: GgufHeader) -> ModelCard:
    """What the file says of itself, every text cut to what a page can show."""
    arch = header.architecture
    heads = _per_layer(header, f"{arch}.attention.head_count")
    of_keys = _per_layer(header, f"{arch}.attention.head_count_kv") or heads
    width = header.number(f"{arch}.embedding_length")
    most = max(heads, default=0)
    size = width // most if most else 0
    key = header.number(f"{arch}.attention.key_length") or size
    value = header.number(f"{arch}.attention.value_length") or size
    words = header.lengths.get("tokenizer.ggml.tokens", 0)
    return ModelCard(
        architecture=_cut(arch),
        name=_said(header, "general.name") or _said(header, "general.basename"),
        organisation=_said(header, "general.organization"),
        author=_said(header, "general.author"),
        quantised_by=_said(header, "general.quantized_by"),
        licence=_said(header, "general.license.name") or _said(header, "general.license"),
        licence_link=_said(header, "general.license.link"),
        source=_said(header, "general.source.url") or _said(header, "general.url"),
        description=_said(header, "general.description"),
        base_models=_numbered(header, "general.base_model"),
        datasets=_numbered(header, "general.dataset") or _texts(header.arrays.get("general.datasets", ())),
        languages=_texts(header.arrays.get("general.languages", ())),
        parameters=min(header.parameters, 2**60),
        quantisation=_quantisation(header),
        trained_context=min(header.number(f"{arch}.context_length"), 2**31),
        kv_bytes_per_token=min(sum(of_keys) * (key + value) * _F16, 2**40),
        scratch_bytes_per_token=min(most * _BATCH * _FLOAT, 2**40),
        logit_bytes=words * _BATCH * _FLOAT,
        has_template=bool(header.text("tokenizer.chat_template").strip()),
    )


def _per_layer(header: GgufHeader, key: str) -> list[int]:
    """A number for each layer: one for all of them, or an array with one for each."""
    layers = min(header.number(f"{header.architecture}.block_count"), _LAYERS)
    several = [v for v in header.arrays.get(key, ()) if isinstance(v, int) and 0 <= v < 2**20]
    return several or [min(header.number(key), 2**20)] * layers if header.number(key) or several else []


def _quantisation(header: GgufHeader) -> str:
    named = FILE_TYPES.get(header.metadata.get("general.file_type", -1))  # type: ignore[arg-type]
    if named is not None:
        return named
    most = max(header.types, key=lambda kind: header.types[kind], default=None)
    return "" if most is None else TENSOR_TYPES[most].name


def _numbered(header: GgufHeader, key: str) -> list[str]:
    """What ``key``.0, ``key``.1 … are called, with who made them."""
    found = []
    for place in range(min(header.number(f"{key}.count"), _MOST)):
        name = _said(header, f"{key}.{place}.name")
        who = _said(header, f"{key}.{place}.organization")
        told = f"{who}: {name}" if who and name else name or _said(header, f"{key}.{place}.repo_url")
        if told:
            found.append(_cut(told))
    return found


def _said(header: GgufHeader, key: str) -> str:
    return _cut(header.text(key))


def _texts(values: tuple[Scalar, ...]) -> list[str]:
    return [_cut(value) for value in values[:_MOST] if isinstance(value, str)]


def _cut(text: str) -> str:
    """On one line, without characters that steer (a name could otherwise turn a line around)."""
    told = "".join(c if c.isprintable() else " " for c in text[: _LONGEST * 2])
    return " ".join(told.split())[:_LONGEST]
