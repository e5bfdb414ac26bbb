# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching one file, on a person's click only: the sole code that opens a network socket."""
