/**
 * `SET okta.… = …`: what a session can change about how it reads.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import type { PlanSettings } from '../plan/draft.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import type { Literal } from '../sql/statement.ts';

type Switch = 'embedded' | 'pushdown' | 'skipDenied';

const SWITCHES: Readonly<Record<string, Switch>> = {
  'okta.embedded': 'embedded',
  'okta.pushdown': 'pushdown',
  'okta.skip_denied': 'skipDenied',
};

const MAX_REQUESTS = 'okta.max_requests';

/** Throws `INVALID_VALUE` for a name that is no setting, and for a value that it cannot have. */
export function applySetting(settings: PlanSettings, name: string, value: Literal): PlanSettings {
  if (name === MAX_REQUESTS) return { ...settings, maxRequests: countValue(name, value) };
  const key = Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined;
  if (key === undefined) throw unknownSetting(name);
  return { ...settings, [key]: switchValue(name, value) };
}

function switchValue(name: string, value: Literal): boolean {
  const word = String(value).toLowerCase();
  if (word === 'on' || word === 'true') return true;
  if (word === 'off' || word === 'false') return false;
  throw new InvalidValueError(`${name} takes on or off.`, { subject: name });
}

function countValue(name: string, value: Literal): number {
  const count = Number(String(value).trim() || Number.NaN);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InvalidValueError(`${name} takes a whole number.`, { subject: name });
}

function unknownSetting(name: string): InvalidValueError {
  const known = [...Object.keys(SWITCHES), MAX_REQUESTS];
  return new InvalidValueError(`There is no setting ${JSON.stringify(name)}.`, {
    subject: name,
    hint: didYouMean(nearestNames(name, known), known) ?? `The settings are ${known.join(', ')}.`,
  });
}
