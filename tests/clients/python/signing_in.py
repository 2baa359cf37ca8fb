"""Pointing the SDK at the sandbox by its documented settings, signing in, signing out."""

import os
from urllib.parse import urlsplit

import PureCloudPlatformClientV2 as sdk
from models import known
from refusals import refused


def configure(report, sandbox, folder):
    """The SDK's configuration file names the host; login and API are one origin here."""
    path = os.path.join(folder, "sdk-config")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"[general]\nlive_reload_config = false\nhost = {sandbox.url}\n")
    sdk.configuration.config_file_path = path
    report.same("the configuration file names the host", sdk.configuration.host, sandbox.url)
    if sandbox.start.get("ca_file"):
        sdk.configuration.ssl_ca_cert = sandbox.start["ca_file"]


def sign_in(sandbox, client=None):
    """Client credentials, as the SDK does it."""
    client = client or sdk.api_client.ApiClient()
    start = sandbox.start
    return client.get_client_credentials_token(start["client_id"], start["client_secret"])


def check(report, sandbox):
    """A wrong secret, the right one, and whose token it is. Returns the signed-in client."""
    with refused(report, "a wrong secret is refused", 401) as answer:
        wrong = sdk.api_client.ApiClient()
        wrong.get_client_credentials_token(sandbox.start["client_id"], "not the secret")
    report.same("the refusal is OAuth's own", answer.body.get("error"), "invalid_client")
    with refused(report, "a request without a token is refused", 401) as answer:
        sdk.OrganizationApi(sdk.api_client.ApiClient()).get_organizations_me()
    client = sign_in(sandbox)
    report.ok("client credentials give a token", bool(client.access_token))
    owner_of(report, sandbox, client)
    through_gateway(report, sandbox)
    return client


def owner_of(report, sandbox, client):
    tokens = sdk.TokensApi(client)
    token = known(client, tokens.get_tokens_me(), "TokenInfo")
    report.same("the token is the client's", token.o_auth_client.id, sandbox.start["client_id"])
    report.same("the token is the org's", token.organization.id, sandbox.start["org_id"])
    tokens.head_tokens_me()
    report.ok("the token is alive", client.last_response.status == 200)
    own = known(client, sdk.OrganizationApi(client).get_organizations_me(), "Organization")
    report.same("the organisation is that of the start line", own.id, sandbox.start["org_id"])
    report.same("the organisation has its name", own.name, sandbox.start["org_name"])


def through_gateway(report, sandbox):
    """The same place by the SDK's gateway settings, the environment left as it is."""
    place = urlsplit(sandbox.url)
    client = sdk.api_client.ApiClient("https://api.mypurecloud.com")
    client.set_gateway(place.hostname, place.scheme, place.port, None, None)
    sign_in(sandbox, client)
    token = known(client, sdk.TokensApi(client).get_tokens_me(), "TokenInfo")
    report.same("the gateway settings lead here", token.organization.id, sandbox.start["org_id"])


def sign_out(report, client):
    """A token that was handed back is good for nothing."""
    tokens = sdk.TokensApi(client)
    tokens.delete_tokens_me()
    with refused(report, "a token that was handed back is refused", 401, "bad.credentials"):
        tokens.get_tokens_me()
