/**
 * Which controls of which packs run, and with which values.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { nearestNames } from '../registry/nearest.ts';
import type { ParameterValue } from '../sql/statement.ts';
import { type Control, type Pack, SEVERITIES, type Severity } from './control.ts';
import { withDefaults } from './pack.ts';

/** A control in its place. */
export interface Chosen {
  readonly pack: string;
  readonly group: { readonly id: string; readonly title: string };
  readonly control: Control;
}

export interface Choice {
  /** Ids, or `pack/id`. None: all. */
  readonly only?: readonly string[];
  /** Such as `severity>=high`; all have to hold. */
  readonly where?: readonly string[];
  /** `name=value`, or `id.name=value` for one control. */
  readonly set?: readonly string[];
}

/** @throws InvalidValueError for a name that nothing has, before anything is sent */
export function choose(packs: readonly Pack[], { only = [], where = [], set = [] }: Choice): readonly Chosen[] {
  const all = packs.flatMap(({ name, groups }) =>
    groups.flatMap(({ id, title, controls }) =>
      controls.map((control): Chosen => ({ pack: name, group: { id, title }, control })),
    ),
  );
  for (const wanted of only) checkKnown(wanted, all);
  const tests = where.map(testOf);
  const chosen = all
    .filter((each) => only.length === 0 || only.some((wanted) => isNamed(each, wanted)))
    .filter((each) => tests.every((test) => test(each)));
  if (chosen.length === 0) throw wrong('where', 'No control is chosen.', 'Leave out --where, or make it wider.');
  return withValues(chosen, set);
}

function isNamed({ pack, control: { id } }: Chosen, name: string): boolean {
  return name === id || name === `${pack}/${id}`;
}

function checkKnown(wanted: string, all: readonly Chosen[]): void {
  if (all.some((each) => isNamed(each, wanted))) return;
  const ids = all.map(({ control }) => control.id);
  throw wrong('only', `No control is called ${JSON.stringify(wanted)}.`, didYouMean(wanted, ids));
}

const CONDITION = /^\s*(severity|pack|group)\s*(>=|<=|!=|=|>|<)\s*(\S+)\s*$/;

/** Severities are compared by how bad they are: `severity>=high` takes high and critical. */
function testOf(text: string): (chosen: Chosen) => boolean {
  const [, what = '', operator = '', value = ''] = CONDITION.exec(text) ?? [];
  if (what === '') {
    throw wrong(
      'where',
      `--where ${JSON.stringify(text)} is not understood.`,
      'Write severity>=high, pack=posture or group!=api.',
    );
  }
  if (what === 'severity') return severityTest(operator, value);
  if (operator !== '=' && operator !== '!=')
    throw wrong('where', `${what} has no order; it takes = and !=.`, 'Only severity has one.');
  const isWanted = operator === '=';
  return ({ pack, group }) => ((what === 'pack' ? pack : group.id) === value) === isWanted;
}

function severityTest(operator: string, value: string): (chosen: Chosen) => boolean {
  const bound = SEVERITIES.indexOf(value as Severity);
  if (bound === -1)
    throw wrong('where', `${JSON.stringify(value)} is no severity.`, `There are ${SEVERITIES.join(', ')}.`);
  /** Above 0 for what is worse. */
  const distance = ({ control }: Chosen): number => bound - SEVERITIES.indexOf(control.severity);
  const tests: Readonly<Record<string, (chosen: Chosen) => boolean>> = {
    '>=': (each) => distance(each) >= 0,
    '<=': (each) => distance(each) <= 0,
    '>': (each) => distance(each) > 0,
    '<': (each) => distance(each) < 0,
    '=': (each) => distance(each) === 0,
    '!=': (each) => distance(each) !== 0,
  };
  return tests[operator] ?? (() => false);
}

interface Setting {
  /** Of one control. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly text: string;
}

function withValues(chosen: readonly Chosen[], set: readonly string[]): readonly Chosen[] {
  const settings = set.map(settingOf);
  for (const setting of settings) checkSetting(setting, chosen);
  return chosen.map((each) => ({ ...each, control: withDefaults(each.control, valuesFor(each, settings)) }));
}

function settingOf(text: string): Setting {
  const [, id, name = '', value = ''] = /^(?:([^=.]+)\.)?([A-Za-z]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === '') throw wrong('set', `--set ${JSON.stringify(text)} is no name=value.`, 'Write --set days=180.');
  if (name === 'subdomain') throw wrong('set', 'The org is no parameter.', 'Name it by --subdomain.');
  return { id, name, text: value };
}

function concerns({ id, name }: Setting, each: Chosen): boolean {
  return (id === undefined || isNamed(each, id)) && Object.hasOwn(each.control.parameters, name);
}

function checkSetting(setting: Setting, chosen: readonly Chosen[]): void {
  if (chosen.some((each) => concerns(setting, each))) return;
  if (setting.id !== undefined) checkKnown(setting.id, chosen);
  const names = [...new Set(chosen.flatMap(({ control }) => Object.keys(control.parameters)))];
  throw wrong(
    'set',
    `None of the controls has a parameter ${JSON.stringify(setting.name)}.`,
    didYouMean(setting.name, names),
  );
}

/** What is said of one control goes before what is said of all. */
function valuesFor(each: Chosen, settings: readonly Setting[]): Readonly<Record<string, ParameterValue>> {
  const mine = settings.filter((setting) => concerns(setting, each));
  const ordered = [...mine.filter(({ id }) => id === undefined), ...mine.filter(({ id }) => id !== undefined)];
  return Object.fromEntries(
    ordered.map(
      ({ name, text }) => [name, valueLike(each.control.parameters[name]?.default ?? '', text, name)] as const,
    ),
  );
}

/** The text as a value of the kind that the default is. */
function valueLike(sample: ParameterValue, text: string, name: string): ParameterValue {
  if (Array.isArray(sample)) {
    const [first = ''] = sample as readonly ParameterValue[];
    return text === '' ? [] : text.split(',').map((part) => valueLike(first, part.trim(), name));
  }
  if (typeof sample === 'number') {
    const number = Number(text);
    if (text.trim() !== '' && Number.isFinite(number)) return number;
    throw wrong('set', `${name} takes a number, and ${JSON.stringify(text)} is none.`, `Its default is ${sample}.`);
  }
  if (typeof sample === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw wrong('set', `${name} takes true or false, and not ${JSON.stringify(text)}.`, `Its default is ${sample}.`);
  }
  return text;
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  return known.length === 0 ? 'There are none.' : `There are ${[...known].sort().slice(0, 40).join(', ')}.`;
}

function wrong(subject: string, message: string, hint: string): InvalidValueError {
  return new InvalidValueError(message, { subject, hint });
}
