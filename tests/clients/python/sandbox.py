"""What no real organisation has: the start line, the control routes and the ground truth.

Knows nothing of the SDK. What it reads is what the checks compare the SDK's answers with.
"""

import json
import ssl
import time
import urllib.request

from report import Wrong


def until(what, probe, seconds=20.0):
    """What `probe` finds, asked for again until it finds something or the time is up."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise Wrong(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.25)


class Sandbox:
    """A running sandbox, by the first line that `unstick sandbox serve` printed."""

    def __init__(self, start):
        self.start = start
        self.url = start["url"]
        self.tls = ssl.create_default_context(cafile=start.get("ca_file"))

    def ask(self, method, path, body=None):
        """One control request; the text of its answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/sandbox/{path}", data=data, headers=headers, method=method
        )
        context = self.tls if self.url.startswith("https") else None
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return answer.read().decode()

    def lines(self, path):
        """Every JSON line of a control route."""
        return [json.loads(line) for line in self.ask("GET", path).splitlines()]

    def order(self, **orders):
        """Faults, permissions, limits: see `POST /sandbox/faults`."""
        self.ask("POST", "faults", orders)

    def staged(self):
        """Conversation id by label, for what the scenario names; and every staged id."""
        lines = self.lines("staged")
        labels = {line["label"]: line["conversation"] for line in lines if line.get("label")}
        return labels, [line["conversation"] for line in lines]

    def truth(self, conversation, what):
        """The changes of one sort that really happened to a conversation."""
        changes = self.lines("truth")
        return [
            one for one in changes if one["conversation"] == conversation and one["what"] == what
        ]
