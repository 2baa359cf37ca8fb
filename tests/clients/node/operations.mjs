// Every other operation once, from the table that both SDKs share.

import { readFileSync } from 'node:fs';
import sdk from 'purecloud-platform-client-v2';
import { refused } from './refusals.mjs';
import { until } from './sandbox.mjs';
import { declared, walk } from './typings.mjs';

const TABLE = new URL('../operations.json', import.meta.url);
// Not in the least role of a client, which is what the sandbox starts with.
const PARK = 'conversation:message:park';
const DAY = 24 * 60 * 60 * 1000;

/** All rows, in order. */
export async function check(report, sandbox, client) {
  const { rows } = JSON.parse(readFileSync(TABLE, 'utf8'));
  const names = await gathered(sandbox, client);
  await sandbox.order({ restore_permissions: [PARK] });
  for (const row of rows) await checkRow(report, client, row, names);
  await sandbox.order({ remove_permissions: [PARK] });
}

/** What the table's $names stand for: one open conversation, another, one that was settled. */
async function gathered(sandbox, client) {
  const conversations = new sdk.ConversationsApi(client);
  const { labels } = await sandbox.staged();
  const [from, to] = [Date.now() - 7 * DAY, Date.now() + DAY / 24].map((at) => new Date(at).toISOString());
  const names = { from, to, interval: `${from}/${to}`, deployment: sandbox.start.deployment_id, old: labels.idle };
  for (const [name, label] of [['conversation', 'live'], ['other', 'closing'], ['settled', 'wrap-up']]) {
    names[name] = labels[label];
    const { participants } = (await conversations.getConversation(labels[label])).body;
    const guest = participants.find((party) => party.purpose === 'customer');
    const agent = participants.findLast((party) => party.purpose === 'agent');
    const found = {
      guest: guest.id,
      message: guest.messages[0].messages[0].messageId,
      agent: agent.id,
      leg: agent.messages.at(-1).id,
      user: agent.userId,
      queue: agent.queueId,
      code: agent.wrapup?.code,
    };
    for (const [key, value] of Object.entries(found)) {
      names[name === 'conversation' ? key : `${name}${key[0].toUpperCase()}${key.slice(1)}`] = value;
    }
  }
  names.code = names.settledCode;
  return names;
}

async function checkRow(report, client, row, names) {
  const [api, operation] = row.call.split('.');
  if (row.newest && !new sdk[api](client)[operation]) return;
  const status = row.status ?? 200;
  if (row.refused) {
    await refused(report, `${operation} is refused`, status, () => ask(client, row, names),
      row.refused === true ? undefined : row.refused);
    return;
  }
  const shows = Object.entries(filled(row.shows ?? {}, names));
  const fits = ({ body }) => shows.every(([path, wanted]) => look(body, path.split('.')).includes(wanted));
  let answer = await ask(client, row, names);
  if (row.until && !fits(answer)) {
    answer = await until(`${operation} shows ${JSON.stringify(shows)}`, async () => {
      const again = await ask(client, row, names);
      return fits(again) ? again : undefined;
    });
  }
  report.same(`${operation} is answered`, answer.status, status);
  if (shows.length > 0) report.ok(`${operation} shows ${Object.keys(row.shows).join(', ')}`, fits(answer), answer.body);
  for (const [name, path] of Object.entries(row.keeps ?? {})) {
    const found = look(answer.body, path.split('.'));
    report.ok(`${operation} has ${path}`, found.length === 1, answer.body);
    [names[name]] = found;
  }
}

/** One request through the SDK; its extended answer, after the walk of `typings.mjs`. */
async function ask(client, row, names) {
  const [api, operation] = row.call.split('.');
  const { bodyIsRequired, returns } = declared(operation);
  const given = filled(row.with ?? [], names);
  const options = filled(row.options ?? {}, names);
  if (row.body !== undefined && bodyIsRequired) given.push(filled(row.body, names));
  else if (row.body !== undefined) options.body = filled(row.body, names);
  const answer = await new sdk[api](client)[operation](...given, options);
  if (returns !== undefined && returns !== 'void') walk(answer.body, returns, operation);
  return answer;
}

/** The $names in it replaced, at any depth. */
function filled(value, names) {
  if (Array.isArray(value)) return value.map((item) => filled(item, names));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, names)]));
  }
  return typeof value === 'string' && value.startsWith('$') ? names[value.slice(1)] : value;
}

/** Every value at a path; `*` is any item of a list. */
function look(body, [head, ...rest]) {
  if (head === undefined) return [body];
  if (head === '*') return Array.isArray(body) ? body.flatMap((item) => look(item, rest)) : [];
  return typeof body === 'object' && body !== null && head in body ? look(body[head], rest) : [];
}
