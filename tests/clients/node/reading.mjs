// Names, the paged analytics query, and a conversation in both shapes; ids agree across all.

import sdk from 'purecloud-platform-client-v2';
import { refused } from './refusals.mjs';
import { known } from './typings.mjs';

const PAGE = 25;
const DAY = 24 * 60 * 60 * 1000;

/** All of them. Returns the queues. */
export async function check(report, sandbox, client) {
  const names = await named(report, client);
  const rows = await paged(report, sandbox, client);
  const { labels } = await sandbox.staged();
  for (const [label, one] of Object.entries(labels).sort()) {
    if (label === 'ghost') await gone(report, client, rows.get(one));
    else await bothShapes(report, client, label, rows.get(one), names);
  }
  return names.queues;
}

async function named(report, client) {
  const routing = new sdk.RoutingApi(client);
  const people = new sdk.UsersApi(client);
  const users = await everyone((page) => people.getUsers(page), 'UserEntityListing');
  report.ok('users are listed over several pages', users.size > 2, users.size);
  const queues = await everyone((page) => routing.getRoutingQueues(page), 'QueueEntityListing');
  report.ok('queues are listed over several pages', queues.size > 2, queues.size);
  const codes = await everyone((page) => routing.getRoutingWrapupcodes(page), 'WrapupCodeEntityListing');
  report.ok('wrap-up codes are listed', codes.size > 1, codes.size);
  const wanted = [...users.keys()].sort().slice(0, 2);
  const some = known(await people.getUsers({ id: wanted }), 'UserEntityListing');
  report.same('users are found by id', some.entities.map((user) => user.id).sort(), wanted);
  const [[id, name]] = queues;
  report.same('a queue has the name of the list', known(await routing.getRoutingQueue(id), 'Queue').name, name);
  return { users, queues };
}

/** Name by id, over all pages of two. */
async function everyone(ask, kind) {
  const found = new Map();
  for (let pageNumber = 1; ; pageNumber += 1) {
    const listing = known(await ask({ pageSize: 2, pageNumber }), kind);
    listing.entities.forEach((one) => found.set(one.id, one.name));
    if (pageNumber >= listing.pageCount) return found;
  }
}

/** Every web message that began in the last days, oldest first. */
function query(pageNumber) {
  const moments = [Date.now() - 7 * DAY, Date.now() + DAY / 24].map((at) => new Date(at).toISOString());
  const wanted = { mediaType: 'message', messageType: 'webmessaging' };
  const predicates = Object.entries(wanted).map(([dimension, value]) => (
    { type: 'dimension', dimension, operator: 'matches', value }));
  return {
    interval: moments.join('/'),
    order: 'asc',
    orderBy: 'conversationStart',
    paging: { pageSize: PAGE, pageNumber },
    segmentFilters: [{ type: 'and', predicates }],
  };
}

/** Every row by conversation id, in order, and how many pages it took. */
export async function listedNow(client) {
  const analytics = new sdk.AnalyticsApi(client);
  const rows = [];
  for (let page = 1; ; page += 1) {
    const answer = await analytics.postAnalyticsConversationsDetailsQuery(query(page));
    const { conversations = [], totalHits } = known(answer, 'AnalyticsConversationQueryResponse');
    rows.push(...conversations);
    if (page * PAGE >= totalHits) return { rows, pages: page, totalHits };
  }
}

async function paged(report, sandbox, client) {
  const { rows, pages, totalHits } = await listedNow(client);
  report.ok('the analytics query has several pages', pages > 2, pages);
  const byId = new Map(rows.map((row) => [row.conversationId, row]));
  report.same('no conversation is on two pages', byId.size, rows.length);
  report.same('the pages hold as many as were promised', rows.length, totalHits);
  const { ids } = await sandbox.staged();
  report.same('they hold what was staged', [...byId.keys()].sort(), ids.sort());
  const starts = rows.map((row) => row.conversationStart);
  report.same('they are in order', starts, [...starts].sort());
  const open = rows.filter((row) => row.conversationEnd === undefined);
  report.ok('some of them are open', open.length > PAGE, open.length);
  return byId;
}

/** Analytics takes it for open, and the conversation service does not know it. */
async function gone(report, client, row) {
  report.same('a ghost is open in analytics', row.conversationEnd, undefined);
  await refused(report, 'a ghost is nowhere else', 404, () =>
    new sdk.ConversationsApi(client).getConversation(row.conversationId), 'conversation.error.conversation.not.found');
}

/** One conversation three times: analytics, the generic shape, the message shape. */
async function bothShapes(report, client, label, row, names) {
  const conversations = new sdk.ConversationsApi(client);
  const id = row.conversationId;
  const whole = known(await conversations.getConversation(id), 'Conversation');
  const messages = known(await conversations.getConversationsMessage(id), 'MessageConversation');
  report.same(`${label}: both shapes are of one conversation`, [whole.id, messages.id], [id, id]);
  // Who has no leg in a message is not in the message shape: a conversation can have other media.
  const parties = whole.participants.filter((party) => party.messages.length > 0);
  report.same(`${label}: the same parties in both shapes`, messages.participants.map(mediaParty), parties.map(partyInMessages));
  const seen = row.participants.map(analyticsParty).filter(({ legs }) => legs.length > 0);
  report.same(`${label}: the same in analytics`, seen.sort(byId), parties.map(partyInAnalytics).sort(byId));
  const agents = parties.filter((party) => party.userId);
  report.same(`${label}: the users of the list`, agents.map((party) => party.name), agents.map((party) => names.users.get(party.userId)));
  const queued = parties.filter((party) => party.queueId);
  report.same(`${label}: the queues of the list`, queued.map((party) => party.queueName), queued.map((party) => names.queues.get(party.queueId)));
}

function byId(one, other) {
  return one.id < other.id ? -1 : 1;
}

/** What the message shape must say of a participant of the generic shape. */
function partyInMessages({ id, purpose, userId: user, queueId: queue, messages }) {
  return { id, purpose, user, queue, state: messages.at(-1).state };
}

function mediaParty({ id, purpose, user, queue, state }) {
  return { id, purpose, user: user?.id, queue: queue?.id, state };
}

/** What analytics must say of a participant of the generic shape. */
function partyInAnalytics({ id, purpose, userId: user, messages }) {
  return { id, purpose, user, legs: messages.map((leg) => leg.id) };
}

function analyticsParty({ participantId: id, purpose, userId: user, sessions }) {
  const legs = sessions.filter((leg) => leg.mediaType === 'message').map((leg) => leg.sessionId);
  return { id, purpose, user, legs };
}
