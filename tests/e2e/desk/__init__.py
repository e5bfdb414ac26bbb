# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk to sit at: a screen, a message bus, a screen reader's eyes and hands, and the window on it."""
