// Made by `npm run docs` from the description of the API. Not edited by hand.

export type AcceptedInvitation = { user_id: string; account_id: string; role: 'viewer' | 'developer' | 'admin' | 'owner' };
export type Account = { id: string; name: string; status: 'active' | 'suspended' | 'deleting'; suspended_reason: string | null; sender_policy: 'strict' | 'lenient'; suppressed_recipients: 'refuse' | 'report'; bare_line_endings: 'refuse' | 'repair'; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; hide_client_ip: boolean; delivery_mode: 'sandbox' | 'smarthost' | 'mx' | null; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null; max_message_bytes: number | null; max_bounce_rate: number | null; max_complaint_rate: number | null }; created_at: string; deletion: { asked_at: string; asked_by: string; deletes_at: string } | null };
export type ActionsDone = { action: 'cancel' | 'retry' | 'release'; dry_run: boolean; matched: number; changed: number; has_more: boolean; next_cursor: string | null };
export type AdminAccount = { id: string; name: string; status: 'active' | 'suspended' | 'deleting'; suspended_reason: string | null; sender_policy: 'strict' | 'lenient'; suppressed_recipients: 'refuse' | 'report'; bare_line_endings: 'refuse' | 'repair'; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; hide_client_ip: boolean; delivery_mode: 'sandbox' | 'smarthost' | 'mx' | null; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null; max_message_bytes: number | null; max_bounce_rate: number | null; max_complaint_rate: number | null }; created_at: string; deletion: { asked_at: string; asked_by: string; deletes_at: string } | null; smarthost_url: string | null };
export type AdminAccountMade = { id: string; name: string; status: 'active' | 'suspended' | 'deleting'; suspended_reason: string | null; sender_policy: 'strict' | 'lenient'; suppressed_recipients: 'refuse' | 'report'; bare_line_endings: 'refuse' | 'repair'; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; hide_client_ip: boolean; delivery_mode: 'sandbox' | 'smarthost' | 'mx' | null; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null; max_message_bytes: number | null; max_bounce_rate: number | null; max_complaint_rate: number | null }; created_at: string; deletion: { asked_at: string; asked_by: string; deletes_at: string } | null; smarthost_url: string | null; invitation: Invitation | null; smtp_credential: SmtpCredentialSecret | null; api_key: ApiKeySecret | null };
export type AdminUser = { id: string; email: string; pending_email: string | null; name: string; is_operator: boolean; notices: boolean; has_password: boolean; totp_enabled_at: string | null; created_at: string; last_login_at: string | null; status: 'active' | 'disabled' };
export type AdminUserDetail = { id: string; email: string; pending_email: string | null; name: string; is_operator: boolean; notices: boolean; has_password: boolean; totp_enabled_at: string | null; created_at: string; last_login_at: string | null; status: 'active' | 'disabled'; accounts: ({ id: string; name: string; status: 'active' | 'suspended' | 'deleting'; role: 'viewer' | 'developer' | 'admin' | 'owner' })[] };
export type ApiKey = { id: string; kind: 'live' | 'test' | 'admin'; name: string; scopes: string[]; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null }; networks: string[]; sender_domains: string[]; created_at: string; expires_at: string | null; previous_key_expires_at: string | null; last_used_at: string | null; last_used_ip: string | null; last_used_agent: string | null; warnings: { code: 'seen_over_plain_http'; detail: string; at: string }[] };
export type ApiKeySecret = { id: string; kind: 'live' | 'test' | 'admin'; name: string; scopes: string[]; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null }; networks: string[]; sender_domains: string[]; created_at: string; expires_at: string | null; previous_key_expires_at: string | null; last_used_at: string | null; last_used_ip: string | null; last_used_agent: string | null; warnings: { code: 'seen_over_plain_http'; detail: string; at: string }[]; key: string };
export type Attempt = { id: string; number: number; started_at: string; dot_sent_at: string | null; ended_at: string | null; outcome: string | null; reason: string | null; host: string | null; ip: string | null; port: number | null; tls: Record<string, unknown> | null; timings: Record<string, number>; reply: { code: number; enhanced_code: string | null; text: string } | null; category: string | null; party: string | null; transcript: ({ at: number; from: 'client' | 'server' | 'note'; text: string })[] };
export type Attention = { object: 'attention'; from: string; to: string; groups: AttentionGroup[]; others: number; concerns: Concern[] };
export type AttentionGroup = { status: 'bounced' | 'failed' | 'deferred' | 'held' | 'unknown' | 'complained'; provider: string | null; category: string | null; code: string | null; domain: string; count: number; since: string; done: string; action: 'wait' | 'remove_addresses' | 'ask_recipients' | 'check_sender_domain' | 'ask_for_delisting' | 'send_wanted_mail' | 'change_content' | 'send_slower' | 'read_reply' | 'release_or_cancel' | 'check_arrival'; advice: string; example: { delivery_id: string; message_id: string; recipient: string; occurred_at: string; reply: string | null; reason: string | null } | null };
export type AuditEntry = { id: string; account_id: string | null; actor: string; action: string; target: string; detail: Record<string, unknown>; occurred_at: string };
export type Balance = { object: 'list'; from: string; to: string; data: { day: string; accepted: number; delivered: number; bounced: number; suppressed: number; failed: number; cancelled: number; in_progress: number; unknown: number; complained: number; difference: number }[] };
export type BalanceCheck = { ok: boolean; from: string; to: string; differences: { account_id: string; day: string; name: string; counted: number; recounted: number }[] };
export type BatchSent = { object: 'list'; data: ({ message: Sent } | { error: Problem })[] };
export type BounceRule = { id: string | null; kind: 'own' | 'built_in'; position: number; pattern: string; category: 'bad_mailbox' | 'mailbox_disabled' | 'mailbox_full' | 'bad_domain' | 'bad_sender' | 'authentication' | 'ip_reputation' | 'domain_reputation' | 'rate_limited' | 'greylisted' | 'spam_content' | 'malware' | 'message_too_large' | 'relay_denied' | 'policy' | 'protocol' | 'system' | 'network' | 'other'; party: 'recipient' | 'sender_ip' | 'sender_domain' | 'content' | 'policy' | 'network'; outcome: 'deferred' | 'bounced' | null; note: string; created_at: string | null };
export type BounceRuleTried = { read_as: 'reply' | 'dsn' | 'feedback'; outcome: 'delivered' | 'deferred' | 'bounced' | 'complained' | 'noted'; category: string | null; party: string | null; reason: string; suppresses: boolean; rule: BounceRule | null };
export type BounceStatistics = { object: 'list'; from: string; to: string; data: ({ category: string | null; code: string | null; bounced: number; failed: number; deferred: number; provider: string | null })[] };
export type Concern = { kind: 'account_suspended' | 'domain_degraded' | 'webhook_disabled' | 'webhook_failing' | 'credential_locked' | 'messages_not_prepared' | 'limit_near'; subject_id: string; subject_name: string | null; since: string | null; count: number; advice: string };
export type Delivery = { id: string; recipient: string; status: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained'; reason: string; return_path: string | null; attempts: number; next_attempt_at: string | null; expires_at: string; status_changed_at: string };
export type Discard = { id: string; message_id: string | null; stage: 'session' | 'worker'; resolution: { account_id: string | null; by: string | null; reason: string; rejected: { account_id: string; by: string; reason: string }[] }; evidence: Record<string, unknown>; occurred_at: string };
export type DnsRecord = { purpose: 'ownership' | 'dkim' | 'return_path' | 'spf' | 'dmarc' | 'tracking'; type: 'TXT' | 'CNAME' | 'MX'; name: string; host_relative: string | null; value: string; required: boolean; status: 'ok' | 'propagating' | 'missing' | 'mismatch' | 'unknown'; found: string[]; hint: string | null; servers: ({ server: string; status: 'ok' | 'propagating' | 'missing' | 'mismatch' | 'unknown'; ttl_seconds: number | null })[]; checked_at: string | null; wanted_until: string | null };
export type DoctorCheck = { name: string };
export type Domain = { id: string; domain: string; status: 'pending' | 'verified' | 'degraded'; zone: string | null; records: DnsRecord[]; dkim_record: 'txt' | 'cname'; dkim_rotation: 'manual' | 'yearly'; dkim_keys: ({ id: string; selector: string; algorithm: 'rsa' | 'ed25519'; state: 'published' | 'active' | 'retired'; created_at: string; retired_at: string | null; published_until: string | null })[]; return_path: { host: string; status: 'pending' | 'verified' | 'degraded' }; tracking: { host: string; status: 'pending' | 'verified' | 'degraded' } | null; created_at: string; checked_at: string | null; verified_at: string | null };
export type DomainChange = { from_status: 'pending' | 'verified' | 'degraded'; to_status: 'pending' | 'verified' | 'degraded'; records: ({ purpose: 'ownership' | 'dkim' | 'return_path' | 'spf' | 'dmarc' | 'tracking'; type: 'TXT' | 'CNAME' | 'MX'; name: string; from: { status: 'ok' | 'propagating' | 'missing' | 'mismatch' | 'unknown'; found: string[] } | null; to: { status: 'ok' | 'propagating' | 'missing' | 'mismatch' | 'unknown'; found: string[] } })[]; occurred_at: string };
export type Erasure = { id: string; status: 'pending' | 'completed'; address_key: string; requested_by: string; requested_at: string; completed_at: string | null; report: { messages: number; contents: number; deliveries: number; attempts: number; events: number; reports: number; sandbox_messages: number; discards: number; webhook_deliveries: number; audit_entries: number; audit_entries_kept: number; waiting: number } };
export type Event = { id: string; type: 'message.queued' | 'message.deferred' | 'message.delivered' | 'message.bounced' | 'message.failed' | 'message.unknown' | 'message.suppressed' | 'message.held' | 'message.requeued' | 'message.cancelled' | 'message.complained' | 'message.opened' | 'message.clicked' | 'message.unsubscribed' | 'domain.verified' | 'domain.degraded' | 'suppression.created' | 'suppression.deleted' | 'credential.locked' | 'credential.new_network' | 'account.limit_warning' | 'account.suspended' | 'account.resumed' | 'account.deletion_requested' | 'account.deletion_near' | 'account.deletion_undone' | 'webhook.failing' | 'webhook.disabled' | 'user.new_login'; message_id: string | null; delivery_id: string | null; recipient: string | null; occurred_at: string; custom_id: string | null; tags: string[]; metadata: Record<string, string>; sequence: number | null; code: number | null; enhanced_code: string | null; category: string | null; party: string | null; reply: string | null; mx_host: string | null; tls: Record<string, unknown> | null; attempt: number | null; detail: Record<string, unknown> };
export type ExplainBodyInput = { from?: string; to: string | string[]; cc?: string | string[]; bcc?: string | string[]; reply_to?: string | string[]; subject?: string; html?: string; text?: string; headers?: Record<string, string>; attachments?: { filename: string; content: string; content_type?: string; content_id?: string }[]; tags?: (string | { name: string; value: string | '' })[]; scheduled_at?: string; metadata?: Record<string, string>; custom_id?: string; stream?: string; tracking?: { opens?: boolean; clicks?: boolean | 'none' | 'html' | 'text' | 'all' }; sandbox?: boolean; raw?: string };
export type ExplainedDelivery = { recipient: string; status: 'queued' | 'scheduled' | 'suppressed' | 'failed' | 'held' | 'cancelled'; reason: string; return_path: string | null; signatures: { domain: string; selector: string; algorithm: string }[]; notes: { step: string; what: string; reason?: string; detail?: Record<string, unknown> }[]; route: { hosts: { host: string; port: number; tls: string }[]; problem: string | null } | null; content: string | null };
export type Explanation = { object: 'explanation'; would_accept: boolean; refusal: { code: string; title: string; detail: string | null; fix: string } | null; from: string; resolution: { account_id: string | null; by: string | null; reason: string; rejected: { account_id: string; by: string; reason: string }[] } | null; stream: { id: string; name: string } | null; sandbox: boolean; scheduled_at: string | null; gates: ({ name: string; passes: boolean; code: string | null; detail: string | null })[]; tracking: { opens: { value: boolean; reason: string }; clicks: { value: string; reason: string } } | null; notes: { step: string; what: string; reason?: string; detail?: Record<string, unknown> }[]; deliveries: ExplainedDelivery[] };
export type FromAddress = { id: string; address: string; status: 'unconfirmed' | 'confirmed' | 'vouched'; proof: 'domain' | 'mailbox' | 'operator' | null; created_at: string };
export type FromAddressAsked = { id: string; address: string; status: 'unconfirmed' | 'confirmed' | 'vouched'; proof: 'domain' | 'mailbox' | 'operator' | null; created_at: string; confirmation: { mailed: boolean; expires_at: string | null; code: string | null; detail: string | null; retry_at: string | null } | null };
export type Health = { ok: boolean; version: string; checks: HealthCheck[] };
export type HealthCheck = { name: string; ok: boolean; sentence: string; fix: string | null };
export type ImportState = { dry_run: boolean; rows: number; created: number; known: number; malformed: number; faults: { line: number; detail: string }[]; preview: ({ address: string; reason: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; stream_id: string | null; expires_at: string | null })[] };
export type Invitation = { id: string; email: string; role: 'viewer' | 'developer' | 'admin' | 'owner'; invited_by: string; created_at: string; expires_at: string };
export type IpNetwork = { id: string; cidr: string; shared: boolean; label: string; created_at: string };
export type LatencyStatistics = { object: 'list'; from: string; to: string; data: ({ provider: string | null; delivered: number; p50: number | null; p90: number | null; p95: number | null; p99: number | null })[] };
export type Limit = { scope: 'account' | 'stream' | 'credential'; subject_id: string; subject_name: string; counts: 'recipients' | 'new_recipients'; window: 'second' | 'hour' | 'day' | 'month'; limit: number; used: number; remaining: number; resets_at: string };
export type LinkStatistics = { object: 'list'; from: string; to: string; data: ({ url: string | null; clicked: number; clicks: { human: number; proxy: number; bot: number } })[] };
export type LoginMethods = { oidc: { name: string; url: string } | null };
export type LoginSession = { id: string; is_current: boolean; ip: string; agent: string; created_at: string; last_seen_at: string; expires_at: string };
export type Member = { id: string; email: string; name: string; role: 'viewer' | 'developer' | 'admin' | 'owner'; has_second_factor: boolean; last_login_at: string | null; created_at: string };
export type Message = { id: string; state: 'accepted' | 'processed' | 'discarded' | 'held'; status: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained' | 'accepted' | 'processed' | 'discarded' | 'held'; from: string | null; subject: string | null; message_id_header: string | null; mail_from: string | null; recipients: string[]; tags: string[]; custom_id: string | null; credential_id: string | null; stream_id: string | null; size: number; sandbox: boolean; created_at: string; scheduled_at: string | null; reason: string; metadata: Record<string, string>; resent_from: string | null; deliveries: Delivery[] };
export type MessageFilterInput = { status?: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained' | 'accepted' | 'processed' | 'discarded' | 'held'; from?: string; to?: string; domain?: string; provider?: string; category?: string; code?: string; tag?: string; custom_id?: string; credential?: string; stream?: string; q?: string; since?: string; until?: string };
export type MessageSummary = { id: string; state: 'accepted' | 'processed' | 'discarded' | 'held'; status: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained' | 'accepted' | 'processed' | 'discarded' | 'held'; from: string | null; subject: string | null; message_id_header: string | null; mail_from: string | null; recipients: string[]; tags: string[]; custom_id: string | null; credential_id: string | null; stream_id: string | null; size: number; sandbox: boolean; created_at: string; scheduled_at: string | null };
export type OidcLink = { name: string; linked_at: string | null; last_used_at: string | null };
export type OidcStart = { url: string };
export type OperatorLink = { id: string; email: string; pending_email: string | null; name: string; is_operator: boolean; notices: boolean; has_password: boolean; totp_enabled_at: string | null; created_at: string; last_login_at: string | null; status: 'active' | 'disabled'; password_url: string };
export type OwnAccount = { id: string; name: string; status: 'active' | 'suspended' | 'deleting'; suspended_reason: string | null; sender_policy: 'strict' | 'lenient'; suppressed_recipients: 'refuse' | 'report'; bare_line_endings: 'refuse' | 'repair'; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; hide_client_ip: boolean; delivery_mode: 'sandbox' | 'smarthost' | 'mx' | null; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null; max_message_bytes: number | null; max_bounce_rate: number | null; max_complaint_rate: number | null }; created_at: string; deletion: { asked_at: string; asked_by: string; deletes_at: string } | null; effective_delivery_mode: 'sandbox' | 'smarthost' | 'mx'; smtp: { host: string; starttls_port: number | null; tls_port: number | null; cleartext_port: number | null }; dkim_records: ('txt' | 'cname')[]; usage: { from: string; to: string; messages: number; recipients: number; bytes: number }; warnings: Limit[] };
export type Passkey = { id: string; name: string; created_at: string; last_used_at: string | null };
export type PasskeyOptions = { options: Record<string, unknown> };
export type Problem = { type: string; title: string; status: number; code: string; detail?: string; fix: string; errors?: { pointer: string; code: string; detail: string }[]; request_id: string };
export type ProviderStatistics = { object: 'list'; from: string; to: string; data: ({ counts: StatisticsCounts; rates: StatisticsRates; provider: string | null; p50: number | null; p95: number | null; top_refusal: { category: string | null; code: string | null; bounced: number; failed: number; deferred: number } | null })[]; denominators: Record<string, string> };
export type RecipientDelivery = { delivery_id: string; message_id: string; recipient: string; status: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained'; reason: string; subject: string | null; from: string | null; created_at: string; status_changed_at: string };
export type RecoveryCodes = { codes: string[] };
export type RescheduleBodyInput = { scheduled_at: string };
export type ResendBatchSent = { data: { id: string }[]; errors?: { index: number; message: string }[] };
export type ResendEmail = { object: 'email'; id: string; message_id: string | null; from: string; to: string[]; cc: string[] | null; bcc: string[] | null; reply_to: string[] | null; subject: string; created_at: string; scheduled_at: string | null; last_event: 'scheduled' | 'queued' | 'delivery_delayed' | 'sent' | 'delivered' | 'suppressed' | 'canceled' | 'failed' | 'bounced' | 'complained' | 'opened' | 'clicked'; html: string | null; text: string | null; tags: { name: string; value: string }[] };
export type ResendEmailSummary = { id: string; message_id: string | null; from: string; to: string[]; cc: string[] | null; bcc: string[] | null; reply_to: string[] | null; subject: string; created_at: string; scheduled_at: string | null; last_event: 'scheduled' | 'queued' | 'delivery_delayed' | 'sent' | 'delivered' | 'suppressed' | 'canceled' | 'failed' | 'bounced' | 'complained' | 'opened' | 'clicked' };
export type SandboxMessage = { id: string; delivery_id: string | null; mail_from: string; rcpt_to: string; helo: string; tls: string | null; size: number; received_at: string; subject: string | null; from: string | null; url: string };
export type SandboxMessageChecks = { signatures: SignatureCheck[] };
export type SandboxMessageDetail = { id: string; delivery_id: string | null; mail_from: string; rcpt_to: string; helo: string; tls: string | null; size: number; received_at: string; subject: string | null; from: string | null; url: string; headers: { name: string; value: string }[]; text: string | null; html: string | null; attachments: ({ filename: string | null; content_type: string; content_id: string | null; size: number })[] };
export type SendBodyInput = { from: string; to: string | string[]; cc?: string | string[]; bcc?: string | string[]; reply_to?: string | string[]; subject?: string; html?: string; text?: string; headers?: Record<string, string>; attachments?: { filename: string; content: string; content_type?: string; content_id?: string }[]; tags?: (string | { name: string; value: string | '' })[]; scheduled_at?: string; metadata?: Record<string, string>; custom_id?: string; stream?: string; tracking?: { opens?: boolean; clicks?: boolean | 'none' | 'html' | 'text' | 'all' }; sandbox?: boolean };
export type Sent = { id: string; status: 'accepted' | 'scheduled'; scheduled_at: string | null; deliveries: ({ id: string; recipient: string; status: 'queued' | 'scheduled' | 'suppressed' })[] };
export type Session = { user: User; login_session: LoginSession; accounts: ({ id: string; name: string; status: 'active' | 'suspended' | 'deleting'; role: 'viewer' | 'developer' | 'admin' | 'owner' })[]; acting: { account_id: string; account_name: string; reason: string; until: string } | null };
export type SignatureCheck = { domain: string; selector: string; algorithm: string; result: 'pass' | 'fail' | 'neutral' | 'policy' | 'permerror' | 'temperror'; detail: string | null };
export type SmtpCredential = { id: string; name: string; username: string; stream_id: string | null; cram_md5: boolean; sandbox: boolean; networks: string[]; sender_domains: string[]; certificate_fingerprints: string[]; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null }; created_at: string; last_used_at: string | null; last_used_ip: string | null };
export type SmtpCredentialSecret = { id: string; name: string; username: string; stream_id: string | null; cram_md5: boolean; sandbox: boolean; networks: string[]; sender_domains: string[]; certificate_fingerprints: string[]; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null }; created_at: string; last_used_at: string | null; last_used_ip: string | null; secret: string };
export type Statistics = { object: 'statistics'; from: string; to: string; interval: 'hour' | 'day' | 'week' | 'total'; timezone: string; group_by: 'domain' | 'from_domain' | 'tag' | 'credential' | 'provider' | 'stream' | 'source_address' | 'bounce_category' | null; denominators: Record<string, string>; total: { counts: StatisticsCounts; rates: StatisticsRates }; previous: { counts: StatisticsCounts; rates: StatisticsRates; from: string; to: string } | null; data: ({ key: string | null; counts: StatisticsCounts; rates: StatisticsRates; start: string })[] };
export type StatisticsCounts = { accepted: number; in_progress: number; delivered: number; bounced: number; failed: number; suppressed: number; cancelled: number; unknown: number; deferred: number; complained: number; unsubscribed: number; opened: number; clicked: number; opens: { human: number; proxy: number; bot: number }; clicks: { human: number; proxy: number; bot: number } };
export type StatisticsRates = { delivered: number | null; bounced: number | null; failed: number | null; deferred: number | null; suppressed: number | null; complained: number | null; unsubscribed: number | null; opened: number | null; clicked: number | null };
export type Stream = { id: string; name: string; is_default: boolean; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; list_unsubscribe: boolean; expiry_minutes: number; unknown_policy: 'prefer_delivery' | 'prefer_no_duplicate'; retention: { metadata_days: number; events_days: number; bytes_days: number }; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null }; created_at: string };
export type Suppression = { id: string; address: string; reason: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; stream_id: string | null; evidence: Record<string, unknown>; created_at: string; expires_at: string | null };
export type Totp = { enabled_at: string | null; recovery_codes_left: number };
export type TotpSecret = { secret: string; uri: string };
export type Trace = { id: string; state: 'accepted' | 'processed' | 'discarded' | 'held'; scheduled_at: string | null; reason: string; session: Record<string, unknown>; envelope: { mail_from: string | null; rcpt_to: string[] }; resolution: { account_id: string | null; by: string | null; reason: string; rejected: { account_id: string; by: string; reason: string }[] }; notes: { step: string; what: string; reason?: string; detail?: Record<string, unknown> }[]; entries: ({ at: string | null; kind: 'session' | 'account' | 'step' | 'attempt' | 'event'; delivery_id: string | null; step: string; what: string; reason: string | null; detail: Record<string, unknown> })[]; deliveries: ({ id: string; recipient: string; status: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained'; reason: string; return_path: string | null; attempts: number; next_attempt_at: string | null; expires_at: string; status_changed_at: string; history: Attempt[] })[] };
export type UndeletedAccount = { id: string; name: string; status: 'active' | 'suspended' | 'deleting'; suspended_reason: string | null; sender_policy: 'strict' | 'lenient'; suppressed_recipients: 'refuse' | 'report'; bare_line_endings: 'refuse' | 'repair'; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; hide_client_ip: boolean; delivery_mode: 'sandbox' | 'smarthost' | 'mx' | null; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null; max_message_bytes: number | null; max_bounce_rate: number | null; max_complaint_rate: number | null }; created_at: string; deletion: { asked_at: string; asked_by: string; deletes_at: string } | null; cancelled_deliveries: number };
export type UndeletedAdminAccount = { id: string; name: string; status: 'active' | 'suspended' | 'deleting'; suspended_reason: string | null; sender_policy: 'strict' | 'lenient'; suppressed_recipients: 'refuse' | 'report'; bare_line_endings: 'refuse' | 'repair'; tracking: { opens: boolean; clicks: 'none' | 'html' | 'text' | 'all' }; hide_client_ip: boolean; delivery_mode: 'sandbox' | 'smarthost' | 'mx' | null; limits: { per_second: number | null; per_hour: number | null; per_day: number | null; per_month: number | null; new_per_hour: number | null; max_recipients: number | null; max_message_bytes: number | null; max_bounce_rate: number | null; max_complaint_rate: number | null }; created_at: string; deletion: { asked_at: string; asked_by: string; deletes_at: string } | null; smarthost_url: string | null; cancelled_deliveries: number };
export type Usage = { from: string; to: string; messages: number; recipients: number; bytes: number; days: { date: string; messages: number; recipients: number; bytes: number }[] };
export type User = { id: string; email: string; pending_email: string | null; name: string; is_operator: boolean; notices: boolean; has_password: boolean; totp_enabled_at: string | null; created_at: string; last_login_at: string | null };
export type WaitingGroup = { account_id: string; account_name: string; domain: string; status: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained'; held_for: string | null; deliveries: number; since: string; next_attempt_at: string | null };
export type Webhook = { id: string; url: string; description: string; events: string[]; shape: string; status: 'active' | 'paused' | 'disabled'; status_reason: string | null; created_at: string; previous_secret_expires_at: string | null; failing_since: string | null; last_success_at: string | null; last_failure_at: string | null; recent_requests: { succeeded: number; failed: number }; oldest_due_at: string | null };
export type WebhookDelivery = { id: string; webhook_id: string; event_id: string; event_type: string; message_id: string | null; status: 'waiting' | 'delivered' | 'failed'; attempts: number; next_attempt_at: string | null; occurred_at: string; ended_at: string | null; last_attempt: { number: number; started_at: string; duration_ms: number; url: string; status_code: number | null; error: string | null; answer: string } | null };
export type WebhookDeliveryDetail = { id: string; webhook_id: string; event_id: string; event_type: string; message_id: string | null; status: 'waiting' | 'delivered' | 'failed'; attempts: number; next_attempt_at: string | null; occurred_at: string; ended_at: string | null; last_attempt: { number: number; started_at: string; duration_ms: number; url: string; status_code: number | null; error: string | null; answer: string } | null; request: { headers: Record<string, string>; body: string }; history: ({ number: number; started_at: string; duration_ms: number; url: string; status_code: number | null; error: string | null; answer: string })[] };

/** What each operation takes and answers. */
export type Operations = {
  /** Accept an invitation. */
  acceptInvitation: { input: { token: string; body: { name?: string; password?: string } }; output: AcceptedInvitation };
  /** Cancel, retry or release all messages that a filter selects. */
  actOnMessages: { input: { body: { action: 'cancel' | 'retry' | 'release'; filter: MessageFilterInput; dry_run?: boolean; after?: string } }; output: ActionsDone };
  /** Begin to link this user with a login at the provider. */
  beginOidcLink: { input: { body: { current_password?: string } }; output: OidcStart };
  /** Begin a passkey: what to ask the browser for. */
  beginPasskey: { input: { body: { current_password?: string } }; output: PasskeyOptions };
  /** Begin a login by passkey: what to ask the browser for. */
  beginPasskeyLogin: { input: {}; output: PasskeyOptions };
  /** Begin a second factor: a secret for the authenticator app. */
  beginTotp: { input: { body: { current_password?: string } }; output: TotpSecret };
  /** Stop a message that has not been delivered yet. */
  cancelEmail: { input: { id: string }; output: { object: 'email'; id: string } };
  /** Stop what has not been delivered yet; a message that is not prepared ends with all its recipients. */
  cancelMessage: { input: { id: string }; output: { id: string; deliveries: string[] } };
  /** Recount the mail of some days and compare it with statistics. */
  checkBalance: { input: { from?: string; to?: string }; output: BalanceCheck };
  /** Whether its DKIM signatures hold. */
  checkSandboxMessage: { input: { id: string }; output: SandboxMessageChecks };
  /** Empty the sandbox of this account. */
  clearSandbox: { input: {}; output: { removed: number } };
  /** Confirm a new address with the token of its link. */
  confirmEmail: { input: { token: string }; output: undefined };
  /** Confirm the second factor by a first code. */
  confirmTotp: { input: { body: { code: string } }; output: RecoveryCodes };
  /** Make an account. */
  createAccount: { input: { body: { name: string; sender_policy?: 'strict' | 'lenient'; suppressed_recipients?: 'refuse' | 'report'; bare_line_endings?: 'refuse' | 'repair'; tracking?: { opens?: boolean; clicks?: 'none' | 'html' | 'text' | 'all' }; hide_client_ip?: boolean; delivery_mode?: 'sandbox' | 'smarthost' | 'mx' | null; smarthost_url?: string | null; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null; max_message_bytes?: number | null; max_bounce_rate?: number | null; max_complaint_rate?: number | null }; owner?: { email: string }; smtp_credential?: { name: string }; api_key?: { name: string } } }; output: AdminAccountMade };
  /** Make an API key; it is shown once. */
  createApiKey: { input: { body: { name: string; kind?: 'live' | 'test'; scopes?: ('messages:send' | 'messages:read' | 'domains:read' | 'domains:write' | 'credentials:read' | 'credentials:write' | 'suppressions:read' | 'suppressions:write' | 'stats:read' | 'streams:read' | 'streams:write' | 'members:read' | 'members:write' | 'webhooks:read' | 'webhooks:write' | 'account:read' | 'account:write' | 'account:erase' | '*' | 'messages:*' | 'domains:*' | 'credentials:*' | 'suppressions:*' | 'stats:*' | 'streams:*' | 'members:*' | 'webhooks:*' | 'account:*')[]; expires_at?: string; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null }; networks?: string[]; sender_domains?: string[] } }; output: ApiKeySecret };
  /** Add a rule. */
  createBounceRule: { input: { body: { pattern: string; category: 'bad_mailbox' | 'mailbox_disabled' | 'mailbox_full' | 'bad_domain' | 'bad_sender' | 'authentication' | 'ip_reputation' | 'domain_reputation' | 'rate_limited' | 'greylisted' | 'spam_content' | 'malware' | 'message_too_large' | 'relay_denied' | 'policy' | 'protocol' | 'system' | 'network' | 'other'; party: 'recipient' | 'sender_ip' | 'sender_domain' | 'content' | 'policy' | 'network'; outcome?: 'deferred' | 'bounced' | null; note?: string; position?: number } }; output: BounceRule };
  /** Add a sender domain; answers the records to publish. */
  createDomain: { input: { body: { domain: string; tracking_host?: string | null; dkim_record?: 'txt' | 'cname'; dkim_rotation?: 'manual' | 'yearly' } }; output: Domain };
  /** A DKIM key under a selector of your own, made here or imported. */
  createDomainDkimKey: { input: { id: string; body: { selector: string; private_key?: string; algorithm?: 'rsa' | 'ed25519' } }; output: Domain };
  /** Register a From address. */
  createFromAddress: { input: { body: { address: string } }; output: FromAddressAsked };
  /** Invite an address to the account. */
  createInvitation: { input: { body: { email: string; role: 'viewer' | 'developer' | 'admin' | 'owner' } }; output: Invitation };
  /** Register a network. */
  createIpNetwork: { input: { body: { cidr: string; shared?: boolean; label?: string; confirm?: boolean } }; output: IpNetwork };
  /** Make an operator of the platform. */
  createOperator: { input: { body: { email: string } }; output: OperatorLink };
  /** Add the passkey that the browser made. */
  createPasskey: { input: { body: { name: string; credential: { id: string; response: Record<string, unknown> } } }; output: Passkey };
  /** Make an API key; it is shown once. */
  createResendApiKey: { input: { body: { name: string; permission?: 'full_access' | 'sending_access'; domain_id?: string } }; output: { id: string; token: string } };
  /** Add a sender domain; answers the records to publish. */
  createResendDomain: { input: { body: { capabilities?: { sending?: 'enabled'; receiving?: 'disabled' }; tls?: 'opportunistic'; name: string; region?: 'us-east-1' | 'eu-west-1' | 'sa-east-1' | 'ap-northeast-1'; custom_return_path?: 'bounce'; tracking_subdomain?: string } }; output: { id: string; name: string; status: 'not_started' | 'pending' | 'verified' | 'failed' | 'partially_verified' | 'partially_failed'; created_at: string; region: 'us-east-1' | 'eu-west-1' | 'sa-east-1' | 'ap-northeast-1'; capabilities: { sending: 'enabled' | 'disabled'; receiving: 'enabled' | 'disabled' }; tracking_subdomain?: string; records: ({ record: 'SPF' | 'DKIM' | 'Tracking'; name: string; type: 'TXT' | 'MX' | 'CNAME'; ttl: 'Auto'; status: 'not_started' | 'pending' | 'verified' | 'failed' | 'temporary_failure'; value: string; priority?: number })[] } };
  /** Make a webhook; its secret is shown once. */
  createResendWebhook: { input: { body: { endpoint: unknown & unknown; events: ('email.sent' | 'email.delivered' | 'email.delivery_delayed' | 'email.bounced' | 'email.complained' | 'email.failed' | 'email.suppressed' | 'email.opened' | 'email.clicked' | 'domain.updated' | 'suppression.added' | 'suppression.removed')[] } }; output: { object: 'webhook'; id: string; signing_secret: string } };
  /** Make an SMTP credential; its secret is shown once. */
  createSmtpCredential: { input: { body: { name: string; username?: string; cram_md5?: boolean; stream_id?: string | null; sandbox?: boolean; networks?: string[]; sender_domains?: string[]; certificate_fingerprints?: string[]; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null } } }; output: SmtpCredentialSecret };
  /** Add a stream. */
  createStream: { input: { body: { name: string; tracking?: { opens?: boolean; clicks?: 'none' | 'html' | 'text' | 'all' }; list_unsubscribe?: boolean; expiry_minutes?: number; unknown_policy?: 'prefer_delivery' | 'prefer_no_duplicate'; retention?: { metadata_days?: number; events_days?: number; bytes_days?: number }; is_default?: true; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null } } }; output: Stream };
  /** Suppress one address or up to 1,000. */
  createSuppressions: { input: { body: { address: string; reason?: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; stream_id?: string; note?: string; expires_at?: string } | { suppressions: ({ address: string; reason?: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; stream_id?: string; note?: string; expires_at?: string })[] } }; output: { id: string; address: string; reason: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; stream_id: string | null; evidence: Record<string, unknown>; created_at: string; expires_at: string | null; created: number } | { created: number } };
  /** Trust a relay. */
  createTrustedRelay: { input: { body: { cidr: string; label?: string; confirm?: boolean } }; output: IpNetwork };
  /** Make a webhook; its secret is shown once. */
  createWebhook: { input: { body: { url: unknown & unknown; events?: ('*' | 'message.queued' | 'message.deferred' | 'message.delivered' | 'message.bounced' | 'message.failed' | 'message.unknown' | 'message.suppressed' | 'message.held' | 'message.requeued' | 'message.cancelled' | 'message.complained' | 'message.opened' | 'message.clicked' | 'message.unsubscribed' | 'domain.verified' | 'domain.degraded' | 'suppression.created' | 'suppression.deleted' | 'credential.locked' | 'credential.new_network' | 'account.limit_warning' | 'account.suspended' | 'account.resumed' | 'account.deletion_requested' | 'account.deletion_near' | 'account.deletion_undone' | 'webhook.failing' | 'webhook.disabled' | 'user.new_login')[]; description?: string; shape?: 'waybill'; backfill_since?: string } }; output: { id: string; url: string; description: string; events: string[]; shape: string; status: 'active' | 'paused' | 'disabled'; status_reason: string | null; created_at: string; previous_secret_expires_at: string | null; failing_since: string | null; last_success_at: string | null; last_failure_at: string | null; recent_requests: { succeeded: number; failed: number }; oldest_due_at: string | null; secret: string } };
  /** Delete an account. */
  deleteAccount: { input: { id: string; grace_days?: number }; output: AdminAccount };
  /** Remove a rule. */
  deleteBounceRule: { input: { id: string }; output: undefined };
  /** Remove a domain and its keys. */
  deleteDomain: { input: { id: string }; output: undefined };
  /** Remove a From address. */
  deleteFromAddress: { input: { id: string }; output: undefined };
  /** Remove a network. */
  deleteIpNetwork: { input: { id: string }; output: undefined };
  /** Unlink this user from the provider. */
  deleteOidcLink: { input: {}; output: undefined };
  /** Delete this account (an owner, logged in). */
  deleteOwnAccount: { input: { body: { name: string; current_password?: string; code?: string } }; output: Account };
  /** Remove a passkey. */
  deletePasskey: { input: { id: string }; output: undefined };
  /** Remove one. */
  deleteSandboxMessage: { input: { id: string }; output: undefined };
  /** Remove a stream. */
  deleteStream: { input: { id: string; credentials_to?: string }; output: undefined };
  /** Write to this address again. */
  deleteSuppression: { input: { address: string }; output: { removed: number } };
  /** Trust a relay no more. */
  deleteTrustedRelay: { input: { id: string }; output: undefined };
  /** Delete a webhook. */
  deleteWebhook: { input: { id: string }; output: undefined };
  /** Disable the second factor. */
  disableTotp: { input: { body: { code: string } }; output: undefined };
  /** Act inside the account no more. */
  endActing: { input: {}; output: undefined };
  /** End a login session. */
  endMySession: { input: { id: string }; output: undefined };
  /** Erase one recipient from everything that the account has stored. */
  eraseRecipient: { input: { address: string }; output: Erasure };
  /** What would become of a message, without sending it. */
  explainMessage: { input: { body: ExplainBodyInput }; output: Explanation };
  /** All suppressions as a file. */
  exportSuppressions: { input: { reason?: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; stream_id?: string; format?: 'csv' | 'ndjson' }; output: Response };
  /** This account: settings, limits and usage. */
  getAccount: { input: {}; output: OwnAccount };
  /** One account. */
  getAnyAccount: { input: { id: string }; output: AdminAccount };
  /** What was accepted from an account, by day. */
  getAnyUsage: { input: { id: string; from?: string; to?: string }; output: Usage };
  /** One API key, without its secret. */
  getApiKey: { input: { id: string }; output: ApiKey };
  /** What needs attention: what went wrong, why, and what to do. */
  getAttention: { input: { from?: string; to?: string; limit?: number }; output: Attention };
  /** Accepted is the sum of all ends, day by day. */
  getBalance: { input: { from?: string; to?: string }; output: Balance };
  /** Why deliveries bounced, failed or were put off. */
  getBounceStatistics: { input: { from?: string; to?: string; limit?: number }; output: BounceStatistics };
  /** The DKIM keys that the operator publishes. */
  getDkimZonefile: { input: {}; output: Response };
  /** One domain and its records. */
  getDomain: { input: { id: string }; output: Domain };
  /** The records as a zone file. */
  getDomainZonefile: { input: { id: string }; output: Response };
  /** One message, as Resend shows it. */
  getEmail: { input: { id: string }; output: ResendEmail };
  /** One erasure with its report. */
  getErasure: { input: { id: string }; output: Erasure };
  /** Health as sentences. */
  getHealth: { input: {}; output: Health };
  /** How long delivery took, in seconds. */
  getLatencyStatistics: { input: { from?: string; to?: string; limit?: number }; output: LatencyStatistics };
  /** Which links were followed, and by what. */
  getLinkStatistics: { input: { from?: string; to?: string; limit?: number }; output: LinkStatistics };
  /** How people may log in here. */
  getLoginMethods: { input: {}; output: LoginMethods };
  /** The user of this login session. */
  getMe: { input: {}; output: User };
  /** One message with its deliveries. */
  getMessage: { input: { id: string }; output: Message };
  /** The message as sent, in parts, or as it left for one recipient. */
  getMessageContent: { input: { id: string; part: 'html' | 'text' | 'headers' | 'raw' | 'delivered'; delivery?: string; images?: 'true' | 'false'; account?: string }; output: Response };
  /** What was done to it and why. */
  getMessageTrace: { input: { id: string }; output: Trace };
  /** Whether this user is linked with the provider. */
  getOidcLink: { input: {}; output: OidcLink };
  /** One key of the operator, without its secret. */
  getOperatorKey: { input: { id: string }; output: ApiKey };
  /** Counts, rates and times by mailbox provider. */
  getProviderStatistics: { input: { from?: string; to?: string; limit?: number }; output: ProviderStatistics };
  /** Everything about one address, newest first. */
  getRecipient: { input: { address: string; limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: RecipientDelivery[]; has_more: boolean; next_cursor: string | null; address: string; suppressed: boolean } };
  /** One domain and its records. */
  getResendDomain: { input: { id: string }; output: { object: 'domain'; id: string; name: string; status: 'not_started' | 'pending' | 'verified' | 'failed' | 'partially_verified' | 'partially_failed'; created_at: string; region: 'us-east-1' | 'eu-west-1' | 'sa-east-1' | 'ap-northeast-1'; capabilities: { sending: 'enabled' | 'disabled'; receiving: 'enabled' | 'disabled' }; tracking_subdomain?: string; records: ({ record: 'SPF' | 'DKIM' | 'Tracking'; name: string; type: 'TXT' | 'MX' | 'CNAME'; ttl: 'Auto'; status: 'not_started' | 'pending' | 'verified' | 'failed' | 'temporary_failure'; value: string; priority?: number })[] } };
  /** One webhook, as Resend shows it. */
  getResendWebhook: { input: { id: string }; output: { id: string; created_at: string; status: 'enabled' | 'disabled'; endpoint: string; events: string[]; object: 'webhook'; signing_secret: null } };
  /** One of them, read. */
  getSandboxMessage: { input: { id: string }; output: SandboxMessageDetail };
  /** The exact bytes that the MX received. */
  getSandboxMessageRaw: { input: { id: string }; output: Response };
  /** Who is logged in, and in which accounts. */
  getSession: { input: {}; output: Session };
  /** One SMTP credential. */
  getSmtpCredential: { input: { id: string }; output: SmtpCredential };
  /** Counts and rates of deliveries, by time and group. */
  getStatistics: { input: { from?: string; to?: string; limit?: number; interval?: 'hour' | 'day' | 'week' | 'total'; timezone?: string; group_by?: 'domain' | 'from_domain' | 'tag' | 'credential' | 'provider' | 'stream' | 'source_address' | 'bounce_category'; compare?: 'previous' }; output: Statistics };
  /** Why one address is suppressed. */
  getSuppression: { input: { address: string }; output: { object: 'list'; data: Suppression[]; has_more: boolean; next_cursor: string | null } };
  /** Whether a second factor is enabled. */
  getTotp: { input: {}; output: Totp };
  /** What was accepted, by day. */
  getUsage: { input: { from?: string; to?: string }; output: Usage };
  /** One user. */
  getUser: { input: { id: string }; output: AdminUserDetail };
  /** One webhook. */
  getWebhook: { input: { id: string }; output: Webhook };
  /** One delivery with its request and all answers. */
  getWebhookDelivery: { input: { id: string }; output: WebhookDeliveryDetail };
  /** Suppress the addresses of a CSV file. */
  importSuppressions: { input: { dry_run?: 'true' | 'false'; body: string | Uint8Array }; output: ImportState };
  /** Leave an account. */
  leaveAccount: { input: { id: string }; output: undefined };
  /** Accounts, newest first. */
  listAccounts: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; q?: string; status?: 'active' | 'suspended' | 'deleting' }; output: { object: 'list'; data: AdminAccount[]; has_more: boolean; next_cursor: string | null } };
  /** Who changed what, newest first; of one account with Waybill-Account. */
  listAllAuditEntries: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; actor?: string; action?: string; target?: string }; output: { object: 'list'; data: AuditEntry[]; has_more: boolean; next_cursor: string | null } };
  /** API keys, without their secrets. */
  listApiKeys: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: ApiKey[]; has_more: boolean; next_cursor: string | null } };
  /** Who changed what in this account, newest first. */
  listAuditEntries: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; actor?: string; action?: string; target?: string }; output: { object: 'list'; data: AuditEntry[]; has_more: boolean; next_cursor: string | null } };
  /** Rules for the text of replies, in the order in which they are tried. */
  listBounceRules: { input: { format?: 'json' | 'csv' | 'ndjson'; limit?: number }; output: { object: 'list'; data: BounceRule[]; has_more: boolean; next_cursor: string | null } };
  /** What could not be given to any account, with the evidence. */
  listDiscards: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; message_id?: string }; output: { object: 'list'; data: Discard[]; has_more: boolean; next_cursor: string | null } };
  /** The checks of waybill doctor. */
  listDoctorChecks: { input: {}; output: DoctorCheck[] };
  /** What changed in DNS. */
  listDomainHistory: { input: { id: string; limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: DomainChange[]; has_more: boolean; next_cursor: string | null } };
  /** Sender domains. */
  listDomains: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: Domain[]; has_more: boolean; next_cursor: string | null } };
  /** Messages, newest first, as Resend lists them. */
  listEmails: { input: { limit?: number; after?: string; before?: string }; output: { object: 'list'; has_more: boolean; data: ResendEmailSummary[] } };
  /** Erasures, newest first. */
  listErasures: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: Erasure[]; has_more: boolean; next_cursor: string | null } };
  /** Events, oldest first. */
  listEvents: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; types?: string; message_id?: string; delivery_id?: string; since?: string; until?: string }; output: { object: 'list'; data: Event[]; has_more: boolean; next_cursor: string | null } };
  /** Addresses this account may send as. */
  listFromAddresses: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: FromAddress[]; has_more: boolean; next_cursor: string | null } };
  /** Invitations that can still be accepted. */
  listInvitations: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: Invitation[]; has_more: boolean; next_cursor: string | null } };
  /** Networks that authenticate by address. */
  listIpNetworks: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: IpNetwork[]; has_more: boolean; next_cursor: string | null } };
  /** Sending limits, with what is left of each. */
  listLimits: { input: { format?: 'json' | 'csv' | 'ndjson'; limit?: number }; output: { object: 'list'; data: Limit[]; has_more: boolean; next_cursor: string | null } };
  /** Members of the account and their roles. */
  listMembers: { input: { format?: 'json' | 'csv' | 'ndjson'; limit?: number }; output: { object: 'list'; data: Member[]; has_more: boolean; next_cursor: string | null } };
  /** Events of one message, oldest first. */
  listMessageEvents: { input: { id: string }; output: { object: 'list'; data: Event[]; has_more: boolean; next_cursor: string | null } };
  /** Messages, newest first. */
  listMessages: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; status?: 'scheduled' | 'queued' | 'deferred' | 'held' | 'unknown' | 'delivered' | 'suppressed' | 'cancelled' | 'failed' | 'bounced' | 'complained' | 'accepted' | 'processed' | 'discarded' | 'held'; from?: string; to?: string; domain?: string; provider?: string; category?: string; code?: string; tag?: string; custom_id?: string; credential?: string; stream?: string; q?: string; since?: string; until?: string }; output: { object: 'list'; data: MessageSummary[]; has_more: boolean; next_cursor: string | null } };
  /** Where this user is logged in. */
  listMySessions: { input: {}; output: { object: 'list'; data: LoginSession[]; has_more: boolean; next_cursor: string | null } };
  /** Keys of the operator, without their secrets. */
  listOperatorKeys: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: ApiKey[]; has_more: boolean; next_cursor: string | null } };
  /** Passkeys of this user. */
  listPasskeys: { input: {}; output: { object: 'list'; data: Passkey[]; has_more: boolean; next_cursor: string | null } };
  /** Jobs that wait, by queue. */
  listQueues: { input: {}; output: ({ queue: string; waiting: number; oldest_due_at: string | null })[] };
  /** API keys, without their secrets, as Resend lists them. */
  listResendApiKeys: { input: { limit?: number; after?: string; before?: string }; output: { object: 'list'; has_more: boolean; data: ({ id: string; name: string; created_at: string; last_used_at: string | null })[] } };
  /** Sender domains as Resend lists them. */
  listResendDomains: { input: { limit?: number; after?: string; before?: string }; output: { object: 'list'; has_more: boolean; data: ({ id: string; name: string; status: 'not_started' | 'pending' | 'verified' | 'failed' | 'partially_verified' | 'partially_failed'; created_at: string; region: 'us-east-1' | 'eu-west-1' | 'sa-east-1' | 'ap-northeast-1'; capabilities: { sending: 'enabled' | 'disabled'; receiving: 'enabled' | 'disabled' }; tracking_subdomain?: string })[] } };
  /** Webhooks, as Resend lists them. */
  listResendWebhooks: { input: { limit?: number; after?: string; before?: string }; output: { object: 'list'; has_more: boolean; data: ({ id: string; created_at: string; status: 'enabled' | 'disabled'; endpoint: string; events: string[] })[] } };
  /** What recipients got, newest first; wait for it with ?wait=10. */
  listSandboxMessages: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; to?: string; delivery_id?: string; wait?: number }; output: { object: 'list'; data: SandboxMessage[]; has_more: boolean; next_cursor: string | null } };
  /** SMTP credentials, without their secrets. */
  listSmtpCredentials: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: SmtpCredential[]; has_more: boolean; next_cursor: string | null } };
  /** Streams. */
  listStreams: { input: { format?: 'json' | 'csv' | 'ndjson'; limit?: number }; output: { object: 'list'; data: Stream[]; has_more: boolean; next_cursor: string | null } };
  /** Addresses this account does not write to, newest first. */
  listSuppressions: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; reason?: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'; address?: string; stream_id?: string }; output: { object: 'list'; data: Suppression[]; has_more: boolean; next_cursor: string | null } };
  /** Trusted relays: networks that may submit mail for every account. */
  listTrustedRelays: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: IpNetwork[]; has_more: boolean; next_cursor: string | null } };
  /** Users of all accounts, newest first. */
  listUsers: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; q?: string }; output: { object: 'list'; data: AdminUser[]; has_more: boolean; next_cursor: string | null } };
  /** Mail that waits or is held, by account, state and destination. */
  listWaitingDeliveries: { input: { format?: 'json' | 'csv' | 'ndjson'; limit?: number }; output: { object: 'list'; data: WaitingGroup[]; has_more: boolean; next_cursor: string | null } };
  /** What was sent to a webhook, newest event first. */
  listWebhookDeliveries: { input: { id: string; limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson'; status?: 'waiting' | 'delivered' | 'failed'; event_type?: string; event_id?: string; message_id?: string }; output: { object: 'list'; data: WebhookDelivery[]; has_more: boolean; next_cursor: string | null } };
  /** Webhooks, without their secrets. */
  listWebhooks: { input: { limit?: number; after?: string; format?: 'json' | 'csv' | 'ndjson' }; output: { object: 'list'; data: Webhook[]; has_more: boolean; next_cursor: string | null } };
  /** Log in by address and password, and by a code where there is a second factor. */
  logIn: { input: { body: { email: string; password: string; code?: string } }; output: Session };
  /** Log in by passkey. */
  logInByPasskey: { input: { body: { credential: { id: string; response: Record<string, unknown> } } }; output: Session };
  /** Log out. */
  logOut: { input: {}; output: undefined };
  /** Send nothing until it is resumed. */
  pauseWebhook: { input: { id: string }; output: Webhook };
  /** Let go of a held message, or of its held deliveries. */
  releaseMessage: { input: { id: string }; output: { id: string; deliveries: string[] } };
  /** Remove a member. */
  removeMember: { input: { id: string }; output: undefined };
  /** Revoke an API key. */
  removeResendApiKey: { input: { id: string }; output: { object: 'api_key'; id: string; deleted: true } };
  /** Remove a domain and its keys. */
  removeResendDomain: { input: { id: string }; output: { object: 'domain'; id: string; deleted: true } };
  /** Delete a webhook. */
  removeResendWebhook: { input: { id: string }; output: { object: 'webhook'; id: string; deleted: true } };
  /** New recovery codes; the ones before work no more. */
  renewRecoveryCodes: { input: { body: { code: string } }; output: RecoveryCodes };
  /** Send the events of a time range again. */
  replayWebhook: { input: { id: string; since: string; until?: string; which?: 'undelivered' | 'all' }; output: { queued: number } };
  /** Send one delivery again. */
  replayWebhookDelivery: { input: { id: string }; output: WebhookDelivery };
  /** Mail the confirmation link again. */
  requestFromAddressConfirmation: { input: { id: string }; output: FromAddressAsked };
  /** Have a link mailed that sets a new password. */
  requestPasswordReset: { input: { body: { email: string } }; output: undefined };
  /** Move the time at which a scheduled message is sent. */
  rescheduleMessage: { input: { id: string; body: RescheduleBodyInput }; output: Message };
  /** Send a message again as a new one. */
  resendMessage: { input: { id: string }; output: Sent };
  /** Accept again. */
  resumeAccount: { input: { id: string }; output: AdminAccount };
  /** Send what waits, also to a webhook that was disabled. */
  resumeWebhook: { input: { id: string }; output: Webhook };
  /** Try undelivered recipients again now, also those that were given up. */
  retryMessage: { input: { id: string }; output: { id: string; deliveries: string[] } };
  /** Revoke an API key. */
  revokeApiKey: { input: { id: string; pending?: 'hold' | 'send' }; output: undefined };
  /** Revoke an invitation. */
  revokeInvitation: { input: { id: string }; output: undefined };
  /** Revoke a key of the operator; the last one that works stays. */
  revokeOperatorKey: { input: { id: string }; output: undefined };
  /** Revoke an SMTP credential. */
  revokeSmtpCredential: { input: { id: string; pending?: 'hold' | 'send' }; output: undefined };
  /** A new secret; the old key works for the grace period. */
  rotateApiKey: { input: { id: string; body: { grace_minutes?: number } | null }; output: ApiKeySecret };
  /** New DKIM keys; they take over once they are seen in DNS. */
  rotateDomainDkim: { input: { id: string }; output: Domain };
  /** A new secret; the old one signs too for a day. */
  rotateResendWebhookSecret: { input: { id: string }; output: { object: 'webhook'; id: string; signing_secret: string } };
  /** A new secret; the old one stays valid for the grace period. */
  rotateSmtpCredential: { input: { id: string; body: { grace_minutes?: number } | null }; output: SmtpCredentialSecret };
  /** A new secret; the old one signs too for the grace period. */
  rotateWebhookSecret: { input: { id: string; body: { grace_minutes?: number } }; output: { id: string; url: string; description: string; events: string[]; shape: string; status: 'active' | 'paused' | 'disabled'; status_reason: string | null; created_at: string; previous_secret_expires_at: string | null; failing_since: string | null; last_success_at: string | null; last_failure_at: string | null; recent_requests: { succeeded: number; failed: number }; oldest_due_at: string | null; secret: string } };
  /** Run a check of waybill doctor. */
  runDoctorCheck: { input: { check: string }; output: HealthCheck };
  /** Send up to 100 messages, with a result for each. */
  sendBatch: { input: { body: { messages: unknown[] } }; output: BatchSent };
  /** POST /v1/messages for clients of Resend. */
  sendEmail: { input: { body: SendBodyInput }; output: { id: string } };
  /** POST /v1/messages/batch for clients of Resend. */
  sendEmailBatch: { input: { body: unknown[] }; output: ResendBatchSent };
  /** Send a message. */
  sendMessage: { input: { body: SendBodyInput }; output: Sent };
  /** Send a message as it is (message/rfc822). */
  sendRawMessage: { input: { body: string | Uint8Array }; output: Sent };
  /** Set a new password with the token of a link. */
  setPassword: { input: { token: string; body: { password: string } }; output: undefined };
  /** Act inside an account for an hour, with a reason (operator only). */
  startActing: { input: { body: { account_id: string; reason: string } }; output: Session };
  /** Events as they come, by server-sent events. */
  streamEvents: { input: { types?: string; after?: string }; output: Response };
  /** Accept nothing more from an account and hold its mail. */
  suspendAccount: { input: { id: string; body: { reason: string } }; output: AdminAccount };
  /** What a reply or a report would be taken as, and by which rule. */
  testBounceRules: { input: { body: { reply?: string; phase?: 'banner' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot'; report?: string; recipient?: string } }; output: BounceRuleTried };
  /** Send a test event. */
  testWebhook: { input: { id: string }; output: WebhookDelivery };
  /** Undo the deletion of an account. */
  undeleteAccount: { input: { id: string }; output: UndeletedAdminAccount };
  /** Undo the deletion of this account (an owner, logged in). */
  undeleteOwnAccount: { input: {}; output: UndeletedAccount };
  /** Change settings of this account. */
  updateAccount: { input: { body: { name?: string; sender_policy?: 'strict' | 'lenient'; suppressed_recipients?: 'refuse' | 'report'; bare_line_endings?: 'refuse' | 'repair'; tracking?: { opens?: boolean; clicks?: 'none' | 'html' | 'text' | 'all' }; hide_client_ip?: boolean } }; output: Account };
  /** Change settings and limits of an account. */
  updateAnyAccount: { input: { id: string; body: { name?: string; sender_policy?: 'strict' | 'lenient'; suppressed_recipients?: 'refuse' | 'report'; bare_line_endings?: 'refuse' | 'repair'; tracking?: { opens?: boolean; clicks?: 'none' | 'html' | 'text' | 'all' }; hide_client_ip?: boolean; delivery_mode?: 'sandbox' | 'smarthost' | 'mx' | null; smarthost_url?: string | null; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null; max_message_bytes?: number | null; max_bounce_rate?: number | null; max_complaint_rate?: number | null } } }; output: AdminAccount };
  /** Change the name or the limits of an API key. */
  updateApiKey: { input: { id: string; body: { name?: string; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null }; networks?: string[]; sender_domains?: string[] } }; output: ApiKey };
  /** Change a rule, or move it. */
  updateBounceRule: { input: { id: string; body: { pattern?: string; category?: 'bad_mailbox' | 'mailbox_disabled' | 'mailbox_full' | 'bad_domain' | 'bad_sender' | 'authentication' | 'ip_reputation' | 'domain_reputation' | 'rate_limited' | 'greylisted' | 'spam_content' | 'malware' | 'message_too_large' | 'relay_denied' | 'policy' | 'protocol' | 'system' | 'network' | 'other'; party?: 'recipient' | 'sender_ip' | 'sender_domain' | 'content' | 'policy' | 'network'; outcome?: 'deferred' | 'bounced' | null; note?: string; position?: number } }; output: BounceRule };
  /** Change the tracking host or the rotation of a domain. */
  updateDomain: { input: { id: string; body: { tracking_host?: string | null; dkim_rotation?: 'manual' | 'yearly' } }; output: Domain };
  /** Move the time at which a scheduled message is sent. */
  updateEmail: { input: { id: string; body: RescheduleBodyInput }; output: { object: 'email'; id: string } };
  /** Change the name, the address, the password, or whether notices come by mail. */
  updateMe: { input: { body: { name?: string; notices?: boolean; password?: string; email?: string; current_password?: string; code?: string } }; output: User };
  /** Change the role of a member. */
  updateMember: { input: { id: string; body: { role: 'viewer' | 'developer' | 'admin' | 'owner' } }; output: Member };
  /** Change the name of an API key. */
  updateResendApiKey: { input: { id: string; body: { name: string } }; output: { object: 'api_key'; id: string } };
  /** Change the tracking host of a domain. */
  updateResendDomain: { input: { id: string; body: { capabilities?: { sending?: 'enabled'; receiving?: 'disabled' }; tls?: 'opportunistic'; tracking_subdomain?: string } }; output: { object: 'domain'; id: string } };
  /** Change a webhook. */
  updateResendWebhook: { input: { id: string; body: { endpoint?: unknown & unknown; events?: ('email.sent' | 'email.delivered' | 'email.delivery_delayed' | 'email.bounced' | 'email.complained' | 'email.failed' | 'email.suppressed' | 'email.opened' | 'email.clicked' | 'domain.updated' | 'suppression.added' | 'suppression.removed')[]; status?: 'enabled' | 'disabled' } }; output: { object: 'webhook'; id: string } };
  /** Change an SMTP credential. */
  updateSmtpCredential: { input: { id: string; body: { name?: string; stream_id?: string | null; sandbox?: boolean; networks?: string[]; sender_domains?: string[]; certificate_fingerprints?: string[]; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null } } }; output: SmtpCredential };
  /** Change a stream. */
  updateStream: { input: { id: string; body: { name?: string; tracking?: { opens?: boolean; clicks?: 'none' | 'html' | 'text' | 'all' }; list_unsubscribe?: boolean; expiry_minutes?: number; unknown_policy?: 'prefer_delivery' | 'prefer_no_duplicate'; retention?: { metadata_days?: number; events_days?: number; bytes_days?: number }; is_default?: true; limits?: { per_second?: number | null; per_hour?: number | null; per_day?: number | null; per_month?: number | null; new_per_hour?: number | null; max_recipients?: number | null } } }; output: Stream };
  /** Disable a user, or change whether it is an operator. */
  updateUser: { input: { id: string; body: { status?: 'active' | 'disabled'; is_operator?: boolean } }; output: AdminUser };
  /** Change a webhook. */
  updateWebhook: { input: { id: string; body: { url?: unknown & unknown; events?: ('*' | 'message.queued' | 'message.deferred' | 'message.delivered' | 'message.bounced' | 'message.failed' | 'message.unknown' | 'message.suppressed' | 'message.held' | 'message.requeued' | 'message.cancelled' | 'message.complained' | 'message.opened' | 'message.clicked' | 'message.unsubscribed' | 'domain.verified' | 'domain.degraded' | 'suppression.created' | 'suppression.deleted' | 'credential.locked' | 'credential.new_network' | 'account.limit_warning' | 'account.suspended' | 'account.resumed' | 'account.deletion_requested' | 'account.deletion_near' | 'account.deletion_undone' | 'webhook.failing' | 'webhook.disabled' | 'user.new_login')[]; description?: string; shape?: 'waybill'; status?: 'active' | 'paused' } }; output: Webhook };
  /** Look at DNS now. */
  verifyDomain: { input: { id: string }; output: Domain };
  /** Look at DNS now. */
  verifyResendDomain: { input: { id: string }; output: { object: 'domain'; id: string } };
  /** Vouch for a From address (operator only). */
  vouchForFromAddress: { input: { id: string }; output: FromAddress };
};

export const routes = {
  acceptInvitation: { method: 'POST', path: '/v1/invitations/{token}/accept' },
  actOnMessages: { method: 'POST', path: '/v1/messages/actions' },
  beginOidcLink: { method: 'POST', path: '/v1/me/oidc' },
  beginPasskey: { method: 'POST', path: '/v1/me/passkeys/options' },
  beginPasskeyLogin: { method: 'POST', path: '/v1/session/passkey/options' },
  beginTotp: { method: 'POST', path: '/v1/me/totp' },
  cancelEmail: { method: 'POST', path: '/emails/{id}/cancel' },
  cancelMessage: { method: 'POST', path: '/v1/messages/{id}/cancel' },
  checkBalance: { method: 'GET', path: '/v1/admin/balance', query: ['from', 'to'] },
  checkSandboxMessage: { method: 'GET', path: '/v1/sandbox/messages/{id}/checks' },
  clearSandbox: { method: 'DELETE', path: '/v1/sandbox/messages' },
  confirmEmail: { method: 'POST', path: '/v1/email-changes/{token}' },
  confirmTotp: { method: 'POST', path: '/v1/me/totp/confirm' },
  createAccount: { method: 'POST', path: '/v1/admin/accounts' },
  createApiKey: { method: 'POST', path: '/v1/api-keys' },
  createBounceRule: { method: 'POST', path: '/v1/admin/bounce-rules' },
  createDomain: { method: 'POST', path: '/v1/domains' },
  createDomainDkimKey: { method: 'POST', path: '/v1/domains/{id}/dkim-keys' },
  createFromAddress: { method: 'POST', path: '/v1/from-addresses' },
  createInvitation: { method: 'POST', path: '/v1/invitations' },
  createIpNetwork: { method: 'POST', path: '/v1/ip-networks' },
  createOperator: { method: 'POST', path: '/v1/admin/users' },
  createPasskey: { method: 'POST', path: '/v1/me/passkeys' },
  createResendApiKey: { method: 'POST', path: '/api-keys' },
  createResendDomain: { method: 'POST', path: '/domains' },
  createResendWebhook: { method: 'POST', path: '/webhooks' },
  createSmtpCredential: { method: 'POST', path: '/v1/smtp-credentials' },
  createStream: { method: 'POST', path: '/v1/streams' },
  createSuppressions: { method: 'POST', path: '/v1/suppressions' },
  createTrustedRelay: { method: 'POST', path: '/v1/admin/ip-networks' },
  createWebhook: { method: 'POST', path: '/v1/webhooks' },
  deleteAccount: { method: 'DELETE', path: '/v1/admin/accounts/{id}', query: ['grace_days'] },
  deleteBounceRule: { method: 'DELETE', path: '/v1/admin/bounce-rules/{id}' },
  deleteDomain: { method: 'DELETE', path: '/v1/domains/{id}' },
  deleteFromAddress: { method: 'DELETE', path: '/v1/from-addresses/{id}' },
  deleteIpNetwork: { method: 'DELETE', path: '/v1/ip-networks/{id}' },
  deleteOidcLink: { method: 'DELETE', path: '/v1/me/oidc' },
  deleteOwnAccount: { method: 'POST', path: '/v1/account/deletion' },
  deletePasskey: { method: 'DELETE', path: '/v1/me/passkeys/{id}' },
  deleteSandboxMessage: { method: 'DELETE', path: '/v1/sandbox/messages/{id}' },
  deleteStream: { method: 'DELETE', path: '/v1/streams/{id}', query: ['credentials_to'] },
  deleteSuppression: { method: 'DELETE', path: '/v1/suppressions/{address}' },
  deleteTrustedRelay: { method: 'DELETE', path: '/v1/admin/ip-networks/{id}' },
  deleteWebhook: { method: 'DELETE', path: '/v1/webhooks/{id}' },
  disableTotp: { method: 'DELETE', path: '/v1/me/totp' },
  endActing: { method: 'DELETE', path: '/v1/session/acting' },
  endMySession: { method: 'DELETE', path: '/v1/me/sessions/{id}' },
  eraseRecipient: { method: 'POST', path: '/v1/recipients/{address}/erasure' },
  explainMessage: { method: 'POST', path: '/v1/explain' },
  exportSuppressions: { method: 'GET', path: '/v1/suppressions/export', query: ['reason', 'stream_id', 'format'], isRaw: true },
  getAccount: { method: 'GET', path: '/v1/account' },
  getAnyAccount: { method: 'GET', path: '/v1/admin/accounts/{id}' },
  getAnyUsage: { method: 'GET', path: '/v1/admin/accounts/{id}/usage', query: ['from', 'to'] },
  getApiKey: { method: 'GET', path: '/v1/api-keys/{id}' },
  getAttention: { method: 'GET', path: '/v1/stats/attention', query: ['from', 'to', 'limit'] },
  getBalance: { method: 'GET', path: '/v1/stats/balance', query: ['from', 'to'] },
  getBounceStatistics: { method: 'GET', path: '/v1/stats/bounces', query: ['from', 'to', 'limit'] },
  getDkimZonefile: { method: 'GET', path: '/v1/admin/dkim-zonefile', isRaw: true },
  getDomain: { method: 'GET', path: '/v1/domains/{id}' },
  getDomainZonefile: { method: 'GET', path: '/v1/domains/{id}/zonefile', isRaw: true },
  getEmail: { method: 'GET', path: '/emails/{id}' },
  getErasure: { method: 'GET', path: '/v1/erasures/{id}' },
  getHealth: { method: 'GET', path: '/v1/admin/health' },
  getLatencyStatistics: { method: 'GET', path: '/v1/stats/latency', query: ['from', 'to', 'limit'] },
  getLinkStatistics: { method: 'GET', path: '/v1/stats/links', query: ['from', 'to', 'limit'] },
  getLoginMethods: { method: 'GET', path: '/v1/login-methods' },
  getMe: { method: 'GET', path: '/v1/me' },
  getMessage: { method: 'GET', path: '/v1/messages/{id}' },
  getMessageContent: { method: 'GET', path: '/v1/messages/{id}/content', query: ['part', 'delivery', 'images', 'account'], isRaw: true },
  getMessageTrace: { method: 'GET', path: '/v1/messages/{id}/trace' },
  getOidcLink: { method: 'GET', path: '/v1/me/oidc' },
  getOperatorKey: { method: 'GET', path: '/v1/admin/api-keys/{id}' },
  getProviderStatistics: { method: 'GET', path: '/v1/stats/providers', query: ['from', 'to', 'limit'] },
  getRecipient: { method: 'GET', path: '/v1/recipients/{address}', query: ['limit', 'after', 'format'] },
  getResendDomain: { method: 'GET', path: '/domains/{id}' },
  getResendWebhook: { method: 'GET', path: '/webhooks/{id}' },
  getSandboxMessage: { method: 'GET', path: '/v1/sandbox/messages/{id}' },
  getSandboxMessageRaw: { method: 'GET', path: '/v1/sandbox/messages/{id}/raw', isRaw: true },
  getSession: { method: 'GET', path: '/v1/session' },
  getSmtpCredential: { method: 'GET', path: '/v1/smtp-credentials/{id}' },
  getStatistics: { method: 'GET', path: '/v1/stats', query: ['from', 'to', 'limit', 'interval', 'timezone', 'group_by', 'compare'] },
  getSuppression: { method: 'GET', path: '/v1/suppressions/{address}' },
  getTotp: { method: 'GET', path: '/v1/me/totp' },
  getUsage: { method: 'GET', path: '/v1/usage', query: ['from', 'to'] },
  getUser: { method: 'GET', path: '/v1/admin/users/{id}' },
  getWebhook: { method: 'GET', path: '/v1/webhooks/{id}' },
  getWebhookDelivery: { method: 'GET', path: '/v1/webhooks/deliveries/{id}' },
  importSuppressions: { method: 'POST', path: '/v1/suppressions/import', query: ['dry_run'], bodyType: 'text/csv' },
  leaveAccount: { method: 'DELETE', path: '/v1/me/accounts/{id}' },
  listAccounts: { method: 'GET', path: '/v1/admin/accounts', query: ['limit', 'after', 'format', 'q', 'status'] },
  listAllAuditEntries: { method: 'GET', path: '/v1/admin/audit-log', query: ['limit', 'after', 'format', 'actor', 'action', 'target'] },
  listApiKeys: { method: 'GET', path: '/v1/api-keys', query: ['limit', 'after', 'format'] },
  listAuditEntries: { method: 'GET', path: '/v1/audit-log', query: ['limit', 'after', 'format', 'actor', 'action', 'target'] },
  listBounceRules: { method: 'GET', path: '/v1/admin/bounce-rules', query: ['format', 'limit'] },
  listDiscards: { method: 'GET', path: '/v1/admin/discards', query: ['limit', 'after', 'format', 'message_id'] },
  listDoctorChecks: { method: 'GET', path: '/v1/admin/health/checks' },
  listDomainHistory: { method: 'GET', path: '/v1/domains/{id}/history', query: ['limit', 'after', 'format'] },
  listDomains: { method: 'GET', path: '/v1/domains', query: ['limit', 'after', 'format'] },
  listEmails: { method: 'GET', path: '/emails', query: ['limit', 'after', 'before'] },
  listErasures: { method: 'GET', path: '/v1/erasures', query: ['limit', 'after', 'format'] },
  listEvents: { method: 'GET', path: '/v1/events', query: ['limit', 'after', 'format', 'types', 'message_id', 'delivery_id', 'since', 'until'] },
  listFromAddresses: { method: 'GET', path: '/v1/from-addresses', query: ['limit', 'after', 'format'] },
  listInvitations: { method: 'GET', path: '/v1/invitations', query: ['limit', 'after', 'format'] },
  listIpNetworks: { method: 'GET', path: '/v1/ip-networks', query: ['limit', 'after', 'format'] },
  listLimits: { method: 'GET', path: '/v1/limits', query: ['format', 'limit'] },
  listMembers: { method: 'GET', path: '/v1/members', query: ['format', 'limit'] },
  listMessageEvents: { method: 'GET', path: '/v1/messages/{id}/events' },
  listMessages: { method: 'GET', path: '/v1/messages', query: ['limit', 'after', 'format', 'status', 'from', 'to', 'domain', 'provider', 'category', 'code', 'tag', 'custom_id', 'credential', 'stream', 'q', 'since', 'until'] },
  listMySessions: { method: 'GET', path: '/v1/me/sessions' },
  listOperatorKeys: { method: 'GET', path: '/v1/admin/api-keys', query: ['limit', 'after', 'format'] },
  listPasskeys: { method: 'GET', path: '/v1/me/passkeys' },
  listQueues: { method: 'GET', path: '/v1/admin/queues' },
  listResendApiKeys: { method: 'GET', path: '/api-keys', query: ['limit', 'after', 'before'] },
  listResendDomains: { method: 'GET', path: '/domains', query: ['limit', 'after', 'before'] },
  listResendWebhooks: { method: 'GET', path: '/webhooks', query: ['limit', 'after', 'before'] },
  listSandboxMessages: { method: 'GET', path: '/v1/sandbox/messages', query: ['limit', 'after', 'format', 'to', 'delivery_id', 'wait'] },
  listSmtpCredentials: { method: 'GET', path: '/v1/smtp-credentials', query: ['limit', 'after', 'format'] },
  listStreams: { method: 'GET', path: '/v1/streams', query: ['format', 'limit'] },
  listSuppressions: { method: 'GET', path: '/v1/suppressions', query: ['limit', 'after', 'format', 'reason', 'address', 'stream_id'] },
  listTrustedRelays: { method: 'GET', path: '/v1/admin/ip-networks', query: ['limit', 'after', 'format'] },
  listUsers: { method: 'GET', path: '/v1/admin/users', query: ['limit', 'after', 'format', 'q'] },
  listWaitingDeliveries: { method: 'GET', path: '/v1/admin/queues/deliveries', query: ['format', 'limit'] },
  listWebhookDeliveries: { method: 'GET', path: '/v1/webhooks/{id}/deliveries', query: ['limit', 'after', 'format', 'status', 'event_type', 'event_id', 'message_id'] },
  listWebhooks: { method: 'GET', path: '/v1/webhooks', query: ['limit', 'after', 'format'] },
  logIn: { method: 'POST', path: '/v1/session' },
  logInByPasskey: { method: 'POST', path: '/v1/session/passkey' },
  logOut: { method: 'DELETE', path: '/v1/session' },
  pauseWebhook: { method: 'POST', path: '/v1/webhooks/{id}/pause' },
  releaseMessage: { method: 'POST', path: '/v1/messages/{id}/release' },
  removeMember: { method: 'DELETE', path: '/v1/members/{id}' },
  removeResendApiKey: { method: 'DELETE', path: '/api-keys/{id}' },
  removeResendDomain: { method: 'DELETE', path: '/domains/{id}' },
  removeResendWebhook: { method: 'DELETE', path: '/webhooks/{id}' },
  renewRecoveryCodes: { method: 'POST', path: '/v1/me/recovery-codes' },
  replayWebhook: { method: 'POST', path: '/v1/webhooks/{id}/replay', query: ['since', 'until', 'which'] },
  replayWebhookDelivery: { method: 'POST', path: '/v1/webhooks/deliveries/{id}/replay' },
  requestFromAddressConfirmation: { method: 'POST', path: '/v1/from-addresses/{id}/confirmation' },
  requestPasswordReset: { method: 'POST', path: '/v1/password-resets' },
  rescheduleMessage: { method: 'PATCH', path: '/v1/messages/{id}' },
  resendMessage: { method: 'POST', path: '/v1/messages/{id}/resend' },
  resumeAccount: { method: 'POST', path: '/v1/admin/accounts/{id}/resume' },
  resumeWebhook: { method: 'POST', path: '/v1/webhooks/{id}/resume' },
  retryMessage: { method: 'POST', path: '/v1/messages/{id}/retry' },
  revokeApiKey: { method: 'DELETE', path: '/v1/api-keys/{id}', query: ['pending'] },
  revokeInvitation: { method: 'DELETE', path: '/v1/invitations/{id}' },
  revokeOperatorKey: { method: 'DELETE', path: '/v1/admin/api-keys/{id}' },
  revokeSmtpCredential: { method: 'DELETE', path: '/v1/smtp-credentials/{id}', query: ['pending'] },
  rotateApiKey: { method: 'POST', path: '/v1/api-keys/{id}/rotate' },
  rotateDomainDkim: { method: 'POST', path: '/v1/domains/{id}/dkim/rotate' },
  rotateResendWebhookSecret: { method: 'POST', path: '/webhooks/{id}/signing-secret/rotate' },
  rotateSmtpCredential: { method: 'POST', path: '/v1/smtp-credentials/{id}/rotate' },
  rotateWebhookSecret: { method: 'POST', path: '/v1/webhooks/{id}/rotate-secret' },
  runDoctorCheck: { method: 'GET', path: '/v1/admin/health/checks/{check}' },
  sendBatch: { method: 'POST', path: '/v1/messages/batch' },
  sendEmail: { method: 'POST', path: '/emails' },
  sendEmailBatch: { method: 'POST', path: '/emails/batch' },
  sendMessage: { method: 'POST', path: '/v1/messages' },
  sendRawMessage: { method: 'POST', path: '/v1/messages/raw', bodyType: 'message/rfc822' },
  setPassword: { method: 'POST', path: '/v1/password-resets/{token}' },
  startActing: { method: 'POST', path: '/v1/session/acting' },
  streamEvents: { method: 'GET', path: '/v1/events/stream', query: ['types', 'after'], isRaw: true },
  suspendAccount: { method: 'POST', path: '/v1/admin/accounts/{id}/suspend' },
  testBounceRules: { method: 'POST', path: '/v1/admin/bounce-rules/test' },
  testWebhook: { method: 'POST', path: '/v1/webhooks/{id}/test' },
  undeleteAccount: { method: 'POST', path: '/v1/admin/accounts/{id}/undelete' },
  undeleteOwnAccount: { method: 'DELETE', path: '/v1/account/deletion' },
  updateAccount: { method: 'PATCH', path: '/v1/account' },
  updateAnyAccount: { method: 'PATCH', path: '/v1/admin/accounts/{id}' },
  updateApiKey: { method: 'PATCH', path: '/v1/api-keys/{id}' },
  updateBounceRule: { method: 'PATCH', path: '/v1/admin/bounce-rules/{id}' },
  updateDomain: { method: 'PATCH', path: '/v1/domains/{id}' },
  updateEmail: { method: 'PATCH', path: '/emails/{id}' },
  updateMe: { method: 'PATCH', path: '/v1/me' },
  updateMember: { method: 'PATCH', path: '/v1/members/{id}' },
  updateResendApiKey: { method: 'PATCH', path: '/api-keys/{id}' },
  updateResendDomain: { method: 'PATCH', path: '/domains/{id}' },
  updateResendWebhook: { method: 'PATCH', path: '/webhooks/{id}' },
  updateSmtpCredential: { method: 'PATCH', path: '/v1/smtp-credentials/{id}' },
  updateStream: { method: 'PATCH', path: '/v1/streams/{id}' },
  updateUser: { method: 'PATCH', path: '/v1/admin/users/{id}' },
  updateWebhook: { method: 'PATCH', path: '/v1/webhooks/{id}' },
  verifyDomain: { method: 'POST', path: '/v1/domains/{id}/verify' },
  verifyResendDomain: { method: 'POST', path: '/domains/{id}/verify' },
  vouchForFromAddress: { method: 'POST', path: '/v1/from-addresses/{id}/vouch' },
} as const;
