/**
 * What a repeated call does at Okta.
 *
 * @module
 */

/**
 * Whether a DELETE that was carried out changes nothing further when it comes a second time. A user's does: the first
 * deactivates, the second deletes for good (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/).
 */
export function deletesOnce({ url }: { readonly url: string }): boolean {
  return !/^\/api\/v1\/users\/[^/]+$/.test(new URL(url).pathname);
}
