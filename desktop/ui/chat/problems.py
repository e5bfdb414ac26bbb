# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what went wrong, each family of errors in its own way, with a way out where there is one."""

from __future__ import annotations

from collections.abc import Callable

from desktop import logs
from desktop.domain.errors import InglenookError
from desktop.domain.generation import EngineFault, FaultKind
from desktop.i18n import _
from desktop.services.faults import explain
from desktop.services.models import ModelStatus
from desktop.ui.chat.notices import Action, Notices

_ABOUT_THE_FILE = (FaultKind.MODEL_MISSING, FaultKind.MODEL_UNREADABLE, FaultKind.TEMPLATE)
_ABOUT_MEMORY = (FaultKind.OUT_OF_MEMORY, FaultKind.DOES_NOT_FIT)
_WORTH_REPEATING = (FaultKind.CRASHED, FaultKind.HUNG, FaultKind.PROTOCOL, FaultKind.OUT_OF_MEMORY)
_PROBLEM = "problem"
_MODEL = "model"


class Problems:
    """Shows errors as notices.

    Args:
        notices: where.
        choose_model: shows the models there are, to choose another.
    """

    def __init__(self, notices: Notices, choose_model: Callable[[], object]) -> None:
        self._notices = notices
        self._choose_model = choose_model

    def show(self, error: Exception) -> None:
        """An error from a service; what is not one of our messages is a bug, and is reported as one."""
        if isinstance(error, EngineFault):
            self.show_fault(error.kind)
        elif isinstance(error, InglenookError):
            self._notices.show_notice(_PROBLEM, str(error))
        else:
            logs.report_bug(error)
            self._notices.show_notice(
                _PROBLEM,
                _("Inglenook made a mistake of its own. What was kept before is safe; try that again."),
            )

    def show_fault(self, kind: FaultKind, again: Callable[[], object] | None = None) -> None:
        """The engine gave up."""
        actions = []
        if kind in _ABOUT_THE_FILE or kind in _ABOUT_MEMORY:
            actions.append(Action(_("Choose a model…"), self._choose_model))
        if again is not None and kind is FaultKind.DOES_NOT_FIT:
            actions.append(Action(_("Load it anyway"), again))
        if again is not None and kind in _WORTH_REPEATING:
            actions.append(Action(_("Try again"), again))
        about = (
            _MODEL if kind is FaultKind.MODEL_MISSING else _PROBLEM
        )  # not said a second time beside the first
        self._notices.show_notice(about, explain(kind), actions)

    def show_message(self, words: str) -> None:
        """Something that could not be done, in words."""
        self._notices.show_notice(_PROBLEM, words)

    def show_model(self, status: ModelStatus) -> None:
        """Whether there is a model that can answer."""
        if status is ModelStatus.MISSING:
            self._notices.show_notice(
                _MODEL,
                _(
                    "The model file is not where it should be. Your chats are all here to read; "
                    "choose a model to get answers."
                ),
                [Action(_("Choose a model…"), self._choose_model)],
            )
        else:
            self._notices.take_back(_MODEL)

    def clear(self) -> None:
        """A new attempt begins."""
        self._notices.take_back(_PROBLEM)
