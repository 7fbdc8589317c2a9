/** The telling faults of the table again, through the command line as a process of its own: rows, messages, exit codes. */

import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createSimulator, faults, type SimulatorOptions, uniformOrg } from '../../src/simulator/index.ts';
import { runCli } from '../cli/run-cli.ts';
import { APPS, KINDS, type KindName } from './statements.ts';
import { coded, says, simulated, stalls, trickles } from './strikes.ts';
import { openWire, type Strike } from './wire.ts';

interface Case {
  readonly what: string;
  readonly kind: KindName;
  readonly strike?: Strike;
  /** Default: one. */
  readonly times?: number;
  readonly org?: SimulatorOptions;
  readonly args?: readonly string[];
  /** 0 where all rows are there; else there are none. */
  readonly code: number;
  /** What standard error must say. */
  readonly told: RegExp;
  /** How often the request that was hit is sent. */
  readonly sends: number;
  /** How often the change was made. Default: none. */
  readonly effects?: number;
}

const QUIET = /^$/;
const DESPATCHED = /^The operation was despatched successfully\nDELETE 1\n$/;
const UNKNOWN = /note: Whether POST .* was carried out is not known.*\nerror/;
const BOMB = gzipSync(Buffer.alloc(2 ** 26 + 1, ' '));
/** For statements of which no answer has to come in time. */
const PATIENCE = ['--apirequesttimeout', '1'];

const CASES: readonly Case[] = [
  {
    what: 'no fault',
    kind: 'fan-out',
    strike: stalls,
    times: 0,
    code: 0,
    told: QUIET,
    sends: 0,
  },
  {
    what: 'a reset on page 3',
    kind: 'list',
    strike: simulated(faults.resetBefore()),
    code: 0,
    told: QUIET,
    sends: 2,
  },
  {
    what: '500 on page 3',
    kind: 'list',
    strike: simulated(faults.serverError()),
    code: 1,
    told: /error \(HV000\): .*answered 500: Internal Server Error/,
    sends: 1,
  },
  {
    what: '502 with a web page in a fan-out',
    kind: 'fan-out',
    strike: simulated(faults.badGateway(502)),
    code: 0,
    told: QUIET,
    sends: 2,
  },
  {
    what: '401 in a fan-out',
    kind: 'fan-out',
    strike: simulated(faults.oktaError({ status: 401, code: 'E0000011', summary: 'Invalid token provided' })),
    code: 3,
    told: /error \(28000\): .*answered 401: Invalid token provided\nhint: /,
    sends: 1,
  },
  {
    what: '403 in a fan-out',
    kind: 'fan-out',
    strike: simulated(faults.oktaError({ status: 403, code: 'E0000006', summary: 'You do not have permission' })),
    code: 3,
    told: /error \(42501\): .*answered 403/,
    sends: 1,
  },
  {
    what: 'half an answer',
    kind: 'point look-up',
    strike: simulated(faults.truncatedJson()),
    code: 0,
    told: QUIET,
    sends: 2,
  },
  {
    what: 'no answer within the time',
    kind: 'point look-up',
    strike: stalls,
    args: PATIENCE,
    code: 4,
    told: /error \(57014\): .*was not answered within 1000 ms/,
    sends: 1,
  },
  {
    what: 'an answer that trickles for longer than the time',
    kind: 'point look-up',
    strike: trickles(1_000, 60),
    args: PATIENCE,
    code: 4,
    told: /was not answered within 1000 ms/,
    sends: 1,
  },
  {
    what: 'an answer that trickles within the time',
    kind: 'list',
    strike: trickles(10, 2),
    args: ['--apirequesttimeout', '600'],
    code: 0,
    told: QUIET,
    sends: 1,
  },
  {
    what: 'windows of six calls, in real time',
    kind: 'fan-out',
    org: { rateLimit: 6, rateWindowMs: 1_000 },
    strike: stalls,
    times: 0,
    code: 0,
    told: QUIET,
    sends: 0,
  },
  {
    what: '429 of a feature',
    kind: 'point look-up',
    strike: simulated(
      faults.oktaError({ status: 429, code: 'E0000109', summary: 'An SMS message was recently sent.' }),
    ),
    code: 1,
    told: /answered 429: An SMS message.*\nhint: This is a quota/,
    sends: 1,
  },
  {
    what: '429 at the end of a statement’s time',
    kind: 'point look-up',
    org: { rateWindowMs: 3_600_000 },
    strike: simulated(faults.tooManyRequests()),
    args: ['--timeout', '600'],
    code: 4,
    told: /error \(57014\): The rate limit of .* is used up\. The next attempt is due in \d+\.\d s/,
    sends: 1,
  },
  {
    what: 'a login page',
    kind: 'DELETE',
    strike: simulated(faults.htmlPage()),
    code: 1,
    told: /note: Whether DELETE .* is not known.*\nerror \(HV000\): .*is a web page, not JSON/,
    sends: 1,
  },
  {
    what: 'an empty answer',
    kind: 'list',
    strike: says(200, ''),
    code: 1,
    told: /is empty, where a list was expected/,
    sends: 1,
  },
  {
    what: '64 KiB that unpack to more than 64 MiB',
    kind: 'point look-up',
    strike: coded('gzip', () => BOMB),
    code: 1,
    told: /is larger than what is read of one answer\.\nhint: .*maxResponseBytes/,
    sends: 1,
  },
  {
    what: 'a reset after it was carried out',
    kind: 'INSERT',
    strike: simulated(faults.resetAfter()),
    code: 0,
    told: /note: The answer to POST .* was lost. It was carried out/,
    sends: 1,
    effects: 1,
  },
  {
    what: 'a reset before it was carried out',
    kind: 'INSERT',
    strike: simulated(faults.resetBefore()),
    code: 4,
    told: /error \(08006\): .*It was not carried out/,
    sends: 1,
  },
  {
    what: 'a reset after it was carried out',
    kind: 'DELETE',
    strike: simulated(faults.resetAfter()),
    code: 0,
    told: DESPATCHED,
    sends: 2,
    effects: 1,
  },
  {
    what: 'a reset after it was carried out',
    kind: 'UPDATE',
    strike: simulated(faults.resetAfter()),
    code: 4,
    told: UNKNOWN,
    sends: 1,
    effects: 1,
  },
  {
    what: '502',
    kind: 'EXEC',
    strike: says(502, '{"message":"upstream connect error"}'),
    code: 1,
    told: UNKNOWN,
    sends: 1,
  },
];

it.concurrent.each(CASES.map((each) => [`${each.what}: ${each.kind}`, each] as const))(
  '%s',
  async (_name, { kind: name, strike = stalls, times = 1, org = {}, args = [], code, told, sends, effects = 0 }) => {
    const simulator = createSimulator({ org: uniformOrg({ apps: APPS, keysPerApp: 3 }), ...org });
    const wire = await openWire(simulator);
    const [kind] = KINDS.filter((each) => each.name === name);
    if (kind === undefined) throw new Error(`there is no statement called ${name}`);
    const rows = kind.rows(simulator);
    wire.faults.push({ ...kind.hit(simulator), times, strike });
    const env = { OKTA_API_TOKEN: simulator.token, OKTAQL_ENDPOINT_URL: wire.endpoint };
    const run = await runCli(['exec', kind.sql(simulator), '-o', 'jsonl', ...args], { env });
    await wire.close();
    expect(run).toEqual({ code, stdout: expect.any(String), stderr: expect.stringMatching(told) });
    expect(linesOf(run.stdout)).toEqual(code === 0 ? rows.map((row) => JSON.stringify(row)).toSorted() : []);
    expect(wire.sent.filter(({ line }) => line === wire.struck[0])).toHaveLength(sends);
    expect(kind.effects(simulator)).toBe(effects);
    expect(run.stderr).not.toContain(simulator.token);
    expect(simulator.violations).toEqual([]);
  },
);

it.concurrent('a server that nobody has started', async () => {
  const simulator = createSimulator();
  const wire = await openWire(simulator);
  await wire.close();
  const env = { OKTA_API_TOKEN: simulator.token, OKTAQL_ENDPOINT_URL: wire.endpoint };
  const { code, stdout, stderr } = await runCli(['exec', '--subdomain', 'my-org', 'select id from okta.apps.jwks'], {
    env,
  });
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toMatch(/error \(08006\): GET .* and 4 attempts: connect ECONNREFUSED .*\nhint: /);
});

/** In an order of our own: that of the answer is not the question here. */
function linesOf(stdout: string): readonly string[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.stringify(Object.values(JSON.parse(line) as object))).toSorted();
}
