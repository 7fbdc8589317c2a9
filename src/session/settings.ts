/**
 * `SET okta.… = …` and `SET search_path = …`: what a session can change about how it reads.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import type { PlanSettings } from '../plan/draft.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import type { Literal } from '../sql/statement.ts';

/** One setting: where it is kept, and how it is written. */
interface Setting {
  readonly key: keyof PlanSettings;
  /** Throws `INVALID_VALUE`. */
  readonly read: (name: string, value: Literal) => boolean | number | string;
  readonly text: (value: unknown) => string;
}

const onOrOff = (key: keyof PlanSettings): Setting => ({
  key,
  read: switchValue,
  text: (value) => (value === true ? 'on' : 'off'),
});

/** What PostgreSQL begins with: no service is in it. */
const DEFAULT_PATH = '"$user", public';

const SETTINGS: Readonly<Record<string, Setting>> = {
  'okta.embedded': onOrOff('embedded'),
  'okta.pushdown': onOrOff('pushdown'),
  'okta.skip_denied': onOrOff('skipDenied'),
  'okta.max_requests': { key: 'maxRequests', read: countValue, text: String },
  search_path: {
    key: 'searchPath',
    read: (_, value) => String(value ?? ''),
    text: (value) => String(value ?? DEFAULT_PATH),
  },
  'okta.cache_ttl': {
    key: 'cacheTtlMs',
    read: (name, value) => secondsValue(name, value) * 1000,
    text: (value) => String(Number(value ?? 0) / 1000),
  },
};

/** Throws `INVALID_VALUE` for a name that is no setting, and for a value that it cannot have. */
export function applySetting(settings: PlanSettings, name: string, value: Literal): PlanSettings {
  const { key, read } = settingNamed(name);
  return { ...settings, [key]: read(name, value) };
}

/**
 * What a session began with: of one setting, or of `all`.
 *
 * @throws InvalidValueError for a name that is no setting
 */
export function resetSetting(settings: PlanSettings, atStart: PlanSettings, name: string): PlanSettings {
  const reset = name === 'all' ? Object.values(SETTINGS) : [settingNamed(name)];
  return { ...settings, ...Object.fromEntries(reset.map(({ key }) => [key, atStart[key]])) };
}

/** As SET would take it. Throws `INVALID_VALUE` for a name that is no setting. */
export function settingText(settings: PlanSettings, name: string): string {
  const { key, text } = settingNamed(name);
  return text(settings[key]);
}

function settingNamed(name: string): Setting {
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (setting === undefined) throw unknownSetting(name);
  return setting;
}

function switchValue(name: string, value: Literal): boolean {
  const word = String(value).toLowerCase();
  if (word === 'on' || word === 'true') return true;
  if (word === 'off' || word === 'false') return false;
  throw new InvalidValueError(`${name} takes on or off.`, { subject: name });
}

function countValue(name: string, value: Literal): number {
  const count = numberIn(value);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidValueError(`${name} takes a whole number.`, { subject: name });
}

/** A day is long enough for whatever is called a cache. */
const MOST_SECONDS = 86_400;

function secondsValue(name: string, value: Literal): number {
  const seconds = value === false || value === 'off' ? 0 : numberIn(value);
  if (seconds >= 0 && seconds <= MOST_SECONDS) return seconds;
  throw new InvalidValueError(`${name} takes seconds, from 0 to ${MOST_SECONDS}, or off.`, { subject: name });
}

function numberIn(value: Literal): number {
  return Number(String(value).trim() || Number.NaN);
}

function unknownSetting(name: string): InvalidValueError {
  const known = Object.keys(SETTINGS);
  return new InvalidValueError(`There is no setting ${JSON.stringify(name)}.`, {
    subject: name,
    hint: didYouMean(nearestNames(name, known), known) ?? `The settings are ${known.join(', ')}.`,
  });
}
