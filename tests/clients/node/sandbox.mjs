// What no real organisation has: the start line, the control routes and the ground truth.
// Knows nothing of the SDK. What it reads is what the checks compare the SDK's answers with.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { Wrong } from './report.mjs';

/** What `probe` finds, asked for again until it finds something or the time is up. */
export async function until(what, probe, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Wrong(`${what}: not within ${seconds} s`);
    await pause(250);
  }
}

/** A running sandbox, by the first line that `unstick sandbox serve` printed. */
export class Sandbox {
  constructor(start) {
    this.start = start;
    this.ca = start.ca_file ? readFileSync(start.ca_file) : undefined;
  }

  /** One control request; the text of its answer. */
  async ask(method, path, body) {
    const { request } = this.start.url.startsWith('https') ? https : http;
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = await new Promise((resolve, reject) => {
      const sent = request(`${this.start.url}/sandbox/${path}`, { method, headers, ca: this.ca }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const whole = Buffer.concat(pieces).toString();
          if (answer.statusCode === 200) resolve(whole);
          else reject(new Wrong(`/sandbox/${path} answered ${answer.statusCode}: ${whole}`));
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    return text;
  }

  /** Every JSON line of a control route. */
  async lines(path) {
    const text = await this.ask('GET', path);
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  /** Faults, permissions, limits: see `POST /sandbox/faults`. */
  async order(orders) {
    await this.ask('POST', 'faults', orders);
  }

  /** Conversation id by label, for what the scenario names; and every staged id. */
  async staged() {
    const lines = await this.lines('staged');
    const labelled = lines.filter((line) => line.label).map((line) => [line.label, line.conversation]);
    return { labels: Object.fromEntries(labelled), ids: lines.map((line) => line.conversation) };
  }

  /** The changes of one sort that really happened to a conversation. */
  async truth(conversation, what) {
    const changes = await this.lines('truth');
    return changes.filter((one) => one.conversation === conversation && one.what === what);
  }
}
