# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.transcript.fenwick import Fenwick

HEIGHTS = st.lists(st.integers(0, 2000), max_size=60)


def same(tree: Fenwick, values: list[int]) -> None:
    sums = [0, *itertools.accumulate(values)]
    assert [tree.prefix(count) for count in range(len(values) + 1)] == sums
    assert tree.total == sums[-1]
    assert [tree[place] for place in range(len(tree))] == values


@given(HEIGHTS, st.lists(st.tuples(st.sampled_from(["set", "append", "truncate"]), st.integers(0, 2000))))
def test_behaves_like_a_list(values: list[int], steps: list[tuple[str, int]]) -> None:
    tree = Fenwick(values)
    values = list(values)
    for step, number in steps:
        if step == "append":
            tree.append(number)
            values.append(number)
        elif step == "truncate":
            count = number % (len(values) + 1)
            tree.truncate(count)
            del values[count:]
        elif values:
            tree.set(number % len(values), number)
            values[number % len(values)] = number
    same(tree, values)


@given(HEIGHTS.filter(bool), st.integers(-10, 130_000))
def test_finds_the_row_at_a_position(values: list[int], position: int) -> None:
    tree = Fenwick(values)
    row = tree.find(position)
    if 0 <= position < tree.total:
        assert tree.prefix(row) <= position < tree.prefix(row + 1)
    else:
        assert row in (0, len(values) - 1) or position < 0 or tree.prefix(row) <= position
