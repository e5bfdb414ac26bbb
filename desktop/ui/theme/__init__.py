# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours, type, icons and the style sheet, declared once as data."""
