# SPDX-License-Identifier: GPL-3.0-or-later
"""A JSON schema as a grammar of llama.cpp's. Pure; the schema was read and bounded before."""

from __future__ import annotations

import json
from typing import Any

from desktop.domain.json_numbers import whole_numbers
from desktop.domain.json_schema import LARGEST, NOTES, Schema, constants, kinds_of, target

_BASE = r"""
space ::= | " " | "\n" [ \t]{0,8}
char ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]
string ::= "\"" char* "\"" space
digits ::= "0" | [1-9] [0-9]{0,14}
integer ::= "-"? digits space
number ::= "-"? digits ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})? space
boolean ::= ("true" | "false") space
null ::= "null" space
member ::= string ":" space value
object ::= "{" space (member ("," space member)*)? "}" space
array ::= "[" space (value ("," space value)*)? "]" space
value ::= object | array | string | number | boolean | null
""".strip()


def grammar(schema: Schema) -> str:
    """The grammar of a schema that ``json_schema.read`` took; ``root`` is where it begins."""
    return _Grammar(schema).text()


class _Grammar:
    """Writes one rule for each part, in the order of the schema."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._rules: list[str] = []
        self._targets: dict[int, str] = {}

    def text(self) -> str:
        beginning = self._name(self._root)
        return "\n".join((f"root ::= space {beginning}", *self._rules, _BASE)) + "\n"

    def _name(self, part: object) -> str:
        """The rule for ``part``; made once, so that a schema may point at itself."""
        if not isinstance(part, dict) or all(word in NOTES for word in part):
            return "value"
        known = self._targets.get(id(part))
        if known is not None:
            return known
        name = self._targets[id(part)] = f"part{len(self._targets)}"
        self._rules.append(f"{name} ::= {self._body(part)}")
        return name

    def _body(self, part: dict[str, Any]) -> str:
        if "$ref" in part:
            return self._name(target(self._root, part["$ref"]))
        for word in ("anyOf", "oneOf"):
            if word in part:
                return " | ".join(self._name(inner) for inner in part[word])
        if "enum" in part or "const" in part:
            spelled = [json.dumps(value, ensure_ascii=False) for value in constants(part)]
            return "(" + " | ".join(_literal(one) for one in spelled) + ") space"
        kinds = kinds_of(part)
        return " | ".join(self._of_kind(kind, part) for kind in kinds) if kinds else "value"

    def _of_kind(self, kind: str, part: dict[str, Any]) -> str:
        match kind:
            case "object":
                return self._object(part)
            case "array":
                return self._array(part)
            case "string" if "minLength" in part or "maxLength" in part:
                return f'"\\"" char{_times(part.get("minLength", 0), part.get("maxLength"))} "\\"" space'
            case "integer" if "minimum" in part or "maximum" in part:
                low, high = part.get("minimum", 1 - LARGEST), part.get("maximum", LARGEST - 1)
                return f"({whole_numbers(low, high)}) space"
            case _:
                return kind

    def _object(self, part: dict[str, Any]) -> str:
        members = list(part.get("properties", {}).items())
        if not members:
            more = part.get("additionalProperties", True)
            if more is False:
                return '"{" space "}" space'
            member = f'string ":" space {self._name(more)}'
            return f'"{{" space ({member} ("," space {member})*)? "}}" space'
        required = set(part.get("required", ()))
        # Read from the end: each rule is "this one, or not, and then the rest"; whether a comma is needed
        # depends on whether anything came before.
        first, rest = '""', '""'
        for name, inner in reversed(members):
            said = f'{_literal(json.dumps(name, ensure_ascii=False))} space ":" space {self._name(inner)}'
            after = self._rule(rest)
            skipped = self._rule(first)
            may_lack = name not in required
            first = f"{said} {after}" + (f" | {skipped}" if may_lack else "")
            rest = f'"," space {said} {after}' + (f" | {after}" if may_lack else "")
        return f'"{{" space {self._rule(first)} "}}" space'

    def _rule(self, body: str) -> str:
        name = f"list{len(self._rules)}"
        self._rules.append(f"{name} ::= {body}")
        return name

    def _array(self, part: dict[str, Any]) -> str:
        item = self._name(part.get("items", True))
        fewest, most = part.get("minItems", 0), part.get("maxItems")
        if most == 0:
            return '"[" space "]" space'
        more = _times(max(0, fewest - 1), None if most is None else most - 1)
        items = f'{item} ("," space {item}){more}'
        return f'"[" space {items} "]" space' if fewest else f'"[" space ({items})? "]" space'


def _times(fewest: int, most: int | None) -> str:
    return f"{{{fewest},{'' if most is None else most}}}"


def _literal(text: str) -> str:
    """``text`` as the grammar spells what must stand there."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
