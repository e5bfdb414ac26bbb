# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: PySide6 Widgets, one folder per screen."""
