// Whether an answer is what the SDK's own type declarations promise, member by member.
// In JavaScript the SDK hands the JSON on as it came, so the declarations are read and the JSON is
// walked beside them. They name no words of enumerations; the Python checks know those.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Wrong } from './report.mjs';

const folder = (() => {
  // The main file lies in dist/node.
  const main = createRequire(import.meta.url).resolve('purecloud-platform-client-v2');
  return join(dirname(main), '..', '..');
})();
const DECLARATIONS = readFileSync(join(folder, 'index.d.ts'), 'utf8');
const MODELS = interfaces(DECLARATIONS);

/** Members by interface: type, and whether it may be absent. */
function interfaces(text) {
  const found = new Map();
  let members = new Map();
  for (const line of text.slice(text.indexOf('declare namespace Models')).split('\n')) {
    const name = /^\s*export interface (\w+) \{/.exec(line);
    const member = /^\s*"([^"]+)"(\??): (.*);\s*$/.exec(line);
    if (name) {
      members = new Map();
      found.set(name[1], members);
    } else if (member) {
      members.set(member[1], { type: member[3], optional: member[2] === '?' });
    }
  }
  return found;
}

/** Stops unless the value is of the declared type. */
export function walk(value, type, path) {
  const list = /^Array<(.*)>$/.exec(type);
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? /^Record<string, (.*)>$/.exec(type);
  if (list) {
    demand(Array.isArray(value), path, 'a list', value);
    value.forEach((item, place) => walk(item, list[1], `${path}[${place}]`));
  } else if (map) {
    demand(isObject(value), path, 'a map', value);
    Object.entries(value).forEach(([key, item]) => walk(item, map[1], `${path}.${key}`));
  } else if (type.startsWith('Models.')) {
    walkMembers(value, type.slice('Models.'.length), path);
  } else if (type === 'object') {
    demand(value !== null, path, 'anything', value);
  } else {
    demand(typeof value === type, path, `a ${type}`, value);
  }
}

function walkMembers(value, name, path) {
  const members = MODELS.get(name);
  if (!members) throw new Wrong(`the SDK declares no model ${name}`);
  demand(isObject(value), path, 'an object', value);
  for (const [member, { optional }] of members) {
    demand(optional || member in value, `${path}.${member}`, 'there, as the SDK requires', undefined);
  }
  for (const [member, item] of Object.entries(value)) {
    demand(members.has(member), `${path}.${member}`, 'a member that the SDK declares', item);
    walk(item, members.get(member).type, `${path}.${member}`);
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function demand(holds, path, wanted, found) {
  if (!holds) throw new Wrong(`${path} is not ${wanted}: ${JSON.stringify(found)}`);
}

/** What the SDK declares of a method; the newest operations are not in it. */
export function declared(operation) {
  const line = new RegExp(`^\\s*${operation}\\((.*)\\): Promise<(.*)>;$`, 'm').exec(DECLARATIONS);
  return { bodyIsRequired: /\bbody: /.test(line?.[1] ?? ''), returns: line?.[2] };
}

/** The body of an extended answer, after the walk. */
export function known(answer, kind) {
  const type = kind.startsWith('Array<') ? kind : `Models.${kind}`;
  walk(answer.body, type, kind);
  return answer.body;
}

const SPOILED = {
  'a member that nobody declares': { id: 'x', startTime: 'y', participants: [], colour: 'red' },
  'a number for a text': { id: 1, startTime: 'y', participants: [] },
  'a required member that is missing': { id: 'x', startTime: 'y' },
  'an object for a list': { startTime: 'y', participants: {} },
};

/** The walk finds what is spoiled; otherwise nothing that it lets through says anything. */
export function check(report) {
  for (const [words, spoiled] of Object.entries(SPOILED)) {
    let found;
    try {
      walk(spoiled, 'Models.Conversation', 'Conversation');
    } catch (wrong) {
      found = wrong instanceof Wrong;
    }
    report.ok(`the walk finds ${words}`, found === true, spoiled);
  }
}
