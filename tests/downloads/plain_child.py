# SPDX-License-Identifier: GPL-3.0-or-later
"""The real downloader, but for the connection: plain, and to this machine only."""

import sys

from desktop.downloads.worker import main
from tests.downloads.local_host import connect_plainly

sys.exit(main(connect_plainly))
