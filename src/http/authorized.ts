/**
 * A request with what its authorisation adds to it.
 *
 * @module
 */

import type { HttpRequest } from '../request/build.ts';
import type { Authorization } from './contract.ts';

/** The URL as it is sent: some APIs want their key in the query. */
export function authorizedUrl({ url }: HttpRequest, { query }: Authorization): string {
  if (query === undefined) return url;
  const complete = new URL(url);
  for (const [name, value] of Object.entries(query)) complete.searchParams.set(name, value);
  return complete.href;
}

/** The body as it is sent: a login may have fields of its own in a form. */
export function bodyWith({ body }: HttpRequest, { form }: Authorization): string | undefined {
  if (form === undefined) return body;
  const fields = new URLSearchParams(body);
  for (const [name, value] of Object.entries(form)) fields.set(name, value);
  return fields.toString();
}
