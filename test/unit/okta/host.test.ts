import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import { type HostPolicy, OKTA_BASE_DOMAINS, resolveOrigin } from '../../../src/okta/host.ts';

const CUSTOM: HostPolicy = { customDomains: ['login.example.com', 'SSO.Example.org'] };
const LONGEST = 'a'.repeat(63);

interface Accepted {
  readonly subdomain: string;
  readonly origin: string;
  readonly policy?: HostPolicy;
  readonly why?: string;
}

const ACCEPTED: readonly Accepted[] = [
  { subdomain: 'acme', origin: 'https://acme.okta.com' },
  { subdomain: 'ACME', origin: 'https://acme.okta.com', why: 'host names ignore case' },
  { subdomain: 'a', origin: 'https://a.okta.com' },
  { subdomain: LONGEST, origin: `https://${LONGEST}.okta.com` },
  { subdomain: 'dev-123456', origin: 'https://dev-123456.okta.com' },
  { subdomain: 'ab--cd', origin: 'https://ab--cd.okta.com', why: 'only xn-- is punycode' },
  {
    subdomain: '2130706433',
    origin: 'https://2130706433.okta.com',
    why: 'an address as a number is a mere label here',
  },
  { subdomain: 'admin', origin: 'https://admin.okta.com', why: 'only the ending -admin is the console' },
  { subdomain: 'acme-administration', origin: 'https://acme-administration.okta.com' },
  { subdomain: 'localhost', origin: 'https://localhost.okta.com' },
  { subdomain: 'acme.okta.com', origin: 'https://acme.okta.com' },
  { subdomain: 'Acme.Okta.Com', origin: 'https://acme.okta.com' },
  { subdomain: 'acme.oktapreview.com', origin: 'https://acme.oktapreview.com' },
  { subdomain: 'acme.okta-emea.com', origin: 'https://acme.okta-emea.com' },
  { subdomain: 'acme.okta-gov.com', origin: 'https://acme.okta-gov.com' },
  { subdomain: 'acme.okta.mil', origin: 'https://acme.okta.mil' },
  { subdomain: 'acme.okta-miltest.com', origin: 'https://acme.okta-miltest.com' },
  { subdomain: 'acme.trex-govcloud.com', origin: 'https://acme.trex-govcloud.com' },
  { subdomain: 'acme', policy: { baseDomain: 'oktapreview.com' }, origin: 'https://acme.oktapreview.com' },
  {
    subdomain: 'acme.okta.com',
    policy: { baseDomain: 'oktapreview.com' },
    origin: 'https://acme.okta.com',
    why: 'a full host says its base itself',
  },
  { subdomain: 'login.example.com', policy: CUSTOM, origin: 'https://login.example.com' },
  { subdomain: 'sso.example.org', policy: CUSTOM, origin: 'https://sso.example.org' },
  {
    subdomain: 'login',
    policy: CUSTOM,
    origin: 'https://login.okta.com',
    why: 'a bare label is never a custom domain',
  },
  {
    subdomain: 'sso-admin.example.com',
    policy: { customDomains: ['sso-admin.example.com'] },
    origin: 'https://sso-admin.example.com',
    why: 'outside Okta the ending means nothing',
  },
];

interface Refused {
  readonly subdomain: string;
  readonly policy?: HostPolicy;
  readonly why?: string;
}

const REFUSED: readonly Refused[] = [
  { subdomain: '' },
  { subdomain: ' ' },
  { subdomain: ' acme', why: 'never trimmed: what is checked is what is used' },
  { subdomain: 'acme ' },
  { subdomain: 'acme\n', why: '$ must not match before a last line end' },
  { subdomain: 'ac\tme', why: 'WHATWG URL drops tabs' },
  { subdomain: 'ac\r\nme' },
  { subdomain: 'acme\u0000' },
  { subdomain: 'acme\u007f' },
  { subdomain: 'acme\u00a0' },
  { subdomain: 'https://acme.okta.com' },
  { subdomain: 'http://acme.okta.com' },
  { subdomain: '//acme.okta.com' },
  { subdomain: 'javascript:alert(1)' },
  { subdomain: 'evil.example/', why: 'the rest of a template becomes a path' },
  { subdomain: 'evil.example?', why: 'the rest becomes a query' },
  { subdomain: 'evil.example#', why: 'the rest becomes a fragment' },
  { subdomain: 'u@evil.example:443/', why: 'user information, then a host of the attacker' },
  { subdomain: 'acme@evil' },
  { subdomain: 'acme:secret@evil.example' },
  { subdomain: 'acme.okta.com@evil.example' },
  { subdomain: 'acme.okta.com:443' },
  { subdomain: 'acme:8443' },
  { subdomain: 'acme.okta.com/' },
  { subdomain: 'acme/api' },
  { subdomain: 'acme\\evil', why: 'WHATWG URL reads \\ as /' },
  { subdomain: 'acme?x=1' },
  { subdomain: 'acme#x' },
  { subdomain: 'acme;evil' },
  { subdomain: 'evil%2eexample%2f' },
  { subdomain: '%61cme' },
  { subdomain: 'acme.okta.com.', why: 'a trailing dot is another origin to a browser' },
  { subdomain: 'acme.' },
  {
    subdomain: 'sso.example.org.',
    policy: { customDomains: ['sso.example.org.'] },
    why: 'a bad setting does not help',
  },
  { subdomain: '.' },
  { subdomain: '..' },
  { subdomain: '.acme' },
  { subdomain: '.okta.com' },
  { subdomain: '-acme' },
  { subdomain: 'acme-' },
  { subdomain: 'ac_me' },
  { subdomain: `${LONGEST}a`, why: '64 characters' },
  { subdomain: 'acme-admin', why: 'the admin console' },
  { subdomain: 'ACME-Admin' },
  { subdomain: 'acme-admin.okta.com' },
  { subdomain: 'acme-admin.oktapreview.com' },
  { subdomain: 'acme-admin.okta.com', policy: { customDomains: ['acme-admin.okta.com'] }, why: 'no way around' },
  { subdomain: 'okta.com', why: 'no org' },
  { subdomain: 'a.b.okta.com', why: 'exactly one label' },
  { subdomain: 'okta.com', policy: { customDomains: ['okta.com'] }, why: 'the org was left out' },
  { subdomain: 'prod', policy: { names: { prod: 'https://okta.com' } }, why: 'the org was left out' },
  { subdomain: 'a.b.okta.com', policy: { customDomains: ['a.b.okta.com'] }, why: 'custom means outside Okta' },
  { subdomain: 'evil.example' },
  { subdomain: 'acme-okta.com', why: 'ends with okta.com, without the dot' },
  { subdomain: 'acmeokta.com' },
  { subdomain: 'acme.notokta.com' },
  { subdomain: 'acme.okta.com.evil.example' },
  { subdomain: 'acme.okta.co' },
  { subdomain: 'acme.trexcloud.com', why: 'internal to Okta' },
  { subdomain: 'acme.okta-dnssec.com', why: 'only a CNAME target' },
  { subdomain: '127.0.0.1' },
  { subdomain: '127.0.0.1', policy: { customDomains: ['127.0.0.1'] }, why: 'no certificate, no org' },
  { subdomain: '127.1' },
  { subdomain: '1.0x7f', policy: { customDomains: ['1.0x7f'] }, why: 'WHATWG URL reads it as 1.0.0.127' },
  { subdomain: '[::1]' },
  { subdomain: '::1' },
  { subdomain: 'xn--cme-7cd', why: 'аcme with a Cyrillic а, in punycode' },
  { subdomain: 'XN--cme-7cd.okta.com' },
  { subdomain: 'acme.xn--kta-jua.com' },
  { subdomain: '\u0430cme', why: 'Cyrillic а' },
  { subdomain: 'acme.o\u212ata.com', why: 'the Kelvin sign becomes k in lower case' },
  { subdomain: 'acme\u3002okta\u3002com', why: 'WHATWG URL reads the ideographic full stop as a dot' },
  { subdomain: '\uff41cme', why: 'fullwidth a' },
  { subdomain: 'ac\u00adme', why: 'WHATWG URL drops the soft hyphen' },
  { subdomain: 'acme\u200b', why: 'zero-width space' },
  { subdomain: '{yourOktaDomain}', why: 'a placeholder of the documentation' },
  { subdomain: '{subdomain}', why: 'our own placeholder' },
  { subdomain: 'login.example.com', why: 'not configured' },
  { subdomain: 'x.login.example.com', policy: CUSTOM, why: 'exactly, not below' },
  { subdomain: 'example.com', policy: CUSTOM },
  { subdomain: 'login.example.com.evil.example', policy: CUSTOM },
  { subdomain: 'evil.example/', policy: { customDomains: ['evil.example/'] }, why: 'a bad setting does not help' },
  { subdomain: 'localhost.localdomain' },
  { subdomain: 'evil.example/', policy: { endpointUrl: 'http://localhost:8080' }, why: 'checked with an endpoint too' },
  { subdomain: 'acme-admin', policy: { endpointUrl: 'http://localhost:8080' } },
];

function failureOf(subdomain: string, policy?: HostPolicy): InvalidValueError {
  try {
    const origin = resolveOrigin(subdomain, policy);
    throw new Error(`accepted as ${origin}`);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidValueError);
    return error as InvalidValueError;
  }
}

describe('a subdomain that is accepted', () => {
  test.each(ACCEPTED)('$subdomain → $origin', ({ subdomain, origin, policy, why }) => {
    expect(resolveOrigin(subdomain, policy), why).toBe(origin);
  });
});

describe('a subdomain that is refused', () => {
  test.each(REFUSED)('%j', ({ subdomain, policy, why }) => {
    expect(failureOf(subdomain, policy).subject, why).toBe('subdomain');
  });

  test('any text gives an origin of Okta or an error of ours', () => {
    const hosts = new RegExp(`^https://[a-z0-9-]+\\.(${OKTA_BASE_DOMAINS.join('|').replaceAll('.', '\\.')})$`);
    const pieces = fc.constantFrom(
      'acme',
      'okta.com',
      '.',
      '@',
      '/',
      ':',
      '#',
      '?',
      '%2f',
      'evil.example',
      '\\',
      '-',
      'é',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 6 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (subdomain) => {
        try {
          expect(resolveOrigin(subdomain)).toMatch(hosts);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidValueError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the message', () => {
  const CASES: readonly (readonly [subdomain: string, part: string])[] = [
    ['acme-admin', 'Leave -admin off'],
    ['https://acme.okta.com', '"https://acme.okta.com" holds a scheme'],
    ['a\nb', '"a\\nb" holds white space'],
    ['\u0430cme', '"\\u0430cme"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}..."`],
    ['', '"" is empty'],
    ['a.b.okta.com', '"a.b.okta.com"'],
    ['evil.example', 'such as acme.okta.com'],
    ['acme:8443', 'a port'],
  ];
  test.each(CASES)('for %j holds %j', (subdomain, part) => {
    expect(failureOf(subdomain).message).toContain(part);
  });

  test('does not repeat a password or a query', () => {
    const subdomain = failureOf('https://me:hunter2@evil.example/');
    const endpoint = failureOf('acme', { endpointUrl: 'https://me:hunter2@proxy.example/?token=hunter3#hunter4' });
    expect(`${subdomain.message}${endpoint.message}`).not.toContain('hunter');
  });
});

describe('the base domain', () => {
  test.each(['evil.example', '', 'com', '.okta.com', 'okta.com/', 'OKTA.COM.evil.example'])('%j is refused', (base) => {
    expect(failureOf('acme', { baseDomain: base }).subject).toBe('baseDomain');
  });

  test('every base of Okta is accepted', () => {
    expect(OKTA_BASE_DOMAINS.map((baseDomain) => resolveOrigin('acme', { baseDomain }))).toEqual(
      OKTA_BASE_DOMAINS.map((base) => `https://acme.${base}`),
    );
  });
});

describe('an endpoint that is accepted', () => {
  const CASES: readonly (readonly [endpointUrl: string, origin: string, subdomain?: string])[] = [
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['http://LOCALHOST', 'http://localhost'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1'],
    ['http://127.8.9.1:1', 'http://127.8.9.1:1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://{subdomain}.localhost:8080', 'http://acme.localhost:8080'],
    ['http://okta-{subdomain}.test.localhost', 'http://okta-acme.test.localhost'],
    ['https://proxy.example', 'https://proxy.example'],
    ['https://proxy.example:443', 'https://proxy.example'],
    ['https://{subdomain}.proxy.example:8443', 'https://acme.proxy.example:8443'],
    ['https://10.0.0.7', 'https://10.0.0.7'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]'],
    ['http://{subdomain}.localhost', 'http://acme.localhost', 'acme.okta.com'],
    // Another base is another org, so it must not share a name with the first.
    ['http://{subdomain}.localhost', 'http://acme.oktapreview.com.localhost', 'acme.oktapreview.com'],
  ];
  for (const [endpointUrl, origin, subdomain = 'acme'] of CASES) {
    test(`${endpointUrl} → ${origin}`, () => {
      expect(resolveOrigin(subdomain, { endpointUrl })).toBe(origin);
    });
  }
});

describe('an endpoint that is refused', () => {
  const CASES: readonly (readonly [endpointUrl: string, why?: string])[] = [
    [''],
    ['localhost:8080', 'no scheme'],
    ['ftp://localhost'],
    ['file:///etc/passwd'],
    ['http://proxy.example', 'plain http over a network'],
    ['http://10.0.0.1'],
    ['http://0.0.0.0'],
    ['http://128.0.0.1'],
    ['http://127.0.0.1.evil.example', 'begins like loopback'],
    ['http://evil-localhost'],
    ['http://localhost.evil.example'],
    ['http://[::ffff:7f00:1]', 'not the one loopback address of IPv6'],
    ['http://127.1', 'not how the client spells it'],
    ['http://0x7f000001'],
    ['http://2130706433'],
    ['https://proxy.example/okta'],
    ['https://proxy.example?x=1'],
    ['https://proxy.example#x'],
    ['https://user@proxy.example'],
    ['https://user:pass@proxy.example'],
    ['https://proxy.example:99999'],
    ['https://proxy.example:{subdomain}', 'data must not choose a port'],
    ['https://{subdomain}', 'data must not choose the whole host'],
    ['https://proxy.{subdomain}', 'data must not choose a top-level domain'],
    ['https://{subdomain}@proxy.example'],
    ['https://{SUBDOMAIN}.proxy.example', 'spelt exactly'],
    ['https://{other}.proxy.example'],
    ['https://proxy.example.'],
    ['https://pr\u00f6xy.example'],
    ['https://proxy.example\n'],
    [' https://proxy.example'],
    ['https:\\\\proxy.example'],
    ['https://proxy.1', 'ends like an address, is none'],
  ];
  for (const [endpointUrl, why] of CASES) {
    test(JSON.stringify(endpointUrl), () => {
      expect(failureOf('acme', { endpointUrl }).subject, why).toBe('OKTAQL_ENDPOINT_URL');
    });
  }
});

describe('an org that is configured by name', () => {
  const names = {
    prod: 'acme.okta.com',
    preview: 'https://acme.oktapreview.com/',
    own: 'https://login.acme.example',
    sim: 'http://my-org.localhost:8080',
    desk: 'https://my-org.localhost:9443',
    desk4: 'https://127.0.0.1:9443/',
    desk6: 'https://[::1]:9443',
    acme: 'other.okta.com',
  };
  test.each<[subdomain: string, origin: string, endpointUrl?: string]>([
    ['prod', 'https://acme.okta.com'],
    ['PROD', 'https://acme.okta.com'],
    ['preview', 'https://acme.oktapreview.com'],
    ['own', 'https://login.acme.example'],
    // Its full host may be named as well, since it is configured.
    ['login.acme.example', 'https://login.acme.example'],
    ['sim', 'http://my-org.localhost:8080'],
    // With its port: this machine may have a certificate, too.
    ['desk', 'https://my-org.localhost:9443'],
    ['desk4', 'https://127.0.0.1:9443'],
    ['desk6', 'https://[::1]:9443'],
    ['desk', 'https://my-org.localhost:9443', 'http://{subdomain}.localhost:9'],
    // The configuration goes before what a label would mean.
    ['acme', 'https://other.okta.com'],
    ['acme.okta.com', 'https://acme.okta.com'],
    ['another', 'https://another.okta.com'],
    ['prod', 'http://acme.localhost:9', 'http://{subdomain}.localhost:9'],
  ])('%s → %s', (subdomain, origin, endpointUrl) => {
    expect(resolveOrigin(subdomain, { names, ...(endpointUrl !== undefined && { endpointUrl }) })).toBe(origin);
  });

  test.each<[url: string, why: string]>([
    ['https://localhost', 'an org called localhost is not meant'],
    ['localhost:9443', 'no scheme: a host with a port'],
    ['https://acme.okta.com:9443', 'a port elsewhere'],
    ['https://localhost.evil.example:9443', 'a host that only begins like this machine'],
    ['https://127.0.0.1.evil.example:9443', 'a host that only begins like this machine'],
    ['https://evillocalhost:9443', 'a host that only ends like this machine'],
    ['https://0x7f000001:9443', 'an address in another spelling'],
    ['https://127.1:9443', 'an address in another spelling'],
    ['https://{subdomain}.localhost:9443', 'a template'],
    ['https://u@localhost:9443', 'user information'],
    ['https://localhost:9443/path', 'a path'],
    ['https://localhost:99999', 'no port'],
    ['HTTPS://acme/', 'a label is no URL'],
    ['https://evil.example/acme.okta.com', 'a path'],
    ['https://acme.okta.com@evil.example', 'user information'],
    ['http://acme.okta.com', 'plain http over a network'],
    ['http://my-org.localhost:8080/path', 'a path'],
    ['http://{subdomain}.evil.example', 'plain http over a network'],
    ['acme.okta.com:8443', 'a port'],
    ['acme-admin.okta.com', 'the console'],
    ['', 'nothing'],
    ['constructor.', 'a dot at the end'],
  ])('%j is refused for %s', (url) => {
    expect(() => resolveOrigin('prod', { names: { prod: url } })).toThrow(InvalidValueError);
  });

  test('a sub-domain of it, and what looks like it, is not configured', () => {
    for (const subdomain of ['x.login.acme.example', 'login.acme.example.evil.example', 'login-acme.example']) {
      expect(() => resolveOrigin(subdomain, { names })).toThrow(InvalidValueError);
    }
  });

  test('nor is one on this machine by what its URL holds', () => {
    for (const subdomain of [
      'my-org.localhost',
      'my-org.localhost:9443',
      'https://my-org.localhost:9443',
      '127.0.0.1',
    ]) {
      expect(() => resolveOrigin(subdomain, { names })).toThrow(InvalidValueError);
    }
  });

  test('a property that every object has is no name', () => {
    expect(resolveOrigin('constructor', { names })).toBe('https://constructor.okta.com');
    expect(() => resolveOrigin('__proto__', { names })).toThrow(InvalidValueError);
  });
});
