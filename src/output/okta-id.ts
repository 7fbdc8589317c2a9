/** Three characters for the kind of object, and seventeen without a meaning, at least one digit among all. */
const ID = /^(?=.*\d)[0-9a-z]{3}[0-9A-Za-z]{17}$/;

/**
 * Whether a text looks like an id of an object of Okta's, such as `00ub0oNGTSWTBKOLGLNR`.
 * https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/
 */
export function looksLikeId(text: string): boolean {
  return ID.test(text);
}
