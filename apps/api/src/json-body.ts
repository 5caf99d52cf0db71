/** `application/json` bodies. The answer to text that is not JSON names the position and what is expected there. */

import { RequestFault } from '@waybill/relay/management/request-fault';
import type { App } from './dependencies.ts';
import { type JsonFault, jsonFault } from './json-fault.ts';

const sentence = ({ line, column, expected }: JsonFault): string =>
  `is not JSON: line ${line}, column ${column}: expected ${expected}`;

/** JSON whose field names would change what an object inherits. */
const FORBIDDEN_NAME = 'holds a field named __proto__ or constructor.prototype, which is not allowed';

/** A byte order mark is not part of the text. RFC 8259 §8.1. */
const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

function faultOf(text: string): RequestFault {
  const fault = jsonFault(withoutMark(text));
  return new RequestFault('request_malformed', [
    fault === undefined
      ? { pointer: '', code: 'forbidden_name', detail: FORBIDDEN_NAME }
      : { pointer: '', code: 'not_json', detail: sentence(fault) },
  ]);
}

/** An empty JSON body counts as no body: many clients send the type with every POST. */
export function addJsonParser(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text === '') return done(null, undefined);
    void parse(request, text, (error, value) => done(error === null ? null : faultOf(text), value));
  });
}
