"""A WebSocket whose frames are JSON objects."""

import json
import ssl
import time

import websocket
from report import Wrong


class Socket:
    """What came is kept, so that nothing is missed by asking late."""

    def __init__(self, uri, ca_file=None, **options):
        if ca_file:
            options["sslopt"] = {"ca_certs": ca_file, "cert_reqs": ssl.CERT_REQUIRED}
        self.socket = websocket.create_connection(uri, timeout=20, **options)
        self.came = []

    def say(self, message):
        self.socket.send(json.dumps(message))

    def wait(self, what, fits, seconds=20.0):
        """The first frame, old or new, that fits."""
        end = time.monotonic() + seconds
        seen = 0
        while True:
            for frame in self.came[seen:]:
                if fits(frame):
                    return frame
            seen = len(self.came)
            left = end - time.monotonic()
            if left <= 0:
                raise Wrong(f"{what}: no such frame within {seconds:.0f} s")
            self.socket.settimeout(left)
            try:
                self.came.append(json.loads(self.socket.recv()))
            except websocket.WebSocketTimeoutException:
                pass

    def close(self):
        self.socket.close()
