# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's composition root: makes every part and joins them. Nothing else happens here."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from desktop import i18n, logs
from desktop.paths import APP, Profile, is_frozen, resource
from desktop.sandbox import confine, memory
from desktop.services.vault import VaultService
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.clipboard import CopyClock, OwnCopies
from desktop.ui.files import keep_no_dialog_history
from desktop.ui.garbage import GarbageCollector
from desktop.ui.preferences import (
    CLEAR_COPIES,
    HIDE_FROM_CAPTURE,
    LANGUAGE,
    LOCK_WITH_SYSTEM,
    READING_COLUMN,
    TEXT_SIZE,
    THEME,
    Preferences,
)
from desktop.ui.residue import Residue
from desktop.ui.shell.capture import hide_from_capture
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.system_lock import SystemLock
from desktop.ui.single_instance import SingleInstance, raise_other_window
from desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop.services.models import Models
    from desktop.services.session import Session
    from desktop.storage.vault import OpenVault


def run_window(profile: Profile) -> int:
    """Show the window of ``profile`` until it is closed; a second one raises the first instead.

    Returns:
        The exit status.
    """
    confine.confine_app()  # before Qt starts any thread
    memory.share_one_heap()
    if raise_other_window(profile):
        return 0
    preferences = Preferences(profile)
    i18n.install(resource("translations"), preferences.get(LANGUAGE) or None)
    application = make_application()
    theme = Theme(
        application,
        preferences.get(THEME),
        preferences.get(TEXT_SIZE) / 100,
        reading_width=preferences.get(READING_COLUMN),
    )
    service = VaultService(profile, _SessionMaker())
    window = MainWindow(theme, preferences)
    controller = Controller(service, window, theme, preferences, look_at_privacy=look_at_privacy)
    instance = SingleInstance(profile, application)
    instance.listen()
    instance.raised.connect(window.come_forward)
    controller.settled.connect(instance.listen)  # the profile folder may not have been there before
    controller.moved.connect(lambda folder: _start_elsewhere(folder, window))
    controller.finished.connect(application.quit)
    window.closing.connect(instance.close)  # a start from now on waits for this one, and is not sent to it
    signals = _Signals(window)
    controller.start()
    if preferences.get(HIDE_FROM_CAPTURE):
        hide_from_capture(window, True)
    window.show()
    collector = GarbageCollector(window)
    controller.settled.connect(collector.spare_what_is_there)
    residue = Residue(collector, window)
    controller.emptied.connect(residue.clear)
    system_lock = SystemLock(
        window, controller.lock_all, lambda: controller.is_closing, lambda: preferences.get(LOCK_WITH_SYSTEM)
    )
    residue.cleared.connect(system_lock.settle)
    system_lock.begin()
    marks = OwnCopies(window)
    copies = CopyClock(lambda: preferences.get(CLEAR_COPIES), window)
    try:
        return int(application.exec())
    finally:
        marks.close()
        copies.close()
        system_lock.close()
        collector.close()
        signals.close()
        instance.close()


def make_application() -> QApplication:
    """The one application object; it ends when the vault is closed, not when the window vanishes."""
    keep_no_dialog_history()
    application = QApplication([APP])
    application.setApplicationName(APP)
    application.setApplicationDisplayName("Inglenook")
    application.setDesktopFileName(APP)
    application.setQuitOnLastWindowClosed(False)
    return application


class _SessionMaker:
    """Makes sessions over one engine; what that needs is loaded with the first, not to show the door."""

    def __init__(self) -> None:
        self._models: Models | None = None

    def __call__(self, vault: OpenVault) -> Session:
        from desktop.services.models import local_models
        from desktop.services.session import Session

        if self._models is None:
            self._models = local_models()
        return Session(vault, self._models)


def look_at_privacy(session: Session) -> PrivacyFacts:
    """What the privacy line may say of this session."""
    return PrivacyFacts(
        encrypted=not session.temporary,
        network_impossible=confine.report().app_sockets_filtered,
        temporary=session.temporary,
    )


def _start_elsewhere(folder: Path, window: MainWindow) -> None:
    """Open another profile in a program of its own, and leave this one."""
    program = [sys.executable] if is_frozen() else [sys.executable, "-m", "desktop"]
    try:
        subprocess.Popen([*program, "--profile", str(folder)], start_new_session=True)
    except OSError as error:
        logs.report_bug(error)
        return
    window.close()


class _Signals(QObject):
    """Turns SIGTERM, SIGINT and SIGHUP into closing the window: what streams is kept."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._ours, self._pythons = socket.socketpair()  # Python writes the signal's number into its end
        self._ours.setblocking(False)
        self._pythons.setblocking(False)
        self._before = signal.set_wakeup_fd(self._pythons.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), _noted)

    def _heard(self) -> None:
        self._ours.recv(64)  # or it would be heard again at once, and again, until everything is closed
        self._window.close_at_once()

    def close(self) -> None:
        """Give the descriptor back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        self._ours.close()
        self._pythons.close()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Handled through the wake-up descriptor."""
