# SPDX-License-Identifier: GPL-3.0-or-later
"""Heights of many rows with prefix sums, so that any scroll position finds its row in O(log n)."""

from __future__ import annotations

from collections.abc import Iterable


class Fenwick:
    """A binary indexed tree over non-negative integers (P. M. Fenwick, 1994)."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values = list(values)
        self._tree = [0, *self._values]
        for index in range(1, len(self._tree)):
            parent = index + (index & -index)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[index]

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    @property
    def total(self) -> int:
        """The sum of all values."""
        return self.prefix(len(self._values))

    def set(self, index: int, value: int) -> None:
        """Replace one value."""
        difference = value - self._values[index]
        if not difference:
            return
        self._values[index] = value
        index += 1
        while index < len(self._tree):
            self._tree[index] += difference
            index += index & -index

    def append(self, value: int) -> None:
        """Add one value at the end."""
        self._values.append(value)
        index = len(self._values)
        covered = index - (index & -index)
        self._tree.append(value + self.prefix(index - 1) - self.prefix(covered))

    def truncate(self, count: int) -> None:
        """Keep the first ``count`` values."""
        del self._values[count:]
        del self._tree[count + 1 :]

    def prefix(self, count: int) -> int:
        """The sum of the first ``count`` values."""
        total = 0
        while count > 0:
            total += self._tree[count]
            count &= count - 1
        return total

    def find(self, position: int) -> int:
        """The index whose span [prefix(i), prefix(i + 1)) holds ``position``, clamped to what there is."""
        index = 0
        step = 1 << len(self._values).bit_length()
        while step:
            following = index + step
            if following < len(self._tree) and self._tree[following] <= position:
                index = following
                position -= self._tree[following]
            step >>= 1
        return max(0, min(index, len(self._values) - 1))
