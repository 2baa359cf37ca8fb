"""Every other operation once, from the table that both SDKs share."""

import inspect
import json
import os
import re
import typing
from datetime import datetime, timedelta, timezone

import PureCloudPlatformClientV2 as sdk
from models import known
from refusals import refused
from sandbox import until

HERE = os.path.dirname(__file__)
TABLE = os.path.join(HERE, "..", "operations.json")
PUBLISHED = os.path.join(HERE, "..", "..", "..", "assets", "platform", "openapi.json")
# Not in the least role of a client, which is what the sandbox starts with.
PARK = "conversation:message:park"


def check(report, sandbox, client):
    with open(TABLE, encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    names = gathered(sandbox, client)
    sandbox.order(restore_permissions=[PARK])
    for row in rows:
        Row(row, names).check(report, client)
    sandbox.order(remove_permissions=[PARK])


def check_none_is_missing(report):
    """Every published operation is in the table, or called by name in one of these files."""
    with open(PUBLISHED, encoding="utf-8") as file:
        paths = json.load(file)["paths"].values()
    published = {one["operationId"] for path in paths for one in path.values()}
    with open(TABLE, encoding="utf-8") as file:
        called = {row["call"].split(".")[1] for row in json.load(file)["rows"]}
    texts = []
    for name in sorted(os.listdir(HERE)):
        if name.endswith(".py"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                texts.append(file.read())
    named = set(re.findall(r"\.([a-z_]+)\b", "\n".join(texts)))
    missing = [one for one in sorted(published - called) if snake(one) not in named]
    report.same("every published operation is asked for", missing, [])


def gathered(sandbox, client):
    """What the table's $names stand for: one open conversation, another, one that was settled."""
    conversations = sdk.ConversationsApi(client)
    labels, _ = sandbox.staged()
    now = datetime.now(timezone.utc)
    moments = [
        f"{now + span:%Y-%m-%dT%H:%M:%S.000Z}" for span in (timedelta(days=-7), timedelta(hours=1))
    ]
    names = {"from": moments[0], "to": moments[1], "interval": "/".join(moments)}
    names["old"] = labels["idle"]
    names["deployment"] = sandbox.start["deployment_id"]
    for name, label in (("conversation", "live"), ("other", "closing"), ("settled", "wrap-up")):
        names[name] = labels[label]
        parties = {
            one.purpose: one for one in conversations.get_conversation(labels[label]).participants
        }
        prefix = "" if name == "conversation" else name
        guest, agent = parties["customer"], parties["agent"]
        found = {
            "guest": guest.id,
            "agent": agent.id,
            "leg": agent.messages[-1].id,
            "user": agent.user_id,
        }
        found["message"] = guest.messages[0].messages[0].message_id
        found["queue"], found["code"] = agent.queue_id, agent.wrapup and agent.wrapup.code
        for key, value in found.items():
            names[prefix + key.title() if prefix else key] = value
    names["code"] = names["settledCode"]
    return names


class Row:
    """One row of the table, its $names filled in when it is asked."""

    def __init__(self, row, names):
        self.row = row
        self.names = names

    def filled(self, value):
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        named = isinstance(value, str) and value.startswith("$")
        return self.names[value[1:]] if named else value

    def ask(self, client):
        """One request through the SDK; the JSON that came, after the walks of `models.py`."""
        api, operation = self.row["call"].split(".")
        method = getattr(getattr(sdk, api)(client), snake(operation))
        given = self.filled(self.row.get("with", []))
        options = {
            snake(key): item for key, item in self.filled(self.row.get("options", {})).items()
        }
        if "body" in self.row:
            options["body"] = self.filled(self.row["body"])
        answer = method(*given, **options)
        kind = returned(method)
        if kind is None:
            return None
        if kind != "object":
            known(client, answer, kind)
        return json.loads(client.last_response.data)

    def check(self, report, client):
        call, status = self.row["call"].split(".")[1], self.row.get("status", 200)
        if "refused" in self.row:
            code = None if self.row["refused"] is True else self.row["refused"]
            with refused(report, f"{call} is refused", status, code):
                self.ask(client)
            return
        shows = self.filled(self.row.get("shows", {}))

        def fits(body):
            return all(wanted in look(body, path.split(".")) for path, wanted in shows.items())

        body = self.ask(client)
        if self.row.get("until") and not fits(body):
            body = until(
                f"{call} shows {shows}", lambda: found if fits(found := self.ask(client)) else None
            )
        report.same(f"{call} is answered", client.last_response.status, status)
        if shows:
            report.ok(f"{call} shows {', '.join(shows)}", fits(body), body)
        for name, path in self.row.get("keeps", {}).items():
            found = look(body, path.split("."))
            report.ok(f"{call} has {path}", len(found) == 1, body)
            self.names[name] = found[0]


def snake(name):
    """The SDK's spelling of the platform's camel case."""
    return re.sub(r"([A-Z])", lambda letter: "_" + letter.group(1).lower(), name)


def returned(method):
    """The kind that the SDK says a method returns, in the words of its models."""
    kind = inspect.signature(method).return_annotation
    if typing.get_origin(kind) is list:
        return f"list[{typing.get_args(kind)[0].__forward_arg__}]"
    return kind if isinstance(kind, str) or kind is None else kind.__name__


def look(body, path):
    """Every value at a path; `*` is any item of a list."""
    if not path:
        return [body]
    head, rest = path[0], path[1:]
    if head == "*":
        return [
            found for item in (body if isinstance(body, list) else []) for found in look(item, rest)
        ]
    if isinstance(body, list):
        return look(body[int(head)], rest) if int(head) < len(body) else []
    return look(body[head], rest) if isinstance(body, dict) and head in body else []
