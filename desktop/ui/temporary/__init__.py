# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat that nothing is written of: how it looks, how it begins, and what is asked before it goes."""
