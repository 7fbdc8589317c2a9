import { type Answer, type ErrorAnswer, success } from '../answer.ts';
import { invalidCursor, invalidParameters, invalidSearch, notFound, unsupportedOperation } from '../errors.ts';
import { pageAfter, pageLinks } from '../paging.ts';
import { type AppTest, parseAppFilter, startsWith } from './filter.ts';
import { appJson, urlsOf } from './json.ts';
import type { Backend, Call } from './operation.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;

export function listApps(backend: Backend, call: Call): Answer {
  const { searchParams } = call.url;
  const limit = readLimit(searchParams.get('limit'), call);
  if (limit === undefined) return invalidParameters(`limit must be an integer between 1 and ${MAX_LIMIT}`);
  const refusal = refuseExpand(searchParams.get('expand'));
  if (refusal !== undefined) return refusal;
  const isWanted = wantedApps(searchParams);
  if (isWanted === undefined) return invalidSearch();
  const position = readCursor(backend, searchParams.get('after'));
  if (position === undefined) return invalidCursor();
  return answerPage(backend, call.url, { limit, isWanted, position });
}

export function getApp(backend: Backend, { url, appId }: Call): Answer {
  const app = backend.apps.get(appId);
  if (app === undefined) return notFound(appId, 'AppInstance');
  const refusal = refuseExpand(url.searchParams.get('expand'));
  return refusal ?? success(200, appJson(app, urlsOf(backend, url)));
}

interface PageRequest {
  readonly limit: number;
  readonly isWanted: AppTest;
  readonly position: string;
}

function answerPage(backend: Backend, url: URL, { limit, isWanted, position }: PageRequest): Answer {
  const page = pageAfter([...backend.apps.values()], position, isWanted, limit);
  if (page === undefined) return invalidCursor();
  const urls = urlsOf(backend, url);
  const body = page.items.map((app) => appJson(app, urls));
  const next = page.hasMore ? backend.cursors.seal(page.items.at(-1)?.id ?? '') : undefined;
  return success(200, body, pageLinks(url, limit, next));
}

// UNVERIFIED: what Okta does with a limit it does not like. Ours is never to send one, so here it is an error.
function readLimit(text: string | null, call: Call): number | undefined {
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  call.violate(`limit=${text} is not between 1 and ${MAX_LIMIT}`);
  return undefined;
}

// Okta refuses every expand but `user/{userId}`, seen in recordings; users are not simulated.
function refuseExpand(expand: string | null): ErrorAnswer | undefined {
  if (expand === null) return undefined;
  const isWellFormed = /^user\/[^/,]+$/.test(expand);
  return isWellFormed ? unsupportedOperation() : invalidParameters('Expand query is malformed.');
}

function wantedApps(parameters: URLSearchParams): AppTest | undefined {
  const matchesQ = startsWith(parameters.get('q') ?? '');
  const filter = parameters.get('filter');
  if (filter === null) return matchesQ;
  const passesFilter = parseAppFilter(filter);
  return passesFilter && ((app) => matchesQ(app) && passesFilter(app));
}

function readCursor(backend: Backend, after: string | null): string | undefined {
  return after === null ? '' : backend.cursors.open(after);
}
