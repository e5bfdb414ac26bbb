# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats as files of a person's own: for reading, for other programs, for another computer."""
