/** Headers that a request may carry. The route's declaration says which of them it takes. */
import type { Facts, HeaderName } from './facts.ts';
import type { Parameter } from './shapes.ts';

const header = (name: string, description: string, example: string): Parameter =>
  ({ name, in: 'header', required: false, description, schema: { type: 'string' }, example }) as Parameter;

const idempotencyKey = header(
  'Idempotency-Key',
  'Up to 256 printable characters. The same key with the same body gets the same answer for 24 hours, with Idempotency-Replayed: true.',
  'order-7-confirmation',
);
const waybillAccount = header(
  'Waybill-Account',
  "The account that an operator's key acts in. A key of an account stays in its account, whatever this says.",
  'acc_06h29678q1v5fa1acspgh012b0',
);
const named: Readonly<Record<HeaderName, Parameter>> = {
  'Last-Event-ID': header(
    'Last-Event-ID',
    'The id of the last event that was read. Browsers send it when they connect again.',
    'AAAAAAAAAAEAAAAAAAAAAnfW0mVbYc1P',
  ),
  'X-Envelope-From': header(
    'X-Envelope-From',
    'The sender of the envelope, or <> for none. The address of the From field when it is not given.',
    'app@acme.example',
  ),
  'X-Envelope-To': {
    ...header(
      'X-Envelope-To',
      'The recipients of the envelope, separated by commas.',
      'ada@example.com, bob@example.com',
    ),
    ...{ required: true },
  },
  'X-Batch-Validation': header(
    'X-Batch-Validation',
    'strict: all or none; permissive: the good ones. strict when it is not given.',
    'permissive',
  ),
};

export const headersOf = ({ isKeyed, isIdempotent, headers }: Facts): readonly Parameter[] => [
  ...(isKeyed ? [waybillAccount] : []),
  ...(isIdempotent ? [idempotencyKey] : []),
  ...headers.map((name) => named[name]),
];
