// Unpacks the browser of the package into the folder above node_modules: its program, libraries that a small system lacks, and a font.
import { join } from 'node:path';

const folder = import.meta.dirname;
process.env.TMPDIR = folder; // where the package unpacks
const { inflate } = await import('@sparticuz/chromium');
const packed = join(folder, 'node_modules', '@sparticuz', 'chromium', 'bin');
for (const name of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']) {
  await inflate(join(packed, name));
}
