// What the checks say: one line each, and a stop with words at the first that is wrong.

import { isDeepStrictEqual } from 'node:util';

/** Something is not as a client may expect it. */
export class Wrong extends Error {}

/** Counts the checks that held. */
export class Report {
  passed = 0;

  /** Says that `words` hold, or stops with what was found instead. */
  ok(words, holds, found) {
    if (!holds) {
      throw new Wrong(found === undefined ? words : `${words}; found: ${JSON.stringify(found)}`);
    }
    this.passed += 1;
    console.log(`ok ${words}`);
  }

  /** Says that two values are equal. */
  same(words, found, wanted) {
    const told = `${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
    this.ok(words, isDeepStrictEqual(found, wanted), told);
  }
}
