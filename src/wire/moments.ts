/**
 * Dates and times: PostgreSQL's texts and its counts, of days or microseconds since 2000.
 * https://www.postgresql.org/docs/current/datatype-datetime.html
 *
 * @module
 */

import { WireError } from './failure.ts';

const DAY_MS = 86_400_000;
const EPOCH_DAYS = 10_957;
const MICROS_A_DAY = 86_400_000_000n;

const MOST_INT64 = 2n ** 63n - 1n;
const LEAST_INT64 = -(2n ** 63n);
const MOST_INT32 = 2 ** 31 - 1;
const LEAST_INT32 = -(2 ** 31);

/** `2026-11-29`, and ` BC` behind years before the first. */
export function daysOf(text: string): number {
  if (text === 'infinity') return MOST_INT32;
  if (text === '-infinity') return LEAST_INT32;
  const [, year, month, day, era] = /^(\d{1,7})-(\d\d)-(\d\d)( BC)?$/.exec(text) ?? [];
  if (year === undefined) throw invalidText('date', text);
  const date = new Date(0);
  date.setUTCFullYear(era === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  return date.getTime() / DAY_MS - EPOCH_DAYS;
}

export function dateText(days: number): string {
  if (days === MOST_INT32) return 'infinity';
  if (days === LEAST_INT32) return '-infinity';
  const date = new Date((days + EPOCH_DAYS) * DAY_MS);
  if (Number.isNaN(date.getTime())) throw new WireError('22008', 'date out of range');
  const year = date.getUTCFullYear();
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return `${shown}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}${year > 0 ? '' : ' BC'}`;
}

/** Of `12:30:00.5`. */
export function microsOfTime(text: string): bigint {
  const [, hours, minutes, seconds = '0', fraction = ''] =
    /^(\d+):(\d\d)(?::(\d\d))?(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (hours === undefined) throw invalidText('time', text);
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

export function timeText(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

/** Of `2026-11-29 12:30:00+00`, or without a zone. */
export function microsOfTimestamp(text: string): bigint {
  if (text === 'infinity') return MOST_INT64;
  if (text === '-infinity') return LEAST_INT64;
  const [, date, time, zone = '', era = ''] =
    /^(\d+-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?)(Z|[-+]\d\d(?::?\d\d)?(?::?\d\d)?)?( BC)?$/.exec(text) ??
    [];
  if (date === undefined || time === undefined) throw invalidText('timestamp', text);
  return BigInt(daysOf(date + era)) * MICROS_A_DAY + microsOfTime(time) - BigInt(zoneSeconds(zone)) * 1_000_000n;
}

export function timestampText(micros: bigint): string {
  if (micros === MOST_INT64) return 'infinity';
  if (micros === LEAST_INT64) return '-infinity';
  const time = ((micros % MICROS_A_DAY) + MICROS_A_DAY) % MICROS_A_DAY;
  const date = dateText(Number((micros - time) / MICROS_A_DAY));
  const [day = '', era] = date.split(' ');
  return `${day} ${timeText(time)}${era === undefined ? '' : ` ${era}`}`;
}

/** Seconds east of Greenwich. */
export function zoneSeconds(zone: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^([-+])(\d\d)(?::?(\d\d))?(?::?(\d\d))?$/.exec(zone) ?? [];
  const total = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return sign === '-' ? -total : total;
}

export function zoneText(seconds: number): string {
  const total = Math.abs(seconds);
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60].map(twoDigits);
  const shown = parts[2] === '00' ? (parts[1] === '00' ? parts.slice(0, 1) : parts.slice(0, 2)) : parts;
  return `${seconds < 0 ? '-' : '+'}${shown.join(':')}`;
}

export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

const MONTHS: Readonly<Record<string, number>> = { year: 12, mon: 1 };

/** Of `1 year 2 mons -3 days 04:05:06`. */
export function parseInterval(text: string): Interval {
  let [months, days, micros] = [0, 0, 0n];
  let rest = text.trim();
  while (rest !== '') {
    const [whole, amount = '', unit = '', sign, clock] =
      /^(?:([-+]?\d+) (year|mon|day)s?|([-+])?(\d+:\d\d(?::\d\d)?(?:\.\d+)?))(?:\s+|$)/.exec(rest) ?? [];
    if (whole === undefined) throw invalidText('interval', text);
    if (clock !== undefined) micros += (sign === '-' ? -1n : 1n) * microsOfTime(clock);
    else if (unit === 'day') days += Number(amount);
    else months += Number(amount) * (MONTHS[unit] ?? 0);
    rest = rest.slice(whole.length);
  }
  return { months, days, micros };
}

export function intervalText({ months, days, micros }: Interval): string {
  const years = Math.trunc(months / 12);
  const parts: string[] = [];
  // A part behind a negative one has its sign.
  let isBehindNegative = false;
  const add = (amount: number, unit: string): void => {
    if (amount === 0) return;
    const sign = isBehindNegative && amount > 0 ? '+' : '';
    parts.push(`${sign}${amount} ${unit}${amount === 1 ? '' : 's'}`);
    isBehindNegative = amount < 0;
  };
  add(years, 'year');
  add(months % 12, 'mon');
  add(days, 'day');
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : isBehindNegative ? '+' : '';
    parts.push(`${sign}${timeText(micros < 0n ? -micros : micros)}`);
  }
  return parts.join(' ');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function invalidText(type: string, text: string): WireError {
  return new WireError('22007', `invalid input syntax for type ${type}: "${text.slice(0, 200)}"`);
}
