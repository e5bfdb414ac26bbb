# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of ten thousand names a few letters mean. Qt-free.

Names that begin with the letters come first, then those with a word that does, then those that hold them
together, then those that hold them in this order; within each kind the order is the one given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 50  # shown; whoever sees that many types another letter


def best(letters: str, names: Sequence[str], most: int = MOST) -> list[int]:
    """The places of the names that ``letters`` mean, the best first.

    Args:
        letters: folded.
        names: folded.
        most: how many at most.
    """
    sought = " ".join(letters.split())
    if not sought:
        return list(range(min(most, len(names))))
    word = " " + sought
    found: dict[int, None] = {}
    found.update((at, None) for at, name in enumerate(names) if name.startswith(sought))
    if len(found) < most:
        together = [at for at, name in enumerate(names) if sought in name]
        found.update((at, None) for at in together if word in names[at])
        found.update((at, None) for at in together)
    if len(found) < most:
        # Each class ends at the letter that follows: nothing to go back over, however long a name is.
        letters_only = sought.replace(" ", "")
        loose = re.compile("".join(f"[^{re.escape(each)}]*{re.escape(each)}" for each in letters_only))
        for at, name in enumerate(names):
            if loose.match(name):
                found.setdefault(at)
                if len(found) >= most:
                    break
    return list(found)[:most]


def held(letters: str, name: str) -> list[int]:
    """Which characters of a folded ``name`` the letters are, to be shown stronger; [] where they are none."""
    sought = " ".join(letters.split())
    at = name.find(sought)
    if sought and at >= 0:
        starts = f" {name}".find(f" {sought}")
        at = starts if starts >= 0 else at
        return list(range(at, at + len(sought)))
    places: list[int] = []
    at = -1
    for letter in sought.replace(" ", ""):
        at = name.find(letter, at + 1)
        if at < 0:
            return []
        places.append(at)
    return places
