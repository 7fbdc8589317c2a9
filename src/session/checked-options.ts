/**
 * The options of a session and of its statements, checked as those of a provider are.
 *
 * @module
 */

import type { EnginePoolOptions } from '../engine/options.ts';
import { ProcessPool } from '../engine/process/pool.ts';
import { InvalidValueError } from '../errors.ts';
import type { ParameterValue } from '../sql/statement.ts';
import type { CheckOptions, QueryOptions, SessionOptions } from './options.ts';
import {
  COUNT,
  checkArgument,
  checkOptions,
  DURATION,
  FILES,
  FLAG,
  FUNCTION,
  type Kind,
  type OptionTable,
  objectWith,
  oneOf,
  PATH,
  PROVIDER_OPTIONS,
  recordOf,
  SIGNAL,
  SIZE,
  SPARES,
  TEXT,
  THREADS,
} from './provider/checked-options.ts';

const SESSION_OPTIONS: OptionTable<SessionOptions> = {
  ...PROVIDER_OPTIONS,
  provider: objectWith('what createProvider gives', 'scan', 'prepare'),
  isolation: oneOf('none', 'process'),
  cpuLimitMs: DURATION,
  enginePool: { takes: 'what createEnginePool gives', fits: (value) => value instanceof ProcessPool },
  maxChanges: COUNT,
  maxRequests: COUNT,
  onProgress: FUNCTION,
  confirm: FUNCTION,
  dryRun: FLAG,
  readOnly: FLAG,
  skipDenied: FLAG,
  memoryLimit: SIZE,
  spillDirectory: PATH,
  spillLimit: SIZE,
  threads: THREADS,
  database: PATH,
  allowFiles: FILES,
  allowWrite: FILES,
};

const POOL_OPTIONS: OptionTable<EnginePoolOptions> = { spares: SPARES };

const LIST_OR_OBJECT: Kind = {
  takes: 'a list of values, or an object of them by number or name',
  fits: (value) => typeof value === 'object' && value !== null,
};

const QUERY_OPTIONS: OptionTable<QueryOptions> = {
  signal: SIGNAL,
  timeoutMs: DURATION,
  variables: recordOf(TEXT),
  parameters: LIST_OR_OBJECT,
  parameterTypes: recordOf(TEXT),
  skipDenied: FLAG,
  dryRun: FLAG,
  readOnly: FLAG,
  maxRequests: COUNT,
  keepAs: TEXT,
  confirm: FUNCTION,
  onProgress: FUNCTION,
  onNotice: FUNCTION,
  onProvenance: FUNCTION,
};

const CHECK_OPTIONS: OptionTable<CheckOptions> = { ...QUERY_OPTIONS, depth: oneOf('parse', 'plan') };

/** @throws InvalidValueError */
export function checkSessionOptions(options: SessionOptions): void {
  checkOptions(options, SESSION_OPTIONS, 'createSession');
  if (options.isolation === 'process') return;
  for (const option of OF_A_PROCESS) {
    if (options[option] === undefined) continue;
    throw new InvalidValueError(`The option ${option} of createSession is for an engine in a process of its own.`, {
      subject: option,
      hint: "Set isolation to 'process', or leave it out.",
    });
  }
}

/** What does nothing in this process: a limit that is not kept is none. */
const OF_A_PROCESS = ['cpuLimitMs', 'enginePool'] as const;

/** @throws InvalidValueError */
export function checkPoolOptions(options: EnginePoolOptions): void {
  checkOptions(options, POOL_OPTIONS, 'createEnginePool');
}

/** @throws InvalidValueError */
export function checkQueryOptions(
  text: unknown,
  options: QueryOptions,
  whose: 'query' | 'script' | 'explain' | 'describe',
): void {
  checkArgument(text, TEXT, `The statement of ${whose}`);
  checkOptions(options, QUERY_OPTIONS, whose);
}

/** @throws InvalidValueError */
export function checkCheckOptions(text: unknown, options: CheckOptions): void {
  checkArgument(text, TEXT, 'The statement of check');
  checkOptions(options, CHECK_OPTIONS, 'check');
}

/**
 * Values by number or name: those of a list are `$1`, `$2` and so on, and each `?` in its turn.
 *
 * @throws InvalidValueError for a value that cannot be bound
 */
export function parametersOf(given: QueryOptions['parameters'] = {}): Readonly<Record<string, ParameterValue>> {
  const named = isList(given) ? Object.fromEntries(given.map((value, index) => [index + 1, value])) : given;
  for (const [name, value] of Object.entries(named)) checkParameter(name, value);
  return named;
}

function isList(given: NonNullable<QueryOptions['parameters']>): given is readonly ParameterValue[] {
  return Array.isArray(given);
}

function checkParameter(name: string, value: unknown): void {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw invalidParameter(name, 'is an invalid Date');
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) checkParameter(name, item);
    return;
  }
  if (value === undefined) throw invalidParameter(name, 'is undefined');
  if (value !== null && !['string', 'number', 'boolean', 'bigint'].includes(typeof value)) {
    throw invalidParameter(name, `is of type ${typeof value}`);
  }
}

function invalidParameter(name: string, what: string): InvalidValueError {
  return new InvalidValueError(`The value of parameter ${name} ${what}.`, {
    subject: name,
    hint: 'A parameter takes a text, a number, a bigint, true, false, null, a Date, or a list of them.',
  });
}
