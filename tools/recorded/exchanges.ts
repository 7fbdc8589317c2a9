/** One exchange with a real org. */
export interface Exchange {
  readonly httpMethod: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** Undefined where nothing was sent, or what was sent is not known. */
  readonly sent: unknown;
  readonly reply: Reply;
}

/** An answer, recorded or simulated. */
export interface Reply {
  readonly status: number;
  /** Values of the `Link` header. */
  readonly links: readonly string[];
  /** Whether `links` has all of them: some recorders kept one. */
  readonly hasAllLinks: boolean;
  /** Null where it was empty. */
  readonly body: unknown;
}

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

interface ExchangeLine {
  readonly request: string;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly headers: { readonly link?: string | readonly string[] };
  readonly body: unknown;
}

/** Reads one exchange a line. Throws `SyntaxError` for a line that is no JSON. */
export function readExchanges(text: string): readonly Exchange[] {
  return text
    .trim()
    .split('\n')
    .map((line) => readExchange(JSON.parse(line) as ExchangeLine));
}

function readExchange({ request, requestBody, status, headers, body }: ExchangeLine): Exchange {
  const [httpMethod = '', target = ''] = request.split(' ');
  const { link = [] } = headers;
  const links = typeof link === 'string' ? [link] : link;
  return {
    httpMethod,
    target,
    sent: requestBody,
    reply: { status, links, hasAllLinks: typeof link !== 'string', body },
  };
}

/** Whether a value is an object of JSON, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
