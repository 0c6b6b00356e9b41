// npm run promqltest -- FILE…: files in Prometheus's test language against the embedded engine (`--help`).
import { promqltest } from './command.ts';

process.exitCode = await promqltest(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
});
