# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps one core busy until its input ends."""

from __future__ import annotations

import sys
import threading

if __name__ == "__main__":
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    print("{}", flush=True)  # says that it burns
    while not ended.is_set():
        sum(range(1000))
