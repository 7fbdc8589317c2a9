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
  ['another template', { type: 'golang_template_json_v0.3.0', body: '{"a": {{ toJson .b }} }' }, undefined],
  ['a wrapper that goes on', { type: 'golang_template_text_v0.3.0', body: `${wrap}{{ .x }}` }, undefined],
  ['XML', { type: 'schema_driven_xml_v0.1.0', body: wrap }, undefined],
])('%s', (_name, transform, wrapper) => {
  expect(wrapperOf(transform)).toEqual(wrapper);
});
