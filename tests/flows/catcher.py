"""An endpoint that keeps the first request's Authorization header."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Catcher:
    """Listens on this machine. A context manager."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self._authorization = ""
        catcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                catcher._authorization = self.headers["Authorization"]
                catcher._came.set()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/push"

    def authorization(self) -> str:
        assert self._came.wait(30)
        return self._authorization

    def __enter__(self) -> "Catcher":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
