import { isTooDeep, PRIVATE_MEMBERS, parseObject } from './apps/new-key.ts';

/** One request as it arrived. */
export interface JournalEntry {
  readonly method: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  /** With its `?`; empty if there is none. Credentials in it read `***`. */
  readonly query: string;
  readonly url: string;
  /** Names in lower case. `authorization` keeps its scheme and loses its credential, a `dpop` proof reads `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text as sent, except that private members of a JWK, assertions and secrets read `***`. Absent if there was none. */
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
  return Object.fromEntries([...headers].map(([name, value]) => [name, maskedHeader(name, value)]));
}

function maskedHeader(name: string, value: string): string {
  if (name === 'authorization') return maskCredential(value);
  return name === 'dpop' ? '***' : value;
}

export function maskedBody(text: string): string {
  if (isTooDeep(text)) return '(too deep to be shown)';
  const body = parseObject(text);
  if (body === undefined) return maskedForm(text);
  if (!PRIVATE_MEMBERS.some((name) => name in body)) return text;
  return JSON.stringify(body, (name, value: unknown) => (PRIVATE_MEMBERS.includes(name) ? '***' : value));
}

/** A form, or a query, without the credentials in it. */
export function maskedForm(text: string): string {
  return text.replaceAll(/(^|[?&])(access_token|client_assertion|client_secret)=[^&#]*/g, '$1$2=***');
}

function maskCredential(value: string): string {
  return value.replace(/^(\S+)\s.*$/, '$1 ***').replace(/^\S+$/, '***');
}
