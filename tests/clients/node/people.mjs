// A user signs in by a code that a browser brings, with PKCE and with a secret; its token is renewed.

import http from 'node:http';
import https from 'node:https';
import sdk from 'purecloud-platform-client-v2';
import { refused } from './refusals.mjs';
import { pointed } from './signing-in.mjs';
import { known } from './typings.mjs';

// Nobody listens there: the browser that is played here reads the address and goes no further.
const HERE = 'http://localhost:53682';

/** One request of the browser: the text of the page, or where it is sent. */
function visit(sandbox, address, form) {
  const { request } = address.startsWith('https') ? https : http;
  const options = { method: form ? 'POST' : 'GET', ca: sandbox.ca };
  if (form) options.headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const sent = request(address, options, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve(answer.headers.location ?? Buffer.concat(pieces).toString()));
    });
    sent.on('error', reject);
    sent.end(form?.toString());
  });
}

/** Plays the browser of a user who says yes; the fields of the address it is sent to. */
async function allow(sandbox, client, user, asked = {}) {
  const query = new URLSearchParams({
    client_id: client.client_id, response_type: 'code', redirect_uri: HERE, state: 'a b', ...asked,
  });
  const address = `${sandbox.start.login_url}/oauth/authorize?${query}`;
  const page = await visit(sandbox, address);
  const [, action] = /<form [^>]*action="([^"]*)"/.exec(page);
  const form = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) form.set(name, value);
  form.set('user', user);
  const sent = await visit(sandbox, new URL(action, address).href, form);
  return Object.fromEntries(new URL(sent).searchParams);
}

/** Leaves every token run out. */
export async function check(report, sandbox) {
  const { clients, users } = JSON.parse(await sandbox.ask('GET', 'clients'));
  const client = clients.find((one) => one.grant === 'CODE');
  await withPkce(report, sandbox, client, users[0]);
  await withSecret(report, sandbox, client, users[0]);
}

async function withPkce(report, sandbox, client, user) {
  const made = pointed(sandbox);
  const verifier = made.generatePKCECodeVerifier(128);
  const asked = {
    code_challenge: await made.computePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  const wrong = [...verifier].reverse().join('');
  const first = await allow(sandbox, client, user.id, asked);
  report.same('the browser brings the state back', first.state, 'a b');
  const { body } = await refused(report, 'a code with the wrong proof is refused', 400, () =>
    made.authorizePKCEGrant(client.client_id, wrong, first.code, HERE));
  report.same("the refusal is OAuth's own", body.error, 'invalid_grant');
  const { code } = await allow(sandbox, client, user.id, asked);
  const token = await made.authorizePKCEGrant(client.client_id, verifier, code, HERE);
  report.ok('a code with its proof gives a token', token.tokenExpiryTime > Date.now());
  await isUser(report, made, client, user);
}

async function withSecret(report, sandbox, client, user) {
  const made = pointed(sandbox);
  // Left to itself, this version of the SDK renews the token and rejects the request all the same.
  made.config.refresh_access_token = false;
  const secret = [client.client_id, client.client_secret];
  const { code } = await allow(sandbox, client, user.id);
  const { accessToken, refreshToken } = await made.loginCodeAuthorizationGrant(...secret, code, HERE);
  await isUser(report, made, client, user);
  await sandbox.order({ expire_tokens: true });
  await refused(report, 'a token that ran out is refused', 401, () => new sdk.TokensApi(made).getTokensMe(), 'credentials.expired');
  const renewed = await made.refreshCodeAuthorizationGrant(...secret, refreshToken);
  report.ok('the token is renewed', renewed.accessToken !== accessToken && Boolean(renewed.refreshToken), renewed);
  await isUser(report, made, client, user);
}

async function isUser(report, made, client, user) {
  const token = known(await new sdk.TokensApi(made).getTokensMe(), 'TokenInfo');
  report.same("the token is the sign-in client's", token.OAuthClient.id, client.client_id);
  const me = known(await new sdk.UsersApi(made).getUsersMe(), 'UserMe');
  report.same("the token is the user's", [me.id, me.name], [user.id, user.name]);
}
