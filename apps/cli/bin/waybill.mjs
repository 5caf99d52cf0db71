#!/usr/bin/env node
// Node 24 runs the TypeScript sources as they are; anything older is told so instead of a syntax error.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(`waybill needs Node 24 or later; this is ${process.version}.\n`);
  process.exit(1);
}
await import('../src/main.ts');
