# SPDX-License-Identifier: GPL-3.0-or-later
"""The downloader: one file, then its end. It holds no key and sees nothing of the profile but one folder."""

from __future__ import annotations

import os

from desktop.downloads.fetch import Connect, connect_securely, fetch
from desktop.downloads.wire import MAX_FRAME, Fetch
from desktop.sandbox import limits
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import claim_pipes


def main(connect: Connect = connect_securely) -> int:
    """Serve one request; ``connect`` is another in tests only."""
    commands, events = claim_pipes()
    limits.forbid_core_dumps()
    os.umask(0o077)
    writer = FrameWriter(events, limit=MAX_FRAME)
    reader: FrameReader[Fetch] = FrameReader(commands, Fetch, limit=MAX_FRAME)
    try:
        order = reader.receive()
        if order is not None:
            fetch(order, writer.send, connect=connect)
    except FrameError:  # the app is gone
        return 1
    return 0
