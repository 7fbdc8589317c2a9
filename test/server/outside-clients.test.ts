/** psql and Python's clients, where they are installed. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, type Serving, startServing } from './serving.ts';

const run = promisify(execFile);

async function isThere(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

const hasPsql = await isThere('psql');
/** One with the clients in it may be named: OKTAQL_TEST_PYTHON. */
const PYTHON = process.env['OKTAQL_TEST_PYTHON'] ?? 'python3';
const hasPython = await isThere(PYTHON);

let serving: Serving;

beforeAll(async () => {
  serving = await startServing();
});

afterAll(() => serving.close());

describe.skipIf(!hasPsql)(`psql${hasPsql ? '' : ' (it is not installed)'}`, () => {
  async function psql(...args: readonly string[]): Promise<string> {
    const address = `host=127.0.0.1 port=${serving.server.port} user=oktaql dbname=okta`;
    const env = { ...process.env, PGPASSWORD: PASSWORD, PGCLIENTENCODING: 'UTF8' };
    return (await run('psql', [address, '-X', '-At', ...args], { env })).stdout;
  }

  test('reads, describes, goes through a cursor, copies', async () => {
    expect(await psql('-c', "SELECT label FROM okta.apps.applications WHERE label = 'Payroll Sync'")).toBe(
      'Payroll Sync\n',
    );
    expect(await psql('-v', 'FETCH_COUNT=2', '-c', 'SELECT n FROM range(5) t(n)')).toBe('0\n1\n2\n3\n4\n');
    expect(await psql('-c', '\\copy (SELECT n, NULL FROM range(2) t(n)) to stdout csv header')).toBe(
      'n,?column?\n0,\n1,\n',
    );
    expect(await psql('-c', 'BEGIN', '-c', 'SELECT 1 AS a', '-c', 'ROLLBACK')).toBe('BEGIN\n1\nROLLBACK\n');
    await expect(psql('-c', 'SELECT nonsense')).rejects.toMatchObject({ stderr: expect.stringMatching(/^ERROR: /) });
  });
});

describe.skipIf(!hasPython)(`Python${hasPython ? '' : ' (it is not installed)'}`, () => {
  test('has clients that can do all that they are asked, or are not installed', async () => {
    const script = fileURLToPath(new URL('python/clients.py', import.meta.url));
    const { stdout } = await run(PYTHON, [script, String(serving.server.port), PASSWORD]);
    const checks = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly ok?: boolean });
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.filter(({ ok }) => ok === false)).toEqual([]);
  });
});
