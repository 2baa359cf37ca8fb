"""Checks the sandbox with the vendor's Python SDK, unchanged: `python check.py START_LINE_FILE`.

START_LINE_FILE holds the first line of
`unstick sandbox serve tests/clients/organization.toml --chats 60`;
`.ci/clients` runs this.
"""

import json
import sys
import tempfile
import traceback

import ending
import guests
import models
import notified
import operations
import people
import reading
import refusals
import signing_in
from report import Report, Wrong
from sandbox import Sandbox


def run(report, sandbox, folder):
    signing_in.configure(report, sandbox, folder)
    operations.check_none_is_missing(report)
    client = signing_in.check(report, sandbox)
    models.check(report, client)
    queues = reading.check(report, sandbox, client)
    channel, listener = notified.check(report, sandbox, client, queues)
    ending.check(report, sandbox, client, listener)
    notified.unsubscribed(report, client, channel, listener)
    guests.check(report, sandbox, client)
    operations.check(report, sandbox, client)
    client = refusals.check(report, sandbox, client, signing_in.sign_in, "live")
    signing_in.sign_out(report, client)
    people.check(report, sandbox)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        sandbox = Sandbox(json.loads(file.readline()))
    report, failed = Report(), 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(report, sandbox, folder)
    except Wrong as wrong:
        print(f"not ok {wrong}", flush=True)
        failed = 1
    except Exception:
        # What the SDK throws where nothing was to be refused: its own words say the most.
        print(f"not ok\n{traceback.format_exc()}", flush=True)
        failed = 1
    print(f"{report.passed} passed, {failed} failed", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
