// A guest on a socket of its own, what the SDK shows of it, and what it is told of an ending.

import { randomUUID } from 'node:crypto';
import sdk from 'purecloud-platform-client-v2';
import { until } from './sandbox.mjs';
import { pointed } from './signing-in.mjs';
import { Socket } from './sockets.mjs';
import { known } from './typings.mjs';

/** A guest of the deployment in the start line. */
class Guest extends Socket {
  constructor({ start, ca }) {
    super(`${start.url.replace('http', 'ws')}/v1?deploymentId=${start.deployment_id}`, ca);
    this.token = randomUUID();
    this.deployment = start.deployment_id;
  }

  async configured() {
    await this.opened();
    this.do('configureSession', { deploymentId: this.deployment });
    await this.wait('a session', (frame) => frame.class === 'SessionResponse');
    return this;
  }

  do(action, fields = {}) {
    this.say({ action, token: this.token, ...fields });
  }

  write(text) {
    this.do('onMessage', { message: { type: 'Text', text } });
  }
}

export async function check(report, sandbox, client) {
  const guest = await new Guest(sandbox).configured();
  const words = `a guest was here: ${guest.token}`;
  guest.write(words);
  await guest.wait('the echo', (frame) => frame.body.text === words);
  report.ok('a guest writes', true);
  await history(report, sandbox, guest, words);
  await ended(report, sandbox, client, guest);
  guest.close();
}

/** The guest's own token, as the SDK's, opens the guest's own history. */
async function history(report, sandbox, guest, words) {
  guest.do('getJwt');
  const { body } = await guest.wait('a token', (frame) => frame.class === 'JwtResponse');
  const own = pointed(sandbox);
  own.setAccessToken(body.jwt);
  const answer = await new sdk.WebMessagingApi(own).getWebmessagingMessages({ pageSize: 25, pageNumber: 1 });
  const texts = known(answer, 'WebMessagingMessageEntityList').entities.map((message) => message.text);
  report.ok("the SDK reads the guest's history", texts.includes(words), texts);
}

/** An agent comes in, the SDK ends the agent's leg, and the guest is told so. */
async function ended(report, sandbox, client, guest) {
  const conversations = new sdk.ConversationsApi(client);
  const begun = (await sandbox.lines('truth')).filter((one) => one.what === 'conversation-started').at(-1);
  const one = begun.conversation;
  report.same('the guest began it', begun.who, 'guest');
  await sandbox.ask('POST', 'events', { event: 'agent-joins', conversation: one });
  const agent = await until('the SDK sees the agent', async () => {
    const { participants } = known(await conversations.getConversation(one), 'Conversation');
    const found = participants.find((party) => party.purpose === 'agent');
    return found?.messages.at(-1).state === 'connected' ? found.id : undefined;
  });
  await conversations.patchConversationsMessageParticipant(one, agent, { body: { state: 'disconnected' } });
  const told = await guest.wait('the guest is told', (frame) => JSON.stringify(frame.body).includes('Disconnect'));
  report.same('the guest is told', told.body.metadata.readOnly, 'true');
  guest.write('anybody there?');
  const refusal = await guest.wait('a refusal', (frame) => frame.class === 'string');
  report.same('the guest may write no more', refusal.code, 409);
  const frames = (await sandbox.lines('frames')).filter((line) => line.conversation === one);
  report.ok('the sandbox has it on record', frames.some(({ frame }) => JSON.stringify(frame) === JSON.stringify(told)), frames);
}
