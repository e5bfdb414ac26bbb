# SPDX-License-Identifier: GPL-3.0-or-later
"""The participant's side of ``participants``; imports next to nothing, because start-up is measured, too."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def private_output() -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Keep standard output for answers; what libraries print goes to standard error."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)

        def say(answer: Mapping[str, object]) -> None:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()

        yield say


def serve(handle: Callable[..., Mapping[str, object]]) -> None:
    """Answer requests with ``handle(**request)`` until the input ends."""
    with private_output() as say:
        for line in sys.stdin:
            say(handle(**json.loads(line)))
