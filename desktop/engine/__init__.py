# SPDX-License-Identifier: GPL-3.0-or-later
"""The model: a client in the app, a worker in a confined child, and the frames between them."""
