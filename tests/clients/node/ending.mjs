// Every way to end something. Each is read back: both shapes, the socket, the truth, analytics.

import sdk from 'purecloud-platform-client-v2';
import { listedNow } from './reading.mjs';
import { until } from './sandbox.mjs';
import { known } from './typings.mjs';

/** One conversation that a check ends, and the places that must show it. */
class Ending {
  constructor(report, sandbox, client, listener, label, id) {
    Object.assign(this, { report, sandbox, client, listener, label, id });
    this.conversations = new sdk.ConversationsApi(client);
  }

  async read() {
    return known(await this.conversations.getConversation(this.id), 'Conversation');
  }

  /** The last participant of a purpose, and its last leg. */
  async party(purpose) {
    const { participants } = await this.read();
    const party = participants.findLast((one) => one.purpose === purpose);
    return { party, leg: party.messages.at(-1) };
  }

  /** The leg in both shapes, in an event, and in the truth as this client's doing. */
  async legIsDown(participant, leg) {
    const down = `${this.label}: the leg is down`;
    await until(down, async () => {
      const legs = (await this.read()).participants.flatMap((party) => party.messages);
      return legs.find((one) => one.id === leg).state === 'disconnected';
    });
    this.report.ok(down, true);
    const messages = known(await this.conversations.getConversationsMessage(this.id), 'MessageConversation');
    const media = messages.participants.find((party) => party.id === participant);
    this.report.same(`${down} in the message shape`, media.state, 'disconnected');
    await this.listener?.shows(this.report, `${down} in an event`, this.id, (event) => downIn(event, participant));
    const ended = (await this.sandbox.truth(this.id, 'leg-ended')).filter((one) => one.communication === leg);
    this.report.same(`${down} in truth, once`, ended.length, 1);
    this.report.same(`${down} by this client`, ended[0].who, this.sandbox.start.client_id);
    return ended[0];
  }

  /** Nothing is open any more: here, in an event, in the truth. */
  async isOver() {
    const over = `${this.label}: the conversation is over`;
    await until(over, async () => (await this.read()).endTime !== undefined);
    const states = (await this.read()).participants.flatMap((party) => party.messages.map((leg) => leg.state));
    this.report.same(`${over}, every leg down`, [...new Set(states)], ['disconnected']);
    await this.listener?.shows(this.report, `${over} in an event`, this.id, allDown);
    this.report.same(`${over} in truth`, (await this.sandbox.truth(this.id, 'conversation-ended')).length, 1);
  }

  /** Analytics shows it too, late. */
  async isOverInAnalytics() {
    const over = `${this.label}: over in analytics`;
    const found = await until(over, async () => {
      const { rows } = await listedNow(this.client);
      return rows.find((row) => row.conversationId === this.id && row.conversationEnd);
    });
    const segments = found.participants.flatMap((party) => party.sessions).flatMap((leg) => leg.segments);
    this.report.ok(`${over}, no segment open`, segments.every((segment) => segment.segmentEnd));
  }
}

/** A participant's state: its own in the message shape, its last leg's in the generic one. */
function stateOf(party) {
  return party.state ?? party.messages?.at(-1)?.state;
}

function downIn(event, participant) {
  const party = event.participants.find((one) => one.id === participant);
  return party !== undefined && stateOf(party) === 'disconnected';
}

function allDown(event) {
  return event.participants.every((party) => stateOf(party) === 'disconnected');
}

/** One conversation for each way. */
export async function check(report, sandbox, client, listener) {
  const { labels } = await sandbox.staged();
  const named = (label) => new Ending(report, sandbox, client, listener, label, labels[label]);
  const ways = {
    orphan: endParticipant,
    serving: endConversation,
    'wrap-up': settleWrapUp,
    idle: tearDown,
    alone: remove,
  };
  const over = [];
  for (const [label, way] of Object.entries(ways)) {
    over.push(named(label));
    await way(over.at(-1));
  }
  await endParticipantOfAnyMedium(named('parked'));
  await endCommunication(named('idle-us'));
  for (const one of over) await one.isOverInAnalytics();
}

async function endParticipant(one) {
  const { party, leg } = await one.party('agent');
  const body = { state: 'disconnected' };
  const answer = await one.conversations.patchConversationsMessageParticipant(one.id, party.id, { body });
  one.report.same("a participant's end is accepted", [answer.status, answer.body], [202, '']);
  const { request } = await one.legIsDown(party.id, leg.id);
  one.report.same('the truth names the request',
    [request.method, request.correlation_id], ['PATCH', answer.headers['inin-correlation-id']]);
  await one.isOver();
}

async function endConversation(one) {
  const { party, leg } = await one.party('agent');
  const answer = await one.conversations.patchConversationsMessage(one.id, { state: 'disconnected' });
  const read = known(answer, 'Conversation');
  one.report.same("a conversation's end is answered with it", [answer.status, read.id], [200, one.id]);
  await one.legIsDown(party.id, leg.id);
  await one.isOver();
}

async function settleWrapUp(one) {
  const { party, leg } = await one.party('agent');
  one.report.same('an agent owes wrap-up', leg.afterCallWork.state, 'pending');
  const codes = await one.conversations.getConversationsMessageParticipantWrapupcodes(one.id, party.id);
  const [code] = known(codes, 'Array<Models.WrapupCode>');
  const body = { code: code.id, notes: 'settled by the Node SDK' };
  const answer = await one.conversations.postConversationsMessageParticipantCommunicationWrapup(one.id, party.id, leg.id, { body });
  one.report.same('a wrap-up is accepted', answer.status, 202);
  const settled = await until('the wrap-up is settled', async () => {
    const now = await one.party('agent');
    return now.party.endAcwTime ? now : undefined;
  });
  one.report.same("the leg's after-call work is complete", settled.leg.afterCallWork.state, 'complete');
  const { code: chosen, name, notes } = settled.party.wrapup;
  one.report.same('the code is the chosen one', [chosen, name, notes], [code.id, code.name, body.notes]);
  one.report.same('the wrap-up is done in truth', (await one.sandbox.truth(one.id, 'wrap-up-done')).length, 1);
  await one.isOver();
}

async function tearDown(one) {
  const { party, leg } = await one.party('agent');
  const answer = await one.conversations.postConversationDisconnect(one.id);
  one.report.same('a teardown is accepted', answer.status, 202);
  one.report.ok('its answer is a word', typeof answer.body === 'string' && answer.body !== '', answer.body);
  await one.legIsDown(party.id, leg.id);
  await one.isOver();
}

async function remove(one) {
  const { party, leg } = await one.party('customer');
  const answer = await one.conversations.deleteConversation(one.id);
  one.report.ok('a removal is accepted', [200, 202, 204].includes(answer.status), answer.status);
  await one.legIsDown(party.id, leg.id);
  await one.isOver();
}

async function endParticipantOfAnyMedium(one) {
  const { party, leg } = await one.party('agent');
  const answer = await one.conversations.patchConversationParticipant(one.id, party.id, { state: 'disconnected' });
  one.report.same('the generic end is accepted', answer.status, 202);
  await one.legIsDown(party.id, leg.id);
}

async function endCommunication(one) {
  const { party, leg } = await one.party('agent');
  const body = { state: 'disconnected' };
  const answer = await one.conversations.patchConversationsMessageParticipantCommunication(one.id, party.id, leg.id, body);
  one.report.ok("a leg's end is accepted", [200, 202].includes(answer.status), answer.status);
  await one.legIsDown(party.id, leg.id);
  one.report.same('the guest is still there', stateOf((await one.party('customer')).party), 'connected');
}
