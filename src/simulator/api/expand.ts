import type { Item } from '../org/field-values.ts';
import { type ApiOrg, itemsOf } from './api-org.ts';

type Embedding = (org: ApiOrg, item: Item) => unknown;

/** What `expand` puts into an object, by the template of its list, and the word. Recorded: a brand's domains. */
const EMBEDDINGS: ReadonlyMap<string, Readonly<Record<string, Embedding>>> = new Map([
  ['/api/v1/apps/{}/users', { user: (org, { id }) => itemsOf(org, '/api/v1/users').find((one) => one['id'] === id) }],
  ['/api/v1/brands', { domains: (org, { id }) => itemsOf(org, `/api/v1/brands/${id}/domains`) }],
]);

/** Lists whose next page no longer expands: https://github.com/okta/okta-sdk-nodejs/issues/439. */
export const FORGETS_EXPAND: readonly string[] = ['/api/v1/apps/{}/users'];

/** The object with what `expand` asks for. UNVERIFIED: that words that mean nothing are passed over. */
export function expanded(org: ApiOrg, list: string, item: Item, { searchParams }: URL): Item {
  const words = (searchParams.get('expand') ?? '').split(',');
  const embedded = Object.entries(EMBEDDINGS.get(list) ?? {})
    .filter(([word]) => words.includes(word))
    .map(([word, embed]) => [word, embed(org, item)] as const);
  return embedded.length === 0 ? item : { ...item, _embedded: Object.fromEntries(embedded) };
}
