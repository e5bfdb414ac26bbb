# SPDX-License-Identifier: GPL-3.0-or-later
"""Places are found case and accents aside, and are places in the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.folding import fold, places


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("The kettle, the KETTLE", "kettle", ["kettle", "KETTLE"]),
        ("Crème brûlée", "creme brulee", ["Crème brûlée"]),
        ("Cre\u0300me", "creme", ["Cre\u0300me"]),
        ("Cre\u0300me", "cre", ["Cre\u0300"]),
        ("Straße und Strasse", "strasse", ["Straße", "Strasse"]),
        ("東京都に行く", "京都", ["京都"]),
        ("ﬁne ﬁre", "fire", ["ﬁre"]),
        ("한국어", "국", ["국"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("nothing", "x", []),
        ("anything", "", []),
        ("anything", "\u0301", []),
    ],
)
def test_places(text: str, wanted: str, found: list[str]) -> None:
    assert [text[begin:end] for begin, end in places(text, wanted)] == found


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=30))
def test_what_was_put_in_is_found(before: str, wanted: str, after: str) -> None:
    found = places(before + wanted + after, wanted)
    assert bool(found) is bool(fold(wanted))
    for begin, end in found:
        assert fold(wanted) in fold((before + wanted + after)[begin:end])
