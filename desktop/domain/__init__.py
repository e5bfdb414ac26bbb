# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain values, errors and ports shared by every layer: no I/O, no Qt."""
