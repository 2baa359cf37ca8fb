"""A user signs in by a code that a browser brings, with PKCE and with a secret; the SDK renews."""

import json
import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import PureCloudPlatformClientV2 as sdk
from models import known
from refusals import refused

# Nobody listens there: the browser that is played here reads the address and goes no further.
HERE = "http://localhost:53682"


class Page(HTMLParser):
    """The form of a page: where it goes, its hidden fields, its buttons."""

    def __init__(self, text):
        super().__init__()
        self.action = None
        self.hidden = {}
        self.buttons = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.action = found["action"]
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found["value"]
        elif tag == "button":
            self.buttons.append((found["name"], found["value"]))


class Stay(urllib.request.HTTPRedirectHandler):
    """A browser that does not follow where it is sent."""

    def redirect_request(self, *_):
        return None


def allow(sandbox, client, user, **asked):
    """Plays the browser of a user who says yes; the fields of the address it is sent to."""
    handlers = [Stay(), urllib.request.HTTPSHandler(context=sandbox.tls)]
    browser = urllib.request.build_opener(*handlers)
    asked.update(
        client_id=client["client_id"], response_type="code", redirect_uri=HERE, state="a b"
    )
    address = f"{sandbox.start['login_url']}/oauth/authorize?{urlencode(asked)}"
    with browser.open(address, timeout=10) as answer:
        page = Page(answer.read().decode())
    name, value = next(button for button in page.buttons if button[1] == user)
    body = urlencode({**page.hidden, name: value}).encode()
    try:
        browser.open(urljoin(address, page.action), data=body, timeout=10)
    except urllib.error.HTTPError as sent:
        place = urlsplit(sent.headers["location"])
        return {key: values[0] for key, values in parse_qs(place.query).items()}
    raise AssertionError("the page sent the browser nowhere")


def check(report, sandbox):
    """Leaves every token run out."""
    found = json.loads(sandbox.ask("GET", "clients"))
    client = next(one for one in found["clients"] if one["grant"] == "CODE")
    user = found["users"][0]
    with_pkce(report, sandbox, client, user)
    with_secret(report, sandbox, client, user)


def with_pkce(report, sandbox, client, user):
    maker = sdk.api_client.ApiClient()
    verifier = maker.generate_pkce_code_verifier(128)
    challenge = maker.compute_pkce_code_challenge(verifier)

    def code():
        asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
        sent = allow(sandbox, client, user["id"], **asked)
        report.same("the browser brings the state back", sent["state"], "a b")
        return sent["code"]

    with refused(report, "a code with the wrong proof is refused", 400) as answer:
        maker.get_pkce_token(client["client_id"], verifier[::-1], code(), HERE)
    report.same("the refusal is OAuth's own", answer.body["error"], "invalid_grant")
    signed_in, token = sdk.api_client.ApiClient().get_pkce_token(
        client["client_id"], verifier, code(), HERE
    )
    report.ok("a code with its proof gives a token", token["expires_in"] > 0, token)
    is_user(report, signed_in, client, user)


def with_secret(report, sandbox, client, user):
    code = allow(sandbox, client, user["id"])["code"]
    signed_in, token = sdk.api_client.ApiClient().get_code_authorization_token(
        client["client_id"], client["client_secret"], code, HERE
    )
    is_user(report, signed_in, client, user)
    sandbox.order(expire_tokens=True)
    is_user(report, signed_in, client, user)
    report.ok(
        "the SDK renewed the token by itself", signed_in.access_token != token["access_token"]
    )


def is_user(report, signed_in, client, user):
    token = known(signed_in, sdk.TokensApi(signed_in).get_tokens_me(), "TokenInfo")
    report.same("the token is the sign-in client's", token.o_auth_client.id, client["client_id"])
    me = known(signed_in, sdk.UsersApi(signed_in).get_users_me(), "UserMe")
    report.same("the token is the user's", [me.id, me.name], [user["id"], user["name"]])
