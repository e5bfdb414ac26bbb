# SPDX-License-Identifier: GPL-3.0-or-later
"""The one entry point: ``inglenook``, ``python -m desktop``, the frozen program, every child."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.paths import Profile

_USAGE = 2


def main() -> int:
    """Become the child that was asked for, or run the command line; returns the exit status."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "--child":
        return _child(arguments[1:])
    from desktop.cli import main as run

    return run(open_window=_open_window)


def _open_window(profile: Profile) -> int:
    gc.disable()  # the window collects on its own terms; until it shows, collecting only delays it
    from desktop.app import run_window  # the command line never loads Qt

    return run_window(profile)


def _child(arguments: list[str]) -> int:
    """Import only what this child needs: it is confined by what it never loaded, too."""
    match arguments:
        case ["engine"]:
            from desktop.engine.worker import main as run
        case ["template"]:
            from desktop.documents.template_worker import main as run
        case ["formula"]:
            from desktop.documents.formula_worker import main as run
        case ["import"]:
            from desktop.documents.imports.worker import main as run
        case ["inspect"]:
            from desktop.engine.inspect_worker import main as run
        case ["download"]:
            from desktop.downloads.worker import main as run
        case ["pagescan"]:
            from desktop.storage.pagescan import main as run
        case _:
            return _USAGE
    return run()


if __name__ == "__main__":
    sys.exit(main())
