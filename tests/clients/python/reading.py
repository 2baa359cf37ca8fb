"""Names, the paged analytics query, and a conversation in both shapes; ids agree across all."""

from datetime import datetime, timedelta, timezone

import PureCloudPlatformClientV2 as sdk
from models import known
from refusals import refused

PAGE = 25


def check(report, sandbox, client):
    """All of them. Returns the queues."""
    users, queues = names(report, client)
    listed = paged(report, sandbox, client)
    labels, _ = sandbox.staged()
    ghost = labels.pop("ghost")
    gone(report, client, listed[ghost])
    for label, one in sorted(labels.items()):
        both_shapes(report, client, label, listed[one], users, queues)
    return queues


def names(report, client):
    routing = sdk.RoutingApi(client)
    users = everyone(client, sdk.UsersApi(client).get_users, "UserEntityListing")
    report.ok("users are listed over several pages", len(users) > 2, len(users))
    queues = everyone(client, routing.get_routing_queues, "QueueEntityListing")
    report.ok("queues are listed over several pages", len(queues) > 2, len(queues))
    codes = everyone(client, routing.get_routing_wrapupcodes, "WrapupCodeEntityListing")
    report.ok("wrap-up codes are listed", len(codes) > 1, len(codes))
    wanted = sorted(users)[:2]
    some = known(client, sdk.UsersApi(client).get_users(id=wanted), "UserEntityListing")
    report.same("users are found by id", sorted(user.id for user in some.entities), wanted)
    queue = known(client, routing.get_routing_queue(next(iter(queues))), "Queue")
    report.same("a queue has the name of the list", queue.name, queues[queue.id])
    return users, queues


def everyone(client, ask, kind):
    """Name by id, over all pages of two."""
    found, page = {}, 1
    while True:
        listing = known(client, ask(page_size=2, page_number=page), kind)
        found.update({one.id: one.name for one in listing.entities})
        if page >= listing.page_count:
            assert len(found) == listing.total, f"{kind}: {len(found)} of {listing.total}"
            return found
        page += 1


def query(page):
    """Every web message that began in the last days, oldest first."""
    now = datetime.now(timezone.utc)
    moments = [
        f"{at:%Y-%m-%dT%H:%M:%S.000Z}" for at in (now - timedelta(days=7), now + timedelta(hours=1))
    ]
    body = sdk.ConversationQuery()
    body.interval = "/".join(moments)
    body.order, body.order_by = "asc", "conversationStart"
    body.paging = sdk.PagingSpec()
    body.paging.page_size, body.paging.page_number = PAGE, page
    body.segment_filters = [sdk.SegmentDetailQueryFilter()]
    body.segment_filters[0].type = "and"
    body.segment_filters[0].predicates = []
    for dimension, value in (("mediaType", "message"), ("messageType", "webmessaging")):
        predicate = sdk.SegmentDetailQueryPredicate()
        predicate.type, predicate.dimension = "dimension", dimension
        predicate.operator, predicate.value = "matches", value
        body.segment_filters[0].predicates.append(predicate)
    return body


def listed_now(client):
    """Every row by conversation id, and how many pages it took."""
    analytics = sdk.AnalyticsApi(client)
    rows, page = [], 1
    while True:
        answer = analytics.post_analytics_conversations_details_query(query(page))
        known(client, answer, "AnalyticsConversationQueryResponse")
        rows += answer.conversations or []
        if page * PAGE >= answer.total_hits:
            return rows, page, answer.total_hits
        page += 1


def paged(report, sandbox, client):
    rows, pages, total = listed_now(client)
    report.ok("the analytics query has several pages", pages > 2, pages)
    by_id = {row.conversation_id: row for row in rows}
    report.same("no conversation is on two pages", len(by_id), len(rows))
    report.same("the pages hold as many as were promised", len(rows), total)
    report.same("they hold what was staged", sorted(by_id), sorted(sandbox.staged()[1]))
    starts = [row.conversation_start for row in rows]
    report.same("they are in order", starts, sorted(starts))
    open_rows = [row for row in rows if row.conversation_end is None]
    report.ok("some of them are open", len(open_rows) > PAGE, len(open_rows))
    return by_id


def gone(report, client, row):
    """Analytics takes it for open, and the conversation service does not know it."""
    report.same("a ghost is open in analytics", row.conversation_end, None)
    missing = "conversation.error.conversation.not.found"
    with refused(report, "a ghost is nowhere else", 404, missing):
        sdk.ConversationsApi(client).get_conversation(row.conversation_id)


def both_shapes(report, client, label, row, users, queues):
    """One conversation three times: analytics, the generic shape, the message shape."""
    conversations = sdk.ConversationsApi(client)
    one = row.conversation_id
    whole = known(client, conversations.get_conversation(one), "Conversation")
    messages = known(client, conversations.get_conversations_message(one), "MessageConversation")
    report.same(f"{label}: both shapes are of one conversation", [whole.id, messages.id], [one] * 2)
    # Who has no leg in a message is not in the message shape: a conversation can have other media.
    parties = [party for party in whole.participants if party.messages]
    found = [media_party(party) for party in messages.participants]
    report.same(
        f"{label}: the same parties in both shapes",
        found,
        [party_in_messages(party) for party in parties],
    )
    found = [analytics_party(party) for party in row.participants]
    found = sorted(party for party in found if party[-1])
    report.same(
        f"{label}: the same in analytics",
        found,
        sorted(party_in_analytics(party) for party in parties),
    )
    found = {party.user_id: party.name for party in parties if party.user_id}
    report.same(f"{label}: the users of the list", found, {user: users.get(user) for user in found})
    found = {party.queue_id: party.queue_name for party in parties if party.queue_id}
    report.same(
        f"{label}: the queues of the list", found, {queue: queues.get(queue) for queue in found}
    )


def party_in_messages(party):
    """What the message shape must say of a participant of the generic shape."""
    return [party.id, party.purpose, party.user_id, party.queue_id, party.messages[-1].state]


def media_party(media):
    user, queue = media.user, media.queue
    return [media.id, media.purpose, user and user.id, queue and queue.id, media.state]


def party_in_analytics(party):
    """What analytics must say of a participant of the generic shape."""
    return [party.id, party.purpose, party.user_id, [leg.id for leg in party.messages]]


def analytics_party(seen):
    legs = [leg.session_id for leg in seen.sessions if leg.media_type == "message"]
    return [seen.participant_id, seen.purpose, seen.user_id, legs]
