/**
 * What a statement would change, in place of changing it. It ends in logs of pipelines, so it holds no secrets.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { redactBody, redactUrl } from '../http/trace/redact.ts';
import type { Difference } from '../request/replacement.ts';
import type { Row } from '../values.ts';
import type { Deed, PlannedRequest } from './outcome.ts';
import type { PreparedCall } from './provider.ts';
import { fixed } from './query.ts';

const REQUEST_COLUMNS = ['method', 'url', 'body'];
const DIFFERENCE_COLUMNS = ['method', 'url', 'member', 'before', 'after'];

/** The requests, or where whole objects are replaced with a part of them changed, that part: the rest stays as it was read. */
export function dryRunOf(calls: readonly PreparedCall[]): Omit<Deed, 'tag' | 'count'> {
  const isPart = calls.some(({ differences }) => differences !== undefined);
  const columns = (isPart ? DIFFERENCE_COLUMNS : REQUEST_COLUMNS).map((name) => ({ name, type: 'VARCHAR' }));
  const rows = calls.flatMap((call) => (isPart ? differenceRows(call) : [requestRow(call)]));
  const message = `Dry run: ${calls.length === 1 ? '1 request was' : `${calls.length} requests were`} not sent.`;
  return { ...fixed({ columns, rows }), isShown: true, message };
}

/** A call as whoever is asked about it sees it. */
export function plannedRequest(prepared: PreparedCall): PlannedRequest {
  const { request, call, differences } = prepared;
  const [method, url, body] = requestRow(prepared);
  return {
    method: String(method),
    url: String(url),
    ...(typeof body === 'string' && { body }),
    parameters: call.parameters,
    ...(differences !== undefined && {
      differences: differences.map((each) => {
        const [before, after] = sidesOf(each);
        return { member: each.member, before: before ?? undefined, after: after ?? undefined };
      }),
    }),
    digest: createHash('sha256')
      .update(JSON.stringify([request.method, request.url, request.body ?? null]))
      .digest('hex'),
  };
}

function requestRow({ request: { method, url, headers, body } }: PreparedCall): Row {
  return [method, redactUrl(url, []), body === undefined ? null : redactBody(body, headers['content-type'] ?? '', [])];
}

/** One row for each member that changes; one without a member where none does. */
function differenceRows({ request: { method, url }, differences = [] }: PreparedCall): readonly Row[] {
  const head = [method, redactUrl(url, [])];
  if (differences.length === 0) return [[...head, null, null, null]];
  return differences.map((difference) => [...head, difference.member, ...sidesOf(difference)]);
}

/** The name of a member may say that it is a secret, where no document does. */
function sidesOf({ member, before, after }: Difference): readonly (string | null)[] {
  const name = member.split('.').at(-1) ?? '';
  return [before, after].map((text) => {
    if (text === undefined) return null;
    const shown = redactBody(`{${JSON.stringify(name)}:${text}}`, 'application/json', []);
    return shown.slice(JSON.stringify(name).length + 2, -1);
  });
}
