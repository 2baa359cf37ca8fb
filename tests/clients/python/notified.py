"""The notification channel: made and subscribed by REST, its events read from the socket."""

from datetime import datetime, timedelta, timezone

import PureCloudPlatformClientV2 as sdk
from models import event, known
from refusals import refused
from sockets import Socket

SHAPES = {
    "conversations.messages": "QueueConversationMessageEventTopicMessageConversation",
    "conversations": "QueueConversationEventTopicConversation",
}


class Listener(Socket):
    """A socket on a channel."""

    def __init__(self, client, uri, ca_file=None):
        super().__init__(uri, ca_file)
        self.client = client

    def shows(self, report, words, one, fits):
        """An event of each topic about a conversation, in the SDK's model of it, that fits."""
        for shape, kind in SHAPES.items():

            def right(frame, shape=shape, kind=kind):
                about = (
                    frame["topicName"].endswith(f".{shape}") and frame["eventBody"].get("id") == one
                )
                return about and fits(event(self.client, frame["eventBody"], kind))

            self.wait(words, right)
            report.ok(f"{words} ({shape})", True)


def topics(queues):
    return [f"v2.routing.queues.{queue}.{shape}" for queue in queues for shape in SHAPES]


def wanted(names):
    """The names as the SDK's `ChannelTopic` models."""
    made = []
    for name in names:
        made.append(sdk.ChannelTopic())
        made[-1].id = name
    return made


def check(report, sandbox, client, queues):
    """A channel on every queue. Returns its id and a listener on it."""
    notifications = sdk.NotificationsApi(client)
    channel = known(client, notifications.post_notifications_channels(), "Channel")
    left = channel.expires - datetime.now(timezone.utc)
    report.ok("a channel lives for a day", timedelta(hours=23) < left <= timedelta(hours=24), left)
    channels = known(client, notifications.get_notifications_channels(), "ChannelEntityListing")
    report.ok("the channel is listed", channel.id in [one.id for one in channels.entities])
    notifications.head_notifications_channel(channel.id)
    report.same("the channel is there", client.last_response.status, 200)
    subscribed(report, client, notifications, channel, topics(queues))
    listener = Listener(client, channel.connect_uri, sandbox.start.get("ca_file"))
    listener.say({"message": "ping"})
    answer = listener.wait("a pong", lambda frame: frame["eventBody"].get("message") == "pong")
    report.same("the socket answers", answer["topicName"], "channel.metadata")
    return channel.id, listener


def subscribed(report, client, notifications, channel, names):
    with refused(report, "a topic that is none is refused", 400, "notification.invalid.topic"):
        notifications.post_notifications_channel_subscriptions(channel.id, wanted(["v2.nothing"]))
    for ask, some in (
        (notifications.post_notifications_channel_subscriptions, names[:1]),
        (notifications.put_notifications_channel_subscriptions, names[1:]),
    ):
        made = known(client, ask(channel.id, wanted(some)), "ChannelTopicEntityListing")
        ids = [topic.id for topic in made.entities]
        report.same(f"{len(some)} topics are subscribed, and no others", sorted(ids), sorted(some))
    notifications.post_notifications_channel_subscriptions(channel.id, wanted(names))
    held = notifications.get_notifications_channel_subscriptions(channel.id)
    known(client, held, "ChannelTopicEntityListing")
    ids = sorted(topic.id for topic in held.entities)
    report.same("every topic is subscribed", ids, sorted(names))


def unsubscribed(report, client, channel, listener):
    """A channel can be emptied again, and the socket be closed."""
    notifications = sdk.NotificationsApi(client)
    notifications.delete_notifications_channel_subscriptions(channel)
    held = notifications.get_notifications_channel_subscriptions(channel)
    report.same("no topic is left", held.entities or [], [])
    listener.close()
