/** The statements of this folder under `--compat stackql`: the same answers, as StackQL would print them, and exit code 0. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCompat } from '../../src/cli/compat-script.ts';
import { createSession, type Session } from '../../src/index.ts';
import { METADATA } from './metadata.ts';
import { MUTATIONS } from './mutations.ts';
import { openOrg } from './org.ts';
import { SELECTS } from './selects.ts';
import { SESSION } from './session.ts';
import type { Conformance, Row } from './statement.ts';

let session: Session;
beforeEach(() => {
  const { simulator, fetch } = openOrg();
  session = createSession({ token: simulator.token, fetch });
});
afterEach(() => session.close());

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function print(sql: string, output: string): Promise<Printed> {
  const shown = { stdout: '', stderr: '' };
  const into = (
    name: keyof typeof shown,
  ): { isTerminal: boolean; write(chunk: string | Uint8Array): void; drained(): Promise<void> } => ({
    isTerminal: false,
    write: (chunk) => {
      shown[name] += String(chunk);
    },
    drained: async () => undefined,
  });
  const { signal } = new AbortController();
  const code = await runCompat(
    session,
    sql,
    { output },
    {},
    { stdout: into('stdout'), stderr: into('stderr'), signal },
  );
  return { code, ...shown };
}

/** Go's encoder, which writes a map's members in order: written down once more, so that it does not share our mistakes. */
function asStackqlPrints(rows: readonly Row[]): string {
  if (rows.length === 0) return 'null';
  const textOf = (value: unknown): string =>
    typeof value === 'object' && value !== null ? JSON.stringify(value, Object.keys(value).sort()) : String(value);
  const objects = rows.map((row) => {
    const members = Object.keys(row)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${JSON.stringify(textOf(row[name]))}`);
    return `{${members.join(',')}}`;
  });
  return `[${objects.join(',')}]`.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

const ALL: readonly Conformance[] = [...SELECTS, ...MUTATIONS, ...METADATA, ...SESSION];
const WHOLE = ALL.filter(({ isPart, error, sql }) => isPart !== true && error === undefined && !/^explain/i.test(sql));

describe('answers', () => {
  it.each(WHOLE)('$sql', async ({ sql, answers }) => {
    const { code, stdout, stderr } = await print(sql, 'json');
    const rows = answers.filter((answer): answer is readonly Row[] => typeof answer !== 'string');
    const messages = answers.filter((answer) => typeof answer === 'string');
    const sorted = (text: string): readonly string[] =>
      /order by/i.test(sql) ? [text] : text.split(/(?<=\}),(?=\{)|[[\]]/).sort();
    expect(code).toBe(0);
    expect(sorted(stdout)).toEqual(sorted(rows.map(asStackqlPrints).join('')));
    expect(stderr).toBe(messages.map((message) => `${message}\n`).join(''));
  });
});

describe('failures', () => {
  it.each(ALL.filter(({ error }) => error !== undefined))('$sql', async ({ sql }) => {
    const { code, stdout, stderr } = await print(sql, 'json');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/\S\n+$/);
    expect(stderr).not.toContain('error (');
  });
});

describe('what StackQL was seen to say', () => {
  it.each([
    [
      'select * from okta.apps.jwks',
      "cannot find matching operation, possible causes include missing required parameters or an unsupported method for the resource, to find required parameters for supported methods run SHOW METHODS IN okta.apps.jwks: no appropriate method = 'select' for resource = 'jwks'\n",
    ],
    [
      "exec okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='my-org'",
      "required param not supplied for exec: could not find variable 'appId'\n",
    ],
    ["select * from okta.nosuch.x where subdomain='my-org'", "cannot resolve service with key = 'nosuch'\n"],
    ["select * from okta.apps.nosuch where subdomain='my-org'", 'OpenAPIService.GetResource() failure\n'],
    [
      "select nosuch from okta.apps.jwks where appId='a' and subdomain='my-org'",
      'sql packet preparation error: no such column: nosuch\n',
    ],
    [
      'select 1; selec * from okta.apps.jwks',
      "error:  You have an error in your stackql syntax; parser error: Code: INVALID_ARGUMENT\nsyntax error at position 6 near 'selec'\n\n",
    ],
  ])('%s', async (sql, stderr) => {
    expect((await print(sql, 'json')).stderr).toBe(stderr);
  });

  it('a transaction: nothing of it is run, what comes after it is', async () => {
    const sql = `select 1 as a; /* t */ begin; delete from okta.apps.jwks where appId='0oa00000000000000000' and keyId='pks00000000000000001' and subdomain='my-org'; rollback; select count(*) as n from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'`;
    expect((await print(sql, 'json')).stdout).toBe('[{"a":"1"}][{"n":"3"}]');
  });

  it('json_each gives texts, called as it was', async () => {
    const sql = `select json_each.value as v from json_each('["10.0.0.0/8", 1, {"a": "b"}]') where json_each.value <> '1' order by v`;
    expect((await print(sql, 'json')).stdout).toBe('[{"v":"10.0.0.0/8"},{"v":"{\\"a\\":\\"b\\"}"}]');
    const aliased = `select e.value as v from (select '["x"]' as list) t, json_each(t.list) e`;
    expect((await print(aliased, 'json')).stdout).toBe('[{"v":"x"}]');
  });

  it('EXPLAIN is one row, and still no request', async () => {
    const { stdout, stderr } = await print(
      "explain select kid from okta.apps.jwks where appId='0oa00000000000000000' and subdomain='my-org'",
      'json',
    );
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ result: 'OK', valid: 'true' })]);
    expect(stderr).toBe('Execution plan generated successfully\nOK\n');
  });
});
