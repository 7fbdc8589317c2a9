/**
 * Facts of the specification + corrections → facts as Okta is.
 *
 * @module
 */

import { type Facts, fieldFromText, type Operation, type Parameter, type Payload, type Schema } from './facts.ts';
import type { Correction } from './inputs.ts';

/** Applies the corrections in their order. Throws where one names what is not there, so that stale ones are noticed. */
export function correct(facts: Facts, corrections: readonly Correction[]): Facts {
  return corrections.reduce(applyCorrection, facts);
}

function applyCorrection(facts: Facts, correction: Correction): Facts {
  const added = { ...facts, operations: [...facts.operations, ...(correction.operations ?? [])] };
  const renamed = Object.entries(correction.rename ?? {}).reduce(renameSchema, added);
  const schemas = correctSchemas(renamed, correction);
  return correctOperations({ ...renamed, schemas }, correction);
}

function renameSchema(facts: Facts, [from, to]: readonly [string, string]): Facts {
  if (facts.schemas[from] === undefined) throw new Error(`corrections.yaml: no schema ${from} to rename.`);
  const { [from]: schema = {}, ...rest } = facts.schemas;
  const { [from]: members, ...otherMembers } = facts.members;
  const name = (payload: Payload): Payload => (payload.of === from ? { ...payload, of: to } : payload);
  const operations = facts.operations.map((operation) => ({
    ...operation,
    ...(operation.body !== undefined && { body: name(operation.body) }),
    answers: mapValues(operation.answers, (answer) => answer && name(answer)),
  }));
  return {
    ...facts,
    schemas: { ...rest, [to]: schema },
    members: members === undefined ? otherMembers : { ...otherMembers, [to]: members },
    operations,
  };
}

function correctSchemas(facts: Facts, { schemas = {}, nullable = {} }: Correction): Readonly<Record<string, Schema>> {
  const corrected: Record<string, Schema> = { ...facts.schemas };
  for (const [name, fields] of Object.entries(schemas)) {
    corrected[name] = { ...corrected[name], ...mapValues(fields, fieldFromText) };
  }
  for (const [name, fields] of Object.entries(nullable)) {
    const schema = corrected[name] ?? {};
    const changed = fields.map((field) => {
      const known = schema[field];
      if (known === undefined) throw new Error(`corrections.yaml: no field ${name}.${field} that could be null.`);
      return [field, { ...known, nullable: true }];
    });
    corrected[name] = { ...schema, ...Object.fromEntries(changed) };
  }
  return corrected;
}

function correctOperations(facts: Facts, correction: Correction): Facts {
  const { status = {}, answers = {}, parameters = {}, renameParameters = {} } = correction;
  const known = new Set(facts.operations.map(({ id }) => id));
  for (const id of Object.keys({ ...status, ...answers, ...parameters, ...renameParameters })) {
    if (!known.has(id)) throw new Error(`corrections.yaml: no operation ${id}.`);
  }
  const operations = facts.operations.map((operation) => {
    const { id } = operation;
    const added = (parameters[id] ?? []).reduce(addParameter, operation);
    const renamed = Object.entries(renameParameters[id] ?? {}).reduce(renameParameter, added);
    const answered = { ...renamed, answers: answers[id] ?? renamed.answers };
    return status[id] === undefined ? answered : withStatus(answered, status[id]);
  });
  return { ...facts, operations };
}

function addParameter(operation: Operation, parameter: Parameter): Operation {
  const others = operation.parameters.filter(
    ({ name, in: location }) => name !== parameter.name || location !== parameter.in,
  );
  return { ...operation, parameters: [...others, parameter] };
}

function renameParameter(operation: Operation, [from, to]: readonly [string, string]): Operation {
  return {
    ...operation,
    path: operation.path.replace(`{${from}}`, `{${to}}`),
    parameters: operation.parameters.map((parameter) =>
      parameter.name === from && parameter.in === 'path' ? { ...parameter, name: to } : parameter,
    ),
  };
}

function withStatus(operation: Operation, status: string): Operation {
  const [answer = null] = Object.values(operation.answers);
  return { ...operation, answers: { [status]: answer } };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
