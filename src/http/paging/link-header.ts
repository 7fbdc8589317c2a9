/**
 * The `Link` header: RFC 8288 section 3, read as its appendix B.2 says.
 *
 * @module
 */

interface Link {
  readonly target: string;
  /** The relation types, in small letters. */
  readonly relations: readonly string[];
}

/** What a header says of the page behind this one. */
export type NextLink =
  | { readonly kind: 'next'; readonly target: string }
  | { readonly kind: 'none' }
  /** It speaks of a next page, but not in a way that can be read. */
  | { readonly kind: 'unreadable' };

/**
 * The first link with relation `next`. Where the header cannot be read to its end, and what is left speaks of something next,
 * nobody can say that there is no such page.
 */
export function nextLink(header: string): NextLink {
  for (let at = 0; at < header.length; ) {
    at = skip(SEPARATORS, header, at);
    if (at === header.length) break;
    const found = linkAt(header, at);
    if (found === undefined) return { kind: /next/i.test(header.slice(at)) ? 'unreadable' : 'none' };
    const { link, end } = found;
    if (link.relations.includes('next')) return { kind: 'next', target: link.target };
    at = end;
  }
  return { kind: 'none' };
}

// Sticky, so that each looks at one place, and each character is looked at a fixed number of times however long the header is.
const SEPARATORS = /[\s,]*/y;
const SPACE = /\s*/y;
const TARGET = /<([^<>]*)>/y;
const NAME = /;[\s;]*([^\s=;,"]*)/y;
const EQUALS = /\s*=\s*/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;
const PLAIN = /[^\s;,"]*/y;

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (matchAt(pattern, text, at)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Undefined where there is none, or one that breaks off. */
function linkAt(header: string, start: number): { readonly link: Link; readonly end: number } | undefined {
  const target = matchAt(TARGET, header, start);
  if (target === null) return undefined;
  let relation: string | undefined;
  let at = skip(SPACE, header, start + target[0].length);
  while (header[at] === ';') {
    const parameter = parameterAt(header, at);
    if (parameter === undefined) return undefined;
    // "Occurrences after the first MUST be ignored", says section 3.3 of a second rel.
    if (parameter.name === 'rel') relation ??= parameter.value;
    at = skip(SPACE, header, parameter.end);
  }
  if (at < header.length && header[at] !== ',') return undefined;
  return { link: { target: target[1] ?? '', relations: relationsOf(relation ?? '') }, end: at };
}

interface LinkParameter {
  readonly name: string;
  readonly value: string;
  readonly end: number;
}

function parameterAt(header: string, start: number): LinkParameter | undefined {
  const [whole = '', name = ''] = matchAt(NAME, header, start) ?? [];
  const named = { name: name.toLowerCase(), value: '' };
  const equals = name === '' ? null : matchAt(EQUALS, header, start + whole.length);
  if (equals === null) return { ...named, end: start + whole.length };
  const at = start + whole.length + equals[0].length;
  const quoted = header[at] === '"' ? matchAt(QUOTED, header, at) : null;
  if (header[at] === '"' && quoted === null) return undefined;
  const [text = '', inner] = quoted ?? matchAt(PLAIN, header, at) ?? [];
  return { ...named, value: inner?.replace(/\\([\s\S])/g, '$1') ?? text, end: at + text.length };
}

/** Some servers take the apostrophe for a quotation mark. */
function relationsOf(value: string): readonly string[] {
  return value
    .replace(/^'(.*)'$/, '$1')
    .toLowerCase()
    .split(/\s+/);
}
