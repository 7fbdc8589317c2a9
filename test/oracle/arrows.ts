import fc from 'fast-check';

/**
 * An expression over the columns of {@link ROWS}, as a tree. Its levels say which operators bind more; of one operator, `left`
 * and `right` are the least levels that its operands may have without parentheses.
 */
export interface Expression {
  /** With a `{}` for each operand. */
  readonly form: string;
  /** What plain DuckDB 1.5 calls it, if that is something else. */
  readonly inDuckDb?: string;
  readonly operands: readonly Expression[];
  readonly level: Level;
  /** For each operand, the least level that needs no parentheses; by PostgreSQL's rules where they differ from ours. */
  readonly needs: readonly (Level | { readonly ours: Level; readonly postgres: Level })[];
}

/** From what binds least. PostgreSQL has the two after `pattern` on one level, joined from the left. */
const LEVELS = ['or', 'and', 'not', 'is', 'comparison', 'pattern', 'operator', 'arrow', 'sum', 'cast', 'atom'] as const;
type Level = (typeof LEVELS)[number];

/** Documents of each kind an arrow may meet, NULL among them, and texts beside them. */
export const ROWS: readonly string[] = [
  `(1, '{"a":"x","b":"Ab","n":{"a":"y","b":{"a":"z"}},"l":["x","y",{"a":"q"}]}', 'x', 'Ab', true)`,
  `(2, '{"a":null,"b":"","n":{"a":"x"},"l":[]}', 'y', NULL, false)`,
  "(3, NULL, 'x', 'x', true)",
  `(4, '{"n":null}', NULL, '', NULL)`,
  `(5, '{"a":"true","b":"a","n":{"b":"Ab"},"l":["Ab"]}', 'Ab', 'true', false)`,
  '(6, NULL, NULL, NULL, NULL)',
  `(7, '{"a":"Ab","l":[["x"],"Ab"],"n":{"a":"","b":"x"}}', 'a', 'y', true)`,
];

const atom = (form: string): Expression => ({ form, operands: [], level: 'atom', needs: [] });

const infix = (
  operator: string,
  level: Level,
  operands: readonly Expression[],
  needs: Expression['needs'],
  inDuckDb?: string,
): Expression => ({
  form: `{} ${operator} {}`,
  operands,
  level,
  needs,
  ...(inDuckDb !== undefined && { inDuckDb }),
});

const KEYS = ["'a'", "'b'", "'n'", "'l'", "lower('N')", 's'].map(atom);
const INDICES = [
  atom('0'),
  atom('1'),
  atom('-1'),
  { ...infix('+', 'sum', [atom('0'), atom('1')], ['sum', 'cast']), level: 'sum' } as const,
  { ...infix('-', 'sum', [atom('2'), atom('2')], ['sum', 'cast']), level: 'sum' } as const,
];
const TEXTS = ['s', 't', "'x'", "'Ab'", "''", 'NULL::varchar', 'r.s'].map(atom);
const PATTERNS = ["'^x'", "'b'", "'^$'", "'A|y'", "'.'"].map(atom);
const LIKES = ["'%b'", "'x%'", "'_'", "''"].map(atom);

interface Kinds {
  readonly json: Expression;
  readonly text: Expression;
  readonly flag: Expression;
}

/** Expressions that are true, false or NULL. */
export const flags: fc.Arbitrary<Expression> = fc.letrec<Kinds>((tie) => {
  const [json, text, flag] = [tie('json'), tie('text'), tie('flag')];
  const key = fc.constantFrom(...KEYS, ...INDICES);
  const binary = (
    operators: readonly string[],
    level: Level,
    [left, right]: readonly [fc.Arbitrary<Expression>, fc.Arbitrary<Expression>],
    needs: Expression['needs'],
  ): fc.Arbitrary<Expression> =>
    fc
      .tuple(fc.constantFrom(...operators), left, right)
      .map(([operator, ...operands]) => infix(operator, level, operands, needs));
  const match = fc
    .tuple(fc.constantFrom('~', '!~', '~*', '!~*'), text, fc.constantFrom(...PATTERNS))
    .map(([operator, ...operands]) => {
      const call = `regexp_matches({}, {}${operator.endsWith('*') ? ", 'i'" : ''})`;
      return infix(
        operator,
        'operator',
        operands,
        ['operator', 'arrow'],
        operator.startsWith('!') ? `(NOT ${call})` : call,
      );
    });
  const arrow = (operator: string): fc.Arbitrary<Expression> =>
    fc
      .tuple(json, key)
      .map((operands) => infix(operator, 'arrow', operands, [{ ours: 'arrow', postgres: 'operator' }, 'sum']));
  const prefix = fc.constantFrom('', 'NOT ');
  return {
    json: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.constantFrom(atom('p'), atom('r.p')), arrow('->')),
    text: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(...TEXTS),
      arrow('->>'),
      arrow('->>'),
      binary(['||'], 'operator', [text, text], ['operator', { ours: 'arrow', postgres: 'sum' }]),
      fc
        .tuple(text, text)
        .map((operands) => ({ form: 'coalesce({}, {})', operands, level: 'atom', needs: ['or', 'or'] })),
      text.map((operand) => ({ form: '{}::varchar', operands: [operand], level: 'cast', needs: ['cast'] })),
      fc.tuple(flag, text, text).map((operands) => ({
        form: 'CASE WHEN {} THEN {} ELSE {} END',
        operands,
        level: 'atom',
        needs: ['or', 'or', 'or'],
      })),
    ),
    flag: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom(atom('b'), atom('true'), atom('r.b')),
      binary(['=', '<>', '<', '>=', '!='], 'comparison', [text, text], ['pattern', 'pattern']),
      binary(['AND'], 'and', [flag, flag], ['and', 'not']),
      binary(['OR'], 'or', [flag, flag], ['or', 'and']),
      flag.map((operand) => ({ form: 'NOT {}', operands: [operand], level: 'not', needs: ['not'] })),
      match,
      fc.tuple(prefix, text).map(([word, operand]) => ({
        form: `{} IS ${word}NULL`,
        operands: [operand],
        level: 'is',
        needs: ['comparison'],
      })),
      fc
        .tuple(prefix, text, fc.constantFrom(...LIKES))
        .map(([word, ...operands]) => infix(`${word}LIKE`, 'pattern', operands, ['operator', 'operator'])),
      fc.tuple(prefix, text, text, text).map(([word, ...operands]) => ({
        form: `{} ${word}IN ({}, {})`,
        operands,
        level: 'pattern',
        needs: ['operator', 'or', 'or'],
      })),
      fc.tuple(prefix, text, text, text).map(([word, ...operands]) => ({
        form: `{} ${word}BETWEEN {} AND {}`,
        operands,
        level: 'pattern',
        needs: ['operator', 'operator', 'operator'],
      })),
      fc.tuple(text, text).map((operands) => ({
        form: '{} IS DISTINCT FROM {}',
        operands,
        level: 'is',
        needs: ['comparison', 'comparison'],
      })),
      fc
        .tuple(json, text)
        .map(([document, value]) => ({
          form: '(SELECT max(o.p::varchar::json ->> {}) FROM docs o WHERE o.p->>{} = {})',
          operands: [
            atom("'a'"),
            atom("'a'"),
            { ...infix('->>', 'arrow', [document, value], ['arrow', 'sum']), form: '({} ->> {})' },
          ],
          level: 'atom',
          needs: ['or', 'or', 'or'],
        }))
        .map((query) => ({
          form: `{} IS NOT DISTINCT FROM 'x'`,
          operands: [query as Expression],
          level: 'is',
          needs: ['comparison'],
        })),
    ),
  } as unknown as { readonly [K in keyof Kinds]: fc.Arbitrary<Kinds[K]> };
}).flag;

export type Dialect = 'ours' | 'postgres';

/** With no more parentheses than the dialect needs. */
export function printed(expression: Expression, dialect: Dialect): string {
  return filled(expression.form, expression, (operand, index) => {
    const need = expression.needs[index] ?? 'atom';
    const least = typeof need === 'string' ? need : need[dialect];
    const text = printed(operand, dialect);
    return LEVELS.indexOf(operand.level) < LEVELS.indexOf(least) ? `(${text})` : text;
  });
}

/** With all parentheses, and in plain DuckDB's words. */
export function inDuckDb(expression: Expression): string {
  const text = filled(expression.inDuckDb ?? expression.form, expression, (operand) => inDuckDb(operand));
  return expression.operands.length === 0 ? text : `(${text})`;
}

function filled(form: string, { operands }: Expression, print: (operand: Expression, index: number) => string): string {
  let index = 0;
  return form.replaceAll('{}', () => {
    const operand = operands[index];
    index += 1;
    return operand === undefined ? '' : print(operand, index - 1);
  });
}

/** The same with other blanks: none where none is needed, lines and comments where there is one. */
export function respaced(text: string, style: number): string {
  if (style === 1) return text.replaceAll(/ ?(->>?|\|\||[<>]=?|=|,) ?/g, '$1');
  if (style === 2) return text.replaceAll(/ (->>?|=|AND|IS) /g, '\n\u00a0$1 /* -> */\t');
  return text;
}
