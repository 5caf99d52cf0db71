/** The program that a `User-Agent` names, without its versions: an update of a browser is not a new browser. RFC 9110 §10.1.5. */
export const agentFamily = (agent: string): string =>
  agent
    .replaceAll(/\d+(?:[._]\d+)*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
