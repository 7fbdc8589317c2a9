import { describe, expect, test } from 'vitest';
import { type Editing, type Effect, insert, NOTHING_TYPED, press } from '../../../../src/cli/shell/editor.ts';
import type { Key } from '../../../../src/cli/terminal.ts';

const HISTORY = ['SELECT 3;', 'SELECT 2\nFROM b;', 'SELECT 1;'];

/** `ctrl-a`, `meta-b`, `return`; everything else is typed, letter by letter. */
function keysOf(text: string): readonly Key[] {
  const plain = { ctrl: false, meta: false, shift: false };
  return text.split(/(<[\w-]+>)/).flatMap((part) => {
    const [, modifier, name] = /^<(?:(ctrl|meta)-)?([\w-]+)>$/.exec(part) ?? [];
    if (name === undefined) return [...part].map((letter) => ({ ...plain, name: letter, sequence: letter }));
    return [
      { ...plain, name, sequence: name === 'return' ? '\r' : '', ctrl: modifier === 'ctrl', meta: modifier === 'meta' },
    ];
  });
}

function typed(text: string): { readonly shown: string; readonly state: Editing; readonly effect: Effect | undefined } {
  let state = NOTHING_TYPED;
  let effect: Effect | undefined;
  for (const key of keysOf(text)) {
    ({ state, effect } = press(state, key, { history: HISTORY, isComplete: (all) => all.endsWith(';') }));
  }
  return { shown: `${state.text.slice(0, state.cursor)}|${state.text.slice(state.cursor)}`, state, effect };
}

test.each<[keys: string, shown: string]>([
  ['abc', 'abc|'],
  ['abc<left><left>X', 'aX|bc'],
  ['abc<ctrl-a>X<ctrl-e>Y', 'XabcY|'],
  ['abc<backspace>', 'ab|'],
  ['abc<home><delete>', '|bc'],
  ['abc<home><ctrl-d>', '|bc'],
  ['one two<meta-b>X', 'one X|two'],
  ['one.two<ctrl-left><ctrl-left>X', 'X|one.two'],
  ['one two<home><meta-f>X', 'oneX| two'],
  ['one two<ctrl-w>', 'one |'],
  ['one, two.three<meta-backspace>', 'one, two.|'],
  ['one two<ctrl-u>', '|'],
  ['one two<ctrl-u><ctrl-y><ctrl-y>', 'one twoone two|'],
  ['one two<home><ctrl-k><ctrl-y>', 'one two|'],
  ['one two<home><meta-d>', '| two'],
  ['é👩‍👩‍👧x<left><backspace>', 'é|x'],
  ['東京<left>X', '東X|京'],
  ['one<return>two', 'one\ntwo|'],
  ['one;<meta-return>two', 'one;\ntwo|'],
  ['abc<return>de<up>X', 'abX|c\nde'],
  ['a<return>bcd<up>X', 'aX|\nbcd'],
  ['abc<return>d<up><down>X', 'abc\ndX|'],
  ['<f5>', '|'],
  ['a\u0007', 'a|'],
])('%s gives %j', (keys, shown) => {
  expect(typed(keys).shown).toBe(shown);
});

test.each<[keys: string, effect: Effect | undefined]>([
  ['a<return>', undefined],
  ['a;<return>', 'submit'],
  ['a<ctrl-c>', 'interrupt'],
  ['<ctrl-d>', 'end'],
  ['a<ctrl-d>', undefined],
  ['<tab>', 'complete'],
  ['<ctrl-l>', 'clear-screen'],
  ['<ctrl-z>', 'suspend'],
])('%s has the effect %s', (keys, effect) => {
  expect(typed(keys).effect).toBe(effect);
});

/** Ctrl-_, as a terminal sends it. */
const UNDO = '\u001f';

test.each<[keys: string, shown: string, effect?: Effect]>([
  [UNDO, '|', 'beep'],
  [`abc${UNDO}`, '|'],
  // A word at a time, with the blanks behind it.
  [`select a,  b${UNDO}`, 'select a,  |'],
  [`select a,  b${UNDO}${UNDO}`, 'select |'],
  [`select a,  b${UNDO}${UNDO}${UNDO}${UNDO}`, '|', 'beep'],
  [`abc<left><left>X${UNDO}`, 'a|bc'],
  [`one two<ctrl-w>${UNDO}`, 'one two|'],
  [`one two<ctrl-u>${UNDO}<ctrl-y>`, 'one twoone two|'],
  [`one two<home><ctrl-k>x${UNDO}${UNDO}`, '|one two'],
  [`abc<backspace><backspace>${UNDO}`, 'ab|'],
  // Nothing was changed in between.
  [`abc<ctrl-k><home><end>${UNDO}`, '|'],
  [`a <paste-start>b c<return>d<paste-end>${UNDO}`, 'a |'],
  [`a<return>b${UNDO}${UNDO}`, 'a|'],
  [`dra<up>${UNDO}`, 'dra|'],
  [`dra<up>${UNDO}<up>`, 'SELECT 3;|'],
  [`dra<ctrl-r>FROM<ctrl-e>${UNDO}`, 'dra|'],
  [`dra<ctrl-r>FROM<ctrl-g>${UNDO}`, '|'],
])('%j is taken back: %j', (keys, shown, effect) => {
  expect(typed(keys)).toMatchObject({ shown, effect });
});

test('what is remembered has an end', () => {
  const { state } = typed('a '.repeat(2_000));
  expect(state.past.length).toBe(500);
});

describe('the history', () => {
  test.each<[keys: string, shown: string]>([
    ['<up>', 'SELECT 3;|'],
    ['dra<up><down>', 'dra|'],
    ['<ctrl-p><ctrl-p>', 'SELECT 2\nFROM b;|'],
    ['<up><up><up>', 'SELECT |2\nFROM b;'],
    ['<ctrl-p><ctrl-p><ctrl-p><ctrl-p>', 'SELECT 1;|'],
    ['<ctrl-p><ctrl-p><ctrl-n>', 'SELECT 3;|'],
  ])('%s gives %j: a statement is one entry, within whose lines the keys go first', (keys, shown) => {
    expect(typed(keys).shown).toBe(shown);
  });

  test.each<[keys: string, shown: string]>([
    ['<ctrl-r>ELE', 'S|ELECT 3;'],
    ['<ctrl-r>ELE<ctrl-r>', 'S|ELECT 2\nFROM b;'],
    ['<ctrl-r>FROM', 'SELECT 2\n|FROM b;'],
    ['<ctrl-r>FROM<ctrl-e>X', 'SELECT 2\nFROM b;X|'],
    ['dra<ctrl-r>FROM<ctrl-c>', 'dra|'],
    ['dra<ctrl-r>FROM<ctrl-g>', 'dra|'],
    ['<ctrl-r>3<backspace>1', 'SELECT |1;'],
  ])('is searched: %s gives %j', (keys, shown) => {
    expect(typed(keys).shown).toBe(shown);
  });

  test('says so where nothing is found, and runs what is', () => {
    expect(typed('<ctrl-r>nowhere').effect).toBe('beep');
    expect(typed('<ctrl-r>FROM<return>')).toMatchObject({ effect: 'submit', state: { text: 'SELECT 2\nFROM b;' } });
  });
});

test('what is pasted runs nothing until Enter is pressed', () => {
  const pasted = typed('<paste-start>a;<return>b;<return><tab><paste-end>');
  expect([pasted.state.text, pasted.effect]).toEqual(['a;\nb;\n', undefined]);
});

test('a candidate takes the place of what was being written', () => {
  const { state } = typed('SELECT ki, x<left><left><left>');
  expect(insert(state, 'kid', 'SELECT '.length)).toMatchObject({ text: 'SELECT kid, x', cursor: 'SELECT kid'.length });
});
