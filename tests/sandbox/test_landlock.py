# SPDX-License-Identifier: GPL-3.0-or-later
"""What each Landlock level can take away, against the kernel's own list."""

from __future__ import annotations

import pytest

from desktop.sandbox.landlock import handled


@pytest.mark.parametrize(
    ("abi", "files", "network", "scopes"),
    [
        (1, 0x1FFF, 0, 0),
        (2, 0x3FFF, 0, 0),
        (3, 0x7FFF, 0, 0),
        (4, 0x7FFF, 3, 0),
        (5, 0xFFFF, 3, 0),
        (6, 0xFFFF, 3, 3),
        (7, 0xFFFF, 3, 3),
        (8, 0xFFFF, 3, 3),
    ],
)
def test_each_level_takes_all_it_knows(abi: int, files: int, network: int, scopes: int) -> None:
    known = handled(abi)
    assert (known.files, known.network, known.scopes) == (files, network, scopes)
