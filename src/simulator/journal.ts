import { PRIVATE_MEMBERS, parseObject } from './new-key.ts';

/** One request as it arrived. */
export interface JournalEntry {
  readonly method: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  /** With its `?`; empty if there is none. */
  readonly query: string;
  readonly url: string;
  /** Names in lower case. The value of `authorization` keeps its scheme and loses its credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text as sent, except that private members of a JWK read `***`. Absent if there was none. */
  readonly body?: string;
  /** 0 while the request runs, and for good if the connection was reset. */
  readonly status: number;
  /** The rate-limit bucket that it counts against. */
  readonly bucket: string;
  /** By the simulator's clock. */
  readonly startedAt: Date;
  /** How many requests were running when it arrived, itself included. */
  readonly inFlight: number;
}

export function maskedHeaders(headers: Headers): Readonly<Record<string, string>> {
  const entries = [...headers].map(([name, value]) => [name, name === 'authorization' ? maskCredential(value) : value]);
  return Object.fromEntries(entries);
}

export function maskedBody(text: string): string {
  const body = parseObject(text);
  if (body === undefined || !PRIVATE_MEMBERS.some((name) => name in body)) return text;
  return JSON.stringify(body, (name, value: unknown) => (PRIVATE_MEMBERS.includes(name) ? '***' : value));
}

function maskCredential(value: string): string {
  return value.replace(/^(\S+)\s.*$/, '$1 ***').replace(/^\S+$/, '***');
}
