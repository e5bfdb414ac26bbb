# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole numbers between two bounds, as a grammar of llama.cpp's spells them. Pure."""

from __future__ import annotations


def whole_numbers(low: int, high: int) -> str:
    """The alternatives that spell exactly the numbers from ``low`` to ``high``, both included."""
    parts = []
    if low < 0:
        parts += [f'"-" ({part})' for part in _spelled(max(1, -high), -low)]
    if high >= 0:
        parts += _spelled(max(0, low), high)
    return " | ".join(parts)


def _spelled(low: int, high: int) -> list[str]:
    """Alternatives for numbers that are not negative, length by length."""
    parts = []
    for size in range(len(str(low)), len(str(high)) + 1):
        smallest = max(low, 10 ** (size - 1) if size > 1 else 0)
        largest = min(high, 10**size - 1)
        if smallest <= largest:
            parts += _of_length(str(smallest), str(largest))
    return parts


def _of_length(low: str, high: str) -> list[str]:
    """Alternatives for digit strings of one length, from ``low`` to ``high``."""
    if set(low) <= {"0"} and set(high) <= {"9"}:
        return [f"[0-9]{{{len(low)}}}"] if low else [""]
    if low[0] == high[0]:
        return [f'"{low[0]}" {rest}'.strip() for rest in _of_length(low[1:], high[1:])]
    tail = len(low) - 1
    parts = [f'"{low[0]}" {rest}'.strip() for rest in _of_length(low[1:], "9" * tail)]
    first, last = int(low[0]) + 1, int(high[0]) - 1
    if first <= last:
        parts.append(f"[{first}-{last}] [0-9]{{{tail}}}" if tail else f"[{first}-{last}]")
    return parts + [f'"{high[0]}" {rest}'.strip() for rest in _of_length("0" * tail, high[1:])]
