# SPDX-License-Identifier: GPL-3.0-or-later
"""The door: first start, unlocking, and what to do when neither works."""
