/**
 * A log as long as a test wants, behind a `fetch`: bounded queries of `/api/v1/logs` as Okta's specification has them, oldest
 * first. Whether a bound belongs to the range the specification does not say, so a test says it.
 */

export interface LogEvent {
  readonly uuid: string;
  readonly published: string;
}

export interface LogOptions {
  readonly events: readonly LogEvent[];
  /** Whether an event at `since`, or at `until`, is in the range. Default: as the simulator has it, the first alone. */
  readonly isSinceIn?: boolean;
  readonly isUntilIn?: boolean;
  /** Called before each answer; what it gives is answered in place of the page. */
  readonly before?: (query: URLSearchParams) => Response | undefined | Promise<Response | undefined>;
}

export interface LogServer {
  readonly fetch: (request: Request) => Promise<Response>;
  /** What was asked, in order of arrival. */
  readonly asked: readonly URLSearchParams[];
  /** The largest number of requests that were under way at once. */
  readonly most: () => number;
}

export function serveLog({ events, isSinceIn = true, isUntilIn = false, before }: LogOptions): LogServer {
  const asked: URLSearchParams[] = [];
  let [running, most] = [0, 0];
  const timed = events.map((event) => ({ event, time: microseconds(event.published) }));
  const answer = (url: URL): Response => {
    const { searchParams } = url;
    const [since = 0n, until = 0n] = ['since', 'until'].map((name) => microseconds(searchParams.get(name) ?? ''));
    const inRange = timed
      .filter(({ time }) => (isSinceIn ? time >= since : time > since) && (isUntilIn ? time <= until : time < until))
      .map(({ event }) => event);
    const limit = Number(searchParams.get('limit'));
    const start = inRange.findIndex(({ uuid }) => uuid === searchParams.get('after')) + 1;
    const page = inRange.slice(start, start + limit);
    const headers = new Headers({ 'content-type': 'application/json' });
    if (start + limit < inRange.length) {
      url.searchParams.set('after', page.at(-1)?.uuid ?? '');
      headers.append('link', `<${url.href}>; rel="next"`);
    }
    return new Response(JSON.stringify(page), { headers });
  };
  return {
    asked,
    most: () => most,
    fetch: async (request) => {
      const url = new URL(request.url);
      asked.push(new URLSearchParams(url.search));
      running += 1;
      most = Math.max(most, running);
      try {
        // What arrives together is under way together.
        await new Promise((resolve) => setImmediate(resolve));
        return (await before?.(url.searchParams)) ?? answer(url);
      } finally {
        running -= 1;
      }
    },
  };
}

function microseconds(time: string): bigint {
  const [, rest = ''] = /\.\d{3}(\d{1,3})Z$/.exec(time) ?? [];
  return BigInt(Date.parse(time)) * 1_000n + BigInt(rest.padEnd(3, '0'));
}
