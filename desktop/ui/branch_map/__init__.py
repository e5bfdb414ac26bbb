# SPDX-License-Identifier: GPL-3.0-or-later
"""The map of a chat: every message and every version of it, one a line."""
