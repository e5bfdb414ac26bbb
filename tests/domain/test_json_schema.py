# SPDX-License-Identifier: GPL-3.0-or-later
"""What schemas are taken, what they say of values, and that hostile ones are refused at once."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain import json_schema
from desktop.domain.json_grammar import grammar
from desktop.domain.json_numbers import whole_numbers
from desktop.domain.json_schema import SchemaError

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 20},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "mood": {"enum": ["good", "bad", None]},
        "friends": {"type": "array", "items": {"$ref": "#"}, "maxItems": 3},
    },
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"name": "Ada", "age": 36}, True),
        ({"name": "Ada", "age": 36, "mood": None, "friends": [{"name": "B", "age": 1}]}, True),
        ({"name": "Ada", "age": 36.0}, True),
        ({"name": "Ada"}, False),
        ({"name": "", "age": 1}, False),
        ({"name": "Ada", "age": 121}, False),
        ({"name": "Ada", "age": True}, False),
        ({"name": "Ada", "age": 1, "more": 1}, False),
        ({"name": "Ada", "age": 1, "mood": "so"}, False),
        ({"name": "Ada", "age": 1, "friends": [{}]}, False),
        ([], False),
    ],
)
def test_a_value_fits_or_does_not(value: object, fits: bool) -> None:
    assert json_schema.fits(value, PERSON) is fits
    assert json_schema.answer_fits(json.dumps(value), json.dumps(PERSON)) is fits


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ("nonsense", ""),
        ("[]", ""),
        ('{"type": "string", "pattern": "(a*)*b"}', "pattern"),
        ('{"type": "array", "items": true, "uniqueItems": true}', "uniqueItems"),
        ('{"type": "array", "maxItems": 1000000}', "maxItems"),
        ('{"type": "string", "minLength": 5, "maxLength": 4}', "minLength"),
        ('{"type": "number", "minimum": 0.5}', "minimum"),
        ('{"$ref": "https://example.org/schema"}', "$ref"),
        ('{"$ref": "file:///etc/passwd"}', "$ref"),
        ('{"$ref": "#/nowhere"}', "$ref"),
        ('{"$ref": "#"}', "$ref"),
        ('{"anyOf": [{"$ref": "#"}, {"type": "null"}]}', "$ref"),
        ('{"type": "object", "required": ["a"]}', "required"),
        ('{"enum": []}', "enum"),
        ('{"type": "string", "enum": [1]}', "enum"),
        ('{"type": "colour"}', "type"),
        ('{"items": false, "type": "array", "prefixItems": []}', "prefixItems"),
    ],
)
def test_what_cannot_be_held_to_is_refused_by_name(schema: str, word: str) -> None:
    with pytest.raises(SchemaError) as refused:
        json_schema.read(schema)
    assert refused.value.word == word


def test_hostile_schemas_are_refused_at_once() -> None:
    deep = '{"type": "array", "items": ' * 2000 + "{}" + "}" * 2000
    wide = json.dumps({"anyOf": [{"type": "null"}] * 2000})
    large = json.dumps({"description": "x" * json_schema.MAX_SCHEMA})
    many = json.dumps(
        {"$defs": {f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)} | {"a40": {}}}
    )
    began = time.monotonic()
    for schema in (deep, wide, large, many):
        with pytest.raises(SchemaError):
            json_schema.read(schema)
    assert time.monotonic() - began < 2


def test_a_grammar_names_every_rule_it_uses() -> None:
    rules = grammar(json_schema.read(json.dumps(PERSON)))
    made = set(re.findall(r"^(\w+) ::=", rules, re.MULTILINE))
    bare = re.sub(r'"(\\.|[^"\\])*"|\[(\\.|[^\]\\])*\]|\{[^}]*\}|^\w+ ::=', " ", rules, flags=re.MULTILINE)
    assert set(re.findall(r"[a-z]\w*", bare)) <= made


@given(st.integers(-3000, 3000), st.integers(0, 3000))
def test_numbers_between_bounds_are_spelled_exactly(low: int, span: int) -> None:
    spelled = re.compile(re.sub(r'[" ]', "", f"(?:{whole_numbers(low, low + span)})"))
    near = [*range(low - 40, low + 40), *range(low + span - 40, low + span + 40)]
    for number in near:
        assert bool(spelled.fullmatch(str(number))) is (low <= number <= low + span)
