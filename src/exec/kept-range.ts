/**
 * The times that a request asks for. A document says them relative to the statement's start (`now-90d`), and they are also
 * how far back the API keeps anything: of earlier times it has nothing to say, and refuses those from long before.
 *
 * @module
 */

import type { Method } from '../registry/resource.ts';

/** `now`, or so many days before it: `now-90d`. */
const RELATIVE_TIME = /^now(?:-(\d+)d)?$/;
const DAY_MS = 86_400_000;

/** What a parameter is sent as where the statement says nothing of it. */
export function defaultParameters({ defaults = {} }: Method, startedAt: Date): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, defaultValue(value, startedAt)]));
}

function defaultValue(value: string, startedAt: Date): string {
  const match = RELATIVE_TIME.exec(value);
  if (match === null) return value;
  return new Date(startedAt.getTime() - Number(match[1] ?? 0) * DAY_MS).toISOString();
}

/**
 * What the plan asks of a list beyond the statement's own parameters, without the times of which the API has nothing: from
 * before the first that it keeps, and from after the statement began. What the statement asks of the API by name is sent as it is.
 *
 * @returns `undefined` where nothing is left of the range, so that no request can have a row
 */
export function keptRange(
  method: Method,
  planned: Readonly<Record<string, string>>,
  startedAt: Date,
): Readonly<Record<string, string>> | undefined {
  const kept = defaultParameters(method, startedAt);
  const bounds = Object.entries(method.ranges ?? {}).flatMap(([parameter, { bound }]) => {
    const outermost = kept[parameter];
    const asked = planned[parameter];
    if (outermost === undefined) return [];
    return [{ parameter, bound, time: asked === undefined ? outermost : inner(bound, asked, outermost) }];
  });
  const timeOf = (wanted: 'lower' | 'upper'): number | undefined => {
    const found = bounds.find(({ bound }) => bound === wanted);
    return found && Date.parse(found.time);
  };
  const [from, until] = [timeOf('lower'), timeOf('upper')];
  if (from !== undefined && until !== undefined && until <= from) return undefined;
  const asked = bounds.filter(({ parameter }) => planned[parameter] !== undefined);
  return { ...planned, ...Object.fromEntries(asked.map(({ parameter, time }) => [parameter, time])) };
}

/** Compared as times: a year of five digits has a sign in front. */
function inner(bound: 'lower' | 'upper', asked: string, outermost: string): string {
  const isInside =
    bound === 'lower' ? Date.parse(asked) > Date.parse(outermost) : Date.parse(asked) < Date.parse(outermost);
  return isInside ? asked : outermost;
}
