#!/usr/bin/env node
// The published command: plain JavaScript, so that an old Node can say what is missing instead of failing on syntax.
import { stderr, versions } from 'node:process';

const REQUIRED_MAJOR = 24;
const major = Number(versions.node.split('.')[0]);
if (major >= REQUIRED_MAJOR) {
  await import('./main.js');
} else {
  stderr.write(`plimsoll needs Node.js ${REQUIRED_MAJOR} or newer, this is ${versions.node}; install a newer Node.js and run it again\n`);
  process.exitCode = 2;
}
