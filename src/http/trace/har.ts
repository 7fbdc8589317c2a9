/**
 * Records as HTTP Archive 1.2, which browsers' developer tools open: http://www.softwareishard.com/blog/har-12-spec/.
 *
 * @module
 */

import type { ExchangeRecord, RecordedAnswer } from './record.ts';

interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** The text before the first entry; entries are separated by commas, and {@link HAR_END} closes it. */
export function harStart(creator: { readonly name: string; readonly version: string }): string {
  return `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`;
}

export const HAR_END = ']}}';

/** One entry, as JSON. */
export function harEntry(record: ExchangeRecord): string {
  const { startedAt, ms, headersMs, problem, answer } = record;
  return JSON.stringify({
    startedDateTime: startedAt.toISOString(),
    time: ms,
    request: requestOf(record),
    response: responseOf(answer),
    cache: {},
    timings: { send: 0, wait: headersMs, receive: ms - headersMs },
    ...(problem !== undefined && { comment: problem }),
  });
}

function requestOf({ method, url, requestHeaders, requestBody }: ExchangeRecord): object {
  const mimeType = headerOf(requestHeaders, 'content-type');
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: requestHeaders.map(named),
    // Where the credential is a short word, the mask may stand in the scheme.
    queryString: URL.canParse(url) ? [...new URL(url).searchParams].map(named) : [],
    headersSize: -1,
    bodySize: requestBody === undefined ? 0 : Buffer.byteLength(requestBody),
    ...(requestBody !== undefined && { postData: { mimeType, params: [], text: requestBody } }),
  };
}

/** Status 0 is what browsers write where no answer came. */
function responseOf(answer: RecordedAnswer | undefined): object {
  const { status = 0, headers = [], body = '', bytes = 0 } = answer ?? {};
  return {
    status,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headers.map(named),
    content: { size: bytes, mimeType: headerOf(headers, 'content-type'), text: body },
    redirectURL: headerOf(headers, 'location'),
    headersSize: -1,
    bodySize: -1,
  };
}

function named([name, value]: readonly [string, string]): NamedValue {
  return { name, value };
}

function headerOf(headers: ExchangeRecord['requestHeaders'], wanted: string): string {
  return headers.find(([name]) => name === wanted)?.[1] ?? '';
}
