// The notification channel: made and subscribed by REST, its events read from the socket.

import sdk from 'purecloud-platform-client-v2';
import { refused } from './refusals.mjs';
import { Socket } from './sockets.mjs';
import { known, walk } from './typings.mjs';

const HOUR = 60 * 60 * 1000;
const SHAPES = {
  'conversations.messages': 'QueueConversationMessageEventTopicMessageConversation',
  conversations: 'QueueConversationEventTopicConversation',
};

/** A socket on a channel. */
class Listener extends Socket {
  /** An event of each topic about a conversation, as the SDK declares it, that fits. */
  async shows(report, words, one, fits) {
    for (const [shape, kind] of Object.entries(SHAPES)) {
      await this.wait(words, ({ topicName, eventBody }) => {
        if (!topicName.endsWith(`.${shape}`) || eventBody.id !== one) return false;
        walk(eventBody, `Models.${kind}`, kind);
        return fits(eventBody);
      });
      report.ok(`${words} (${shape})`, true);
    }
  }
}

/** A channel on every queue. Returns its id and a listener on it. */
export async function check(report, sandbox, client, queues) {
  const notifications = new sdk.NotificationsApi(client);
  const channel = known(await notifications.postNotificationsChannels(), 'Channel');
  const left = Date.parse(channel.expires) - Date.now();
  report.ok('a channel lives for a day', left > 23 * HOUR && left <= 24 * HOUR, channel.expires);
  const channels = known(await notifications.getNotificationsChannels(), 'ChannelEntityListing');
  report.ok('the channel is listed', channels.entities.some((one) => one.id === channel.id), channels);
  report.same('the channel is there', (await notifications.headNotificationsChannel(channel.id)).status, 200);
  await subscribed(report, notifications, channel, queues);
  const listener = await new Listener(channel.connectUri, sandbox.ca).opened();
  listener.say({ message: 'ping' });
  const answer = await listener.wait('a pong', (frame) => frame.eventBody?.message === 'pong');
  report.same('the socket answers', answer.topicName, 'channel.metadata');
  return { channel: channel.id, listener };
}

async function subscribed(report, notifications, channel, queues) {
  await refused(report, 'a topic that is none is refused', 400, () =>
    notifications.postNotificationsChannelSubscriptions(channel.id, [{ id: 'v2.nothing' }]), 'notification.invalid.topic');
  const names = [...queues.keys()].flatMap((queue) =>
    Object.keys(SHAPES).map((shape) => `v2.routing.queues.${queue}.${shape}`));
  const topics = names.map((id) => ({ id }));
  for (const [ask, some] of [
    ['postNotificationsChannelSubscriptions', topics.slice(0, 1)],
    ['putNotificationsChannelSubscriptions', topics.slice(1)],
  ]) {
    const made = known(await notifications[ask](channel.id, some), 'ChannelTopicEntityListing');
    const ids = (list) => list.map((topic) => topic.id).sort();
    report.same(`${some.length} topics are subscribed, and no others`, ids(made.entities), ids(some));
  }
  await notifications.postNotificationsChannelSubscriptions(channel.id, topics);
  const held = known(await notifications.getNotificationsChannelSubscriptions(channel.id), 'ChannelTopicEntityListing');
  report.same('every topic is subscribed', held.entities.map((topic) => topic.id).sort(), names.sort());
}

/** A channel can be emptied again, and the socket be closed. */
export async function unsubscribed(report, client, channel, listener) {
  const notifications = new sdk.NotificationsApi(client);
  await notifications.deleteNotificationsChannelSubscriptions(channel);
  const held = known(await notifications.getNotificationsChannelSubscriptions(channel), 'ChannelTopicEntityListing');
  report.same('no topic is left', held.entities ?? [], []);
  listener.close();
}
