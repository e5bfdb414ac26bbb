# SPDX-License-Identifier: GPL-3.0-or-later
"""Damage in the vault, told while it is open, and the way back."""
