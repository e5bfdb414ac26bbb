# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving to another computer and in from one."""
