export function schemaSql(from?: string): Promise<string>;
