# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what is asked for: correct what is kept, stop all use for training."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from desktop.domain.correction import CorrectionReceipt, FoundPlaces, Place, Wish
from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.services.training import TrainingStopped, stopped_in_words
from desktop.ui.privacy.correct_form import CorrectForm
from desktop.ui.privacy.stop_form import StopForm
from desktop.ui.tasks import Tasks


class CorrectPresenter(QObject):
    """Attributes:
    looking: what is only held in memory should be kept now, so that it is found, too.
    corrected: something was put right.
    """

    looking = Signal()
    corrected = Signal()

    def __init__(self, session: Session, tasks: Tasks, form: CorrectForm) -> None:
        super().__init__(form)
        self._corrections = session.corrections
        self._tasks = tasks
        self._form = form
        form.looked_for.connect(self._find)
        form.confirmed.connect(self._correct)

    def _find(self, wish: Wish) -> None:
        self.looking.emit()

        def find() -> FoundPlaces:
            return self._corrections.find(wish).result()

        self._tasks.run(find, self._form.show_found, self._tell)

    def _correct(self, wish: Wish, chosen: Collection[Place] | None) -> None:
        def correct() -> CorrectionReceipt:
            return self._corrections.correct(wish, chosen)

        def done(receipt: CorrectionReceipt) -> None:
            self._form.show_receipt(receipt)
            self.corrected.emit()

        self._tasks.run(correct, done, self._tell)

    def _tell(self, error: Exception) -> None:
        words = str(error) if isinstance(error, InglenookError) else ""
        self._form.show_problem(words or _("That did not work. What is kept is as whole as before."))


class StopPresenter(QObject):
    """Attributes:
    stopped: no chat may be used any more.
    failed: an error to be shown.
    """

    stopped = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, form: StopForm) -> None:
        super().__init__(form)
        self._training = session.training
        self._tasks = tasks
        self._form = form
        form.open_button.setEnabled(self._training is not None)  # nothing in memory may ever be used
        form.confirmed.connect(self._stop)

    def _stop(self) -> None:
        if self._training is not None:
            self._tasks.watch(self._training.stop(), self._done, self._fail)

    def _done(self, stopped: TrainingStopped) -> None:
        self._form.show_done(stopped_in_words(stopped))
        self.stopped.emit()

    def _fail(self, error: Exception) -> None:
        self._form.show_done(_("Nothing was changed. Try again."))
        self.failed.emit(error)
