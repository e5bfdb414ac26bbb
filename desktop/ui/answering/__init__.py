# SPDX-License-Identifier: GPL-3.0-or-later
"""How a chat is answered: the drawer beside it, and what the model's window holds."""
