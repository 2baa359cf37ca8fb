// Checks the sandbox with the vendor's Node SDK, unchanged: `node check.mjs START_LINE_FILE`.
// START_LINE_FILE holds the first line of `unstick sandbox serve tests/clients/organization.toml --chats 60`. `.ci/clients` runs this.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ending from './ending.mjs';
import * as guests from './guests.mjs';
import * as notified from './notified.mjs';
import * as operations from './operations.mjs';
import * as people from './people.mjs';
import * as reading from './reading.mjs';
import * as refusals from './refusals.mjs';
import { Report, Wrong } from './report.mjs';
import { Sandbox } from './sandbox.mjs';
import * as signingIn from './signing-in.mjs';
import * as typings from './typings.mjs';

async function run(report, sandbox, folder) {
  let client = await signingIn.check(report, sandbox, folder);
  typings.check(report);
  const queues = await reading.check(report, sandbox, client);
  const { channel, listener } = await notified.check(report, sandbox, client, queues);
  await ending.check(report, sandbox, client, listener);
  await notified.unsubscribed(report, client, channel, listener);
  await guests.check(report, sandbox, client);
  await operations.check(report, sandbox, client);
  client = await refusals.check(report, sandbox, client, signingIn.signIn, 'live');
  await signingIn.signOut(report, client);
  await people.check(report, sandbox);
}

const [line] = readFileSync(process.argv[2], 'utf8').split('\n');
const report = new Report();
const folder = mkdtempSync(join(tmpdir(), 'unstick-node-'));
let failed = 0;
try {
  await run(report, new Sandbox(JSON.parse(line)), folder);
} catch (wrong) {
  failed = 1;
  console.log(`not ok ${wrong instanceof Wrong ? wrong.message : (wrong.stack ?? JSON.stringify(wrong))}`);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${report.passed} passed, ${failed} failed`);
// A socket that a failed check left open must not keep the process.
process.exit(failed);
