/** A request that sends a message, to paste into a terminal. */
export const firstMessageCurl = (origin: string, from = 'app@YOUR-DOMAIN'): string =>
  `curl ${origin}/v1/messages \\
  -H "Authorization: Bearer $WAYBILL_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"from":"${from}","to":"ada@example.com","subject":"Hello","text":"It works."}'`;
