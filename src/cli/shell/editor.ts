/**
 * The text that is being typed, and what each key does to it: a function from state and key to state. It knows no terminal.
 *
 * Node's own line editor keeps single lines: of a statement over several, only the last could be changed, and each would be an
 * entry of the history. The keys are those of readline(3) in its Emacs mode, which shells have taught everybody.
 *
 * @module
 */

import { own } from '../../values.ts';
import type { Key } from '../terminal.ts';

/** What Ctrl-_ brings back. */
interface Moment {
  /** Lines are divided by `\n`. */
  readonly text: string;
  /** In UTF-16 units. */
  readonly cursor: number;
  /** How far back in the history the text comes from; -1 is what is being typed. */
  readonly historyIndex: number;
}

export interface Editing extends Moment {
  /** What stood before each change that can be taken back, the last one last. */
  readonly past: readonly Moment[];
  /** Whether the last key was a letter, of a word that is taken back as one. */
  readonly isTyping: boolean;
  /** What was cut last, for Ctrl-Y. */
  readonly killed: string;
  /** What was being typed before the history was looked at. */
  readonly draft: string;
  /** While something is pasted, a line's end is none of a statement. */
  readonly isPasting: boolean;
  readonly search?: Search;
}

/** Ctrl-R. */
export interface Search {
  readonly term: string;
  /** Of the entry that is shown; -1 where nothing was found. */
  readonly index: number;
  readonly before: Moment;
}

export const NOTHING_TYPED: Editing = {
  text: '',
  cursor: 0,
  killed: '',
  historyIndex: -1,
  draft: '',
  past: [],
  isTyping: false,
  isPasting: false,
};

/** What the surroundings have to do after a key. */
export type Effect = 'submit' | 'interrupt' | 'end' | 'complete' | 'clear-screen' | 'suspend' | 'beep';

export interface EditorTerms {
  /** The last first. */
  readonly history: readonly string[];
  /** Whether Enter runs the text; else it begins a new line. */
  readonly isComplete: (text: string) => boolean;
}

export interface Pressed {
  readonly state: Editing;
  readonly effect?: Effect | undefined;
}

export function press(state: Editing, key: Key, terms: EditorTerms): Pressed {
  if (key.name === 'paste-start') return { state: { ...state, isPasting: true, isTyping: false } };
  if (key.name === 'paste-end') return { state: { ...state, isPasting: false, isTyping: false } };
  if (state.isPasting) return { state: typed(state, pastedText(key)) };
  if (state.search !== undefined) return searchKey(state, state.search, key, terms);
  const bound = own(BINDINGS, nameOf(key));
  if (bound !== undefined) return bound({ ...state, isTyping: false }, terms);
  return isText(key) ? { state: typed(state, key.sequence) } : { state };
}

/** A word is one change, with the blanks behind it, and so is what is pasted. */
function typed(state: Editing, text: string): Editing {
  const isNewWord = !state.isPasting && /\S/.test(text) && /\s/.test(state.text[state.cursor - 1] ?? '');
  const { past } = state;
  const inserted = insert(state, text);
  return { ...inserted, past: state.isTyping && !isNewWord ? past : inserted.past, isTyping: true };
}

/** Puts a text where the cursor is, or in place of what stands from `from` to it. */
export function insert(state: Editing, text: string, from: number = state.cursor): Editing {
  return changed(state, state.text.slice(0, from) + text + state.text.slice(state.cursor), from + text.length);
}

/** A state in which the text stands, with the cursor behind it. */
export function withText(state: Editing, text: string): Editing {
  return changed(state, text, text.length);
}

function changed(state: Editing, text: string, cursor: number): Editing {
  return text === state.text ? { ...state, cursor } : { ...state, text, cursor, past: withMoment(state, state) };
}

/** How many changes are remembered. */
const MOST_CHANGES = 500;

function withMoment({ past }: Editing, { text, cursor, historyIndex }: Moment): readonly Moment[] {
  return [...past.slice(1 - MOST_CHANGES), { text, cursor, historyIndex }];
}

const takeBack: Binding = (state) => {
  const last = state.past.at(-1);
  return last === undefined
    ? { state, effect: 'beep' }
    : { state: { ...state, ...last, past: state.past.slice(0, -1) } };
};

function pastedText({ sequence, name }: Key): string {
  return name === 'return' || sequence === '\r' ? '\n' : sequence;
}

/** What can be typed: no key that is known by a name only, and no control. */
function isText({ sequence, ctrl, meta }: Key): boolean {
  return !ctrl && !meta && sequence !== '' && !/\p{Cc}/u.test(sequence);
}

/** `ctrl-a`, `meta-b`, `left`. */
function nameOf({ name, ctrl, meta, sequence }: Key): string {
  return `${ctrl ? 'ctrl-' : ''}${meta ? 'meta-' : ''}${name ?? sequence}`;
}

type Binding = (state: Editing, terms: EditorTerms) => Pressed;

const moved =
  (target: (state: Editing) => number): Binding =>
  (state) => ({ state: { ...state, cursor: target(state) } });

/** Cuts from the cursor to there. */
const cut =
  (target: (state: Editing) => number, isKept: boolean): Binding =>
  (state) => {
    const [from, to] = [state.cursor, target(state)].sort((one, other) => one - other) as [number, number];
    const text = state.text.slice(0, from) + state.text.slice(to);
    const killed = isKept && from < to ? state.text.slice(from, to) : state.killed;
    return { state: { ...changed(state, text, from), killed } };
  };

const told =
  (effect: Effect): Binding =>
  (state) => ({ state, effect });

const newLine: Binding = (state) => ({ state: insert(state, '\n') });

const enter: Binding = (state, { isComplete }) =>
  isComplete(state.text) ? { state, effect: 'submit' } : { state: insert(state, '\n') };

const endOrDelete: Binding = (state, terms) =>
  state.text === '' ? { state, effect: 'end' } : cut(right, false)(state, terms);

const up: Binding = (state, terms) => {
  const target = lineAbove(state);
  return target === undefined ? { state: older(state, terms) } : { state: { ...state, cursor: target } };
};

const down: Binding = (state, terms) => {
  const target = lineBelow(state);
  return target === undefined ? { state: newer(state, terms) } : { state: { ...state, cursor: target } };
};

const beginSearch: Binding = (state) => {
  const { text, cursor, historyIndex } = state;
  return { state: { ...state, search: { term: '', index: -1, before: { text, cursor, historyIndex } } } };
};

const BINDINGS: Readonly<Record<string, Binding>> = {
  return: enter,
  enter,
  'meta-return': newLine,
  'meta-enter': newLine,
  tab: told('complete'),
  left: moved(left),
  right: moved(right),
  'ctrl-b': moved(left),
  'ctrl-f': moved(right),
  home: moved(lineStart),
  end: moved(lineEnd),
  'ctrl-a': moved(lineStart),
  'ctrl-e': moved(lineEnd),
  'meta-b': moved(wordStart),
  'meta-f': moved(wordEnd),
  'ctrl-left': moved(wordStart),
  'ctrl-right': moved(wordEnd),
  'meta-left': moved(wordStart),
  'meta-right': moved(wordEnd),
  up,
  down,
  'ctrl-p': (state, terms) => ({ state: older(state, terms) }),
  'ctrl-n': (state, terms) => ({ state: newer(state, terms) }),
  backspace: cut(left, false),
  'ctrl-h': cut(left, false),
  delete: cut(right, false),
  'ctrl-w': cut(blankStart, true),
  'meta-backspace': cut(wordStart, true),
  'meta-d': cut(wordEnd, true),
  'ctrl-k': cut(lineEnd, true),
  'ctrl-u': cut(lineStart, true),
  'ctrl-y': (state) => ({ state: insert(state, state.killed) }),
  'ctrl-d': endOrDelete,
  'ctrl-c': told('interrupt'),
  'ctrl-l': told('clear-screen'),
  'ctrl-z': told('suspend'),
  // Ctrl-_, which has no name.
  '\u001f': takeBack,
  'ctrl-r': beginSearch,
};

/** Made when first needed: it costs 13 ms. */
let segmenter: Intl.Segmenter | undefined;

/** What is one character to whoever reads it. */
export function graphemes(text: string): readonly string[] {
  if (/^[\x20-\x7e\n\t]*$/.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

function left({ text, cursor }: Editing): number {
  return cursor - (graphemes(text.slice(0, cursor)).at(-1)?.length ?? 0);
}

function right({ text, cursor }: Editing): number {
  return cursor + (graphemes(text.slice(cursor))[0]?.length ?? 0);
}

function lineStart({ text, cursor }: Editing): number {
  return text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd({ text, cursor }: Editing): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

const IN_WORD = /[\p{L}\p{N}_]/u;

function wordStart({ text, cursor }: Editing): number {
  let at = cursor;
  while (at > 0 && !IN_WORD.test(text[at - 1] ?? '')) at -= 1;
  while (at > 0 && IN_WORD.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

function wordEnd({ text, cursor }: Editing): number {
  let at = cursor;
  while (at < text.length && !IN_WORD.test(text[at] ?? '')) at += 1;
  while (at < text.length && IN_WORD.test(text[at] ?? '')) at += 1;
  return at;
}

function blankStart({ text, cursor }: Editing): number {
  let at = cursor;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at -= 1;
  while (at > 0 && !/\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

/** The same column of the line above; undefined on the first. */
function lineAbove(state: Editing): number | undefined {
  const start = lineStart(state);
  if (start === 0) return undefined;
  const above = lineStart({ ...state, cursor: start - 1 });
  return Math.min(above + (state.cursor - start), start - 1);
}

function lineBelow(state: Editing): number | undefined {
  const end = lineEnd(state);
  if (end === state.text.length) return undefined;
  const below = end + 1;
  return Math.min(below + (state.cursor - lineStart(state)), lineEnd({ ...state, cursor: below }));
}

function older(state: Editing, { history }: EditorTerms): Editing {
  const entry = history[state.historyIndex + 1];
  if (entry === undefined) return state;
  const draft = state.historyIndex === -1 ? state.text : state.draft;
  return { ...withText(state, entry), historyIndex: state.historyIndex + 1, draft };
}

function newer(state: Editing, { history }: EditorTerms): Editing {
  if (state.historyIndex === -1) return state;
  const index = state.historyIndex - 1;
  return { ...withText(state, index === -1 ? state.draft : (history[index] ?? '')), historyIndex: index };
}

function searchKey(state: Editing, search: Search, key: Key, terms: EditorTerms): Pressed {
  const name = nameOf(key);
  const next = (term: string, from: number): Pressed => found(state, { ...search, term }, from, terms);
  if (name === 'ctrl-r') return next(search.term, search.index + 1);
  if (name === 'backspace') return next(search.term.slice(0, -1), 0);
  if (isText(key)) return next(search.term + key.sequence, Math.max(0, search.index));
  const { search: _done, ...rest } = state;
  if (name === 'ctrl-c' || name === 'ctrl-g' || name === 'escape') return { state: { ...rest, ...search.before } };
  // Whatever else is pressed is pressed on what was found.
  const past = rest.text === search.before.text ? rest.past : withMoment(rest, search.before);
  return press({ ...rest, past }, key, terms);
}

function found(state: Editing, search: Search, from: number, { history }: EditorTerms): Pressed {
  const index = search.term === '' ? -1 : history.findIndex((entry, at) => at >= from && entry.includes(search.term));
  const entry = index === -1 ? undefined : history[index];
  if (entry === undefined) {
    const isLost = search.term !== '';
    return {
      state: { ...state, search: isLost ? search : { ...search, index: -1 } },
      effect: isLost ? 'beep' : undefined,
    };
  }
  const cursor = entry.indexOf(search.term);
  return { state: { ...state, text: entry, cursor, historyIndex: index, search: { ...search, index } } };
}
