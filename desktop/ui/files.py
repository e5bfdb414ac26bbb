# SPDX-License-Identifier: GPL-3.0-or-later
"""File dialogs that remember nothing."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

# The system's own dialogs keep lists of recent files; Qt's, with its settings led nowhere, keeps none.
FILE_DIALOG_OPTIONS = QFileDialog.Option.DontUseNativeDialog | QFileDialog.Option.DontUseCustomDirectoryIcons


def keep_no_dialog_history() -> None:
    """Lead Qt's own settings (QtProject.conf: folders visited in dialogs) into nothing, for this process."""
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, os.devnull)


def choose_file(parent: QWidget, title: str, folder: Path, pattern: str) -> Path | None:
    """Ask for one existing file."""
    chosen, _pattern = QFileDialog.getOpenFileName(
        parent, title, str(folder), pattern, options=FILE_DIALOG_OPTIONS
    )
    return Path(chosen) if chosen else None


def choose_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """Ask for one folder."""
    options = FILE_DIALOG_OPTIONS | QFileDialog.Option.ShowDirsOnly
    chosen = QFileDialog.getExistingDirectory(parent, title, str(folder), options)
    return Path(chosen) if chosen else None


def choose_new_file(parent: QWidget, title: str, proposed: Path) -> Path | None:
    """Ask where to write; a file that is there is replaced only after the person said so."""
    chosen, _pattern = QFileDialog.getSaveFileName(parent, title, str(proposed), options=FILE_DIALOG_OPTIONS)
    return Path(chosen) if chosen else None
