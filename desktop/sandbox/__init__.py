# SPDX-License-Identifier: GPL-3.0-or-later
"""How child processes are started, framed and confined, per system."""
