# SPDX-License-Identifier: GPL-3.0-or-later
"""A host on 127.0.0.1 that can be told to misbehave, and the plain connection to it that only tests make."""

from __future__ import annotations

import hashlib
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import SplitResult

HOST = "127.0.0.1"


def connect_plainly(url: SplitResult) -> http.client.HTTPConnection:
    """To this machine only, whatever is asked for."""
    assert url.hostname == HOST
    return http.client.HTTPConnection(HOST, url.port, timeout=5)


class LocalHost:
    """What it has, what it does wrong, and what it was asked.

    Attributes:
        cut_after: bytes after which a connection is cut, one for each that comes; none left: no cut.
        location: where it sends who asks for /moved.
        gate: a connection waits for it after its first bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.etag = '"one"'
        self.linked: str | None = hashlib.sha256(data).hexdigest()
        self.cut_after: list[int] = []
        self.location = ""
        self.status = 0
        self.gate: threading.Event | None = None
        self.asked: list[tuple[str, str | None]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/model.gguf"


def _handler(host: LocalHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            host.asked.append((self.path, asked))
            if host.status:
                self.send_response(host.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", host.location)
                self.send_header("Content-Length", "0")
                if host.linked:
                    self.send_header("X-Linked-Etag", f'"{host.linked}"')
                self.end_headers()
                return
            start = 0
            if asked is not None and self.headers.get("If-Range") == host.etag:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                if start >= len(host.data):
                    self.send_response(416)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(host.data) - 1}/{len(host.data)}")
            else:
                self.send_response(200)
            rest = host.data[start:]
            self.send_header("Content-Length", str(len(rest)))
            self.send_header("ETag", host.etag)
            if host.linked:
                self.send_header("X-Linked-Etag", f'"{host.linked}"')
            self.end_headers()
            if host.gate is not None:
                self.wfile.write(rest[:100_000])
                self.wfile.flush()
                host.gate.wait(20)
                rest = rest[100_000:]
            cut = host.cut_after.pop(0) if host.cut_after else None
            self.wfile.write(rest if cut is None else rest[:cut])
            if cut is not None:
                self.close_connection = True

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Connections that are killed are what these tests are about."""


@contextmanager
def serving(host: LocalHost) -> Iterator[LocalHost]:
    with _Quiet((HOST, 0), _handler(host)) as server:
        host.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield host
        server.shutdown()
        thread.join()
