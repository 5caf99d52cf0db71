import { Refusal, type RefusalCode } from '@waybill/relay/refusal';

type Fault = { readonly pointer: string; readonly code: string; readonly detail: string };

/** A refusal that can point at the parts of the request that are at fault. */
export class RequestFault extends Refusal {
  readonly faults: readonly Fault[];

  constructor(code: RefusalCode, faults: readonly Fault[]) {
    super(code, faults[0] === undefined ? {} : { detail: `${faults[0].pointer}: ${faults[0].detail}` });
    this.faults = faults;
  }
}

export const faultAt = (pointer: string, detail: string): RequestFault =>
  new RequestFault('request_malformed', [{ pointer, code: 'invalid', detail }]);
