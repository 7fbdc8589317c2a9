/**
 * Takes secrets out of what is logged: by what is known to be secret, by the names that secrets have, and by how they look.
 * All logging goes through here. Too much is taken rather than too little.
 *
 * @module
 */

const MASK = '***';

/** Headers that carry a credential, or what could be used as one. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'dpop',
  'cookie',
  'set-cookie',
  'x-api-key',
]);

/** Names of members and parameters whose value is secret, or an object that holds secrets. `credentials` is looked into. */
const SECRET_NAME =
  /secret|passw|passphrase|passcode|private_?key|private_?id$|aes_?key|signing_?key$|api_?key|assertion|auth_?scheme|activation_?url|service_?account_?json|authorization_?header|(?:^|[_a-z])token$|^(?:code_verifier|signature|sig|jwt|otp|pin|tac)$|(?:^|[_a-z])answer$|recovery_?code/i;

/** What describes a secret in such an object, and is none: `{"type": "HEADER", "key": "x-key", "value": "…"}`. */
const PLAIN_NAME = /^(?:type|key|(?:digest)?algorithm|salt_?order|href)$/i;

/** A link of which whoever has the address gets a picture of the secret. */
const PICTURE = /^qr_?code$/i;

/** Members of a JWK that make it private (RFC 7518 §6), and its symmetric form. */
const PRIVATE_MEMBERS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']);

/**
 * Things that are secret wherever they stand. A server chooses the text, up to many megabytes of it, so each pattern looks at
 * a character a fixed number of times.
 */
const SECRET_LOOKS: readonly ((text: string) => string)[] = [
  (text) => (text.includes('eyJ') ? text.replace(/[\w-]+(?:\.[\w-]*)*/g, withoutJwt) : text),
  (text) => text.replace(/\b(SSWS|Bearer|DPoP|Basic)(\s{1,64})[\w+/=.~-]{6,}/gi, `$1$2${MASK}`),
  (text) => text.replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK),
  (text) => text.replace(/(?<![\w.-])([\w.-]{1,64})=("[^"]*"?|[^&\s"'<>#,;\\]+)/g, withoutNamedSecret),
];

/** The first part of a JWT always begins with `{"`, which is `eyJ` in base64url. */
function withoutJwt(word: string): string {
  const start = /(?<!\w)eyJ/.exec(word)?.index;
  if (start === undefined || !word.includes('.', start + 7)) return word;
  return word.slice(0, start) + MASK;
}

/** `token=…` of a URL, a form or a challenge, inside whatever text. */
function withoutNamedSecret(pair: string, name: string, value: string): string {
  if (!SECRET_NAME.test(name)) return pair;
  return value.startsWith('"') ? `${name}="${MASK}"` : `${name}=${MASK}`;
}

/** Whether what is called so is secret, or holds secrets: a member, a parameter, a column. */
export function isSecretName(name: string): boolean {
  return PRIVATE_MEMBERS.has(name) || SECRET_NAME.test(name);
}

/** Takes out the given texts, and what looks like a secret. */
export function redactText(text: string, secrets: readonly string[]): string {
  return redactorOf(secrets)(text);
}

/** For many texts: the spellings of the secrets are made once. */
function redactorOf(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== '').flatMap(spellingsOf);
  // The longest first: a part of it may be another.
  const ordered = [...new Set(known)].sort((one, other) => other.length - one.length);
  return (text) => {
    const without = ordered.reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
    return SECRET_LOOKS.reduce((shown, look) => look(shown), without);
  };
}

/** As servers repeat what they were sent: in JSON, in JSON inside JSON, in URLs and forms, in HTML, in base64. */
function spellingsOf(secret: string): readonly string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...inHtml(secret),
    ...inBase64(secret),
  ];
}

/** HTML escapes the apostrophe in two ways. */
function inHtml(secret: string): readonly string[] {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  const escaped = secret.replace(/[&<>"]/g, (character) => entities[character] ?? character);
  return ['&#39;', '&#x27;', '&apos;'].map((apostrophe) => escaped.replaceAll("'", apostrophe));
}

/** What base64 of a short text is, stands in other texts by chance. */
const SHORTEST_IN_BASE64 = 8;

/** What stays the same of a text in base64, wherever in a longer text it stands: there are three places. */
function inBase64(secret: string): readonly string[] {
  if (secret.length < SHORTEST_IN_BASE64) return [];
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const inner = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)] as const;
    return [bytes.toString('base64').slice(...inner), bytes.toString('base64url').slice(...inner)];
  });
}

/** Name and value pairs; the scheme of a credential stays, since it tells what was tried. */
export function redactHeaders(headers: Headers, secrets: readonly string[]): readonly (readonly [string, string])[] {
  return [...headers].map(([name, value]) => {
    if (SECRET_NAME.test(name.replaceAll('-', '_'))) return [name, MASK];
    if (!SECRET_HEADERS.has(name)) return [name, redactText(value, secrets)];
    return [name, name.endsWith('authorization') ? `${/^\w+(?=\s)/.exec(value)?.[0] ?? ''} ${MASK}`.trim() : MASK];
  });
}

/** A URL without userinfo and without the values of secret parameters. One that is masked already need not be a URL any more. */
export function redactUrl(text: string, secrets: readonly string[]): string {
  if (!URL.canParse(text)) return redactText(text, secrets);
  const url = new URL(text);
  url.username = '';
  url.password = '';
  for (const [name] of [...url.searchParams]) if (SECRET_NAME.test(name)) url.searchParams.set(name, MASK);
  return redactText(url.href, secrets);
}

/** A body: JSON by its members, a form by its fields, anything else, also half of a JSON text, by what stands in quotes. */
export function redactBody(text: string, mediaType: string, secrets: readonly string[]): string {
  if (/x-www-form-urlencoded/i.test(mediaType)) return redactText(redactForm(text), secrets);
  return redactText(redactJson(text, secrets) ?? redactMembers(text), secrets);
}

function redactForm(text: string): string {
  const fields = new URLSearchParams(text);
  for (const [name] of [...fields]) if (SECRET_NAME.test(name)) fields.set(name, MASK);
  return fields.toString();
}

/** Undefined for what is no JSON, or is nested too deeply to be looked into. */
function redactJson(text: string, secrets: readonly string[]): string | undefined {
  const redact = redactorOf(secrets);
  try {
    return JSON.stringify(JSON.parse(text), (name, value: unknown) => shownMember(name, value, redact));
  } catch {
    return undefined;
  }
}

function shownMember(name: string, value: unknown, redact: (text: string) => string): unknown {
  if (isSecret(name, value)) return MASK;
  if (typeof value === 'string') return redact(value);
  return holdsSecrets(name, value) ? withTextsMasked(value) : value;
}

/** `{"password": {"value": "…"}}`, `{"password": {"hash": {"salt": "…", "value": "…"}}}` */
function holdsSecrets(name: string, value: unknown): value is object {
  return SECRET_NAME.test(name) && typeof value === 'object' && value !== null;
}

function withTextsMasked(value: object): unknown {
  return JSON.parse(JSON.stringify(value), (name, each: unknown) =>
    typeof each === 'string' && !PLAIN_NAME.test(name) ? MASK : each,
  );
}

/** The secret values in a body that is sent, so that an answer which repeats them is not quoted. */
export function secretsIn(text: string | undefined): readonly string[] {
  const found: string[] = [];
  try {
    JSON.parse(text ?? 'null', (name, value: unknown) => {
      if (isSecret(name, value) && typeof value === 'string') found.push(value);
      if (holdsSecrets(name, value)) found.push(...textsIn(value));
      return value;
    });
  } catch {
    return [];
  }
  return found;
}

function textsIn(value: object): readonly string[] {
  const found: string[] = [];
  JSON.stringify(value, (name, each: unknown) => {
    if (typeof each === 'string' && !PLAIN_NAME.test(name)) found.push(each);
    return each;
  });
  return found;
}

/** A secret is a text, or a list of texts as `oth` is; objects are looked into instead. */
function isSecret(name: string, value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return false;
  if (PRIVATE_MEMBERS.has(name) || PICTURE.test(name)) return true;
  return SECRET_NAME.test(name) && (typeof value !== 'object' || Array.isArray(value));
}

/**
 * Takes what stands in quotes before a colon for a name. The value of a secret one is masked as far as it goes: a list or object
 * to the end of the text, since nobody knows where it ends.
 */
function redactMembers(text: string): string {
  const shown: string[] = [];
  let isSecretNext = false;
  for (let at = 0; at < text.length; ) {
    const isText = text[at] === '"';
    const end = isText ? endOfText(text, at) : endOfGap(text, at);
    const part = text.slice(at, end);
    if (isText) {
      shown.push(isSecretNext ? `"${MASK}"` : part);
      isSecretNext = isSecretMember(part.slice(1, -1), text, end);
    } else if (isSecretNext) {
      const [, colon = '', value = ''] = /^(\s*:\s*)(.*)$/s.exec(part) ?? [];
      shown.push(colon, value.replace(VALUE, `"${MASK}"`));
      if (/^[[{]/.test(value)) break;
      // A text follows behind the quote.
      isSecretNext = value === '';
    } else {
      shown.push(part);
    }
    at = end;
  }
  return shown.join('');
}

/** A number or a word, or all of a list or object that begins here. */
const VALUE = /^(?:[[{].*|[^\s,}\]]+)/s;

function isSecretMember(name: string, text: string, end: number): boolean {
  if (!PRIVATE_MEMBERS.has(name) && !PICTURE.test(name) && !SECRET_NAME.test(name)) return false;
  const colon = /\s*:/y;
  colon.lastIndex = end;
  return colon.test(text);
}

/** Behind the quote that ends what begins with one, or the end of the text. */
function endOfText(text: string, start: number): number {
  const stop = /["\\]/g;
  stop.lastIndex = start + 1;
  for (let found = stop.exec(text); found !== null; found = stop.exec(text)) {
    if (found[0] === '"') return stop.lastIndex;
    stop.lastIndex += 1;
  }
  return text.length;
}

function endOfGap(text: string, start: number): number {
  const quote = text.indexOf('"', start);
  return quote === -1 ? text.length : quote;
}
