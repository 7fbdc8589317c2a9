import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/audit/selection.ts';
import { createSimulator, faults } from '../../../src/simulator/index.ts';
import { openOn, packOf, removeAfterwards, runPack, verdicts } from './packs.ts';

removeAfterwards();

const USERS = "SELECT id AS resource, 'ok' AS status, '' AS reason FROM okta.users.users";
const ZONES = "SELECT id AS resource, 'ok' AS status, '' AS reason FROM okta.zones.network_zones";
const TOKENS = "SELECT id AS resource, 'ok' AS status, '' AS reason FROM okta.api_tokens.api_tokens";

describe('what a control comes to', () => {
  const pack = packOf({
    holds: { sql: verdicts(['a', 'ok', ''], ['b', 'ok', '']) },
    alarms: { sql: verdicts(['a', 'ok', ''], ['b', 'alarm', 'it is wrong']) },
    informs: { sql: verdicts(['a', 'info', 'as such']) },
    skips: { sql: verdicts(['a', 'skip', 'not ours']) },
    'errs-itself': { sql: verdicts(['a', 'ok', ''], ['b', 'error', 'who knows']) },
    empty: { sql: `${verdicts(['a', 'ok', ''])} WHERE false` },
    'unknown-status': { sql: verdicts(['a', 'ok', ''], ['b', 'OK', '']) },
    'no-status': { sql: verdicts(['a', '', '']) },
    'no-name': { sql: verdicts(['', 'ok', '']) },
    'other-columns': { sql: 'SELECT 1 AS resource, 2 AS state' },
    'no-table': { sql: 'SELECT *\nFROM okta.users.usrs' },
    'fails-late': {
      sql: "SELECT 'a' AS resource, 'ok' AS status, CAST(id AS INTEGER) AS reason FROM okta.users.users",
    },
    changes: { sql: "DELETE FROM okta.users.users WHERE id = 'x'" },
    manual: { head: 'manual: Ask somebody.' },
    denied: { sql: ZONES },
    off: { sql: TOKENS },
    'page-failed': { sql: USERS },
    gap: {
      sql: "SELECT u.id AS resource, 'ok' AS status, '' AS reason FROM okta.users.users u LEFT JOIN okta.users.user_blocks b ON b.userId = u.id WHERE u.status = 'SUSPENDED'",
    },
    'gap-expected': {
      sql: "SELECT u.id AS resource, 'ok' AS status, '' AS reason FROM okta.users.users u LEFT JOIN okta.users.user_blocks b ON b.userId = u.id WHERE u.status = 'SUSPENDED'",
      head: 'absence: Who has no block has none.',
    },
    'gap-alarm': {
      sql: "SELECT u.id AS resource, 'alarm' AS status, '' AS reason FROM okta.users.users u LEFT JOIN okta.users.user_blocks b ON b.userId = u.id WHERE u.status = 'SUSPENDED'",
    },
    'gone-by-id': {
      sql: "SELECT id AS resource, 'ok' AS status, '' AS reason FROM okta.users.users WHERE id = '00uNobody'",
    },
    last: { sql: verdicts(['a', 'ok', '']) },
  });

  it('is ok only where all of it was seen', async () => {
    const simulator = createSimulator();
    simulator.switches.missingFeatures.push('/api/v1/users/{}/blocks');
    simulator.switches.faults.push(
      faults.oktaError({ status: 403, code: 'E0000006', summary: 'No.' }, { match: { path: /^\/api\/v1\/zones/ } }),
      faults.oktaError(
        { status: 401, code: 'E0000015', summary: 'Feature off.' },
        { match: { path: /^\/api\/v1\/api-tokens/ } },
      ),
    );
    const boom = faults.oktaError(
      { status: 400, code: 'E0000001', summary: 'Boom.' },
      { match: { path: /DEPROVISIONED/ } },
    );
    simulator.switches.faults.push(boom);
    // The failing page comes before anybody has read the list.
    const order = { only: ['page-failed', ...choose([pack], {}).map(({ control }) => control.id)] };
    const first = await runPack(pack, { simulator, choice: { only: ['page-failed'] } });
    expect(first.results).toMatchObject([{ status: 'error', failure: { code: 'HTTP' }, findings: [] }]);
    simulator.switches.faults.pop();
    const { results } = await runPack(pack, { simulator, choice: order });
    const told = Object.fromEntries(
      results.map(({ control, status, reason = '' }) => [control.id, `${status} ${reason}`.trim()]),
    );
    const { file } = pack.groups[0]?.controls.find(({ id }) => id === 'no-table') ?? { file: '' };
    expect(told).toEqual({
      holds: 'ok',
      alarms: 'alarm',
      informs: 'info',
      skips: 'skip no row was judged',
      'errs-itself': 'error 1 row could not be judged',
      empty: 'skip nothing to judge: the query has no row',
      'unknown-status': 'error row 2 has the status "OK", which is none of alarm, error, info, ok, skip',
      'no-status': expect.stringMatching(/^error row 1 has the status ""/),
      'no-name': 'error row 1 names no resource',
      'other-columns': 'error the query has to have one column status, and has resource, state',
      'no-table': expect.stringContaining(`error ${file}:4:1: `),
      'fails-late': expect.stringMatching(/^error .*Could not convert/),
      changes: expect.stringMatching(
        /^error .*changes\.sql:4:1: a control only reads: it is a SELECT, and this is DELETE\.$/,
      ),
      manual: 'manual Ask somebody.',
      denied: expect.stringMatching(/^error .*403/),
      off: expect.stringMatching(/^skip this org does not have it: .*Feature off/),
      'page-failed': 'ok',
      gap: expect.stringMatching(/^skip not all was seen: \d+ calls were answered that there is no such thing there/),
      'gap-expected': 'ok',
      'gap-alarm': expect.stringMatching(/^alarm not all was seen: /),
      'gone-by-id': expect.stringMatching(/^skip not all was seen: .*00uNobody/),
      last: 'ok',
    });
    expect(simulator.journal.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('reads each list once for all controls, and says what that spares', async () => {
    const simulator = createSimulator();
    const same = packOf({
      one: { sql: USERS },
      two: { sql: USERS },
      three: { sql: `${USERS} WHERE status = 'ACTIVE'` },
    });
    const { requests, results } = await runPack(same, { simulator });
    expect(simulator.journal).toHaveLength(requests.sent);
    expect(results.map((result) => result.requests)).toEqual([2, 0, expect.any(Number)]);
    expect(requests.alone).toBeGreaterThan(requests.sent);
    expect(results[1]?.provenance).toEqual(results[0]?.provenance);
  });

  it('asks an org that does not take the login once', async () => {
    const simulator = createSimulator();
    const some = packOf({ one: { sql: USERS }, two: { sql: ZONES }, three: { sql: verdicts(['a', 'ok', '']) } });
    const { results } = await runPack(some, { simulator, open: openOn(simulator, 'wrong') });
    expect(results.map(({ status, failure }) => `${status} ${failure?.code}`)).toEqual([
      'error AUTH',
      'error AUTH',
      'error AUTH',
    ]);
    expect(simulator.journal).toHaveLength(1);
  });

  it('runs on several orgs, each in a session of its own', async () => {
    const simulator = createSimulator();
    const some = packOf({ one: { sql: `${USERS} WHERE subdomain = $subdomain` } });
    const { results } = await runPack(some, { simulator, orgs: ['my-org', 'other'] });
    expect(results.map(({ org, values }) => [org, values])).toEqual([
      ['my-org', { subdomain: 'my-org' }],
      ['other', { subdomain: 'other' }],
    ]);
  });

  it('ends when its signal fires', async () => {
    const signal = AbortSignal.abort();
    await expect(runPack(pack, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the choice of controls', () => {
  const pack = packOf({
    one: {
      severity: 'critical',
      sql: verdicts(['a', 'ok', '']),
      head: 'parameters:\n  days: { default: 90 }\n  kinds: { default: [a, b] }',
    },
    two: {
      severity: 'medium',
      sql: verdicts(['a', 'ok', '']),
      head: 'parameters:\n  days: { default: 30 }\n  strict: { default: false }',
    },
    three: { severity: 'info', sql: verdicts(['a', 'ok', '']) },
  });
  const idsOf = (choice: Parameters<typeof choose>[1]): readonly string[] =>
    choose([pack], choice).map(({ control }) => control.id);

  it.each<[what: string, choice: Parameters<typeof choose>[1], ids: readonly string[]]>([
    ['all', {}, ['one', 'two', 'three']],
    ['ids, with and without the pack', { only: ['three', 'ours/one'] }, ['one', 'three']],
    ['what is as bad or worse', { where: ['severity>=medium'] }, ['one', 'two']],
    ['what is less bad', { where: ['severity < critical'] }, ['two', 'three']],
    ['several conditions', { where: ['severity!=info', 'pack=ours', 'group=all', 'severity<=high'] }, ['two']],
  ])('%s', (_what, choice, ids) => {
    expect(idsOf(choice)).toEqual(ids);
  });

  it('takes values of the kinds that the defaults have', () => {
    const chosen = choose([pack], { set: ['days=7', 'two.days=8', 'kinds=x, y', 'strict=true'] });
    expect(
      chosen.map(({ control }) =>
        Object.fromEntries(Object.entries(control.parameters).map(([name, each]) => [name, each.default])),
      ),
    ).toEqual([{ days: 7, kinds: ['x', 'y'] }, { days: 8, strict: true }, {}]);
  });

  it.each<[what: string, choice: Parameters<typeof choose>[1], message: string, hint: RegExp]>([
    ['an unknown control', { only: ['won'] }, 'No control is called "won".', /one/],
    ['an unknown condition', { where: ['age>3'] }, '--where "age>3" is not understood.', /severity>=high/],
    ['an unknown severity', { where: ['severity=worst'] }, '"worst" is no severity.', /critical/],
    ['an order of packs', { where: ['pack>ours'] }, 'pack has no order; it takes = and !=.', /severity/],
    ['nothing left', { where: ['pack=theirs'] }, 'No control is chosen.', /--where/],
    ['an unknown parameter', { set: ['day=3'] }, 'None of the controls has a parameter "day".', /days/],
    ['a number that is none', { set: ['days=many'] }, 'days takes a number, and "many" is none.', /90/],
    ['a truth value that is none', { set: ['strict=yes'] }, 'strict takes true or false, and not "yes".', /false/],
    ['no value', { set: ['days'] }, '--set "days" is no name=value.', /days=180/],
    ['the org', { set: ['subdomain=x'] }, 'The org is no parameter.', /--subdomain/],
    ['a parameter of an unknown control', { set: ['tow.days=3'] }, 'No control is called "tow".', /two/],
  ])('refuses %s', (_what, choice, message, hint) => {
    expect(() => choose([pack], choice)).toThrow(
      expect.objectContaining({ message, hint: expect.stringMatching(hint) }),
    );
  });
});
