/**
 * One session, on an org of its own, and statements in it that are interrupted at random moments.
 *
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode, QueryError, QueryOptions, Session } from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { fastClock } from '../fuzz/fast-clock.ts';
import { type Fault, faultOf, type Product } from '../fuzz/kind.ts';
import { childProcesses } from '../fuzz/watch.ts';
import type { Dice } from './dice.ts';
import { randomFaults } from './faults.ts';
import { APPS, statementsOf, type Tried } from './statements.ts';

export type Isolation = 'none' | 'process';

/** A minute's wait for a rate limit, or for an answer, takes a third of a second. */
const FASTER = 200;

/** What a statement may end with, besides its rows, for each thing that is done to it. */
const FITTING: Readonly<Record<'fault' | Ending, readonly ErrorCode[]>> = {
  none: [],
  fault: ['NETWORK', 'HTTP', 'RATE_LIMIT', 'UNUSABLE_RESPONSE', 'TIMEOUT'],
  abort: ['CANCELLED'],
  timeout: ['TIMEOUT'],
  close: ['CANCELLED'],
  kill: ['ENGINE_CRASHED'],
};

type Ending = 'none' | 'abort' | 'timeout' | 'close' | 'kill';

/** How statements ended: `rows`, or the code of the error. */
export type Tally = Record<string, number>;

export interface Setting {
  readonly product: Product;
  readonly isolation: Isolation;
  /** The right rows, by statement. */
  readonly expected: ReadonlyMap<string, string>;
}

/** The rows that each statement has where nothing goes wrong. */
export async function rightRows(product: Product): Promise<ReadonlyMap<string, string>> {
  const org = openOrg(product, { now: () => Date.now(), sleep: async () => undefined });
  const session = product.library.createSession({
    token: org.token,
    subdomain: 'my-org',
    fetch: (request) => org.handle(request),
  });
  const expected = new Map<string, string>();
  try {
    for (const { sql } of statementsOf(org)) expected.set(sql, textOf((await session.query(sql)).rows));
  } finally {
    await session.close();
  }
  return expected;
}

function openOrg({ simulator }: Product, clock: ReturnType<typeof fastClock>): Simulator {
  // The same apps in each.
  const created = new Date('2026-11-01T00:00:00Z');
  return simulator.createSimulator({
    org: simulator.uniformOrg({ apps: APPS, keysPerApp: 3, now: created }),
    now: () => new Date(clock.now()),
  });
}

function textOf(rows: readonly (readonly unknown[])[]): string {
  return rows
    .map((row) => JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
    .toSorted()
    .join('\n');
}

/** One session: statements, each begun and then left alone, aborted, or closed under. */
export class Life {
  readonly #setting: Setting;
  readonly #tally: Tally;
  readonly #org: Simulator;
  readonly #statements: readonly Tried[];
  readonly #session: Session;
  #isClosed = false;

  constructor(setting: Setting, tally: Tally) {
    const { product, isolation } = setting;
    const clock = fastClock(FASTER);
    const org = openOrg(product, clock);
    this.#setting = setting;
    this.#tally = tally;
    this.#org = org;
    this.#statements = statementsOf(org);
    this.#session = product.library.createSession({
      token: org.token,
      subdomain: 'my-org',
      isolation,
      clock,
      fetch: (request) => org.handle(request),
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What is wrong with how its statements ended. */
  async round(dice: Dice): Promise<readonly Fault[]> {
    const { product, isolation } = this.#setting;
    const ending = randomEnding(dice, isolation);
    this.#org.switches.faults = randomFaults(product.simulator.faults, dice);
    const statements = this.#statements.filter(({ isStubborn }) => isStubborn !== true || isolation === 'process');
    const [first, ...others] = statements;
    if (first === undefined) return [];
    const tried = Array.from({ length: dice.oneIn(4) ? 2 : 1 }, () => dice.pick([first, ...others]));
    const stop = new AbortController();
    const options: QueryOptions = {
      signal: stop.signal,
      ...(ending === 'timeout' && { timeoutMs: 1 + dice.upTo(10_000) }),
    };
    const faults = Promise.all(tried.map((each) => this.#end(each, options, ending, tried.length > 1)));
    await moment(dice);
    await this.#interrupt(ending, stop);
    const found = (await faults).flatMap((fault) => fault ?? []);
    const later = this.#isClosed ? undefined : await this.#usable(ending);
    return later === undefined ? found : [...found, later];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#session.close(), this.#session.close()]);
  }

  async #interrupt(ending: Ending, stop: AbortController): Promise<void> {
    if (ending === 'abort') stop.abort();
    if (ending === 'close') await this.close();
    if (ending === 'kill') for (const id of childProcesses()) process.kill(id, 'SIGKILL');
  }

  async #end(tried: Tried, options: QueryOptions, ending: Ending, hasCompany: boolean): Promise<Fault | undefined> {
    const before = tried.effects?.(this.#org) ?? 0;
    try {
      const { rows } = await this.#session.query(tried.sql, options);
      this.#count('rows');
      return this.#wrongRows(tried, textOf(rows), before);
    } catch (error) {
      const fault =
        faultOf(error, this.#setting.product) ?? this.#unfit(error as QueryError, tried, ending, hasCompany);
      this.#count(error instanceof this.#setting.product.library.QueryError ? error.code : 'no error of ours');
      return fault;
    }
  }

  #wrongRows({ sql, effects }: Tried, rows: string, before: number): Fault | undefined {
    const expected = this.#setting.expected.get(sql);
    // A change that was made before has no rows to give, or is made again.
    if (effects !== undefined)
      return before === 0 && effects(this.#org) !== 1 ? wrong(`${sql} was not done`) : undefined;
    if (rows === expected || this.#hasChanged()) return undefined;
    return wrong(`${sql} answers\n${rows.slice(0, 500)}\nin place of\n${expected?.slice(0, 500)}`);
  }

  /** Rows of keys are others when a key was changed. */
  #hasChanged(): boolean {
    return this.#statements.some(({ effects }) => (effects?.(this.#org) ?? 0) > 0);
  }

  #unfit(error: QueryError, { sql }: Tried, ending: Ending, hasCompany: boolean): Fault | undefined {
    const isFaulty = this.#org.switches.faults.length > 0;
    const fitting = [...FITTING[ending], ...(isFaulty ? FITTING.fault : []), ...this.#besides(ending, hasCompany, sql)];
    if (fitting.includes(error.code)) return undefined;
    return { kind: 'internal', detail: `${ending}: ${sql} ends with ${error.code}: ${error.message}` };
  }

  #besides(ending: Ending, hasCompany: boolean, sql: string): readonly ErrorCode[] {
    // Another statement of the session that does not stop takes the engine along.
    const isAlong = hasCompany && this.#setting.isolation === 'process' && ending !== 'none';
    // Both make the same table.
    const isTwice = hasCompany && sql.startsWith('CREATE');
    // The key may be gone, or may be there already, after an earlier round.
    const isChange = /^(?:DELETE|UPDATE|INSERT)/.test(sql);
    return [
      ...(isAlong ? (['ENGINE_CRASHED'] as const) : []),
      ...(isTwice ? (['EXECUTION'] as const) : []),
      ...(isChange ? (['NOT_FOUND', 'HTTP'] as const) : []),
    ];
  }

  /** Whatever happened, the next statement has its rows. */
  async #usable(ending: Ending): Promise<Fault | undefined> {
    this.#org.switches.faults = [];
    // The session may not know yet of an engine that was killed.
    if (ending === 'kill') await this.#session.query(AFTERWARDS).catch(() => undefined);
    try {
      const { rows } = await this.#session.query(AFTERWARDS);
      return rows.length === APPS ? undefined : wrong(`afterwards ${AFTERWARDS} has ${rows.length} rows`);
    } catch (error) {
      const detail = `afterwards ${AFTERWARDS} fails: ${error instanceof Error ? error.stack : String(error)}`;
      return { kind: 'internal', detail };
    }
  }

  #count(what: string): void {
    this.#tally[what] = (this.#tally[what] ?? 0) + 1;
  }
}

const AFTERWARDS = 'SELECT id FROM okta.apps.applications';

function wrong(detail: string): Fault {
  return { kind: 'internal', detail };
}

function randomEnding(dice: Dice, isolation: Isolation): Ending {
  const ending = dice.pick<Ending>(['none', 'none', 'abort', 'abort', 'timeout', 'close', 'close', 'kill']);
  return ending === 'kill' && isolation === 'none' ? 'abort' : ending;
}

/** Within the turn in which a statement begins, a few turns later, or while it runs. */
async function moment(dice: Dice): Promise<void> {
  const wait = dice.pick<() => Promise<unknown>>([
    async () => undefined,
    () => new Promise((resolve) => setImmediate(resolve)),
    () => sleep(dice.upTo(20)),
  ]);
  for (let count = dice.upTo(20); count > 0; count -= 1) await wait();
}
