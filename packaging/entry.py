# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the frozen program starts. PyInstaller runs a script, and desktop.__main__ wants to be a module."""

import sys

from desktop.__main__ import main

sys.exit(main())
