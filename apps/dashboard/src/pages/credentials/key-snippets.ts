/** How programs send by an API key: each text holds the real values, and works when it is pasted. */
import type { Snippet } from './smtp-snippets.ts';

export type KeyLogin = { readonly origin: string; readonly key: string; readonly from: string };

export function keySnippets({ origin, key, from }: KeyLogin): readonly Snippet[] {
  const url = `${origin}/v1/messages`;
  const json = JSON.stringify({ from, to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' });
  return [
    [
      'curl',
      `curl ${url} -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' -d '${json}'`,
    ],
    [
      'Node.js',
      `const response = await fetch('${url}', {
  method: 'POST',
  headers: { authorization: 'Bearer ${key}', 'content-type': 'application/json' },
  body: JSON.stringify(${json}),
});
console.log(await response.json());`,
    ],
    [
      'Python (requests)',
      `import requests

print(requests.post('${url}', headers={'Authorization': 'Bearer ${key}'}, json=${json}).json())`,
    ],
    [
      'PHP',
      `echo file_get_contents('${url}', false, stream_context_create(['http' => [
  'method' => 'POST',
  'header' => "Authorization: Bearer ${key}\\r\\nContent-Type: application/json",
  'content' => '${json}',
]]));`,
    ],
    [
      'Ruby',
      `require 'net/http'

puts Net::HTTP.post(URI('${url}'), '${json}',
  'Authorization' => 'Bearer ${key}', 'Content-Type' => 'application/json').body`,
    ],
    [
      'Go',
      `request, _ := http.NewRequest("POST", "${url}", strings.NewReader(\`${json}\`))
request.Header.Set("Authorization", "Bearer ${key}")
request.Header.Set("Content-Type", "application/json")
response, err := http.DefaultClient.Do(request)`,
    ],
    ['Resend client', `RESEND_BASE_URL=${origin}\nRESEND_API_KEY=${key}`],
  ];
}
