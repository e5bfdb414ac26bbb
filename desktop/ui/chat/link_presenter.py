# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens an address that a person has seen whole and agreed to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl

from desktop.i18n import _
from desktop.ui import clipboard
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.problems import Problems
from desktop.ui.tasks import Tasks


class LinkPresenter(QObject):
    """Asks in the page's bar first.

    Args:
        tasks: for what takes a while.
        page: whose transcript has links.
        problems: where it is told that nothing could open one.
        open_address: opens it in the person's browser; whether that was possible.
    """

    def __init__(
        self, tasks: Tasks, page: ChatPage, problems: Problems, open_address: Callable[[QUrl], bool]
    ) -> None:
        super().__init__(page)
        self._tasks = tasks
        self._problems = problems
        self._open_address = open_address
        page.transcript.link_requested.connect(page.link_bar.ask)
        page.link_bar.confirmed.connect(self._open)

    def _open(self, url: QUrl) -> None:
        def opened(done: bool) -> None:
            if not done:
                clipboard.copy(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
                self._problems.show_message(
                    _("Nothing here could open the address. It is in the clipboard; paste it into a browser.")
                )

        self._tasks.run(lambda: self._open_address(url), opened, self._problems.show)
