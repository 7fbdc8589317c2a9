/**
 * YAML → values, within bounds: who writes a document must not decide how long it is read, or how much memory that takes.
 *
 * The parser is driven token by token, so that what would take it minutes is refused while it reads. Six kilobytes of `? ? ? …`
 * are enough for that, or two hundred of keys, each of which it compares with all others.
 *
 * @module
 */

import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  type Node,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';

/** What a document may have of each. The largest that are published have a quarter of it. */
export const MOST: Readonly<Record<'bytes' | 'tokens' | 'depth' | 'values' | 'keyLength', number>> = {
  bytes: 16 * 2 ** 20,
  tokens: 3_000_000,
  /** Lists and objects inside each other. */
  depth: 200,
  /** With what aliases repeat. */
  values: 1_500_000,
  keyLength: 4_096,
};

/** Keys with a question mark inside keys with one: an OpenAPI document has the mark before long paths, and none below. */
const MOST_MARKED_KEYS = 8;

/** Milliseconds that reading may take where all of that is within bounds. */
const LONGEST_MS = 60_000;

/** Called with what is wrong, and where in the text if that is known. Throws. */
export type RefuseYaml = (problem: string, offset?: number) => never;

/** The value of a YAML text, JSON included: core types only and no merge keys, so that no document can run code. */
export function yamlValue(text: string, refuse: RefuseYaml): unknown {
  const endsAt = performance.now() + LONGEST_MS;
  const document = parse(text, endsAt, refuse);
  const [error] = document.errors;
  if (error !== undefined) refuse(`not YAML: ${error.message.split('\n')[0]}`, error.pos[0]);
  if (document.contents !== null) measure(document.contents, refuse);
  try {
    // What aliases repeat was counted.
    return document.toJS({ maxAliasCount: -1 }) as unknown;
  } catch (cause) {
    return refuse(`not YAML that is read: ${cause instanceof Error ? cause.message : 'an alias is wrong'}`);
  }
}

function parse(text: string, endsAt: number, refuse: RefuseYaml): Document.Parsed {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const watch = watcher(endsAt, refuse);
  for (const lexeme of new Lexer().lex(text)) {
    watch(lexeme);
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  // Its own check of keys compares each with all others.
  const composer = new Composer({ schema: 'core', uniqueKeys: false });
  const [document, second] = composer.compose(tokens, true, text.length) as Iterable<Document.Parsed>;
  if (document === undefined) return refuse('not YAML: there is nothing in it');
  if (second !== undefined) refuse('not YAML: there is more than one document in it');
  return document;
}

interface Level {
  /** Where it begins. */
  readonly column: number;
  readonly isMarkedKey: boolean;
}

/** The lexer's own, which have no width: of a document, of a value, and of the end of a mode. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

/** Looks at each token before the parser does, and refuses what is too much of something. */
function watcher(endsAt: number, refuse: RefuseYaml): (lexeme: string) => void {
  let [tokens, flow, column] = [0, 0, 0];
  /** What is around a token outside brackets, with what stands before it on its line. */
  const levels: Level[] = [];
  const enter = (isMarkedKey: boolean): void => {
    while ((levels.at(-1)?.column ?? -1) >= column) levels.pop();
    levels.push({ column, isMarkedKey });
    const marked = isMarkedKey ? levels.filter((level) => level.isMarkedKey).length : 0;
    if (marked > MOST_MARKED_KEYS) refuse(TOO_DEEP);
  };
  return (lexeme) => {
    tokens += 1;
    if (tokens > MOST.tokens) refuse(`it has more than ${MOST.tokens} tokens, which is more than is read`);
    if (tokens % 4_096 === 0 && performance.now() > endsAt) refuse(`it was not read within ${LONGEST_MS / 1000} s`);
    if (MARKS.has(lexeme)) return;
    if (lexeme === '[' || lexeme === '{') flow += 1;
    else if (lexeme === ']' || lexeme === '}') flow -= 1;
    else if (flow <= 0 && !/^\s*$/.test(lexeme)) enter(lexeme === '?');
    if (levels.length + flow > MOST.depth) refuse(TOO_DEEP);
    const end = lexeme.lastIndexOf('\n');
    column = end === -1 ? column + lexeme.length : lexeme.length - end - 1;
  };
}

const TOO_DEEP = `it is nested more than ${MOST.depth} deep, which is deeper than is read`;

/**
 * Counts the values with what aliases repeat, and looks at the keys: one that comes twice would hide the first, and whoever reads
 * the document would see the other.
 */
function measure(root: Node, refuse: RefuseYaml): void {
  /** By anchor, once all of it has been seen. */
  const sizes = new Map<string, number>();
  let left = MOST.values;
  const spend = (values: number): number => {
    left -= values;
    if (left < 0)
      refuse(`it has more than ${MOST.values} values, with what aliases repeat, which is more than is read`);
    return values;
  };
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const known = sizes.get(node.source);
      return spend(
        known ?? refuse(`not YAML: the alias *${node.source} stands for nothing, or is inside what it stands for`),
      );
    }
    let size = spend(1);
    if (isMap(node)) {
      checkKeys(node, refuse);
      for (const { value } of node.items) size += sizeOf(value);
    } else if (isCollection(node)) {
      for (const item of node.items) size += sizeOf(isPair(item) ? item.value : item);
    }
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) sizes.set(node.anchor, size);
    return size;
  };
  sizeOf(root);
}

function checkKeys({ items }: YAMLMap, refuse: RefuseYaml): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) refuse('not YAML that is read: a key is no text');
    const name = String((key as Scalar).value);
    if (name.length > MOST.keyLength) refuse(`not YAML that is read: a key has more than ${MOST.keyLength} characters`);
    if (seen.has(name))
      refuse(
        `not YAML: the key ${JSON.stringify(name.slice(0, 100))} comes twice in one object`,
        (key as Scalar).range?.[0],
      );
    seen.add(name);
  }
}
