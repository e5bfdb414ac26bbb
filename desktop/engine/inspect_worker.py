# SPDX-License-Identifier: GPL-3.0-or-later
"""The child that looks at one model file: its header, its size, its SHA-256. llama.cpp is not loaded."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from desktop.domain.model_card import ModelCard
from desktop.engine import cards
from desktop.engine.gguf import MAGIC, GgufError, read_header
from desktop.engine.inspect_wire import MAX_FRAME, Hashing, Inspect, Inspected, Ready, Verdict
from desktop.sandbox.confine import confine_child
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import claim_pipes
from desktop.sandbox.profiles import document_reading

_CHUNK = 4 * 1024 * 1024
_TELL_EVERY = 64 * 1024 * 1024  # bytes


def main() -> int:
    """Serve one request."""
    commands, events = claim_pipes()
    writer = FrameWriter(events, limit=MAX_FRAME)
    reader: FrameReader[Inspect] = FrameReader(commands, Inspect, limit=MAX_FRAME)
    hashlib.sha256(b"").hexdigest()  # loads what it needs, while it may
    try:
        writer.send(Ready())
        request = reader.receive()
        if request is None:
            return 0
        path = Path(os.fsdecode(request.path))
        confine_child(document_reading(path))
        writer.send(_look(path, writer, hashed=request.hashed))
    except FrameError:
        return 1
    return 0


def _look(path: Path, writer: FrameWriter, *, hashed: bool) -> Inspected:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # to open a pipe is to wait for who writes into it
            return Inspected(Verdict.NO_FILE, ModelCard(), 0)
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                return Inspected(Verdict.NOT_GGUF, ModelCard(), found.st_size)
        header = read_header(path)
        verdict, card = cards.verdict(header), cards.card(header)
        digest = _digest(path, found.st_size, writer) if hashed and verdict is Verdict.GOOD else ""
    except (GgufError, MemoryError):
        return Inspected(Verdict.DAMAGED, ModelCard(), found.st_size)
    except OSError:
        return Inspected(Verdict.NO_FILE, ModelCard(), 0)
    return Inspected(verdict, card, found.st_size, digest)


def _digest(path: Path, total: int, writer: FrameWriter) -> str:
    made = hashlib.sha256()
    done = told = 0
    with path.open("rb", buffering=0) as file:
        while part := file.read(_CHUNK):
            made.update(part)
            done += len(part)
            if done - told >= _TELL_EVERY:
                told = done
                writer.send(Hashing(done, max(total, done)))
    return made.hexdigest()
