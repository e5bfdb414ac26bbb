# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from desktop.services.vault import judge_passphrase


@pytest.mark.parametrize("weak", ["", "short", "password", "12345678", "aaaaaaaaaaaa"])
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
