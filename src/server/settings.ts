/**
 * What a connection is set to: the settings that clients set, of which some are told them whenever they change.
 * https://www.postgresql.org/docs/current/runtime-config-client.html
 *
 * @module
 */

import { WireError } from '../wire/failure.ts';

interface Setting {
  /** As SHOW writes it. */
  readonly name: string;
  readonly initial: string;
  /** Whether clients are told of it at the start and when it changes. */
  readonly isReported?: true;
  /** What is kept of a value. @throws WireError for one that it cannot have */
  readonly take?: (value: string, name: string) => string;
}

/** What clients parse the number of, and psql chooses its queries by. */
export const POSTGRES_VERSION = '15.14';

function fixed(value: string): NonNullable<Setting['take']> {
  return (given, name) => {
    if (given.toLowerCase() === value.toLowerCase()) return value;
    throw new WireError('0A000', `${name} is always ${value} here.`);
  };
}

function unchangeable(_given: string, name: string): string {
  throw new WireError('55P02', `parameter "${name}" cannot be changed`);
}

function switchOf(value: string, name: string): string {
  const word = value.toLowerCase();
  if (['on', 'true', 'yes', '1', 't'].includes(word)) return 'on';
  if (['off', 'false', 'no', '0', 'f'].includes(word)) return 'off';
  throw new WireError('22023', `parameter "${name}" requires a Boolean value`);
}

function encodingOf(value: string, name: string): string {
  if (['utf8', 'unicode'].includes(value.toLowerCase().replaceAll(/[^a-z0-9]/gi, ''))) return 'UTF8';
  throw new WireError('0A000', `${name} is always UTF8 here.`, { hint: 'Leave it out, or set it to UTF8.' });
}

/** The order of day and month is that of input, which the engine reads as ISO alone. */
function dateStyleOf(value: string, name: string): string {
  const words = value.toLowerCase().split(/[\s,]+/);
  const known = ['iso', 'mdy', 'dmy', 'ymd', 'us', 'european', 'noneuropean', 'default'];
  if (words.every((word) => known.includes(word))) return 'ISO, MDY';
  throw new WireError('0A000', `${name} is always ISO here.`, { hint: 'Leave it out, or set it to ISO.' });
}

const UNITS_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds, or a number with a unit. Kept as PostgreSQL shows it: in the largest unit that holds it whole. */
function durationOf(value: string, name: string): string {
  const [, amount, unit = 'ms'] = /^\s*(-?\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/.exec(value) ?? [];
  const factor = Object.hasOwn(UNITS_MS, unit) ? UNITS_MS[unit] : undefined;
  if (amount === undefined || factor === undefined) {
    throw new WireError('22023', `invalid value for parameter "${name}": "${value}"`, {
      hint: 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".',
    });
  }
  const ms = Math.round(Number(amount) * factor);
  if (ms < 0 || ms > LONGEST_MS) {
    throw new WireError(
      '22023',
      `${ms} ms is outside the valid range for parameter "${name}" (0 ms .. ${LONGEST_MS} ms)`,
    );
  }
  const largest = Object.entries(UNITS_MS).findLast(([, size]) => ms % size === 0 && size >= 1);
  return ms === 0 || largest === undefined ? String(ms) : `${ms / largest[1]}${largest[0]}`;
}

/** Milliseconds of a kept value. */
export function millisecondsOf(kept: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)([a-z]+)?$/.exec(kept) ?? [];
  return Number(amount) * (UNITS_MS[unit] ?? 1);
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'application_name',
    initial: '',
    isReported: true,
    take: (value) => value.replace(/[^\x20-\x7e]/g, '?').slice(0, 63),
  },
  { name: 'bytea_output', initial: 'hex', take: fixed('hex') },
  { name: 'client_encoding', initial: 'UTF8', isReported: true, take: encodingOf },
  { name: 'client_min_messages', initial: 'notice', take: (value) => value.toLowerCase() },
  { name: 'DateStyle', initial: 'ISO, MDY', isReported: true, take: dateStyleOf },
  { name: 'default_transaction_isolation', initial: 'read committed', take: (value) => value.toLowerCase() },
  { name: 'default_transaction_read_only', initial: 'off', isReported: true, take: switchOf },
  { name: 'extra_float_digits', initial: '1' },
  { name: 'idle_in_transaction_session_timeout', initial: '0', take: durationOf },
  { name: 'in_hot_standby', initial: 'off', isReported: true, take: unchangeable },
  { name: 'integer_datetimes', initial: 'on', isReported: true, take: unchangeable },
  { name: 'IntervalStyle', initial: 'postgres', isReported: true, take: fixed('postgres') },
  { name: 'is_superuser', initial: 'off', isReported: true, take: unchangeable },
  { name: 'lock_timeout', initial: '0', take: durationOf },
  { name: 'max_identifier_length', initial: '63', take: unchangeable },
  { name: 'max_index_keys', initial: '32', take: unchangeable },
  { name: 'role', initial: 'none' },
  { name: 'search_path', initial: '"$user", public' },
  { name: 'server_encoding', initial: 'UTF8', isReported: true, take: unchangeable },
  { name: 'server_version', initial: POSTGRES_VERSION, isReported: true, take: unchangeable },
  { name: 'server_version_num', initial: '150014', take: unchangeable },
  { name: 'session_authorization', initial: '', isReported: true, take: unchangeable },
  { name: 'standard_conforming_strings', initial: 'on', isReported: true, take: fixed('on') },
  { name: 'statement_timeout', initial: '0', take: durationOf },
  // Other zones are taken and not kept: all times are shown in UTC, and say so.
  { name: 'TimeZone', initial: 'UTC', isReported: true, take: () => 'UTC' },
  { name: 'transaction_isolation', initial: 'read committed', take: (value) => value.toLowerCase() },
  { name: 'transaction_read_only', initial: 'off', take: switchOf },
];

const BY_NAME: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.name.toLowerCase(), setting]));

/** Settings that clients set and that change nothing here, such as those of PostgreSQL's planner: taken, and shown again. */
const WITHOUT_EFFECT =
  /^(?:enable_\w+|\w+_collapse_limit|jit|geqo|work_mem|temp_buffers|lc_\w+|xmloption|xmlbinary|row_security|check_function_bodies|default_tablespace|default_table_access_method|default_transaction_deferrable|transaction_deferrable|gin_\w+|maintenance_work_mem|max_parallel_\w+|synchronous_commit|tcp_\w+|transaction_timeout|idle_session_timeout|log_\w+|session_replication_role|synchronize_seqscans|quote_all_identifiers|escape_string_warning|backslash_quote|array_nulls|client_connection_check_interval|plan_cache_mode|cursor_tuple_fraction|debug_\w+|options)$/;

/** Told of a setting that clients follow. */
export type OnReport = (name: string, value: string) => void;

export class Settings {
  readonly #onReport: OnReport;
  readonly #initial = new Map<string, string>();
  #values = new Map<string, string>();
  /** What a block began with. */
  #before: Map<string, string> | undefined;
  /** Set for the block alone. */
  #local = new Set<string>();

  /** @param given in the startup message. @throws WireError, for a value that one cannot have */
  constructor(user: string, given: Readonly<Record<string, string>>, version: string, onReport: OnReport) {
    this.#onReport = onReport;
    for (const setting of SETTINGS) this.#initial.set(setting.name.toLowerCase(), setting.initial);
    this.#initial.set('session_authorization', user);
    this.#initial.set('server_version', version);
    for (const [name, value] of Object.entries(given)) {
      const taken = takenValue(name, value);
      if (taken !== undefined) this.#initial.set(name.toLowerCase(), taken);
    }
    this.#values = new Map(this.#initial);
  }

  /** Tells of all that clients follow. */
  report(): void {
    for (const { name, isReported } of SETTINGS) if (isReported === true) this.#onReport(name, this.get(name) ?? '');
  }

  /** The value of a setting, in any case; undefined for one that is not known. */
  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  /** @throws WireError (42704) */
  show(name: string): { readonly name: string; readonly value: string } {
    const value = this.get(name);
    if (value === undefined) throw unrecognized(name);
    return { name: BY_NAME.get(name.toLowerCase())?.name ?? name, value };
  }

  all(): readonly { readonly name: string; readonly value: string }[] {
    return [...this.#values.keys()].toSorted().map((name) => this.show(name));
  }

  /** @param value undefined for what it began with. @throws WireError */
  set(name: string, value: string | undefined, scope: 'session' | 'local' = 'session'): void {
    const key = name.toLowerCase();
    const taken = value === undefined ? this.#initial.get(key) : takenValue(name, value);
    if (taken === undefined) {
      if (value === undefined && isKnown(key)) this.#values.delete(key);
      else throw unrecognized(name);
      return;
    }
    if (scope === 'local') {
      // Without a block around it nothing would be left of it at once.
      if (this.#before === undefined) return;
      this.#local.add(key);
    } else this.#local.delete(key);
    this.#change(key, taken);
  }

  resetAll(): void {
    for (const key of [...this.#values.keys()]) {
      const initial = this.#initial.get(key);
      if (initial === undefined) this.#values.delete(key);
      else this.#change(key, initial);
    }
  }

  begin(): void {
    this.#before = new Map(this.#values);
    this.#local.clear();
  }

  /** What was set for the block alone ends with it; all that was set, where it is rolled back. */
  end(isKept: boolean): void {
    const before = this.#before;
    this.#before = undefined;
    if (before === undefined) return;
    const ended = isKept ? [...this.#local] : [...this.#values.keys()];
    for (const key of ended) {
      const value = before.get(key);
      if (value === undefined) this.#values.delete(key);
      else this.#change(key, value);
    }
    this.#local.clear();
  }

  #change(key: string, value: string): void {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    const setting = BY_NAME.get(key);
    if (setting?.isReported === true) this.#onReport(setting.name, value);
  }
}

/** Undefined for a setting that is not known. A name with a dot is somebody's own. */
function takenValue(name: string, value: string): string | undefined {
  const setting = BY_NAME.get(name.toLowerCase());
  if (setting !== undefined) return setting.take?.(value, setting.name) ?? value;
  return isKnown(name.toLowerCase()) ? value : undefined;
}

function isKnown(key: string): boolean {
  return BY_NAME.has(key) || WITHOUT_EFFECT.test(key) || key.includes('.');
}

function unrecognized(name: string): WireError {
  return new WireError('42704', `unrecognized configuration parameter "${name}"`);
}
