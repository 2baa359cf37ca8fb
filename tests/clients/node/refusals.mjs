// The unhappy paths, as the SDK's own rejections tell them.

import sdk from 'purecloud-platform-client-v2';
import { Wrong } from './report.mjs';
import { known, walk } from './typings.mjs';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const DISCONNECT = 'conversation:communication:disconnect';

/** What is asked must be rejected with this status and error code. Returns body and headers. */
export async function refused(report, words, status, ask, code) {
  let rejection;
  try {
    await ask();
  } catch (one) {
    rejection = one;
  }
  if (rejection === undefined) throw new Wrong(`${words}: it was not`);
  // The sign-in rejects with the HTTP client's error, everything else with the extended answer.
  const answer = rejection.response ?? rejection;
  if (answer.status === undefined) throw rejection;
  const body = answer.data ?? answer.body;
  const correlation = answer.headers['inin-correlation-id'];
  const found = [answer.status, Boolean(correlation)];
  const wanted = [status, true];
  if (code !== undefined) {
    // The standard error body; the sign-in has one of its own.
    walk(body, 'Models.ErrorBody', words);
    found.push(body.code, body.status, body.contextId);
    wanted.push(code, status, correlation);
  }
  report.same(words, found, wanted);
  return { body, headers: answer.headers };
}

/** All of them. `label` is staged, open, and must stay so. */
export async function check(report, sandbox, client, signIn, label) {
  const { labels } = await sandbox.staged();
  const one = labels[label];
  const conversations = new sdk.ConversationsApi(client);
  await nothingThere(report, conversations, one);
  await nonsense(report, client, conversations, one);
  await forbidden(report, sandbox, conversations, one);
  await tooMany(report, sandbox, signIn);
  await broken(report, sandbox, conversations, one);
  report.same('none of it ended anything', await sandbox.truth(one, 'leg-ended'), []);
  return revoked(report, sandbox, client, signIn);
}

async function nothingThere(report, conversations, one) {
  const missing = 'conversation.error.conversation.not.found';
  await refused(report, 'an unknown conversation is not found', 404, () => conversations.getConversation(NOBODY), missing);
  await refused(report, 'nor is it as a message conversation', 404, () => conversations.getConversationsMessage(NOBODY), missing);
  const body = { state: 'disconnected' };
  await refused(report, 'an unknown participant is not found', 404, () =>
    conversations.patchConversationsMessageParticipant(one, NOBODY, { body }),
  'conversation.error.not.conversation.participant');
}

async function nonsense(report, client, conversations, one) {
  const [guest] = known(await conversations.getConversation(one), 'Conversation').participants;
  const { body } = await refused(report, 'an invalid state is refused', 400, () =>
    conversations.patchConversationsMessageParticipant(one, guest.id, { body: { state: 'closed' } }), 'invalid.value');
  report.ok('the refusal names the word', body.message.includes('closed'), body);
  await refused(report, 'a conversation cannot be patched to alerting', 400, () =>
    conversations.patchConversationsMessage(one, { state: 'alerting' }), 'invalid.value');
  await refused(report, 'an interval that is none is refused', 400, () =>
    new sdk.AnalyticsApi(client).postAnalyticsConversationsDetailsQuery({ interval: 'yesterday' }), 'bad.request');
}

async function forbidden(report, sandbox, conversations, one) {
  await sandbox.order({ remove_permissions: [DISCONNECT] });
  const lacking = 'missing.any.permissions';
  const { body } = await refused(report, 'without the permission nothing is ended', 403, () =>
    conversations.patchConversationsMessage(one, { state: 'disconnected' }), lacking);
  report.ok('the refusal names the permission', body.message.includes(DISCONNECT), body);
  await refused(report, 'nor torn down', 403, () => conversations.postConversationDisconnect(one), lacking);
  report.same('reading is still allowed', (await conversations.getConversation(one)).body.id, one);
  await sandbox.order({ restore_permissions: [DISCONNECT] });
}

async function tooMany(report, sandbox, signIn) {
  const organization = new sdk.OrganizationApi(await signIn(sandbox));
  await sandbox.order({ rate_limit: 2 });
  for (const count of ['1', '2']) {
    const { headers } = await organization.getOrganizationsMe();
    const found = [headers['inin-ratelimit-count'], headers['inin-ratelimit-allowed']];
    report.same(`request ${count} is counted`, found, [count, '2']);
  }
  const { headers } = await refused(report, 'one request too many is refused', 429, () =>
    organization.getOrganizationsMe(), 'too.many.requests.retry.after');
  const wait = Number(headers['retry-after']);
  report.ok('the time to wait is told', wait >= 1 && wait <= 60, headers['retry-after']);
  report.same('twice alike', headers['inin-ratelimit-reset'], headers['retry-after']);
  await sandbox.order({ rate_limit: 3000 });
  report.same('a higher limit lets it through', (await organization.getOrganizationsMe()).status, 200);
}

async function broken(report, sandbox, conversations, one) {
  await sandbox.order({ faults: [{ method: 'GET', conversation: one, status: 503, retry_after: 7 }] });
  const { headers } = await refused(report, 'a failing service is told', 503, () =>
    conversations.getConversation(one), 'service.unavailable');
  report.same('with the time to wait', headers['retry-after'], '7');
  await sandbox.order({ faults: [{ method: 'GET', conversation: one, drop: true }] });
  const cut = await conversations.getConversation(one).catch((error) => error);
  report.ok('a cut connection is an error without an answer', cut instanceof Error && cut.response === undefined);
  report.same('the next read is answered', (await conversations.getConversation(one)).body.id, one);
}

async function revoked(report, sandbox, client, signIn) {
  await sandbox.order({ revoke_tokens: true });
  await refused(report, 'a revoked token is refused', 401, () => new sdk.TokensApi(client).getTokensMe(), 'bad.credentials');
  const again = await signIn(sandbox);
  report.same('signing in anew helps', (await new sdk.TokensApi(again).getTokensMe()).status, 200);
  return again;
}
