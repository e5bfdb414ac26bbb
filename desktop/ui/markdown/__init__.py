# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown as plain values: inert, bounded blocks, parsed once or while a reply streams. No Qt here."""
