/** The questions of `docs/audit` that are controls too: what one finds is what the other alarms at. */

export interface Question {
  readonly file: string;
  readonly days: number;
  /** The column that names what was found. */
  readonly found: string;
  /** The controls, and the column of each that names the same. */
  readonly judged: Readonly<Record<string, string>>;
  /** Which rows of the question are findings. Default: all. */
  readonly isFinding?: (row: Readonly<Record<string, unknown>>) => boolean;
}

export const QUESTIONS: readonly Question[] = [
  {
    file: '01-old-signing-keys.sql',
    days: 90,
    found: 'keyId',
    judged: { 'signing-keys-young': 'keyId' },
  },
  {
    file: '02-no-spare-key.sql',
    days: 0,
    found: 'appId',
    judged: { 'signing-keys-spare': 'appId' },
  },
  {
    file: '03-inactive-credentials.sql',
    days: 30,
    found: 'id',
    judged: { 'keys-inactive-removed': 'keyId', 'client-secrets-inactive-removed': 'secretId' },
  },
  {
    file: '04-shared-keys.sql',
    days: 0,
    found: 'thumbprint',
    judged: { 'keys-not-shared': 'resource' },
  },
  { file: '05-weak-keys.sql', days: 0, found: 'keyId', judged: { 'keys-strong': 'keyId' } },
  {
    file: '07-keys-elsewhere-or-secrets.sql',
    days: 0,
    found: 'appId',
    judged: { 'key-urls-https': 'appId', 'client-secrets-without-reach': 'appId' },
  },
  {
    file: '09-last-use.sql',
    days: 30,
    found: 'appId',
    judged: { 'services-used': 'appId' },
    isFinding: ({ lastToken }) => lastToken === null,
  },
  {
    file: '10-saml-certificates.sql',
    days: 30,
    found: 'appId',
    judged: { 'saml-certificates-valid': 'appId' },
    isFinding: ({ inUse }) => inUse === true,
  },
  {
    file: '11-api-tokens.sql',
    days: 20,
    found: 'tokenId',
    judged: { 'api-tokens-used': 'tokenId', 'api-tokens-owner-active': 'tokenId', 'api-tokens-from-zones': 'tokenId' },
  },
];
