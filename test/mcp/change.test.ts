import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAuditFile } from '../../src/mcp/changes/audit-file.ts';
import type { AuditFile } from '../../src/mcp/decisions.ts';
import { callTool } from '../../src/mcp/tools.ts';
import { type Agent, ERAS, openAgent } from './agent.ts';

const folder = mkdtempSync(join(tmpdir(), 'oktaql-mcp-'));
const path = join(folder, 'audit.jsonl');
const audit = openAuditFile(path, Date.now);
afterAll(() => {
  audit.close();
  rmSync(folder, { recursive: true });
});

function decisions(): readonly string[] {
  return entries().map(({ decision }) => decision);
}

function entries(): readonly {
  readonly decision: string;
  readonly id?: string;
  readonly requests?: readonly object[];
}[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReturnType<typeof entries>[number]);
}

let written = 0;
beforeEach(() => {
  written = entries().length;
});
const since = (): readonly string[] => decisions().slice(written);

const changing = ({ simulator }: Agent): readonly string[] =>
  simulator.journal.filter(({ method }) => method !== 'GET').map(({ method, path: at }) => `${method} ${at}`);

/** A group of its own for each test that changes one. */
async function groupOf(agent: Agent, name: string): Promise<string> {
  await agent.workspace.session.query(`INSERT INTO okta.groups.groups (data__profile) SELECT '{"name": "${name}"}'`);
  const { rows } = await agent.workspace.session.query('SELECT id FROM okta.groups.groups WHERE profile.name = $1', {
    parameters: [name],
  });
  agent.simulator.clearJournal();
  return String(rows[0]?.[0]);
}

describe.each(ERAS)('with a client of %s', (era) => {
  let agent: Agent;
  const questions: string[] = [];
  let says: 'yes' | 'no' | 'cancel' | 'unticked' = 'yes';
  beforeAll(async () => {
    agent = await openAgent({
      era,
      audit,
      person: (question) => {
        questions.push(question);
        if (says === 'yes') return { action: 'accept', content: { apply: true } };
        if (says === 'unticked') return { action: 'accept', content: { apply: false } };
        return { action: says === 'no' ? 'decline' : 'cancel' };
      },
    });
  });
  afterAll(() => agent.close());
  beforeEach(() => {
    questions.length = 0;
    says = 'yes';
    agent.simulator.clearJournal();
  });

  test('a person sees what would be done, and it is done', async () => {
    const id = await groupOf(agent, `Auditors ${era}`);
    const { text, isError } = await agent.call('change', {
      sql: `DELETE FROM okta.groups.groups WHERE groupId = '${id}'`,
    });
    expect({ text, isError }).toMatchObject({ isError: false, text: expect.stringContaining('DELETE 1') });
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('DELETE okta.groups.groups on my-org.okta.com: 1 request');
    expect(questions[0]).toContain(`Auditors ${era}`);
    expect(changing(agent)).toEqual([`DELETE /api/v1/groups/${id}`]);
    expect(since()).toEqual(['asked', 'confirmed', 'done']);
    expect(
      new Set(
        entries()
          .slice(written)
          .map((entry) => entry.id),
      ).size,
    ).toBe(1);
  });

  test('an update shows before and after', async () => {
    const id = await groupOf(agent, `Before ${era}`);
    const sql = `UPDATE okta.groups.groups SET profile = '{"name": "After"}' WHERE groupId = '${id}'`;
    says = 'no';
    expect(await agent.call('change', { sql })).toMatchObject({ isError: true });
    expect(questions[0]).toMatch(/Before.*→.*After/);
    expect(changing(agent)).toEqual([]);
    expect(since()).toEqual(['asked', 'declined']);
  });

  test.each([
    ['no', 'declined'],
    ['cancel', 'cancelled'],
    ['unticked', 'declined'],
  ] as const)('nothing is sent where the person says %s', async (said, decision) => {
    says = said;
    const sql = `INSERT INTO okta.groups.groups (data__profile) SELECT '{"name": "Never"}'`;
    const { text, isError } = await agent.call('change', { sql });
    expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('Nothing was sent') });
    expect(changing(agent)).toEqual([]);
    expect(since()).toEqual(['asked', decision]);
  });

  test('what has changed since the person looked is not sent', async () => {
    const first = await groupOf(agent, `Temp A ${era}`);
    const sql = `DELETE FROM okta.groups.groups WHERE profile.name LIKE 'Temp % ${era}' AND id IS NOT NULL`;
    const own = await openAgent({
      era,
      audit,
      session: { fetch: (request) => agent.simulator.handle(request), token: agent.simulator.token },
      person: async () => {
        await groupOf(agent, `Temp B ${era}`);
        return { action: 'accept', content: { apply: true } };
      },
    });
    const { text, isError } = await own.call('change', { sql });
    expect({ text, isError }).toMatchObject({
      isError: true,
      text: expect.stringContaining('no longer what the person confirmed'),
    });
    expect(changing(agent)).toEqual([]);
    expect(since()).toEqual(['asked', 'stale']);
    await own.close();
    expect(first).toMatch(/^00g/);
  });

  test('more than may be changed is refused before anybody is asked', async () => {
    const { text } = await agent.call('change', { sql: 'DELETE FROM okta.groups.groups WHERE id IS NOT NULL' });
    expect(text).toMatch(/would make \d+ changes; at most 10 may be made/);
    expect(questions).toEqual([]);
    expect(changing(agent)).toEqual([]);
  });
});

describe('a confirmation', () => {
  let agent: Agent;
  let now = Date.parse('2026-11-30T00:00:00Z');
  beforeAll(async () => {
    agent = await openAgent({ audit, terms: { now: () => now } });
  });
  afterAll(() => agent.close());

  const call = (sql: string, reply?: { readonly state: string; readonly decision: 'accept' }) =>
    callTool(
      'change',
      { sql },
      {
        workspace: agent.workspace,
        signal: new AbortController().signal,
        canAsk: true,
        client: 'test',
        ...(reply !== undefined && { reply }),
      },
    );

  test('counts once, for its statement, in its time, as it was given', async () => {
    const one = await groupOf(agent, 'One');
    const two = await groupOf(agent, 'Two');
    const remove = (id: string): string => `DELETE FROM okta.groups.groups WHERE groupId = '${id}'`;
    const state = async (id: string): Promise<string> => (await call(remove(id))).ask?.state ?? '';
    const refusals: string[] = [];
    const refusedWith = async (sql: string, given: string): Promise<void> => {
      const { text, isError } = await call(sql, { state: given, decision: 'accept' });
      expect(isError).toBe(true);
      expect(text).toContain('Nothing was sent');
      refusals.push(text.split('.')[0] ?? '');
    };
    // For another statement; and that used it up.
    const swapped = await state(one);
    await refusedWith(remove(two), swapped);
    await refusedWith(remove(one), swapped);
    // Altered: each part of it, and one of another server.
    const good = await state(one);
    const [version = '', body = '', mac = ''] = good.split('.');
    const forged = Buffer.from(JSON.stringify({ p: {}, exp: 9_999_999_999 })).toString('base64url');
    const flipped = `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`;
    for (const altered of [
      `${version}.${body}.${flipped}`,
      `${version}.${forged}.${mac}`,
      `${version}.${body}.`,
      body,
      '',
      'null',
    ]) {
      await refusedWith(remove(one), altered);
    }
    const other = await openAgent({ audit });
    const elsewhere = await other.workspace.changes?.confirmations.bind(remove(one), {
      tag: 'DELETE',
      resource: 'x',
      count: 1,
      requests: [],
    });
    await refusedWith(remove(one), elsewhere?.state ?? '');
    await other.close();
    // Late.
    now += 10 * 60_000;
    await refusedWith(remove(one), good);
    expect(changing(agent)).toEqual([]);
    // Good, and again.
    const fresh = await state(one);
    expect(await call(remove(one), { state: fresh, decision: 'accept' })).toMatchObject({
      text: expect.stringContaining('DELETE 1'),
    });
    await refusedWith(remove(one), fresh);
    expect(changing(agent)).toHaveLength(1);
    expect(new Set(refusals)).toEqual(
      new Set([
        'The confirmation is for another statement',
        'The confirmation was used already: it counts once',
        'The confirmation is not one that this server gave: it was altered, or the server was started anew',
        'The confirmation came too late: it counts for 10 minutes',
      ]),
    );
  });

  test('is on the disk before the first request is sent, and its outcome before the answer', async () => {
    const id = await groupOf(agent, 'Three');
    const seen: (readonly string[])[] = [];
    const watched = await openAgent({
      audit,
      session: {
        token: agent.simulator.token,
        fetch: (request) => {
          if (request.method !== 'GET') seen.push(since());
          return agent.simulator.handle(request);
        },
      },
      person: () => ({ action: 'accept', content: { apply: true } }),
    });
    await watched.call('change', { sql: `DELETE FROM okta.groups.groups WHERE groupId = '${id}'` });
    expect(seen).toEqual([['asked', 'confirmed']]);
    expect(since()).toEqual(['asked', 'confirmed', 'done']);
    await watched.close();
  });

  test('that cannot be recorded changes nothing', async () => {
    const id = await groupOf(agent, 'Four');
    const full: AuditFile = {
      ...audit,
      write: (entry) => {
        if (entry.decision === 'confirmed') throw new Error('disk full');
        audit.write(entry);
      },
    };
    const watched = await openAgent({
      audit: full,
      session: { token: agent.simulator.token, fetch: (request) => agent.simulator.handle(request) },
      person: () => ({ action: 'accept', content: { apply: true } }),
    });
    expect(
      await watched.call('change', { sql: `DELETE FROM okta.groups.groups WHERE groupId = '${id}'` }),
    ).toMatchObject({ isError: true });
    expect(changing(agent)).toEqual([]);
    await watched.close();
  });
});

describe('without a person', () => {
  const sql = `INSERT INTO okta.groups.groups (data__profile) SELECT '{"name": "O''Hara"}'`;

  test.each([
    ['no elicitation', {}],
    ['only addresses', { elicitation: { url: {} } }],
  ])('a client with %s is told the command line', async (_name, capabilities) => {
    const agent = await openAgent({ audit, capabilities });
    const { text, isError } = await agent.call('change', { sql });
    expect(isError).toBe(true);
    expect(text).toContain(`oktaql exec --dryrun '${sql.replaceAll("'", `'\\''`)}'`);
    expect(changing(agent)).toEqual([]);
    expect(since()).toEqual(['refused']);
    await agent.close();
  });

  test('and where changes are off, whoever could ask', async () => {
    const agent = await openAgent({ person: () => ({ action: 'accept', content: { apply: true } }) });
    const { text, isError } = await agent.call('change', { sql });
    expect({ text, isError }).toMatchObject({ isError: true, text: expect.stringContaining('--allow-changes') });
    expect(changing(agent)).toEqual([]);
    await agent.close();
  });
});
