# SPDX-License-Identifier: GPL-3.0-or-later
from typing import NoReturn

import pytest

from desktop.domain.errors import VaultDamagedError
from desktop.paths import Profile
from desktop.services.vault import VaultService, judge_passphrase
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import OpenVault, create_vault, open_vault


@pytest.mark.parametrize("weak", ["", "short", "password", "12345678", "aaaaaaaaaaaa", "password1234"])
def test_what_is_guessed_at_once_is_not_accepted(weak: str) -> None:
    assert not judge_passphrase(weak).acceptable


@pytest.mark.parametrize(
    "strong", ["four unrelated garden words", "x" * 3 + "Tq9!fiddle-otter-quay" * 40, "猫がソファの上で眠る"]
)
def test_several_words_are_accepted_at_any_length(strong: str) -> None:
    verdict = judge_passphrase(strong)
    assert verdict.acceptable
    assert verdict.advice


def test_a_longer_passphrase_is_never_judged_weaker() -> None:
    words = ["quiet", "ember", "lantern", "orchard", "meadow"]
    scores = [judge_passphrase(" ".join(words[:n])).score for n in range(1, 6)]
    assert scores == sorted(scores)


def test_a_vault_whose_session_cannot_be_made_is_let_go(profile: Profile) -> None:
    def fail(_vault: OpenVault) -> NoReturn:
        raise VaultDamagedError

    passphrase = "four unrelated garden words"
    create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4)).close()
    with pytest.raises(VaultDamagedError):
        VaultService(profile, fail).unlock(passphrase)
    open_vault(profile, passphrase).close()  # nobody holds it
