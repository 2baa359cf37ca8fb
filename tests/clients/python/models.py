"""Whether an answer is one that the SDK's own typed models know, member by member.

The SDK drops what it does not know and turns strange words into `outdated_sdk_version`, silently.
So the raw JSON is walked beside the model that the SDK made of it.
"""

import json
import re
from datetime import date, datetime

import PureCloudPlatformClientV2 as sdk
from report import Wrong

STRANGE = "outdated_sdk_version"
PRIMITIVES = {"str": str, "int": int, "float": (int, float), "bool": bool}


def walk_raw(raw, kind, path):
    """Every member is one that the model declares, of the declared type."""
    listed = re.fullmatch(r"list\[(.*)\]", kind)
    mapped = re.fullmatch(r"dict\(([^,]*), (.*)\)", kind)
    if listed:
        demand(isinstance(raw, list), path, "a list", raw)
        for place, item in enumerate(raw):
            walk_raw(item, listed.group(1), f"{path}[{place}]")
    elif mapped:
        demand(isinstance(raw, dict), path, "a map", raw)
        for key, item in raw.items():
            walk_raw(item, mapped.group(2), f"{path}.{key}")
    elif kind in PRIMITIVES:
        is_kind = isinstance(raw, PRIMITIVES[kind])
        demand(is_kind and (kind == "bool" or not isinstance(raw, bool)), path, kind, raw)
    elif kind in ("datetime", "LocalDateTime"):
        demand(isinstance(raw, str) and raw.endswith("Z"), path, "a time", raw)
    elif kind == "date":
        demand(isinstance(raw, str), path, "a date", raw)
    elif kind != "object":
        walk_members(raw, getattr(sdk, kind)(), path)


def walk_members(raw, model, path):
    """The members of one JSON object, by the model's own tables."""
    demand(isinstance(raw, dict), path, "an object", raw)
    names = {wire: name for name, wire in model.attribute_map.items()}
    for wire, item in raw.items():
        demand(wire in names, f"{path}.{wire}", "a member that the SDK knows", item)
        walk_raw(item, model.swagger_types[names[wire]], f"{path}.{wire}")


def walk_model(value, path):
    """No word of the model is one that the SDK did not know, and every time was understood."""
    if isinstance(value, dict):
        for key, item in value.items():
            walk_model(item, f"{path}.{key}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            walk_model(item, f"{path}[{place}]")
    else:
        demand(value != STRANGE, path, "a word that the SDK knows", value)
        plain = value is None or isinstance(value, (str, int, float, bool, date, datetime))
        demand(plain, path, "a plain value", value)


def demand(holds, path, wanted, found):
    if not holds:
        raise Wrong(f"{path} is not {wanted}: {found!r}")


def known(client, answer, kind):
    """The answer that the SDK just gave, after both walks."""
    walk_raw(json.loads(client.last_response.data), kind, kind)
    items = answer if isinstance(answer, list) else [answer]
    for item in items:
        walk_model(item.to_dict(), kind)
    return answer


class Body:
    """A JSON text in the form in which the SDK's `deserialize` takes a response."""

    def __init__(self, value):
        self.data = json.dumps(value)

    def getheader(self, name, default=None):
        return "application/json" if name == "Content-Type" else default


def event(client, body, kind):
    """The body of a notification as the SDK's model of its topic, after both walks."""
    walk_raw(body, kind, kind)
    made = client.deserialize(Body(body), kind)
    walk_model(made.to_dict(), kind)
    return made


SPOILED = {
    "a member that nobody knows": {"id": "x", "colour": "red"},
    "a number for a text": {"id": 1},
    "a word that nobody knows": {"participants": [{"messages": [{"state": "asleep"}]}]},
    "a time that is none": {"startTime": True},
    "an object for a list": {"participants": {}},
}


def check(report, client):
    """The walks find what is spoiled; otherwise nothing that they let through says anything."""
    for words, spoiled in SPOILED.items():
        try:
            event(client, spoiled, "Conversation")
        except Wrong:
            report.ok(f"the walk finds {words}", True)
        else:
            report.ok(f"the walk finds {words}", False, spoiled)
