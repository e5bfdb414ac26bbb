# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: thin over the services, so that whatever the window does, it can do too."""

from desktop.cli.main import main

__all__ = ["main"]
