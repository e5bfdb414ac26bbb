# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder's name need not be text: the whole way of a chat in one whose name is not UTF-8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.paths import Profile

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names"),
]

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / os.fsdecode(b"caf\xe9 %41?#"))


def test_a_name_that_is_not_utf_8(run_cli: RunCli, profile: Profile) -> None:
    def document(*arguments: str) -> object:
        result = run_cli(*arguments)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    assert run_cli("init").returncode == 0
    answer = document("ask", "--json", "--max-tokens", "4", "Hello")
    assert isinstance(answer, dict)
    receipt = document("delete", answer["chat_id"], "--yes", "--json")
    assert isinstance(receipt, dict)
    assert (receipt["deleted_chats"], receipt["residue_found"]) == (1, 0)
    assert isinstance(document("doctor", "--json"), dict)
    assert [path.name for path in profile.folder.parent.iterdir() if path.is_dir()] == [profile.folder.name]
