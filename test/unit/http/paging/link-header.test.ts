import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextLink } from '../../../../src/http/paging/link-header.ts';

const HOST = 'https://acme.okta.com';
const UNREADABLE = Symbol('unreadable');

function outcomeOf(header: string): string | symbol | undefined {
  const found = nextLink(header);
  if (found.kind === 'unreadable') return UNREADABLE;
  return found.kind === 'next' ? found.target : undefined;
}

describe('nextLink', () => {
  test.each<[header: string, target: string | undefined | typeof UNREADABLE]>([
    ['', undefined],
    [`<${HOST}/a?after=1>; rel="next"`, `${HOST}/a?after=1`],
    // As fetch joins two fields.
    [`<${HOST}/a?limit=2>; rel="self", <${HOST}/a?after=1>; rel="next"`, `${HOST}/a?after=1`],
    [`<${HOST}/a?after=1>; rel="next", <${HOST}/a?limit=2>; rel="self"`, `${HOST}/a?after=1`],
    [`<${HOST}/a>; rel="self",<${HOST}/b>;rel="next"`, `${HOST}/b`],
    ['</a?f=x,y;z&after=1,2>; rel="next"', '/a?f=x,y;z&after=1,2'],
    ['</a?q=%3Cx%3E&after=1>; rel="next"', '/a?q=%3Cx%3E&after=1'],
    ['</a>; rel=next', '/a'],
    ['</a>; rel=next; title=x', '/a'],
    ['</a>;rel=next,</b>;rel=self', '/a'],
    ['</a>; rel = "next"', '/a'],
    ['</a>; rel="prev next"', '/a'],
    ['</a>; rel="next  last"', '/a'],
    ['</a>; REL="NEXT"', '/a'],
    ['</a>; title="x"; rel="next"', '/a'],
    ['</a>; crossorigin; rel="next"', '/a'],
    ['</a>; rel="self", </b>; rel="next", </c>; rel="next"', '/b'],
    ['<>; rel="next"', ''],
    ['</a>; rel="self"', undefined],
    ['</a>; rel="nextpage"', undefined],
    ['</a>; rel="https://example.com/next"', undefined],
    ['</a>; rel=""', undefined],
    ['</a>; rel', undefined],
    ['</a>', undefined],
    // RFC 8288 section 3.3: of two, the first counts.
    ['</a>; rel="self"; rel="next"', undefined],
    ['</a>; title="; rel=next"; rel="self"', undefined],
    ['</a>; title="</b>; rel=next"; rel="self"', undefined],
    ['</a>; title="a, b"; rel="next"', '/a'],
    ['</a>; relation="next"', undefined],
    ['rel="next"', UNREADABLE],
    ['garbage', undefined],
    ['<<<>>>', undefined],
    ['</a; rel="next"', UNREADABLE],
    ['</a>; rel="next', UNREADABLE],
    ['</a>, </b>; rel="next"', '/b'],
    ['\u0000\uffff<', undefined],
    ["</a>; rel='next'", '/a'],
    ['</a>; title="a\\"b"; rel="next"', '/a'],
    ['</a>; title="; rel=\\"next\\""; rel="self"', undefined],
    ['</a>; rel=next;', '/a'],
    ['</a>;; rel=next', '/a'],
    [', </a>; rel=next', '/a'],
    ['< /a >; rel="next"', ' /a '],
    ["</a>; rel*=UTF-8''next", undefined],
    ['/a; rel="next"', UNREADABLE],
    ['</a> rel="next"', UNREADABLE],
    ['</a>, rel="next"', UNREADABLE],
    ['</a>; title="x; rel="next"', UNREADABLE],
    ['</a; rel="self", </b>; rel="next"', UNREADABLE],
    // What comes behind it does not matter any more.
    ['</a>; rel="next", garbage', '/a'],
    ['</a>; rel="self", garbage', undefined],
  ])('of %j is %j', (header, target) => {
    expect(outcomeOf(header)).toBe(target);
  });

  // What looks again from each of so many characters takes hours: the run ends as one that hangs. How the time grows with
  // the parts of a header, `npm run bench` says.
  const MANY = 2 ** 24;

  test.each<[what: string, header: string]>([
    ['angle brackets that open', '<'.repeat(MANY)],
    ['angle brackets that close', '>'.repeat(MANY)],
    ['quotes', `<a>${'"'.repeat(MANY + 1)}`],
    ['links in quotes that never close', '<a>"'.repeat(MANY / 4 + 1)],
    ['semicolons', `<a>${';'.repeat(MANY)}`],
    ['spaces behind a semicolon', `<a>;${' '.repeat(MANY)}`],
    ['spaces before an equals sign', `<a>;rel${' '.repeat(MANY)}`],
    ['parameters', `<a>${'; x = y'.repeat(MANY / 128)}`],
    ['one relation', `<a>;rel=${'x'.repeat(MANY)}`],
    ['links', '</a>; rel="self", '.repeat(MANY / 256)],
  ])('of millions of characters, %s, comes to its end', (_what, header) => {
    expect(nextLink(header).kind).not.toBe('next');
  });

  test('the last of ten thousand links is found', () => {
    expect(outcomeOf(`${'</a>; rel="self", '.repeat(10_000)}</b>; rel="next"`)).toBe('/b');
  });
});

test('whatever else a well-formed header says, the first link to the next page is found', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab,;<>="\\ \'') });
  const parameter = fc.oneof(
    text.map((value) => `; title="${value.replace(/["\\]/g, '\\$&')}"`),
    fc.constantFrom('; crossorigin', ';; type=a', '; hreflang = en', ' ;anchor="#next"'),
  );
  const parameters = fc.array(parameter, { maxLength: 3 }).map((parts) => parts.join(''));
  const relation = fc.constantFrom('rel="self"', 'rel=prev', 'rel="next"', 'REL=next', 'rel="last next"', "rel='next'");
  const link = fc.tuple(fc.nat(), parameters, relation, parameters);
  fc.assert(
    fc.property(fc.array(link, { maxLength: 5 }), fc.constantFrom(',', ', ', ' ,,'), (links, separator) => {
      const header = links.map(([id, before, rel, after]) => `</a?x=1,2;3&id=${id}>${before}; ${rel}${after}`);
      const next = links.find(([, , rel]) => rel.includes('next'));
      expect(outcomeOf(header.join(separator))).toBe(next && `/a?x=1,2;3&id=${next[0]}`);
    }),
    { numRuns: 2_000 },
  );
});
