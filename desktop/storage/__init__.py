# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault: an encrypted database, its key slots, and what is kept in it."""
