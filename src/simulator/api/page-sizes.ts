/** How many items a page has when the client does not say, and how many it has at most. */
export interface PageSize {
  readonly usual: number;
  readonly most: number;
}

/** By template. Where Okta's document and recorded answers differ, the recorded ones count. */
const SIZES: ReadonlyMap<string, PageSize> = new Map([
  ['/api/v1/apps/{}/users', { usual: 50, most: 500 }],
  ['/api/v1/apps/{}/groups', { usual: 20, most: 200 }],
  ['/api/v1/apps/{}/tokens', { usual: 20, most: 200 }],
  ['/api/v1/apps/{}/group-push/mappings', { usual: 100, most: 1000 }],
  ['/api/v1/users', { usual: 200, most: 200 }],
  ['/api/v1/groups', { usual: 10_000, most: 10_000 }],
  ['/api/v1/groups/{}/users', { usual: 1000, most: 1000 }],
  ['/api/v1/groups/rules', { usual: 50, most: 200 }],
  ['/api/v1/groups/{}/owners', { usual: 1000, most: 1000 }],
  ['/api/v1/logs', { usual: 100, most: 1000 }],
  ['/api/v1/devices', { usual: 200, most: 200 }],
  ['/api/v1/realms', { usual: 10, most: 200 }],
  ['/api/v1/authorizationServers', { usual: 200, most: 200 }],
  ['/api/v1/principal-rate-limits', { usual: 20, most: 50 }],
  ['/api/v1/policies', { usual: 20, most: 200 }],
  // These page although Okta's document does not say so.
  ['/api/v1/users/{}/groups', { usual: 200, most: 200 }],
  ['/api/v1/policies/{}/app', { usual: 20, most: 20 }],
  ['/api/v1/behaviors', { usual: 10, most: 10 }],
]);

const BODY_PAGED: PageSize = { usual: 100, most: 1000 };
const OTHERS: PageSize = { usual: 20, most: 1000 };

/** The page size of a list, or undefined where Okta sends all there is. */
export function pageSizeOf(template: string, paging: string | undefined, takesLimit: boolean): PageSize | undefined {
  if (paging === 'body-link') return BODY_PAGED;
  return SIZES.get(template) ?? (takesLimit ? OTHERS : undefined);
}
