# SPDX-License-Identifier: GPL-3.0-or-later
"""The command palette: chats and actions by a few letters."""
