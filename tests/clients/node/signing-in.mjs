// Pointing the SDK at the sandbox by its documented settings, signing in, signing out.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sdk from 'purecloud-platform-client-v2';
import { refused } from './refusals.mjs';
import { known } from './typings.mjs';

/** A client with settings of its own, whose answers carry status and headers. */
function client(sandbox, caFile = sandbox.start.ca_file) {
  const made = new sdk.ApiClientClass();
  made.config.live_reload_config = false;
  made.setReturnExtendedResponses(true);
  if (caFile) made.setMTLSCertificates(undefined, undefined, caFile);
  return made;
}

/** The SDK's gateway settings lead login and API to one origin. */
function throughGateway(made, sandbox) {
  const place = new URL(sandbox.start.url);
  made.setGateway({ host: place.hostname, protocol: place.protocol.slice(0, -1), port: Number(place.port) });
  return made;
}

/** A client that has not signed in yet. */
export function pointed(sandbox) {
  return throughGateway(client(sandbox), sandbox);
}

/** Client credentials, as the SDK does it. */
export async function signIn(sandbox, made = pointed(sandbox)) {
  await made.loginClientCredentialsGrant(sandbox.start.client_id, sandbox.start.client_secret);
  return made;
}

/** A wrong secret, the right one, and whose token it is. Returns the signed-in client. */
export async function check(report, sandbox, folder) {
  const { start } = sandbox;
  const fresh = pointed(sandbox);
  const wrong = await refused(report, 'a wrong secret is refused', 401, () =>
    fresh.loginClientCredentialsGrant(start.client_id, 'not the secret'));
  report.same("the refusal is OAuth's own", wrong.body.error, 'invalid_client');
  await refused(report, 'a request without a token is refused', 401, () =>
    new sdk.OrganizationApi(fresh).getOrganizationsMe());
  const made = await signIn(sandbox, fresh);
  report.ok('client credentials give a token', Boolean(made.authData.accessToken));
  report.ok('the token has a life', made.authData.tokenExpiryTime > Date.now());
  await ownerOf(report, sandbox, made);
  await throughFile(report, sandbox, folder);
  await plainly(report, sandbox);
  if (start.ca_file) await untrusted(report, sandbox);
  return made;
}

async function ownerOf(report, { start }, made) {
  const tokens = new sdk.TokensApi(made);
  const token = known(await tokens.getTokensMe(), 'TokenInfo');
  report.same("the token is the client's", token.OAuthClient.id, start.client_id);
  report.same("the token is the org's", token.organization.id, start.org_id);
  report.same('the token is alive', (await tokens.headTokensMe()).status, 200);
  const own = known(await new sdk.OrganizationApi(made).getOrganizationsMe(), 'Organization');
  report.same('the organisation is that of the start line', [own.id, own.name], [start.org_id, start.org_name]);
}

/** The same place by the SDK's configuration file. */
async function throughFile(report, sandbox, folder) {
  const place = new URL(sandbox.start.url);
  const path = join(folder, 'sdk-config');
  writeFileSync(path, [
    '[general]', 'live_reload_config = false',
    '[gateway]', `host = ${place.hostname}`, `protocol = ${place.protocol.slice(0, -1)}`, `port = ${place.port}`, '',
  ].join('\n'));
  const made = client(sandbox);
  made.config.setConfigPath(path);
  await signIn(sandbox, made);
  const token = known(await new sdk.TokensApi(made).getTokensMe(), 'TokenInfo');
  report.same('the configuration file leads here', token.organization.id, sandbox.start.org_id);
}

/** Without extended answers the SDK gives the body alone, and throws the error body alone. */
async function plainly(report, sandbox) {
  const made = await signIn(sandbox);
  made.setReturnExtendedResponses(false);
  const token = await new sdk.TokensApi(made).getTokensMe();
  report.same('a plain answer is the body', token.organization.id, sandbox.start.org_id);
  const error = await new sdk.RoutingApi(made).getRoutingQueue('00000000-0000-4000-8000-000000000000').catch((one) => one);
  report.same('a plain error is the error body', [error.status, error.code], [404, 'not.found']);
}

/** Over TLS: an authority that nobody named is not trusted. */
async function untrusted(report, sandbox) {
  const error = await signIn(sandbox, throughGateway(client(sandbox, null), sandbox)).catch((one) => one);
  report.ok('without the authority the SDK refuses to talk', /CERT|VERIFY|SIGNED/.test(error.code), error.code);
}

/** A token that was handed back is good for nothing. */
export async function signOut(report, made) {
  const tokens = new sdk.TokensApi(made);
  await tokens.deleteTokensMe();
  await refused(report, 'a token that was handed back is refused', 401, () => tokens.getTokensMe(), 'bad.credentials');
}
