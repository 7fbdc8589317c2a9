import { expect, test } from 'vitest';
import { readableByDuckDb } from '../../../src/engine/readable.ts';

interface Case {
  readonly text: string;
  readonly reads: string;
  readonly why?: string;
}

const CASES: readonly Case[] = [
  { text: "a AND p->>'x' IS NULL", reads: "a AND (p->>'x') IS NULL" },
  { text: "'x' = p->'a'->>'b'", reads: "'x' = (p->'a'->>'b')" },
  { text: "NOT p->>'x' LIKE 'y'", reads: "NOT (p->>'x') LIKE 'y'" },
  { text: "'q' || p->>'x' || p->>'y'", reads: "'q' || (p->>'x') || (p->>'y')", why: 'it binds more than ||' },
  { text: "a & b->'x' <-> c", reads: "a & (b->'x') <-> c", why: '<-> is no arrow' },
  { text: "p->'a'->>0+1 = 'x'", reads: "(p->'a'->>0+1) = 'x'", why: 'arithmetic binds more, as in PostgreSQL' },
  { text: "p->-1->>-2 = 'x'", reads: "(p-> -1->> -2) = 'x'", why: '->- is an operator of its own to DuckDB' },
  { text: 'a.p::json->>lower(b) = c', reads: '(a.p::json->>lower(b)) = c' },
  { text: "f(x)[1].y->>'z' = 1", reads: "(f(x)[1].y->>'z') = 1" },
  { text: "not (p)->>'x' = 'y'", reads: "not ((p)->>'x') = 'y'", why: 'NOT is no function' },
  { text: "a in (p)->>'x'", reads: "a in ((p)->>'x')" },
  { text: "order by (p)->>'x', -p->>'y' desc", reads: "order by ((p)->>'x'), (-p->>'y') desc" },
  { text: "(p->>'x'), f(p->>'x', 1), [p->>'x']", reads: "(p->>'x'), f(p->>'x', 1), [p->>'x']", why: 'it is alone' },
  { text: "a b, p->>'x' c from t d", reads: "a b, (p->>'x') c from t d", why: 'an alias is no operand' },
  {
    text: "case a when p->>'x' then p->>'y' end->>'z' = 1",
    reads: "(case a when (p->>'x') then (p->>'y') end->>'z') = 1",
  },
  {
    text: "max(p) filter (where p->>'x' = 'y') over (order by p->>'z' desc)->>'w' = 1",
    reads: "(max(p) filter (where (p->>'x') = 'y') over (order by (p->>'z') desc)->>'w') = 1",
  },
  {
    text: "mode() within group (order by p->>'x' = 'y')->>'z' = 1",
    reads: "(mode() within group (order by (p->>'x') = 'y')->>'z') = 1",
  },
  { text: "date '2026-01-01' < p->>'x'", reads: "date '2026-01-01' < (p->>'x')" },
  { text: "json '{}'->>'a' is null", reads: "(json '{}'->>'a') is null" },
  { text: "interval 3 days < p->>'x'", reads: "interval 3 days < (p->>'x')" },
  { text: "a::double precision < p->>'x'", reads: "a::double precision < (p->>'x')" },
  {
    text: "a::timestamp with time zone at time zone 'UTC' < p->>'x'",
    reads: "a::timestamp with time zone at time zone 'UTC' < (p->>'x')",
  },
  { text: "p->>'x' collate nocase = 'Y'", reads: "(p->>'x' collate nocase) = 'Y'" },
  { text: "a is not distinct from p->>'x'", reads: "a is not distinct from (p->>'x')" },
  { text: "a between p->>'x' and p->>'y' and b", reads: "a between (p->>'x') and (p->>'y') and b" },
  { text: "{'k': p->>'x' = 'y'}.k, l[p->>'x':2]", reads: "{'k': (p->>'x') = 'y'}.k, l[(p->>'x'):2]" },
  { text: "[x->>'a' for x in l if x->>'b' = 'c']", reads: "[(x->>'a') for x in l if (x->>'b') = 'c']" },
  { text: '$1->>? = :name', reads: '($1->>?) = :name' },
  { text: '"p"->>"q" = \'->>\' -- a->b', reads: '("p"->>"q") = \'->>\' -- a->b' },
  { text: 'list_transform(l, x -> x + 1)', reads: 'list_transform(l, x -> x + 1)', why: 'a lambda' },
  { text: 'reduce(l, (a, b) -> a + b, 0)', reads: 'reduce(l, (a, b) -> a + b, 0)', why: 'a lambda' },
  { text: 'l.list_filter(x -> x > 1)', reads: 'l.list_filter(x -> x > 1)', why: 'a lambda' },
  { text: "columns(c -> c LIKE 'a%')", reads: "columns(c -> c LIKE 'a%')", why: 'a lambda' },
  { text: "list_filter(l, x -> x->>'a' = 'b')", reads: "list_filter(l, x -> (x->>'a') = 'b')" },
  { text: "list_filter(l, lambda x: x->>'a' = 'b')", reads: "list_filter(l, lambda x: (x->>'a') = 'b')" },
  {
    text: "list_filter(p->'a' || l, x -> x)",
    reads: "list_filter((p->'a') || l, x -> x)",
    why: 'the first argument is none',
  },
  { text: "f(a, b -> 'c' = d)", reads: "f(a, (b -> 'c') = d)", why: 'no function that takes a lambda' },
  {
    text: "p->'a'->'b'->'c'->'d'->'e'->'f'->'g'->>'h' = 1",
    reads: `(${'json_extract_path('.repeat(7)}p,'a'),'b'),'c'),'d'),'e'),'f'),'g')->>'h') = 1`,
    why: 'DuckDB needs twice as long with each arrow',
  },
  { text: "a ~ 'x' and b", reads: "regexp_matches(a , 'x') and b" },
  { text: "not a !~ 'x'", reads: "not (NOT regexp_matches(a , 'x'))" },
  { text: "a ~* 'x', a !~* 'x'", reads: "regexp_matches(a , 'x', 'i'), (NOT regexp_matches(a , 'x', 'i'))" },
  {
    text: "a || b ~ 'x' || c->>'y' = true",
    reads: "regexp_matches(a || b , 'x' || (c->>'y')) = true",
    why: 'less than ||, more than =',
  },
  { text: "a ~ 'x' ~ b", reads: "regexp_matches(regexp_matches(a , 'x') , b)", why: 'from the left' },
  { text: "p->>'a' ~ p->>'b'", reads: "regexp_matches((p->>'a') , (p->>'b'))" },
  { text: '~a = ~ b', reads: '~a = ~ b', why: 'the sign' },
  { text: "a ~ any (array['x'])", reads: "a ~ any (array['x'])", why: 'DuckDB says what it does not know' },
  { text: "a ~~ 'x', a !~~* 'y', a ~~~ 'z'", reads: "a ~~ 'x', a !~~* 'y', a ~~~ 'z'", why: 'LIKE, ILIKE and GLOB' },
  { text: 'a->>', reads: 'a->>', why: 'for DuckDB to complain about' },
  { text: "->> 'x' = (", reads: "->> 'x' = (" },
  { text: 'a\u00a0=\ufeffb\u200b\u2028and\u3000c', reads: 'a = b  and c', why: 'blanks beyond ASCII' },
  { text: '\'\u00a0\' = "\u00a0"', reads: '\'\u00a0\' = "\u00a0"', why: 'which stay inside strings and names' },
  {
    text: "E'\\'\u00a0', '\ufeff'",
    reads: "'''\u00a0', '\ufeff'",
    why: 'DuckDB takes what follows for blanks outside',
  },
  { text: 'okta.apps.jwks.*, a.*, b * c', reads: '          jwks.*, a.*, b * c' },
];

test.each(CASES)('$text', ({ text, reads, why }) => {
  expect(readableByDuckDb(text).text, why).toBe(reads);
  // Read again, it stays what it is: views keep texts that have been read.
  expect(readableByDuckDb(reads).text).toBe(reads);
});

test('places in what DuckDB reads are told in what the user wrote', () => {
  const text = "ü\u00a0= p->>'x' ~ 'é' AND marked";
  const { text: read, byteBefore, characterBefore } = readableByDuckDb(text);
  expect(read).toBe("ü = regexp_matches((p->>'x') , 'é') AND marked");
  for (const word of ['p', "'x'", "'é'", 'marked']) {
    const bytes = (from: string): number => Buffer.byteLength(from.slice(0, from.indexOf(word === 'p' ? 'p->' : word)));
    expect(byteBefore(bytes(read)), word).toBe(bytes(text));
  }
  expect(characterBefore(read.indexOf('marked'))).toBe(text.indexOf('marked'));
  expect(byteBefore(0)).toBe(0);
});

test.each([
  { text: `a = ${'('.repeat(50_000)}p->>'x'${')'.repeat(50_000)}` },
  { text: `p${"->'x'".repeat(50_000)}` },
  { text: `${"'x' || p->>'a' = 1 AND ".repeat(20_000)} true` },
  { text: `${'case when '.repeat(50_000)}` },
])('$text.length characters are read in one pass', ({ text }) => {
  expect(readableByDuckDb(text).text.length).toBeGreaterThanOrEqual(text.length);
});
