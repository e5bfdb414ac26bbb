# SPDX-License-Identifier: GPL-3.0-or-later
"""A bounded reader of GGUF headers, run in the child before llama.cpp sees the file.

It answers two questions: is this a whole, plausible model file, and what does it say about itself? Every
count and length is checked against the file's size before it is believed. Format: the GGUF specification
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), versions 2 and 3, little-endian.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path

from desktop.engine.ggml import TENSOR_TYPES

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MAX_PAIRS = 65_536
MAX_TENSORS = 1_000_000
MAX_ARRAY = 16_000_000
MAX_KEY = 65_535  # the specification's own limit
MAX_STRING = 16 * 1024 * 1024
MAX_DEPTH = 4
MAX_DIMENSIONS = 4  # GGML_MAX_DIMS
DEFAULT_ALIGNMENT = 32
MAX_KEPT = 1024  # items of an array that is kept
_KEPT_NUMBERS = (".attention.head_count_kv", ".attention.head_count")  # one a layer, in some architectures
_KEPT_STRINGS = ("general.languages", "general.datasets", "general.tags")

Scalar = int | float | bool | str

_STRING, _ARRAY = 8, 9
_SCALARS: dict[int, struct.Struct] = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")


class GgufError(ValueError):
    """The file is not a GGUF model that can be trusted to be whole."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a header says. Arrays are checked and skipped; the few that a card needs are kept.

    Attributes:
        metadata: scalar key-value pairs.
        tensors: how many tensors the file declares.
        arrays: short arrays that a model's card needs.
        lengths: how many items each array at the top has.
        parameters: elements of all tensors.
        types: elements of each tensor type.
    """

    version: int
    metadata: dict[str, Scalar]
    tensors: int
    arrays: dict[str, tuple[Scalar, ...]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    parameters: int = 0
    types: dict[int, int] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        """``general.architecture``, or ""."""
        value = self.metadata.get("general.architecture", "")
        return value if isinstance(value, str) else ""

    def text(self, key: str) -> str:
        """The string under ``key``, or ""."""
        value = self.metadata.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """The whole number under ``key``, or 0."""
        value = self.metadata.get(key, 0)
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


class _Cursor:
    """Reads forward through the mapped file, refusing to step over its end."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._size = len(data)
        self.at = 0

    def take(self, count: int) -> int:
        """Step over ``count`` bytes and return where they began."""
        start = self.at
        if count < 0 or count > self._size - start:
            raise GgufError("the file ends inside its header")
        self.at = start + count
        return start

    def u32(self) -> int:
        value: int = _U32.unpack_from(self._data, self.take(4))[0]
        return value

    def u64(self) -> int:
        value: int = _U64.unpack_from(self._data, self.take(8))[0]
        return value

    def text(self, limit: int) -> str:
        length = self.u64()
        if length > limit:
            raise GgufError("a string is longer than any model needs")
        start = self.take(length)
        try:
            return self._data[start : start + length].decode("utf-8")
        except UnicodeDecodeError as error:
            raise GgufError("a string is not UTF-8") from error

    def scalar(self, kind: int) -> Scalar:
        if kind == _STRING:
            return self.text(MAX_STRING)
        layout = _SCALARS.get(kind)
        if layout is None:
            raise GgufError("unknown value type")
        value: int | float | bool = layout.unpack_from(self._data, self.take(layout.size))[0]
        return value

    def array(self, key: str) -> tuple[tuple[Scalar, ...], int]:
        """Step over the array under ``key``; what is kept of it, and its length."""
        start = self.at
        kind, count = self.u32(), self.u64()
        wanted = key in _KEPT_STRINGS if kind == _STRING else key.endswith(_KEPT_NUMBERS)
        if wanted and count <= MAX_KEPT and kind != _ARRAY:
            return tuple(self.scalar(kind) for _ in range(count)), count
        self.at = start
        self.skip_array()
        return (), count

    def skip_array(self, depth: int = 0) -> None:
        if depth >= MAX_DEPTH:
            raise GgufError("arrays are nested too deeply")
        kind = self.u32()
        count = self.u64()
        if count > MAX_ARRAY:
            raise GgufError("an array is longer than any model needs")
        if kind == _STRING:
            self._skip_strings(count)
        elif kind == _ARRAY:
            for _ in range(count):
                self.skip_array(depth + 1)
        elif kind in _SCALARS:
            self.take(count * _SCALARS[kind].size)
        else:
            raise GgufError("unknown array type")

    def _skip_strings(self, count: int) -> None:
        # A vocabulary has up to a few hundred thousand of these: keep the loop flat.
        data, size, at, unpack = self._data, self._size, self.at, _U64.unpack_from
        for _ in range(count):
            if at + 8 > size:
                raise GgufError("the file ends inside an array")
            length = unpack(data, at)[0]
            if length > size - at - 8:
                raise GgufError("the file ends inside an array")
            at += 8 + length
        self.at = at


def read_header(path: Path) -> GgufHeader:
    """Read and check the header of ``path``.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: it cannot be read.
        GgufError: it is not a whole GGUF file.
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:  # an empty file cannot be mapped
            raise GgufError("the file is empty") from error
    with data:
        return _parse(_Cursor(data), data)


def _parse(cursor: _Cursor, data: mmap.mmap) -> GgufHeader:
    start = cursor.take(4)
    if data[start : start + 4] != MAGIC:
        raise GgufError("not a GGUF file")
    version = cursor.u32()
    if version not in VERSIONS:
        raise GgufError("a version this program does not know")
    tensors, pairs = cursor.u64(), cursor.u64()
    if tensors > MAX_TENSORS or pairs > MAX_PAIRS:
        raise GgufError("implausible counts")
    metadata: dict[str, Scalar] = {}
    arrays: dict[str, tuple[Scalar, ...]] = {}
    lengths: dict[str, int] = {}
    for _ in range(pairs):
        key = cursor.text(MAX_KEY)
        kind = cursor.u32()
        if kind == _ARRAY:
            kept, lengths[key] = cursor.array(key)
            if kept:
                arrays[key] = kept
        else:
            metadata[key] = cursor.scalar(kind)
    end, types = _check_tensors(cursor, tensors)
    alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0 or alignment > 1 << 20 or alignment % 8:
        raise GgufError("an implausible alignment")
    begin = -(-cursor.at // alignment) * alignment
    if tensors and begin + end > len(data):
        raise GgufError("the file ends before its last tensor")
    return GgufHeader(version, metadata, tensors, arrays, lengths, sum(types.values()), types)


def _check_tensors(cursor: _Cursor, count: int) -> tuple[int, dict[int, int]]:
    """Walk the tensor table.

    Returns:
        Where the last tensor ends in the data section, and how many elements of each type there are.
    """
    end = 0
    types: dict[int, int] = {}
    for _ in range(count):
        cursor.text(MAX_KEY)
        dimensions = cursor.u32()
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise GgufError("a tensor has an impossible shape")
        shape = [cursor.u64() for _ in range(dimensions)]
        kind, offset = cursor.u32(), cursor.u64()
        known = TENSOR_TYPES.get(kind)
        if known is None:
            raise GgufError("a tensor type this program does not know")
        if shape[0] % known.block:
            raise GgufError("a tensor has an impossible shape")
        elements = math.prod(shape)
        end = max(end, offset + elements // known.block * known.bytes)
        types[kind] = types.get(kind, 0) + elements
    return end, types
