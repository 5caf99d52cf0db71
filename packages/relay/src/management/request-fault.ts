import { Refusal, type RefusalCode } from '../refusal.ts';

export type Fault = { readonly pointer: string; readonly code: string; readonly detail: string };

const sentence = ({ pointer, detail }: Fault): string =>
  pointer === '' ? `the request ${detail}` : `${pointer}: ${detail}`;

/** A refusal with JSON pointers to the faulty parts of the request. */
export class RequestFault extends Refusal {
  readonly faults: readonly Fault[];

  constructor(code: RefusalCode, faults: readonly Fault[]) {
    super(code, faults[0] === undefined ? {} : { detail: sentence(faults[0]) });
    this.faults = faults;
  }
}

export const faultAt = (pointer: string, detail: string): RequestFault =>
  new RequestFault('request_malformed', [{ pointer, code: 'invalid', detail }]);
