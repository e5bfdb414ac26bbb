# SPDX-License-Identifier: GPL-3.0-or-later
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say, say_then_wait

from desktop.domain.generation import EngineFault, FaultKind, TextDelta
from desktop.paths import Profile
from desktop.services.models import ModelChoice, Models, ModelStatus
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault

QUICK = KdfCost(64 * 1024, 3, 4)
PASSPHRASE = "four unrelated garden words"


def models_in(folder: Path) -> Models:
    return Models(ScriptedEngine(say("Hello.")), ModelChoice(folder / "bundled.gguf", "Bundled"))


def test_the_chosen_model_is_remembered_in_the_vault_only(profile: Profile, tmp_path: Path) -> None:
    chosen = tmp_path / "my-own-very-private-choice.gguf"
    session = Session(create_vault(profile, PASSPHRASE, cost=QUICK), models_in(tmp_path))
    session.choose_model(chosen)
    session.close()
    session.close()

    again = Session(open_vault(profile, PASSPHRASE), models_in(tmp_path))
    assert again.models.current() == ModelChoice(chosen, "my-own-very-private-choice")
    assert again.models.status() is ModelStatus.MISSING  # still opens, and offers another
    again.close()
    for file in profile.folder.rglob("*"):
        assert not file.is_file() or b"very-private" not in file.read_bytes()


def test_a_session_in_memory_leaves_no_file(profile: Profile, tmp_path: Path) -> None:
    session = Session(None, models_in(tmp_path))
    assert session.temporary
    session.close()
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_cannot_even_be_looked_for_is_missing(tmp_path: Path) -> None:
    models = models_in(tmp_path)
    models.use(tmp_path / ("x" * 300))  # stat fails with another error than "not found"
    assert models.status() is ModelStatus.MISSING
    with pytest.raises(EngineFault) as caught:
        models.ensure_loaded()
    assert caught.value.kind is FaultKind.MODEL_MISSING


def test_what_was_erased_the_model_forgets_once_it_is_quiet(session: Session) -> None:
    """It keeps what it read, to answer sooner; its process ends, so that nothing of it stays in memory."""
    session.replies.send("About the lighthouse", lambda _event: None).wait(10)
    [chat] = session.history.chats().result()
    assert session.models.loaded
    session.history.delete_now([chat.id])
    assert not session.models.loaded


def test_an_answer_that_is_being_written_is_not_cut_off_by_a_deletion(
    session: Session, engine: ScriptedEngine
) -> None:
    session.replies.send("About the lighthouse", lambda _event: None).wait(10)
    [old] = session.history.chats().result()
    writing = threading.Event()
    engine.script = say_then_wait("Once ")
    reply = session.replies.send(
        "A story", lambda event: writing.set() if isinstance(event, TextDelta) else None
    )
    assert writing.wait(10)
    session.history.delete_now([old.id])
    assert session.models.loaded
    reply.cancel()
    assert reply.wait(10)
    wait_until(lambda: not session.models.loaded)


def wait_until(holds: Callable[[], bool]) -> None:
    for _moment in range(200):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it never came")
