/**
 * Every refusal of the product, once, with its SMTP reply and its HTTP problem. Replies, problem details, `docs/errors.md` and
 * tests are made from this table. Codes are stable; texts may change. RFC 5321 §4.2, RFC 3463, RFC 4954 §6, RFC 9457.
 */
export type Row = {
  readonly smtp: number;
  readonly status: string;
  readonly http: number;
  readonly text: string;
  /** What the person who sees the refusal can do. */
  readonly fix: string;
};

const row = (smtp: number, status: string, rest: Omit<Row, 'smtp' | 'status'>): Row => ({
  smtp,
  status,
  ...rest,
});

/** The refusals by their code. */
export const refusals = {
  // The session: authentication
  relay_denied: row(550, '5.7.1', {
    http: 403,
    text: 'we do not relay',
    fix: 'Authenticate, or register the IP address you send from.',
  }),
  authentication_required: row(530, '5.7.0', {
    http: 401,
    text: 'Authentication required',
    fix: 'Log in with an SMTP credential or send a valid API key.',
  }),
  authentication_failed: row(535, '5.7.8', {
    http: 401,
    text: 'Authentication credentials invalid',
    fix: 'Check user name and secret; a secret is shown only once, rotate it when lost.',
  }),
  authentication_unavailable: row(454, '4.7.0', {
    http: 503,
    text: 'Temporary authentication failure',
    fix: 'Try again in a moment.',
  }),
  authentication_malformed: row(501, '5.5.2', {
    http: 400,
    text: 'Cannot decode the authentication exchange',
    fix: 'Send canonical base64 without line breaks.',
  }),
  authentication_cancelled: row(501, '5.7.0', {
    http: 400,
    text: 'Authentication cancelled',
    fix: 'Start again with AUTH.',
  }),
  authentication_mechanism_unknown: row(504, '5.5.4', {
    http: 400,
    text: 'Authentication mechanism not supported',
    fix: 'Use one of the mechanisms that EHLO lists.',
  }),
  authentication_mechanism_too_weak: row(534, '5.7.9', {
    http: 403,
    text: 'Authentication mechanism is too weak',
    fix: 'Use PLAIN or LOGIN over TLS, or switch CRAM-MD5 on for this credential.',
  }),
  encryption_required: row(538, '5.7.11', {
    http: 403,
    text: 'Encryption required for requested authentication mechanism',
    fix: 'Issue STARTTLS first, or use the implicit TLS port.',
  }),
  starttls_required: row(530, '5.7.0', {
    http: 403,
    text: 'Must issue a STARTTLS command first',
    fix: 'Issue STARTTLS first.',
  }),
  bad_sequence: row(503, '5.5.1', {
    http: 409,
    text: 'Bad sequence of commands',
    fix: 'Follow the order of RFC 5321 §4.1.4.',
  }),
  too_many_failures: row(421, '4.7.0', {
    http: 429,
    text: 'Too many failed attempts',
    fix: 'Wait before you try again, with the right secret.',
  }),
  too_many_connections: row(421, '4.7.0', {
    http: 429,
    text: 'Too many connections',
    fix: 'Reuse connections, or open fewer at a time.',
  }),
  network_not_allowed: row(535, '5.7.8', {
    http: 403,
    text: 'This credential may not be used from this address',
    fix: 'Use it from an allowed network, or widen the list.',
  }),

  second_factor_required: row(534, '5.7.9', {
    http: 401,
    text: 'A second factor is required',
    fix: 'Send the code of your authenticator app, or a recovery code, as `code`.',
  }),
  https_required: row(538, '5.7.11', {
    http: 403,
    text: 'Login over plain HTTP is refused',
    fix: 'Set WAYBILL_PUBLIC_URL to an https URL and log in there. Plain HTTP works on loopback only.',
  }),
  credential_revoked: row(535, '5.7.8', {
    http: 401,
    text: 'The credential of this session was revoked or replaced',
    fix: 'Log in with a credential that is valid now.',
  }),

  // The account
  account_suspended: row(550, '5.7.1', {
    http: 403,
    text: 'Account is suspended',
    fix: 'Ask the operator why; nothing is accepted meanwhile.',
  }),
  account_deleting: row(550, '5.7.1', {
    http: 403,
    text: 'Account is being deleted',
    fix: 'An owner or the operator can undo the deletion until its time; nothing is accepted and no key works meanwhile.',
  }),
  account_undecided: row(550, '5.7.1', {
    http: 403,
    text: 'Cannot decide which account this message belongs to',
    fix: 'Send from a verified domain or from a confirmed From address.',
  }),
  quota_exceeded: row(451, '4.7.1', {
    http: 429,
    text: 'Sending limit reached',
    fix: 'Come back later, or ask for a higher limit.',
  }),
  quota_too_small: row(550, '5.5.3', {
    http: 422,
    text: 'More recipients than the sending limit allows at all',
    fix: 'Send to fewer recipients in one message, or ask for a higher limit.',
  }),

  // The envelope and the message
  sender_malformed: row(501, '5.1.7', {
    http: 400,
    text: 'Bad sender address syntax',
    fix: 'Send a valid address in MAIL FROM.',
  }),
  sender_not_verified: row(550, '5.7.1', {
    http: 403,
    text: 'Sender domain is not verified',
    fix: 'Verify the domain, or register the From address and confirm it by the mailed link.',
  }),
  sender_not_allowed: row(550, '5.7.1', {
    http: 403,
    text: 'Sender domain belongs to the platform or to another account',
    fix: 'Send as a domain of your own. A subdomain counts as yours once you verify it by DNS.',
  }),
  confirmation_limited: row(451, '4.7.1', {
    http: 429,
    text: 'No further confirmation mail can be sent yet',
    fix: 'Wait until the time in Retry-After, or ask the operator to vouch for the address.',
  }),
  confirmation_refused: row(550, '5.7.1', {
    http: 409,
    text: 'The mailbox refuses confirmation mail from this relay',
    fix: 'Ask the operator to vouch for the address, if it is yours.',
  }),
  from_header_malformed: row(550, '5.6.0', {
    http: 400,
    text: 'The message must have exactly one From with exactly one address',
    fix: 'Send one From header field with one mailbox.',
  }),
  recipient_malformed: row(501, '5.1.3', {
    http: 400,
    text: 'Bad recipient address syntax',
    fix: 'Send a valid address.',
  }),
  recipient_suppressed: row(550, '5.7.1', {
    http: 409,
    text: 'Recipient is on the suppression list',
    fix: 'Remove the suppression if the address is known to work.',
  }),
  recipient_unknown: row(550, '5.1.1', {
    http: 404,
    text: 'No such address here',
    fix: 'Only our own bounce and feedback addresses are served here.',
  }),
  too_many_recipients: row(452, '4.5.3', {
    http: 413,
    text: 'Too many recipients',
    fix: 'Send the rest in another transaction.',
  }),
  smtputf8_required: row(553, '5.6.7', {
    http: 400,
    text: 'Address needs SMTPUTF8',
    fix: 'Give the SMTPUTF8 parameter with MAIL FROM.',
  }),
  parameter_unknown: row(555, '5.5.4', {
    http: 400,
    text: 'MAIL FROM/RCPT TO parameters not recognized or not implemented',
    fix: 'Send only parameters that EHLO offers.',
  }),
  parameter_malformed: row(501, '5.5.4', {
    http: 400,
    text: 'Syntax error in parameters',
    fix: 'Check the parameter against its RFC.',
  }),
  message_too_large: row(552, '5.3.4', {
    http: 413,
    text: 'Message exceeds the size limit',
    fix: 'Send a smaller message, or link to large files.',
  }),
  header_too_large: row(552, '5.3.4', {
    http: 413,
    text: 'Message header exceeds the size limit',
    fix: 'Keep the header within 512 KiB, 10,000 lines and 1,000 fields.',
  }),
  message_malformed: row(554, '5.6.0', {
    http: 400,
    text: 'Message is malformed',
    fix: 'Send a message by RFC 5322.',
  }),
  header_field_repeated: row(554, '5.6.0', {
    http: 400,
    text: 'A header field that may stand once stands more than once with different values',
    fix: 'Send each of Subject, To, Cc, Reply-To, Date, Message-ID and Content-Type once (RFC 5322 §3.6).',
  }),
  bare_line_ending: row(550, '5.6.11', {
    http: 400,
    text: 'Bare CR, bare LF or NUL in message',
    fix: 'End lines with CRLF; encode binary data.',
  }),
  line_too_long: row(500, '5.5.6', {
    http: 400,
    text: 'Line too long',
    fix: 'Keep lines within 998 bytes; encode the part.',
  }),
  send_time_refused: row(550, '5.6.0', {
    http: 400,
    text: 'The message cannot be sent at that time',
    fix: 'Give a date with time and offset, not in the past and at most 30 days ahead.',
  }),
  loop_detected: row(554, '5.4.6', {
    http: 409,
    text: 'Mail loop: too many Received fields',
    fix: 'Look for a relay that sends back to us.',
  }),

  // HTTP in practice; the SMTP reply is the one for the same fault
  request_malformed: row(501, '5.5.2', {
    http: 400,
    text: 'Request is malformed',
    fix: 'Compare with the API description at /docs.',
  }),
  not_found: row(550, '5.1.1', {
    http: 404,
    text: 'No such thing in this account',
    fix: 'Check the id; ids of other accounts are never found.',
  }),
  no_such_endpoint: row(550, '5.1.1', {
    http: 404,
    text: 'No such endpoint',
    fix: 'Compare the path with the API description at /docs.',
  }),
  method_not_allowed: row(502, '5.5.1', {
    http: 405,
    text: 'This endpoint does not take this method',
    fix: 'Use one of the methods that the header Allow lists.',
  }),
  conflict: row(550, '5.5.1', {
    http: 409,
    text: 'It exists already, or its state does not allow this',
    fix: 'Read its present state first.',
  }),
  forbidden: row(550, '5.7.1', {
    http: 403,
    text: 'This caller may not do that',
    fix: 'Use a key with the scope, or a user with the role, that the detail names.',
  }),
  idempotency_conflict: row(550, '5.5.1', {
    http: 422,
    text: 'This idempotency key was used with another body',
    fix: 'Use a fresh key for a different request.',
  }),
  idempotency_running: row(451, '4.5.1', {
    http: 409,
    text: 'The first request with this idempotency key is still running',
    fix: 'Try again in a moment.',
  }),
  unsupported_media_type: row(501, '5.5.2', {
    http: 415,
    text: 'Unsupported media type',
    fix: 'Send application/json, message/rfc822 for raw messages, or text/csv for imports.',
  }),
  rate_limited: row(451, '4.7.1', {
    http: 429,
    text: 'Too many requests',
    fix: 'Slow down; see Retry-After.',
  }),

  // Faults of the installation
  shutting_down: row(421, '4.3.2', {
    http: 503,
    text: 'Service is stopping, try again',
    fix: 'Connect again; another process takes over.',
  }),
  storage_full: row(452, '4.3.1', {
    http: 503,
    text: 'Insufficient storage, try again later',
    fix: 'Nothing was accepted; send it again once the operator has made room.',
  }),
  temporarily_unavailable: row(451, '4.3.0', {
    http: 503,
    text: 'Temporarily unavailable, try again',
    fix: 'Nothing was accepted; send it again.',
  }),
} as const satisfies Record<string, Row>;
