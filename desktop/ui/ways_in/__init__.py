# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the settings about what opens the vault."""
