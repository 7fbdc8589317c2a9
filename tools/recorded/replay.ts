import { compareReplies, type Difference } from './compare.ts';
import { type Exchange, isObject, type JsonObject, type Reply } from './exchanges.ts';
import type { Field, Found, Method } from './operations.ts';
import { type Ask, concretePaths } from './places.ts';

/** What is used of the simulator. */
export interface Simulator {
  readonly token: string;
  handle(request: Request): Promise<Response>;
}

/** A call as it was made to the simulator, and how its answer differs from the recorded one. */
export interface Replay {
  readonly request: string;
  readonly reply: Reply;
  readonly differences: readonly Difference[];
}

const ORIGIN = 'https://my-org.okta.com';

/**
 * Makes a recorded call to the simulator, on objects that it has, and compares the answers. Of the objects that the call
 * can be made on, the one counts whose answer is most like the recorded one, since it is not known what the real one was.
 *
 * @param start gives a new simulator, always with the same objects
 */
export async function replay(start: () => Simulator, exchange: Exchange, found: Found): Promise<Replay> {
  const ask = asker(start());
  const wanted = { found, model: modelOf(exchange), unknown: unknownValues(exchange, found) };
  const query = await queryFor(ask, exchange);
  const body = await bodyFor(ask, exchange, found.operation.method);
  let best: Replay | undefined;
  for (const path of await concretePaths(ask, wanted)) {
    const next = await send(start(), path + query, body, exchange, found.operation.method);
    if (best === undefined || weight(next) < weight(best)) best = next;
    if (best.differences.length === 0) break;
  }
  if (best === undefined) throw new Error(`There is no path for ${exchange.httpMethod} ${exchange.target}.`);
  return best;
}

// Another status hides all other differences.
function weight({ differences }: Replay): number {
  return differences.some(({ aspect }) => aspect === 'status') ? Number.POSITIVE_INFINITY : differences.length;
}

function asker(simulator: Simulator): Ask {
  const known = new Map<string, Promise<unknown>>();
  const ask = async (path: string): Promise<unknown> => {
    const response = await simulator.handle(makeRequest(simulator, 'GET', path, { accept: 'application/json' }));
    return response.ok ? parsed(await response.text()) : undefined;
  };
  return (path) => {
    const answer = known.get(path) ?? ask(path);
    known.set(path, answer);
    return answer;
  };
}

interface Body {
  readonly text: string;
  readonly mediaType: string;
}

async function send(
  simulator: Simulator,
  target: string,
  body: Body | undefined,
  { httpMethod, reply: recorded }: Exchange,
  { response }: Method,
): Promise<Replay> {
  const headers = {
    accept: response.kind === 'text' ? '*/*' : 'application/json',
    ...(body !== undefined && { 'content-type': body.mediaType }),
  };
  let reply = await readReply(await simulator.handle(makeRequest(simulator, httpMethod, target, headers, body?.text)));
  if (hasNext(recorded) && reply.status === 200 && !hasNext(reply)) {
    reply = { ...reply, links: [...reply.links, ...(await nextOfShortPage(simulator, target, headers))] };
  }
  return { request: `${httpMethod} ${target}`, reply, differences: compareReplies(recorded, reply) };
}

function hasNext({ links }: Reply): boolean {
  return links.some((link) => link.includes('rel="next"'));
}

/** The simulator may hold less than a page. What its `next` is like shows a page of one. */
async function nextOfShortPage(
  simulator: Simulator,
  target: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const url = new URL(target, ORIGIN);
  url.searchParams.set('limit', '1');
  const { links } = await readReply(
    await simulator.handle(makeRequest(simulator, 'GET', url.pathname + url.search, headers)),
  );
  return links.filter((link) => link.includes('rel="next"'));
}

function makeRequest(
  { token }: Simulator,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Request {
  return new Request(ORIGIN + target, {
    method,
    headers: { authorization: `SSWS ${token}`, ...headers },
    ...(body !== undefined && { body }),
  });
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const link = response.headers.get('link');
  return {
    status: response.status,
    links: link === null ? [] : link.split(/,\s*(?=<)/),
    hasAllLinks: true,
    body: text === '' ? null : isJson ? parsed(text) : text,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The first object of the answer; of an error, what was sent. */
function modelOf({ reply, sent }: Exchange): JsonObject {
  const { body, status } = reply;
  if (status >= 400) return isObject(sent) ? sent : {};
  if (Array.isArray(body)) return body.find(isObject) ?? {};
  return isObject(body) ? body : {};
}

/** Values of the path that Okta said it did not find. */
function unknownValues({ reply }: Exchange, { values }: Found): readonly string[] {
  const summary = isObject(reply.body) ? String(reply.body['errorSummary']) : '';
  const [, named = ''] = /Resource not found: (.*) \(/.exec(summary) ?? [];
  return values.filter((value) => value === named || named.endsWith(`.${value}`));
}

/** A cursor of another org is of no use, except to be refused. */
async function queryFor(ask: Ask, { target, reply }: Exchange): Promise<string> {
  const url = new URL(target, ORIGIN);
  if (reply.status < 400) url.searchParams.delete('after');
  return withKnownIds(ask, url.search);
}

// What was sent is recorded for some calls only. The answer to a write repeats it.
async function bodyFor(ask: Ask, { httpMethod, sent, reply }: Exchange, method: Method): Promise<Body | undefined> {
  if (httpMethod === 'GET') return undefined;
  if (method.unsupported !== undefined) return { text: 'content', mediaType: 'multipart/form-data; boundary=content' };
  if (method.body === undefined) return undefined;
  const value = sent ?? madeBody(reply, method.body.fields);
  return { text: await withKnownIds(ask, JSON.stringify(value)), mediaType: method.body.mediaType };
}

function madeBody({ body, status }: Reply, fields: readonly Field[]): JsonObject {
  if (!isObject(body) || status >= 400) return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => fields.some((field) => field.name === name)));
}

/** The lists in which ids with these prefixes are found. */
const HOMES: Readonly<Record<string, string>> = {
  '00u': '/api/v1/users',
  '00g': '/api/v1/groups',
  '0oa': '/api/v1/apps',
};

/** The text with other ids of users, groups and applications: those of objects that exist. */
async function withKnownIds(ask: Ask, text: string): Promise<string> {
  let known = text;
  for (const [prefix, home] of Object.entries(HOMES)) {
    const items = await ask(home);
    const last = Array.isArray(items) ? items.at(-1) : undefined;
    const id = isObject(last) ? String(last['id']) : '';
    known = known.replaceAll(new RegExp(`(?<=["=])${prefix}[A-Za-z0-9]{17}\\b`, 'g'), id);
  }
  return known;
}
