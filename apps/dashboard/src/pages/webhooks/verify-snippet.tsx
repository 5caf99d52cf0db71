import { webhooksText as text } from '../../text/webhooks.ts';
import { Section } from '../../ui/page.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';

/** The Node.js check of docs/webhooks.md §2. */
const snippet = `import { createHmac, timingSafeEqual } from 'node:crypto';

export function verify(secret, headers, body) {
  const age = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']));
  if (!(age < 300)) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = \`\${headers['webhook-id']}.\${headers['webhook-timestamp']}.\${body}\`;
  const expected = createHmac('sha256', key).update(content).digest();
  return headers['webhook-signature'].split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}`;

export const VerifySnippet = () => (
  <Section title={text.verify}>
    <p>{text.verifyText}</p>
    <Verbatim text={snippet} label={text.verify} />
  </Section>
);
