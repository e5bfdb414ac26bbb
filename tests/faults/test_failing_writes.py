# SPDX-License-Identifier: GPL-3.0-or-later
"""Every write of a commit, a backup and an import fails in its turn, once or from then on.

What was acknowledged is there, old copies stay, nothing is left half, the file is sound, the error is human.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from harness.program import PASSPHRASE, ROOT
from harness.vaults import make_vault, tell

from desktop.documents import age
from desktop.paths import Profile
from desktop.services.backups import Backups
from desktop.services.export.exporter import Exporter
from desktop.services.moving import Moving
from desktop.storage.vault import open_vault

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="preloads a library"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler"),
]

HARNESS = Path(__file__).parent / "harness"


@pytest.fixture(scope="session")
def failing_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("preload") / "failing_disk.so"
    source = HARNESS / "failing_disk.c"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", made, source, "-ldl"], check=True
    )
    return made


@pytest.fixture
def begun(tmp_path: Path) -> Profile:
    """A vault with some history and two copies."""
    profile = Profile(tmp_path / "begun")
    make_vault(profile)
    tell(profile, "Harbour", [f"lighthouse {number} " * 20 for number in range(20)])
    vault = open_vault(profile, PASSPHRASE)
    backups = Backups(vault)
    backups.make()
    backups.make()
    vault.close()
    return profile


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What another computer wrote."""
    monkeypatch.setattr(age, "WORK_FACTOR", 4)
    old = Profile(tmp_path / "old")
    make_vault(old)
    for number in range(4):
        tell(old, f"Chat {number}", [f"walnut {at} " * 60 for at in range(6)])
    vault = open_vault(old, PASSPHRASE)
    Moving(vault.database, Exporter(vault.database)).out(tmp_path / "move.age", PASSPHRASE)
    vault.close()
    return tmp_path / "move.age"


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
@pytest.mark.parametrize("what", ["commit", "backup", "import", "move"])
def test_whichever_write_fails(
    what: str,
    number: int,
    lasting: bool,
    failing_disk: Path,
    begun: Profile,
    tmp_path: Path,
    full: bool,
    request: pytest.FixtureRequest,
) -> None:
    brought = str(request.getfixturevalue("archive")) if what in ("import", "move") else ""
    work = tmp_path / "disk"
    work.mkdir()
    options = [str(number), str(int(lasting)), str(int(full)), brought]
    done = subprocess.run(
        [sys.executable, HARNESS / "at_a_failing_disk.py", what, begun.folder, work, *options],
        env=os.environ | {"LD_PRELOAD": str(failing_disk), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    turns = int(done.stdout)
    print(f"{what}: {turns} writes had their turn")
    assert turns > (20 if full else 5)
