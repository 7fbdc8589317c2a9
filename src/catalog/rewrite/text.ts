/**
 * Spellings of PostgreSQL that DuckDB's parser does not read as they are meant, each changed before it reads the text.
 *
 * @module
 */

import { isOperator, isSignificant, isWord, type Token } from '../../sql/text/token.ts';
import { tokenize } from '../../sql/text/tokens.ts';

/** Looks at the tokens from `index` on; gives how many it takes, and what stands there instead. */
interface TextRule {
  /** Why DuckDB cannot have it as it is. */
  readonly reason: string;
  readonly match: (
    tokens: readonly Token[],
    index: number,
  ) => { readonly length: number; readonly text: string } | undefined;
}

const TEXT_RULES: readonly TextRule[] = [
  {
    reason: 'DuckDB keeps the schema of an operator and loses the operator',
    match: (tokens, index) => {
      if (!isWord(tokens[index], 'OPERATOR') || !isOperator(tokens[index + 1], '(')) return undefined;
      const close = tokens.findIndex((token, at) => at > index && isOperator(token, ')'));
      const parts = tokens.slice(index + 2, close);
      const dot = parts.findLastIndex((token) => isOperator(token, '.'));
      return {
        length: close - index + 1,
        text: parts
          .slice(dot + 1)
          .map(({ text }) => text)
          .join(''),
      };
    },
  },
  {
    reason: 'there is one collation here, which is that of bytes',
    match: (tokens, index) => {
      if (!isWord(tokens[index], 'COLLATE')) return undefined;
      return { length: isOperator(tokens[index + 2], '.') ? 4 : 2, text: '' };
    },
  },
  {
    reason:
      'DuckDB takes no schema before a type that is a keyword of its own, and has one type for text, varchar and "char"',
    match: (tokens, index) => {
      if (!isTypePlace(tokens, index)) return undefined;
      const hasSchema = isName(tokens[index], 'pg_catalog') && isOperator(tokens[index + 1], '.');
      const type = tokens[hasSchema ? index + 2 : index];
      if (type?.kind !== 'word' && type?.kind !== 'quoted') return undefined;
      return { length: hasSchema ? 3 : 1, text: typeText(type) };
    },
  },
  {
    reason: 'PostgreSQL writes unquoted names in lower case, and DuckDB as they were written',
    match: (tokens, index) => {
      const token = tokens[index];
      if (token?.kind !== 'word' || token.text === token.text.toLowerCase()) return undefined;
      return { length: 1, text: token.text.toLowerCase() };
    },
  },
];

/** Behind `::`, or behind AS in a CAST. */
function isTypePlace(tokens: readonly Token[], index: number): boolean {
  if (isOperator(tokens[index - 1], '::')) return true;
  if (!isWord(tokens[index - 1], 'AS')) return false;
  let depth = 0;
  for (let at = index - 2; at >= 0; at -= 1) {
    if (isOperator(tokens[at], ')')) depth += 1;
    else if (isOperator(tokens[at], '(') && depth === 0) return isWord(tokens[at - 1], 'CAST');
    else if (isOperator(tokens[at], '(')) depth -= 1;
  }
  return false;
}

/** Names that DuckDB keeps as they are; `internalName` knows them. */
const KEPT: Readonly<Record<string, string>> = { text: 'pg_text', '"char"': 'pg_char' };

function typeText({ kind, value }: Token): string {
  const written = kind === 'quoted' && value === 'char' ? '"char"' : value.toLowerCase();
  return KEPT[written] ?? (/^[a-z_][a-z0-9_]*$/.test(written) ? written : `"${value}"`);
}

function isName(token: Token | undefined, name: string): boolean {
  return (token?.kind === 'word' || token?.kind === 'quoted') && token.value.toLowerCase() === name;
}

/** The text as DuckDB's parser can read it, without comments. Throws `SYNTAX` for what is never closed. */
export function readableText(text: string): string {
  const tokens = tokenize(text).filter(isSignificant);
  let written = '';
  let end = 0;
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index];
    if (token === undefined) break;
    const found = TEXT_RULES.map((rule) => rule.match(tokens, index)).find((each) => each !== undefined);
    const [length, replaced] = found === undefined ? [1, token.text] : [found.length, found.text];
    // What stood between is blank or a comment.
    written += (token.start > end ? ' ' : '') + replaced;
    end = tokens[index + length - 1]?.end ?? token.end;
    index += length;
  }
  return written.replace(/[\s;]+$/, '');
}
