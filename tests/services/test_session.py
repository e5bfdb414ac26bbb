# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.generation import EngineFault, FaultKind
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
