# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of JSON Schema an answer can be held to: reading it, and whether a value fits. Pure.

A schema is a person's, or a stranger's who gave it to them: its size, depth and counts are bounded,
references stay within it, and a rule that could not be enforced is refused instead of being passed over. What
was taken is therefore kept by every answer that comes to its end. ``oneOf`` counts as ``anyOf``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

MAX_SCHEMA = 16 * 1024
"""Characters of one schema."""

MAX_DEPTH = 24
MAX_PARTS = 400
"""Schemas within the schema."""

MAX_COUNT = 1000
"""Most characters or items that may be asked for: llama.cpp unrolls repetitions."""

LARGEST = 10**15
"""A whole number has at most 15 digits, which every program reads exactly."""

Schema = Mapping[str, Any]

NOTES = frozenset(
    ("$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default")
).union(("examples", "deprecated", "readOnly", "writeOnly", "format"))
_COUNTS = ("minItems", "maxItems", "minLength", "maxLength")
_KNOWN = NOTES.union(
    ("$ref", "type", "enum", "const", "anyOf", "oneOf", "properties", "required", "additionalProperties"),
    ("items", "minimum", "maximum", *_COUNTS),
)
_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


class SchemaError(ValueError):
    """A schema that no answer can be held to.

    Attributes:
        word: the keyword that is to blame, if one is.
    """

    def __init__(self, what: str, word: str = "") -> None:
        super().__init__(what)
        self.word = word


def read(text: str) -> Schema:
    """Take a schema in.

    Raises:
        SchemaError: it is no JSON, too large, or asks for what cannot be enforced.
    """
    if len(text) > MAX_SCHEMA:
        raise SchemaError("too large")
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        raise SchemaError("no JSON") from None
    if not isinstance(schema, dict):
        raise SchemaError("no object")
    _Check(schema).look(schema, 0)
    return schema


def fits(value: object, schema: Schema) -> bool:
    """Whether a value is what the schema describes."""
    return _fits(value, schema, schema, 0)


def answer_fits(text: str, schema_text: str) -> bool:
    """Whether an answer is JSON that the schema describes, and nothing besides."""
    try:
        return fits(json.loads(text), read(schema_text))
    except (ValueError, RecursionError):
        return False


def target(root: Schema, reference: object) -> Schema:
    """What a reference within the schema points at.

    Raises:
        SchemaError: it points elsewhere, or at nothing.
    """
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        raise SchemaError("a reference leads out of the schema", "$ref")
    at: Any = root
    for step in reference.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        at = at.get(name) if isinstance(at, dict) else None
    if not isinstance(at, dict):
        raise SchemaError("a reference leads nowhere", "$ref")
    return at


class _Check:
    """Walks a schema once and refuses what cannot be held to."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._parts = 0

    def look(self, part: object, depth: int) -> None:
        self._parts += 1
        if depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise SchemaError("too deep or too many parts")
        if part is True:
            return
        if not isinstance(part, dict):
            raise SchemaError("a part is no schema")
        for word in part:
            if word not in _KNOWN:
                raise SchemaError("cannot be enforced", word)
        if "$ref" in part:
            self._alone(part, "$ref")
            self._look_at_reference(part["$ref"])
        else:
            self._look_at_words(part)
        for inner in self._inner(part):
            self.look(inner, depth + 1)

    def _inner(self, part: dict[str, Any]) -> Iterator[object]:
        """The schemas right below ``part``."""
        for name in ("$defs", "definitions", "properties"):
            yield from self._mapping(part, name).values()
        for word in ("items", "additionalProperties"):
            if word in part and (word == "items" or part[word] is not False):
                yield part[word]
        for word in ("anyOf", "oneOf"):
            if word in part:
                if not isinstance(part[word], list) or not part[word]:
                    raise SchemaError("needs a list", word)
                self._alone(part, word)
                yield from part[word]

    def _alone(self, part: dict[str, Any], word: str) -> None:
        if any(other not in NOTES for other in part if other != word):
            raise SchemaError("stands beside other rules", word)

    def _look_at_reference(self, reference: object) -> None:
        """Nothing may point at itself by references and choices alone: there would be no end to it."""
        waiting, seen = [target(self._root, reference)], 0
        while waiting:
            part = waiting.pop()
            seen += 1
            if seen > MAX_PARTS:
                raise SchemaError("a reference never ends", "$ref")
            if "$ref" in part:
                waiting.append(target(self._root, part["$ref"]))
            for word in ("anyOf", "oneOf"):
                inside = part.get(word, ())
                waiting += (
                    [one for one in inside if isinstance(one, dict)] if isinstance(inside, list) else []
                )

    def _look_at_words(self, part: dict[str, Any]) -> None:
        if any(kind not in _TYPES for kind in kinds_of(part)):
            raise SchemaError("an unknown type", "type")
        self._look_at_bounds(part)
        for word in ("enum", "const"):
            if word in part:
                self._look_at_values(part, word)
        required = part.get("required", [])
        names = self._mapping(part, "properties")
        if not isinstance(required, list) or any(name not in names for name in required):
            raise SchemaError("names a property that is not described", "required")

    def _look_at_bounds(self, part: dict[str, Any]) -> None:
        for word in _COUNTS:
            if word in part and not (type(part[word]) is int and 0 <= part[word] <= MAX_COUNT):
                raise SchemaError("must be a small whole number", word)
        for word in ("minimum", "maximum"):
            whole = word not in part or (type(part[word]) is int and abs(part[word]) < LARGEST)
            if not whole or (word in part and "number" in kinds_of(part)):
                raise SchemaError("works for whole numbers only", word)
        for fewest, most in (("minItems", "maxItems"), ("minLength", "maxLength"), ("minimum", "maximum")):
            if fewest in part and most in part and part[fewest] > part[most]:
                raise SchemaError("leaves nothing", fewest)

    def _look_at_values(self, part: dict[str, Any], word: str) -> None:
        if word == "enum" and not isinstance(part[word], list):
            raise SchemaError("needs a list", word)
        if any(other not in NOTES and other not in ("enum", "const", "type") for other in part):
            raise SchemaError("stands beside other rules", word)
        if not constants(part):
            raise SchemaError("leaves nothing", word)

    def _mapping(self, part: Mapping[str, Any], word: str) -> Mapping[str, Any]:
        found = part.get(word, {})
        if not isinstance(found, dict):
            raise SchemaError("must be an object", word)
        return found


def kinds_of(part: Mapping[str, Any]) -> tuple[str, ...]:
    """The types a value may have; by its other words where ``type`` is not said."""
    said = part.get("type")
    if isinstance(said, str):
        return (said,)
    if isinstance(said, list) and said:
        return tuple(str(one) for one in said)
    if said is not None:
        raise SchemaError("must be a type or a list of them", "type")
    if "properties" in part or "additionalProperties" in part or "required" in part:
        return ("object",)
    if "items" in part or "minItems" in part or "maxItems" in part:
        return ("array",)
    if "minLength" in part or "maxLength" in part:
        return ("string",)
    return ("integer",) if "minimum" in part or "maximum" in part else ()


def constants(part: Mapping[str, Any]) -> list[Any]:
    """The values an enumeration allows, those of another type than ``type`` left out."""
    values = part["enum"] if "enum" in part else [part["const"]]
    if "const" in part:
        values = [value for value in values if _same(value, part["const"])]
    kinds = kinds_of(part)
    return [value for value in values if not kinds or any(_is(value, kind) for kind in kinds)]


def _is(value: object, kind: str) -> bool:
    match kind:
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "integer":
            return type(value) is int or (type(value) is float and value.is_integer())
        case "number":
            return type(value) in (int, float)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return value is None


def _same(one: object, other: object) -> bool:
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _fits(value: object, part: object, root: Schema, depth: int) -> bool:
    if depth > MAX_DEPTH * 8:
        return False
    if not isinstance(part, dict):
        return part is not False
    if "$ref" in part:
        return _fits(value, target(root, part["$ref"]), root, depth + 1)
    for word in ("anyOf", "oneOf"):
        if word in part:
            return any(_fits(value, inner, root, depth + 1) for inner in part[word])
    if "enum" in part or "const" in part:
        return any(_same(value, one) for one in constants(part))
    kinds = kinds_of(part)
    if kinds and not any(_is(value, kind) for kind in kinds):
        return False
    match value:
        case dict():
            return _object_fits(value, part, root, depth)
        case list():
            return _between(len(value), part, "minItems", "maxItems") and all(
                _fits(one, part.get("items", True), root, depth + 1) for one in value
            )
        case str():
            return _between(len(value), part, "minLength", "maxLength")
        case int() if not isinstance(value, bool):
            return _between(value, part, "minimum", "maximum")
        case _:
            return True


def _object_fits(value: Mapping[str, object], part: Mapping[str, Any], root: Schema, depth: int) -> bool:
    known, more = part.get("properties", {}), part.get("additionalProperties", True)
    return all(name in value for name in part.get("required", ())) and all(
        _fits(one, known.get(name, more), root, depth + 1) for name, one in value.items()
    )


def _between(size: int, part: Mapping[str, Any], fewest: str, most: str) -> bool:
    low, high = part.get(fewest), part.get(most)
    return (low is None or size >= low) and (high is None or size <= high)
