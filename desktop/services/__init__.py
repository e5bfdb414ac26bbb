# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can do, as plain functions and classes without Qt."""
