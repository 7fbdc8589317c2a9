/** Statements that StackQL users write: each gives its right answer here. `docs/stackql.md` tells of the differences. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSession, QueryError, type Session } from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { METADATA } from './metadata.ts';
import { MUTATIONS } from './mutations.ts';
import { openOrg } from './org.ts';
import { SELECTS } from './selects.ts';
import { SESSION } from './session.ts';
import type { Conformance, Row } from './statement.ts';

let simulator: Simulator;
let session: Session;
beforeEach(() => {
  const org = openOrg();
  simulator = org.simulator;
  session = createSession({ token: simulator.token, fetch: org.fetch });
});
afterEach(async () => {
  await session.close();
  expect(simulator.violations).toEqual([]);
});

interface Answered {
  readonly answers: readonly (readonly Row[] | string)[];
  readonly error?: string;
  readonly notices: number;
}

async function run({ sql }: Conformance): Promise<Answered> {
  const answers: (readonly Row[] | string)[] = [];
  let notices = 0;
  const onNotice = (): void => {
    notices += 1;
  };
  try {
    for (const { text } of session.script(sql)) {
      const { columns, rows, message = '' } = await session.query(text, { onNotice });
      const named = rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, plain(row[index])])));
      answers.push(columns.length === 0 ? message : named);
    }
    return { answers, notices };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { answers, notices, error: error.code };
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Without ORDER BY, the rows of a SELECT have no order. */
function ordered({ sql }: Conformance, answers: Answered['answers']): Answered['answers'] {
  if (!/\bselect\b/i.test(sql) || /\border by\b(?![^(]*\))/i.test(sql)) return answers;
  const asText = (row: Row): string => JSON.stringify(Object.entries(row).sort());
  const compare = (a: Row, b: Row): number => (asText(a) < asText(b) ? -1 : 1);
  return answers.map((answer) => (typeof answer === 'string' ? answer : answer.toSorted(compare)));
}

/** The columns that the table shows, of rows that have more. */
function shown({ isPart, answers: [expected] }: Conformance, answers: Answered['answers']): Answered['answers'] {
  const [first] = typeof expected === 'object' ? expected : [];
  if (isPart !== true || first === undefined) return answers;
  const pick = (row: Row): Row => Object.fromEntries(Object.keys(first).map((name) => [name, row[name]]));
  return answers.map((answer) => (typeof answer === 'string' ? answer : answer.map(pick)));
}

function requests(): readonly string[] {
  const calls = simulator.journal.map(({ method, path, query }) => `${method} ${path}${query}`);
  return calls.map((call) => call.replace(/after=[^&]+/, 'after=*')).toSorted();
}

describe.each([
  ['SELECT', SELECTS],
  ['INSERT, DELETE, EXEC', MUTATIONS],
  ['SHOW, DESCRIBE', METADATA],
  ['what belongs to the session', SESSION],
])('%s', (_kind, statements) => {
  it.each(statements)('$sql', async (statement) => {
    const { answers, ...rest } = await run(statement);
    const { error, notices = 0 } = statement;
    expect(rest).toEqual({ notices, ...(error !== undefined && { error }) });
    expect(ordered(statement, shown(statement, answers))).toEqual(ordered(statement, statement.answers));
    expect(requests()).toEqual([...statement.requests].toSorted());
  });
});

const all = [...SELECTS, ...MUTATIONS, ...METADATA, ...SESSION];

it('are 73, and each is there once', () => {
  expect(new Set(all.map(({ sql }) => sql)).size).toBe(all.length);
  expect(all).toHaveLength(73);
});

it('differ from StackQL as docs/stackql.md says', () => {
  const document = readFileSync(fileURLToPath(new URL('../../docs/stackql.md', import.meta.url)), 'utf8');
  const cells = new Set(document.split('\n').map((line) => line.split(' | ')[1]));
  const untold = all.filter(({ stackql }) => stackql !== undefined && !cells.has(stackql));
  expect(untold.map(({ sql, stackql }) => ({ sql, stackql }))).toEqual([]);
});
