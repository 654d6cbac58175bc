// Loaded before Prism's command: prints the port that it listens on, and ends it when standard input does.
import { subscribe } from 'node:diagnostics_channel';

subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => console.log(`port ${server.address().port}`));
process.stdin.resume().once('end', () => process.exit());
