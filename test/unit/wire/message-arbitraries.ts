/** Messages at random, for property tests. */
import fc from 'fast-check';
import type { BackendMessage } from '../../../src/wire/backend.ts';
import type { FrontendMessage, StartupMessage } from '../../../src/wire/frontend.ts';

/** A text that ends with a zero byte holds none, and no half of a surrogate pair. */
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((each) => each.replaceAll('\0', ''));
const bytes = fc.uint8Array({ maxLength: 20 });
const oid = fc.nat({ max: 0xffff_ffff });
const format = fc.constantFrom(0, 1);
const value = fc.option(bytes);
const target = fc.constantFrom('statement' as const, 'portal' as const);
const int16 = fc.integer({ min: -0x8000, max: 0x7fff });
const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

export const startupMessages: fc.Arbitrary<StartupMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('startup' as const),
    major: fc.constant(3),
    minor: fc.nat({ max: 9 }),
    parameters: fc.dictionary(
      text.filter((each) => each !== '' && each !== '__proto__'),
      text,
    ),
  }),
  fc.record({ kind: fc.constant('sslRequest' as const) }),
  fc.record({ kind: fc.constant('gssEncRequest' as const) }),
  fc.record({ kind: fc.constant('cancelRequest' as const), processId: oid, secretKey: bytes }),
);

export const frontendMessages: fc.Arbitrary<FrontendMessage> = fc.oneof(
  fc.record({ kind: fc.constant('query' as const), text }),
  fc.record({ kind: fc.constant('parse' as const), name: text, text, types: fc.array(oid, { maxLength: 4 }) }),
  fc
    .record({
      kind: fc.constant('bind' as const),
      portal: text,
      statement: text,
      values: fc.array(value, { maxLength: 4 }),
      resultFormats: fc.array(format, { maxLength: 4 }),
      hasFormats: fc.constantFrom('none', 'one', 'each'),
    })
    .map(({ hasFormats, ...bind }) => ({
      ...bind,
      formats: hasFormats === 'none' ? [] : hasFormats === 'one' ? [1] : bind.values.map(() => 0),
    })),
  fc.record({ kind: fc.constantFrom('describe' as const, 'close' as const), target, name: text }),
  fc.record({ kind: fc.constant('execute' as const), portal: text, maxRows: int32 }),
  fc.record({ kind: fc.constantFrom('flush' as const, 'sync' as const, 'terminate' as const, 'copyDone' as const) }),
  fc.record({ kind: fc.constantFrom('password' as const, 'copyData' as const, 'functionCall' as const), data: bytes }),
  fc.record({ kind: fc.constant('copyFail' as const), reason: text }),
);

const field = fc.record({
  name: text,
  tableOid: oid,
  columnNumber: int16,
  typeOid: oid,
  typeSize: int16,
  typeModifier: int32,
  format,
});

const noticeFields = fc.dictionary(fc.constantFrom('S', 'V', 'C', 'M', 'D', 'H', 'P'), text);

export const backendMessages: fc.Arbitrary<BackendMessage> = fc.oneof(
  fc.record({ kind: fc.constantFrom('authenticationOk' as const, 'authenticationCleartextPassword' as const) }),
  fc.record({
    kind: fc.constant('authenticationSasl' as const),
    mechanisms: fc.array(
      text.filter((each) => each !== ''),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    kind: fc.constantFrom('authenticationSaslContinue' as const, 'authenticationSaslFinal' as const),
    data: bytes,
  }),
  fc.record({
    kind: fc.constant('negotiateProtocolVersion' as const),
    minor: fc.nat({ max: 9 }),
    options: fc.array(text, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('backendKeyData' as const), processId: oid, secretKey: bytes }),
  fc.record({ kind: fc.constant('parameterStatus' as const), name: text, value: text }),
  fc.record({ kind: fc.constant('readyForQuery' as const), status: fc.constantFrom('I' as const, 'T', 'E') }),
  fc.record({ kind: fc.constant('rowDescription' as const), fields: fc.array(field, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('dataRow' as const), values: fc.array(value, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('commandComplete' as const), tag: text }),
  fc.record({ kind: fc.constantFrom('errorResponse' as const, 'noticeResponse' as const), fields: noticeFields }),
  fc.record({ kind: fc.constant('notificationResponse' as const), processId: oid, channel: text, payload: text }),
  fc.record({
    kind: fc.constantFrom(
      'emptyQueryResponse' as const,
      'parseComplete' as const,
      'bindComplete' as const,
      'closeComplete' as const,
      'noData' as const,
      'portalSuspended' as const,
      'copyDone' as const,
    ),
  }),
  fc.record({ kind: fc.constant('parameterDescription' as const), types: fc.array(oid, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constantFrom('copyInResponse' as const, 'copyOutResponse' as const, 'copyBothResponse' as const),
    format,
    columnFormats: fc.array(format, { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('copyData' as const), data: bytes }),
);
