import {
  chmodSync,
  chownSync,
  closeSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { appendToOwnFile, checkLinks, openOwnFile } from '../../src/own-file.ts';

const SOMEBODY = 12_345;
const isRoot = process.getuid?.() === 0;

let directory = '';
const path = (...names: string[]): string => join(directory, ...names);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
  writeFileSync(path('precious'), 'precious');
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(file: string): void {
  const descriptor = openOwnFile(file);
  writeSync(descriptor, 'new');
  closeSync(descriptor);
}

test('a file is made for its owner alone, and one that is there is emptied and closed to others', () => {
  write(path('file'));
  expect(statSync(path('file')).mode & 0o777).toBe(0o600);
  writeFileSync(path('file'), 'something longer');
  chmodSync(path('file'), 0o644);
  write(path('file'));
  expect([readFileSync(path('file'), 'utf8'), statSync(path('file')).mode & 0o777]).toEqual(['new', 0o600]);
});

test('what is appended comes behind what is there, which is closed to others', () => {
  for (const text of ['one', 'two']) {
    const descriptor = appendToOwnFile(path('journal'));
    writeSync(descriptor, text);
    closeSync(descriptor);
  }
  expect([readFileSync(path('journal'), 'utf8'), statSync(path('journal')).mode & 0o777]).toEqual(['onetwo', 0o600]);
});

test('a link of one’s own is followed', () => {
  symlinkSync(path('precious'), path('link'));
  write(path('link'));
  expect(readFileSync(path('precious'), 'utf8')).toBe('new');
});

test('a second name of a file is not', () => {
  linkSync(path('precious'), path('twin'));
  expect(() => openOwnFile(path('twin'))).toThrow('second name');
  expect(readFileSync(path('precious'), 'utf8')).toBe('precious');
});

describe.runIf(isRoot)('what somebody else has put there', () => {
  test.each(['link', 'in/file'])('%s is not followed', (name) => {
    symlinkSync(path('precious'), path('link'));
    mkdirSync(path('elsewhere'));
    symlinkSync(path('elsewhere'), path('in'));
    for (const each of ['link', 'in']) lchownSync(path(each), SOMEBODY, SOMEBODY);
    expect(() => openOwnFile(path(name))).toThrow('a link that somebody else has made');
    expect(() => appendToOwnFile(path(name))).toThrow('a link that somebody else has made');
    expect(() => checkLinks(path(name))).toThrow('a link that somebody else has made');
    expect(readFileSync(path('precious'), 'utf8')).toBe('precious');
  });

  test('a file is not written', () => {
    writeFileSync(path('theirs'), 'theirs');
    chownSync(path('theirs'), SOMEBODY, SOMEBODY);
    expect(() => openOwnFile(path('theirs'))).toThrow('belongs to somebody else');
    expect(readFileSync(path('theirs'), 'utf8')).toBe('theirs');
  });
});
