/** What administrators say, and what Okta's names say. */
export const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  mfa: ['factor', 'authenticator'],
  '2fa': ['factor', 'authenticator'],
  audit: ['log', 'event'],
  client: ['application'],
  certificate: ['credential', 'key'],
  key: ['jwk'],
  keys: ['jwk'],
  member: ['user'],
  permission: ['grant', 'scope', 'role'],
  provisioning: ['connection', 'feature'],
  secret: ['credential'],
  sso: ['application', 'idp'],
  rate: ['principal'],
};
