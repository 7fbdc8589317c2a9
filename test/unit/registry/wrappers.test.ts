import { expect, test } from 'vitest';
import { wrapperOf } from '../../../src/registry/wrappers.ts';

const wrap = '{{- $wrapped := printf "{\\"things\\":%s}" . -}}\n{{- $wrapped -}}';
const column =
  '{{- $wrapped := printf "{\\"items\\":%s}" . -}}\n{{- $parsed := jsonMapFromString $wrapped -}}\n' +
  '{{- $items := index $parsed "items" -}}\n' +
  '{"apps":[{{- range $i, $v := $items -}}{{- if $i -}},{{- end -}}{"app":"{{- $v -}}"}{{- end -}}]}';

test.each([
  ['a wrapped list', { type: 'golang_template_text_v0.3.0', body: wrap }, { rowsAt: ['$', '$.*'] }],
  [
    'a wrapped list of texts',
    { type: 'golang_template_text_v0.3.0', body: column },
    { rowsAt: ['$', '$.*'], scalar: 'app' },
  ],
  ['none', undefined, undefined],
  ['one without a body', { type: 'golang_template_text_v0.3.0' }, undefined],
  ['another template', { type: 'golang_template_json_v0.3.0', body: '{{ range .b }}{{ . }}{{ end }}' }, undefined],
  ['a wrapper that goes on', { type: 'golang_template_text_v0.3.0', body: `${wrap}{{ .x }}` }, undefined],
  ['XML', { type: 'schema_driven_xml_v0.1.0', body: wrap }, undefined],
])('%s', (_name, transform, wrapper) => {
  expect(wrapperOf(transform)).toEqual(wrapper);
});

test.each<[what: string, type: string, body: string, objectKey: string | undefined, rowsAt: string | undefined]>([
  ['the whole', 'json_v0.3.0', '{{ toJson . }}', undefined, '$'],
  ['the whole, of which a part is rows', 'json_v0.1.0', ' {{- toJson . -}}\n', '$.data.rows', '$.data.rows'],
  ['a part', 'json_v0.3.0', '{{ toJson .data.rows }}', undefined, '$.data.rows'],
  ['a part under another name', 'json_v0.3.0', '{ "items": {{ toJson .data }} }', '$.items', '$.data'],
  ['a part under another name, of which a part', 'json_v0.3.0', '{"items":{{toJson .a}}}', '$.items.rows', '$.a.rows'],
  ['a text as it came', 'text_v0.3.0', '{{ . }}', '$.rows', '$.rows'],
  ['a text under a name', 'v0.1.0', '{"rows": {{ . }} }', 'rows', '$'],
  // What Go prints for a map is no JSON.
  ['a value as Go prints it', 'json_v0.3.0', '{{ . }}', undefined, undefined],
  ['a text quoted', 'text_v0.3.0', '{{ toJson . }}', undefined, undefined],
  ['rows that are elsewhere', 'json_v0.3.0', '{"items": {{ toJson .a }}}', '$.itemsOfMine', undefined],
  ['two members', 'json_v0.3.0', '{"a": {{ toJson .a }}, "b": {{ toJson .b }}}', '$.a', undefined],
  ['half an object', 'json_v0.3.0', '{"a": {{ toJson .a }}', '$.a', undefined],
  ['a call', 'json_v0.3.0', '{{ toJson (index .a 0) }}', undefined, undefined],
])('a template that puts out %s', (_what, type, body, objectKey, rowsAt) => {
  expect(wrapperOf({ type: `golang_template_${type}`, body }, objectKey)?.rowsAt[0]).toBe(rowsAt);
});
