"""An issuer of any kind, behind a link that hands something out to whoever proves a key."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def issuing(brought: bytes, meanwhile: Callable[[], object] = lambda: None) -> Iterator[str]:
    """Give the link of an issuer that hands something out once, while something else happens."""

    class Once(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asks = {"verifiablePresentationRequest": {"challenge": "c", "domain": f"http://127.0.0.1:{server.server_port}"}}
            body = brought if said else json.dumps(asks).encode()
            if said:
                meanwhile()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Once) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/claims/x"
        finally:
            server.shutdown()
            thread.join()
