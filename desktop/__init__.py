# SPDX-License-Identifier: GPL-3.0-or-later
"""Inglenook: a private chat app whose model, history and controls stay on the laptop."""

__version__ = "0.1.0"
