"""Ends web messaging conversations that have been open for too long, the way it is done today.

List by analytics, decide by age, disconnect each, print what became of it. The vendor's SDK as its
documentation shows it, and what a careful author adds: every page is asked for, an answer of 429
or 5xx is tried again after a wait, one that fails does not stop the others.

    GENESYS_HOST, GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET
    python script.py --hours 24 --threads 8
"""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import PureCloudPlatformClientV2 as genesys
from PureCloudPlatformClientV2.rest import ApiException

PAGE = 100
TRIES = 3


def sign_in():
    genesys.configuration.host = os.environ["GENESYS_HOST"]
    return genesys.api_client.ApiClient().get_client_credentials_token(
        os.environ["GENESYS_CLIENT_ID"], os.environ["GENESYS_CLIENT_SECRET"]
    )


def matches(dimension, value):
    predicate = genesys.SegmentDetailQueryPredicate()
    predicate.type, predicate.dimension = "dimension", dimension
    predicate.operator, predicate.value = "matches", value
    return predicate


def query(page):
    """Web messaging that began in the last days and has no end, oldest first."""
    now = datetime.now(timezone.utc)
    body = genesys.ConversationQuery()
    body.interval = f"{now - timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}/{now:%Y-%m-%dT%H:%M:%SZ}"
    body.order, body.order_by = "asc", "conversationStart"
    body.paging = genesys.PagingSpec()
    body.paging.page_size, body.paging.page_number = PAGE, page
    medium = genesys.SegmentDetailQueryFilter()
    medium.type = "and"
    medium.predicates = [matches("mediaType", "message"), matches("messageType", "webmessaging")]
    body.segment_filters = [medium]
    no_end = genesys.ConversationDetailQueryPredicate()
    no_end.type, no_end.dimension, no_end.operator = "dimension", "conversationEnd", "notExists"
    still_open = genesys.ConversationDetailQueryFilter()
    still_open.type, still_open.predicates = "and", [no_end]
    body.conversation_filters = [still_open]
    return body


def open_conversations(client):
    analytics = genesys.AnalyticsApi(client)
    page = 1
    while True:
        answer = analytics.post_analytics_conversations_details_query(query(page))
        yield from answer.conversations or []
        if page * PAGE >= answer.total_hits:
            return
        page += 1


def disconnect(conversations, conversation_id):
    for attempt in range(1, TRIES + 1):
        try:
            conversations.post_conversation_disconnect(conversation_id)
            return
        except ApiException as refusal:
            is_passing = refusal.status == 429 or refusal.status >= 500
            if not is_passing or attempt == TRIES:
                raise
            time.sleep(int(refusal.headers.get("Retry-After", attempt)))


def say(line):
    """In one piece, so that the lines of threads do not run into each other."""
    print(f"{line}\n", end="", flush=True)


def end(conversations, conversation_id):
    try:
        disconnect(conversations, conversation_id)
        say(f"ended {conversation_id}")
    except Exception as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        say(f"failed {conversation_id}: {reason}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--hours", type=float, default=24)
    arguments.add_argument("--threads", type=int, default=1)
    chosen = arguments.parse_args()
    client = sign_in()
    before = datetime.now(timezone.utc) - timedelta(hours=chosen.hours)
    stale = [
        one.conversation_id
        for one in open_conversations(client)
        if one.conversation_start.replace(tzinfo=timezone.utc) < before
    ]
    say(f"{len(stale)} are older than {chosen.hours:g} hours")
    conversations = genesys.ConversationsApi(client)
    with ThreadPoolExecutor(chosen.threads) as pool:
        list(pool.map(lambda one: end(conversations, one), stale))


if __name__ == "__main__":
    main()
