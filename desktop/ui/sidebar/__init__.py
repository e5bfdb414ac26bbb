# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of chats by day, search, and the way to everything else."""
