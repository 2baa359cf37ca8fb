"""The unhappy paths, as the SDK's own `ApiException` tells them."""

import json
import time
from contextlib import contextmanager

import PureCloudPlatformClientV2 as sdk
import urllib3
from models import walk_raw
from PureCloudPlatformClientV2.abstract_http_client import AbstractHttpClient
from PureCloudPlatformClientV2.rest import ApiException, RESTResponse
from report import Wrong

NOBODY = "00000000-0000-4000-8000-000000000000"
DISCONNECT = "conversation:communication:disconnect"


class Refused:
    """What a refusal said."""

    def __init__(self):
        self.body = {}
        self.headers = {}


@contextmanager
def refused(report, words, status, code=None):
    """What happens inside must end in an `ApiException` with this status and error code."""
    answer = Refused()
    try:
        yield answer
    except ApiException as refusal:
        answer.headers = refusal.headers
        answer.body = json.loads(refusal.body)
        correlation = refusal.headers.get("ININ-Correlation-Id")
        wanted, found = [status, True], [refusal.status, bool(correlation)]
        if code is not None:
            # The standard error body; the sign-in has one of its own.
            walk_raw(answer.body, "ErrorBody", words)
            wanted += [code, status, correlation]
            found += [answer.body.get(name) for name in ("code", "status", "contextId")]
        report.same(words, found, wanted)
    else:
        raise Wrong(f"{words}: it was not")


class Plain(AbstractHttpClient):
    """The SDK's documented way to bring an HTTP client of one's own: here, one that never waits."""

    def __init__(self):
        super().__init__()
        self.pool = urllib3.PoolManager(retries=False, ca_certs=sdk.configuration.ssl_ca_cert)

    def request(self, http_request_options):
        options = http_request_options
        answer = self.pool.request(
            options.method,
            options.url,
            fields=options.query_params or None,
            headers=options.headers,
        )
        response = RESTResponse(answer)
        response.data = response.data.decode("utf8")
        if response.status not in range(200, 206):
            raise ApiException(http_resp=response)
        return response


def check(report, sandbox, client, sign_in, label):
    """All of them. `label` is staged, open, and must stay so."""
    one = sandbox.staged()[0][label]
    conversations = sdk.ConversationsApi(client)
    nothing_there(report, conversations, one)
    nonsense(report, client, conversations, one)
    forbidden(report, sandbox, conversations, one)
    too_many(report, sandbox, client, sign_in)
    broken(report, sandbox, conversations, one)
    report.same("none of it ended anything", sandbox.truth(one, "leg-ended"), [])
    return revoked(report, sandbox, client, sign_in)


def nothing_there(report, conversations, one):
    missing = "conversation.error.conversation.not.found"
    with refused(report, "an unknown conversation is not found", 404, missing):
        conversations.get_conversation(NOBODY)
    with refused(report, "nor is it as a message conversation", 404, missing):
        conversations.get_conversations_message(NOBODY)
    stranger = "conversation.error.not.conversation.participant"
    with refused(report, "an unknown participant is not found", 404, stranger):
        body = {"state": "disconnected"}
        conversations.patch_conversations_message_participant(one, NOBODY, body=body)


def nonsense(report, client, conversations, one):
    guest = conversations.get_conversation(one).participants[0].id
    with refused(report, "an invalid state is refused", 400, "invalid.value") as answer:
        body = {"state": "closed"}
        conversations.patch_conversations_message_participant(one, guest, body=body)
    report.ok("the refusal names the word", "closed" in answer.body["message"], answer.body)
    with refused(report, "a conversation cannot be patched to alerting", 400):
        conversations.patch_conversations_message(one, {"state": "alerting"})
    with refused(report, "an interval that is none is refused", 400):
        query = sdk.ConversationQuery()
        query.interval = "yesterday"
        sdk.AnalyticsApi(client).post_analytics_conversations_details_query(query)


def forbidden(report, sandbox, conversations, one):
    sandbox.order(remove_permissions=[DISCONNECT])
    lacking = "missing.any.permissions"
    with refused(report, "without the permission nothing is ended", 403, lacking) as answer:
        conversations.patch_conversations_message(one, {"state": "disconnected"})
    report.ok("the refusal names the permission", DISCONNECT in answer.body["message"])
    with refused(report, "nor torn down", 403, lacking):
        conversations.post_conversation_disconnect(one)
    report.same("reading is still allowed", conversations.get_conversation(one).id, one)
    sandbox.order(restore_permissions=[DISCONNECT])


def too_many(report, sandbox, client, sign_in):
    """The real limit, then how the SDK's own HTTP client obeys `Retry-After`."""
    plain = sign_in(sandbox)
    plain.set_http_client(Plain())
    organization = sdk.OrganizationApi(plain)
    sandbox.order(rate_limit=2)
    for count in (1, 2):
        organization.get_organizations_me()
        headers = plain.last_response.getheaders()
        report.same(f"request {count} is counted", headers["inin-ratelimit-count"], str(count))
    busy = "too.many.requests.retry.after"
    with refused(report, "one request too many is refused", 429, busy) as answer:
        organization.get_organizations_me()
    report.same("the limit is told", answer.headers["inin-ratelimit-allowed"], "2")
    wait = int(answer.headers["Retry-After"])
    report.ok("so is the time to wait", 1 <= wait <= 60, wait)
    report.same("twice alike", answer.headers["inin-ratelimit-reset"], str(wait))
    sandbox.order(rate_limit=3000)
    fault = {"method": "GET", "path": "/organizations/me", "status": 429, "retry_after": 1}
    sandbox.order(faults=[fault])
    before = time.monotonic()
    sdk.OrganizationApi(client).get_organizations_me()
    report.ok("the SDK waits as it is told, then succeeds", time.monotonic() - before >= 1)


def broken(report, sandbox, conversations, one):
    sandbox.order(faults=[{"method": "GET", "conversation": one, "status": 503}])
    with refused(report, "a failing service is told", 503, "service.unavailable"):
        conversations.get_conversation(one)
    sandbox.order(faults=[{"method": "GET", "conversation": one, "drop": True}])
    again = conversations.get_conversation(one)
    report.same("the SDK repeats a read whose connection was cut", again.id, one)


def revoked(report, sandbox, client, sign_in):
    sandbox.order(revoke_tokens=True)
    with refused(report, "a revoked token is refused", 401, "bad.credentials"):
        sdk.TokensApi(client).get_tokens_me()
    again = sign_in(sandbox)
    report.ok("signing in anew helps", sdk.TokensApi(again).get_tokens_me() is not None)
    return again
