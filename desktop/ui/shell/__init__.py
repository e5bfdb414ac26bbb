# SPDX-License-Identifier: GPL-3.0-or-later
"""The window itself: which page is shown, its keys, its place on the screen, its orderly end."""
