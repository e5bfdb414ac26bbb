# SPDX-License-Identifier: GPL-3.0-or-later
"""File dialogs leave no record of where one looked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
import shiboken6
from PySide6.QtWidgets import QApplication, QFileDialog
from desktop.ui.files import FILE_DIALOG_OPTIONS, keep_no_dialog_history
if sys.argv[2] == "quiet":
    keep_no_dialog_history()
application = QApplication([])
dialog = QFileDialog(None, "", sys.argv[1])
dialog.setOptions(FILE_DIALOG_OPTIONS)
dialog.show()
application.processEvents()
dialog.selectFile("looked-at")
dialog.accept()
shiboken6.delete(dialog)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Qt keeps its settings elsewhere there")
@pytest.mark.parametrize("mode", ["quiet", "chatty"])
def test_no_folder_is_remembered(tmp_path: Path, mode: str) -> None:
    home, looked_at = tmp_path / "home", tmp_path / "secret-folder"
    home.mkdir()
    looked_at.mkdir()
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    root = Path(__file__).resolve().parent.parent.parent
    subprocess.run(
        [sys.executable, "-c", SCRIPT, str(looked_at), mode],
        env=environment,
        cwd=root,
        check=True,
        timeout=60,
    )
    written = [p for p in home.rglob("*") if p.is_file() and b"secret-folder" in p.read_bytes()]
    assert bool(written) is (mode == "chatty"), "the control must write, ours must not"
