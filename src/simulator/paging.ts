import { createHmac, timingSafeEqual } from 'node:crypto';

const NONCE_BYTES = 2;
const SEAL_BYTES = 6;

/** Makes and checks the `after` values of one org. */
export interface Cursors {
  /** A cursor for the page behind the row with this id; the empty id stands for the first page. Two calls never agree. */
  seal(lastId: string): string;
  /** The id inside, or undefined if this simulator did not make the cursor. */
  open(cursor: string): string | undefined;
}

/** Cursors carry a seal, so that a client which computes or alters one is found out. */
export function createCursors(secret: string): Cursors {
  let made = 0;
  const sealOf = (nonce: Buffer, id: string): Buffer =>
    createHmac('sha256', secret).update(nonce).update(id).digest().subarray(0, SEAL_BYTES);
  return {
    seal: (lastId) => {
      const nonce = Buffer.alloc(NONCE_BYTES);
      nonce.writeUInt16BE(made % 0x10000);
      made += 1;
      return Buffer.concat([sealOf(nonce, lastId), nonce, Buffer.from(lastId)]).toString('base64url');
    },
    open: (cursor) => {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length < SEAL_BYTES + NONCE_BYTES || bytes.toString('base64url') !== cursor) return undefined;
      const nonce = bytes.subarray(SEAL_BYTES, SEAL_BYTES + NONCE_BYTES);
      const id = bytes.subarray(SEAL_BYTES + NONCE_BYTES).toString();
      return timingSafeEqual(sealOf(nonce, id), bytes.subarray(0, SEAL_BYTES)) ? id : undefined;
    },
  };
}

/** One page of a list and whether there is more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** The page behind the row `lastId`, or undefined if there is no such row; the empty id stands for the first page. */
export function pageAfter<Item extends { readonly id: string }>(
  rows: readonly Item[],
  lastId: string,
  isWanted: (row: Item) => boolean,
  limit: number,
): Page<Item> | undefined {
  const start = lastId === '' ? 0 : rows.findIndex(({ id }) => id === lastId) + 1;
  if (start === 0 && lastId !== '') return undefined;
  const items: Item[] = [];
  for (const row of rows.slice(start)) {
    if (!isWanted(row)) continue;
    if (items.length === limit) return { items, hasMore: true };
    items.push(row);
  }
  return { items, hasMore: false };
}

/**
 * The `Link` field values of a page, self first, as Okta sends them: absolute, `after` before `limit`, `limit` even
 * when the client sent none, and the other parameters in form encoding.
 */
export function pageLinks(url: URL, limit: number, next: string | undefined): readonly string[] {
  const self = linkTo(url, url.searchParams.get('after'), limit, 'self');
  return next === undefined ? [self] : [self, linkTo(url, next, limit, 'next')];
}

function linkTo(url: URL, after: string | null, limit: number, rel: string): string {
  const parameters = new URLSearchParams(after === null ? {} : { after });
  parameters.set('limit', String(limit));
  for (const [name, value] of url.searchParams) {
    if (name !== 'after' && name !== 'limit') parameters.append(name, value);
  }
  return `<${url.origin}${url.pathname}?${parameters}>; rel="${rel}"`;
}

/** The separate values of the `Link` header, which `Headers` joins with commas. */
export function linkValues(headers: Headers): readonly string[] {
  const joined = headers.get('link');
  return joined === null ? [] : joined.split(/,\s*(?=<)/);
}
