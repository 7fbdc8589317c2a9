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

/** From what binds least. PostgreSQL has the two after `pattern` on one level, `~` too, joined from the left. */
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

type Needs = Expression['needs'];

type Build = (operands: readonly Expression[]) => Expression;

const atom = (form: string): Expression => ({ form, operands: [], level: 'atom', needs: [] });

const built =
  (form: string, level: Level, needs: Needs, inDuckDb?: string): Build =>
  (operands) => ({ form, operands, level, needs, ...(inDuckDb !== undefined && { inDuckDb }) });

const infix = (operator: string, level: Level, needs: Needs): Build => built(`{} ${operator} {}`, level, needs);

const KEYS = ["'a'", "'b'", "'n'", "'l'", "lower('N')", 's'].map(atom);
const INDICES = [
  ...['0', '1', '-1'].map(atom),
  infix('+', 'sum', ['sum', 'cast'])(['0', '1'].map(atom)),
  infix('-', 'sum', ['sum', 'cast'])(['2', '2'].map(atom)),
];
const TEXTS = ['s', 't', "'x'", "'Ab'", "''", 'NULL::varchar', 'r.s'].map(atom);
const PATTERNS = ["'^x'", "'b'", "'^$'", "'A|y'", "'.'"].map(atom);
const LIKES = ["'%b'", "'x%'", "'_'", "''"].map(atom);

const arrow = (operator: string): Build => infix(operator, 'arrow', [{ ours: 'arrow', postgres: 'operator' }, 'sum']);

const match = (operator: string): Build => {
  const call = `regexp_matches({}, {}${operator.endsWith('*') ? ", 'i'" : ''})`;
  const plain = operator.startsWith('!') ? `(NOT ${call})` : call;
  return built(`{} ${operator} {}`, 'pattern', ['operator', { ours: 'operator', postgres: 'arrow' }], plain);
};

const perhapsNot = (form: string, level: Level, needs: Needs): readonly Build[] =>
  ['', 'NOT '].map((word) => built(form.replace('NOT', word), level, needs));

const TEXT_FORMS = {
  joined: infix('||', 'operator', ['operator', { ours: 'arrow', postgres: 'sum' }]),
  either: built('coalesce({}, {})', 'atom', ['or', 'or']),
  cast: built('{}::varchar', 'cast', ['cast']),
  chosen: built('CASE WHEN {} THEN {} ELSE {} END', 'atom', ['or', 'or', 'or']),
} as const;

const TWO_PATTERNS = [
  ["'^x'", "'^A'", "''"],
  ["'b'", "'$'", "'.'"],
].map((halves) => fc.constantFrom(...halves.map(atom)));

const COMPARISONS = ['=', '<>', '<', '>=', '!='].map((operator) =>
  infix(operator, 'comparison', ['pattern', 'pattern']),
);
const MATCHES = ['~', '!~', '~*', '!~*'].map(match);
const BOTH = infix('AND', 'and', ['and', 'not']);
const EITHER = infix('OR', 'or', ['or', 'and']);
const NOT = built('NOT {}', 'not', ['not']);
const NULLS = perhapsNot('{} IS NOTNULL', 'is', ['comparison']);
const LIKE = perhapsNot('{} NOTLIKE {}', 'pattern', ['operator', 'operator']);
const IN = perhapsNot('{} NOTIN ({}, {})', 'pattern', ['operator', 'or', 'or']);
const BETWEEN = perhapsNot('{} NOTBETWEEN {} AND {}', 'pattern', ['operator', 'operator', 'operator']);
const DISTINCT = infix('IS DISTINCT FROM', 'is', ['comparison', 'comparison']);
const OF_QUERY = built(
  "(SELECT max(o.p->>'a') FROM docs o WHERE o.id < 4 AND o.p->>'a' <> {}) = {}",
  'comparison',
  ['pattern', 'pattern'],
  "(SELECT max((o.p->>'a')) FROM docs o WHERE ((o.id < 4) AND ((o.p->>'a') <> {}))) = {}",
);

type Kinds = Record<'json' | 'text' | 'flag', Expression>;

const applied = (
  builds: readonly Build[],
  ...operands: readonly fc.Arbitrary<Expression>[]
): fc.Arbitrary<Expression> =>
  fc.tuple(fc.constantFrom(...builds), fc.tuple(...operands)).map(([build, of]) => build(of));

/** Expressions that are true, false or NULL. */
export const flags: fc.Arbitrary<Expression> = fc.letrec<Kinds>((tie) => {
  const json = tie('json');
  const text = tie('text');
  const flag = tie('flag');
  const key = fc.constantFrom(...KEYS, ...INDICES);
  return {
    json: fc.oneof({ maxDepth: 4 }, fc.constantFrom(atom('p'), atom('r.p')), applied([arrow('->')], json, key)),
    text: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...TEXTS),
      { weight: 3, arbitrary: applied([arrow('->>')], json, key) },
      applied([TEXT_FORMS.joined, TEXT_FORMS.either], text, text),
      applied([TEXT_FORMS.cast], text),
      applied([TEXT_FORMS.chosen], flag, text, text),
    ),
    flag: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(atom('b'), atom('true'), atom('r.b')),
      { weight: 2, arbitrary: applied([BOTH, EITHER], flag, flag) },
      applied([NOT], flag),
      applied([...COMPARISONS, DISTINCT, OF_QUERY], text, text),
      applied(MATCHES, text, fc.oneof(fc.constantFrom(...PATTERNS), applied([TEXT_FORMS.joined], ...TWO_PATTERNS))),
      applied(NULLS, text),
      applied(LIKE, text, fc.constantFrom(...LIKES)),
      applied([...IN, ...BETWEEN], text, text, text),
    ),
  };
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
