"""A guest on a socket of its own, what the SDK shows of it, and what it is told of an ending."""

import json
import uuid

import PureCloudPlatformClientV2 as sdk
from models import known
from sandbox import until
from sockets import Socket


class Guest(Socket):
    """A guest of the deployment in the start line."""

    def __init__(self, sandbox):
        start = sandbox.start
        place = start["url"].replace("http", "ws", 1)
        super().__init__(f"{place}/v1?deploymentId={start['deployment_id']}", start.get("ca_file"))
        self.token = str(uuid.uuid4())
        self.do("configureSession", deploymentId=start["deployment_id"])
        self.wait("a session", lambda frame: frame["class"] == "SessionResponse")

    def do(self, action, **fields):
        self.say({"action": action, "token": self.token, **fields})

    def write(self, text):
        self.do("onMessage", message={"type": "Text", "text": text})


def check(report, sandbox, client):
    guest = Guest(sandbox)
    words = f"a guest was here: {guest.token}"
    guest.write(words)
    guest.wait("the echo", lambda frame: frame["body"].get("text") == words)
    report.ok("a guest writes", True)
    history(report, guest, words)
    ended(report, sandbox, client, guest)
    guest.close()


def history(report, guest, words):
    """The guest's own token, as the SDK's bearer, opens the guest's own history."""
    guest.do("getJwt")
    jwt = guest.wait("a token", lambda frame: frame["class"] == "JwtResponse")["body"]["jwt"]
    own = sdk.api_client.ApiClient()
    own.set_default_header("Authorization", f"Bearer {jwt}")
    listed = sdk.WebMessagingApi(own).get_webmessaging_messages(page_size=25, page_number=1)
    known(own, listed, "WebMessagingMessageEntityList")
    texts = [message.text for message in listed.entities]
    report.ok("the SDK reads the guest's history", words in texts, texts)


def ended(report, sandbox, client, guest):
    """An agent comes in, the SDK ends the agent's leg, and the guest is told so."""
    conversations = sdk.ConversationsApi(client)
    written = [one for one in sandbox.lines("truth") if one["what"] == "conversation-started"]
    one = written[-1]["conversation"]
    report.same("the guest began it", written[-1]["who"], "guest")
    sandbox.ask("POST", "events", {"event": "agent-joins", "conversation": one})

    def joined():
        parties = known(client, conversations.get_conversation(one), "Conversation").participants
        agents = [party for party in parties if party.purpose == "agent"]
        return agents[0].id if agents and agents[0].messages[-1].state == "connected" else None

    agent = until("the SDK sees the agent", joined)
    body = {"state": "disconnected"}
    conversations.patch_conversations_message_participant(one, agent, body=body)
    told = guest.wait("the guest is told", lambda frame: "Disconnect" in json.dumps(frame["body"]))
    report.same("the guest is told", told["body"]["metadata"]["readOnly"], "true")
    guest.write("anybody there?")
    refusal = guest.wait("a refusal", lambda frame: frame["class"] == "string")
    report.same("the guest may write no more", refusal["code"], 409)
    frames = [line["frame"] for line in sandbox.lines("frames") if line.get("conversation") == one]
    report.ok("the sandbox has it on record", told in frames, frames)
