// A WebSocket whose frames are JSON objects.

import WebSocket from 'ws';
import { Wrong } from './report.mjs';

/** What came is kept, so that nothing is missed by asking late. */
export class Socket {
  #came = [];
  #waiting = new Set();

  constructor(uri, ca) {
    this.socket = new WebSocket(uri, { ca });
    this.socket.on('message', (data) => {
      this.#came.push(JSON.parse(data.toString()));
      this.#waiting.forEach((look) => look());
    });
  }

  /** This socket, once it is open. */
  opened() {
    return new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve(this));
      this.socket.once('error', reject);
    });
  }

  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** The first frame, old or new, that fits. */
  wait(what, fits, seconds = 20) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle(value);
      };
      const look = () => {
        try {
          const found = this.#came.find(fits);
          if (found) done(resolve, found);
        } catch (wrong) {
          done(reject, wrong);
        }
      };
      const timer = setTimeout(() => done(reject, new Wrong(`${what}: no such frame within ${seconds} s`)), seconds * 1000);
      this.#waiting.add(look);
      look();
    });
  }

  close() {
    this.socket.close();
  }
}
