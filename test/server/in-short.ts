import type { BackendMessage } from '../../src/wire/backend.ts';

/** What was answered, in short: names and types of columns, rows, tags, SQLSTATEs, the status, and else the kind of message. */
export function inShort(messages: readonly BackendMessage[]): readonly string[] {
  return messages.map((message) => {
    switch (message.kind) {
      case 'rowDescription':
        return `columns ${message.fields.map(({ name, typeOid }) => `${name}:${typeOid}`).join(' ')}`;
      case 'parameterDescription':
        return ['parameters', ...message.types].join(' ');
      case 'dataRow':
        return message.values.map((value) => (value === null ? 'NULL' : Buffer.from(value).toString())).join('|');
      case 'commandComplete':
        return message.tag;
      case 'errorResponse':
        return `error ${message.fields['C']}`;
      case 'noticeResponse':
        return `${message.fields['S']} ${message.fields['C']}`;
      case 'readyForQuery':
        return message.status;
      case 'copyData':
        return `data ${JSON.stringify(Buffer.from(message.data).toString())}`;
      default:
        return message.kind;
    }
  });
}
