/** @module */

import { ANSWERS } from './answers.ts';
import { DOCUMENTS } from './documents.ts';
import type { Kind } from './kind.ts';
import { STATEMENTS } from './statements.ts';

export const KINDS: readonly Kind[] = [STATEMENTS, DOCUMENTS, ANSWERS];

/** @throws TypeError for a name that is none */
export function kindNamed(name: string): Kind {
  const kind = KINDS.find((each) => each.name === name);
  if (kind !== undefined) return kind;
  throw new TypeError(`--kind takes ${KINDS.map((each) => each.name).join(', ')}, and not ${JSON.stringify(name)}.`);
}
