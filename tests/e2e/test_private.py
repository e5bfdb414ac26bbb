# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole session of the window under strace, in fresh folders that are searched for its words afterwards."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from desk.desk import Desk
from desk.person import await_end, await_growth, first_start, rename, send
from desk.window import PATIENCE, ROOT, Window
from harness.sweep import hits_in, sweep
from harness.tracing import calls, not_local, tracer

from desktop.paths import Profile

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]

PIECE = 24  # characters; a passage of an answer this long is nowhere by chance


def test_a_session_leaves_no_word_and_makes_local_sockets_only(
    open_window: Open, desk: Desk, tmp_path: Path, errors: Path
) -> None:
    begun = time.time()
    home = tmp_path / "home"
    variables = {"HOME": home, "TMPDIR": home / "tmp"}
    variables |= {f"XDG_{name}_HOME": home / name.lower() for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    for folder in variables.values():
        folder.mkdir(parents=True, exist_ok=True)
    words = ["quill" + secrets.token_hex(8) for _ in range(5)]
    passphrase, asked, title, sought, draft = words
    log = tmp_path / "strace.log"

    window = open_window(
        profile=Profile(home / "data" / "inglenook"),
        wrapper=tracer(log),
        environment={name: str(folder) for name, folder in variables.items()},
    )
    first_start(window, f"garden {passphrase} words")
    question = f"Tell me a long story about {asked}."
    send(window, question)
    _, reply = await_growth(window, question)
    window.press("Stop the answer")
    await_end(window)
    window.press("Copy message")
    rename(window, title)
    window.fill("text", "Search everything", asked)
    window.find("list item", f".*{asked}.*")
    window.fill("text", "Search everything", sought)
    window.await_gone("list", "Search results")
    window.fill("text", "Message", draft)
    time.sleep(1)  # for whatever would keep a draft
    assert window.close(2 * PATIENCE) == 0

    words += [piece for at in range(0, len(reply), PIECE) if len(piece := reply[at : at + PIECE]) == PIECE]
    assert not_local(log) == []
    assert calls(log) > 20
    assert hits_in(errors.read_bytes(), words) == set()
    log.unlink()  # strace quotes what went to the screen and to the screen reader
    assert sweep([home], words) == []
    shared = [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), ROOT]
    assert sweep([folder for folder in shared if folder.is_dir()], words, since=begun) == []
