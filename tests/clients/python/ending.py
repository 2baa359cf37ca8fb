"""Every way to end something. Each is read back: both shapes, the socket, the truth, analytics."""

import PureCloudPlatformClientV2 as sdk
from models import known
from reading import listed_now
from sandbox import until


class Ending:
    """One conversation that a check ends, and the places that must show it."""

    def __init__(self, report, sandbox, client, listener, label):
        self.report = report
        self.sandbox = sandbox
        self.client = client
        self.listener = listener
        self.label = label
        self.conversations = sdk.ConversationsApi(client)
        self.id = sandbox.staged()[0][label]

    def read(self):
        return known(self.client, self.conversations.get_conversation(self.id), "Conversation")

    def party(self, purpose):
        """The last participant of a purpose, and its last leg."""
        parties = [one for one in self.read().participants if one.purpose == purpose]
        return parties[-1], parties[-1].messages[-1]

    def leg_is_down(self, participant, leg):
        """The leg in both shapes, in an event, and in the truth as this client's doing."""
        down = f"{self.label}: the leg is down"

        def gone():
            legs = [one for party in self.read().participants for one in party.messages]
            return next(one for one in legs if one.id == leg).state == "disconnected"

        until(down, gone)
        self.report.ok(down, True)
        messages = self.conversations.get_conversations_message(self.id)
        states = {party.id: party.state for party in messages.participants}
        self.report.same(f"{down} in the message shape", states[participant], "disconnected")
        if self.listener:
            self.listener.shows(
                self.report,
                f"{down} in an event",
                self.id,
                lambda event: down_in(event, participant),
            )
        ended = [
            one for one in self.sandbox.truth(self.id, "leg-ended") if one["communication"] == leg
        ]
        self.report.same(f"{down} in truth, once", len(ended), 1)
        self.report.same(f"{down} by this client", ended[0]["who"], self.sandbox.start["client_id"])
        return ended[0]

    def is_over(self):
        """Nothing is open any more: here, in an event, in the truth."""
        over = f"{self.label}: the conversation is over"
        until(over, lambda: self.read().end_time is not None)
        legs = [leg.state for party in self.read().participants for leg in party.messages]
        self.report.same(f"{over}, every leg down", set(legs), {"disconnected"})
        if self.listener:
            self.listener.shows(self.report, f"{over} in an event", self.id, all_down)
        self.report.same(
            f"{over} in truth", len(self.sandbox.truth(self.id, "conversation-ended")), 1
        )

    def is_over_in_analytics(self):
        over = f"{self.label}: over in analytics"

        def row():
            rows = {one.conversation_id: one for one in listed_now(self.client)[0]}
            return rows[self.id] if rows[self.id].conversation_end else None

        found = until(over, row)
        segments = [
            part for party in found.participants for leg in party.sessions for part in leg.segments
        ]
        self.report.ok(f"{over}, no segment open", all(part.segment_end for part in segments))


def parts_of(party):
    """A participant's state: its own in the message shape, its last leg's in the generic one."""
    legs = getattr(party, "messages", None) or []
    own = getattr(party, "state", None)
    return own if own is not None else (legs[-1].state if legs else None)


def down_in(event, participant):
    party = next((one for one in event.participants if one.id == participant), None)
    return party is not None and parts_of(party) == "disconnected"


def all_down(event):
    return all(parts_of(party) == "disconnected" for party in event.participants)


def check(report, sandbox, client, listener):
    """One conversation for each way."""

    def named(label):
        return Ending(report, sandbox, client, listener, label)

    ways = {
        "orphan": end_participant,
        "serving": end_conversation,
        "wrap-up": settle_wrap_up,
        "idle": tear_down,
        "alone": remove,
    }
    over = []
    for label, way in ways.items():
        over.append(named(label))
        way(over[-1])
    end_participant_of_any_medium(named("parked"))
    end_communication(named("idle-us"))
    for one in over:
        one.is_over_in_analytics()


def end_participant(one):
    agent, leg = one.party("agent")
    body = sdk.MediaParticipantRequest()
    body.state = "disconnected"
    one.conversations.patch_conversations_message_participant(one.id, agent.id, body=body)
    response = one.client.last_response
    one.report.same("a participant's end is accepted", (response.status, response.data), (202, ""))
    ended = one.leg_is_down(agent.id, leg.id)
    cause = ended["request"]
    correlation = response.getheader("ININ-Correlation-Id")
    one.report.same(
        "the truth names the request",
        (cause["method"], cause["correlation_id"]),
        ("PATCH", correlation),
    )
    one.is_over()


def end_conversation(one):
    body = sdk.Conversation()
    body.state = "disconnected"
    answer = one.conversations.patch_conversations_message(one.id, body)
    known(one.client, answer, "Conversation")
    one.report.same(
        "a conversation's end is answered with it",
        (one.client.last_response.status, answer.id),
        (200, one.id),
    )
    agent, leg = one.party("agent")
    one.leg_is_down(agent.id, leg.id)
    one.is_over()


def settle_wrap_up(one):
    agent, leg = one.party("agent")
    one.report.same("an agent owes wrap-up", leg.after_call_work.state, "pending")
    codes = one.conversations.get_conversations_message_participant_wrapupcodes(one.id, agent.id)
    known(one.client, codes, "list[WrapupCode]")
    body = sdk.WrapupInput()
    body.code, body.notes = codes[0].id, "settled by the Python SDK"
    one.conversations.post_conversations_message_participant_communication_wrapup(
        one.id, agent.id, leg.id, body=body
    )
    one.report.same("a wrap-up is accepted", one.client.last_response.status, 202)
    until("the wrap-up is settled", lambda: one.party("agent")[0].end_acw_time)
    agent, leg = one.party("agent")
    one.report.same("the leg's after-call work is complete", leg.after_call_work.state, "complete")
    found = (agent.wrapup.code, agent.wrapup.name, agent.wrapup.notes)
    one.report.same("the code is the chosen one", found, (codes[0].id, codes[0].name, body.notes))
    one.report.same(
        "the wrap-up is done in truth", len(one.sandbox.truth(one.id, "wrap-up-done")), 1
    )
    one.is_over()


def tear_down(one):
    agent, leg = one.party("agent")
    answer = one.conversations.post_conversation_disconnect(one.id)
    one.report.same("a teardown is accepted", one.client.last_response.status, 202)
    one.report.ok("its answer is a word", isinstance(answer, str) and answer != "", answer)
    one.leg_is_down(agent.id, leg.id)
    one.is_over()


def remove(one):
    guest, leg = one.party("customer")
    one.conversations.delete_conversation(one.id)
    one.report.ok("a removal is accepted", one.client.last_response.status in (200, 202, 204))
    one.leg_is_down(guest.id, leg.id)
    one.is_over()


def end_participant_of_any_medium(one):
    agent, leg = one.party("agent")
    body = sdk.MediaParticipantRequest()
    body.state = "disconnected"
    one.conversations.patch_conversation_participant(one.id, agent.id, body)
    one.report.same("the generic end is accepted", one.client.last_response.status, 202)
    one.leg_is_down(agent.id, leg.id)


def end_communication(one):
    agent, leg = one.party("agent")
    body = sdk.MediaParticipantRequest()
    body.state = "disconnected"
    one.conversations.patch_conversations_message_participant_communication(
        one.id, agent.id, leg.id, body
    )
    one.report.ok("a leg's end is accepted", one.client.last_response.status in (200, 202))
    one.leg_is_down(agent.id, leg.id)
    guest, _ = one.party("customer")
    one.report.same("the guest is still there", parts_of(guest), "connected")
