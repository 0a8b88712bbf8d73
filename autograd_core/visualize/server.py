"""The server behind `explore(…, live=True)`: it listens on this machine alone, and answers who knows the token in its address."""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.types import Page

LARGEST = 10_000  # bytes of a request


class Server:
    """Serves one `Live` at `url` in a thread, which ends with the program."""

    def __init__(self, live: Page) -> None:
        self.live, self.token = live, secrets.token_urlsafe(16)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.daemon_threads = True
        handler: Any = self._http
        handler.owner = self
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True, name="explore").start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_version, sys_version = "explore", ""

    def do_GET(self) -> None:
        if self._is_known(""):
            self._send(self.server.owner.live.page().encode(errors="replace"), "text/html; charset=utf-8")  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        if not self._is_known("ask"):
            return
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Content-Type") != "application/json" or not 0 < length <= LARGEST:
            self.send_error(400)
            return
        try:
            request = json.loads(self.rfile.read(length))
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self.send_error(400)
            return
        self._send(self.server.owner.live.answer(request).encode(errors="replace"), "application/json")  # type: ignore[attr-defined]

    def _is_known(self, name: str) -> bool:
        """Whether the request may be answered. Another site's script can send one here, under a name that it made lead to this
        machine (DNS rebinding), but not with this Host, nor with this Origin, and it does not know the token."""
        owner = self.server.owner  # type: ignore[attr-defined]
        hosts = [f"{host}:{owner.port}" for host in ("127.0.0.1", "localhost")]
        origin = self.headers.get("Origin")
        right_place = self.headers.get("Host") in hosts and origin in (None, *[f"http://{host}" for host in hosts])
        if right_place and secrets.compare_digest(self.path.encode(), f"/{owner.token}/{name}".encode()):
            return True
        self.send_error(403 if not right_place else 404)
        return False

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
        }  # fmt: skip
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Nothing: the program's own output stays its own."""
