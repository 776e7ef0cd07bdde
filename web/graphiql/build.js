// Bundles the page into federation/http/graphiql: `npm ci && npm run build`.
import { build } from 'esbuild';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(HERE, '../../federation/http/graphiql');
const SHARED = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  outdir: OUT,
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl' },
  absWorkingDir: HERE,
};

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const page = await build({
  ...SHARED,
  entryPoints: { graphiql: 'main.jsx' },
  jsx: 'automatic',
  splitting: true,
  chunkNames: 'chunk-[hash]',
});
const workers = await build({
  ...SHARED,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
});
// The editor's styles are in graphiql.css already; nothing loads them a second time.
for (const file of await readdir(OUT)) {
  if (/^chunk-.*\.css$/.test(file)) await rm(join(OUT, file));
}
await cp(join(HERE, 'index.html'), join(OUT, 'index.html'));
await cp(join(HERE, 'icon.svg'), join(OUT, 'icon.svg'));
await writeFile(join(OUT, 'LICENSES.txt'), await licences([page.metafile, workers.metafile]));

// The licence of every package of which something is in the bundle.
async function licences(metafiles) {
  const packages = new Set();
  for (const metafile of metafiles) {
    for (const input of Object.keys(metafile.inputs)) {
      const match = input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/);
      if (match) packages.add(match[0]);
    }
  }
  const texts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(HERE, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(HERE, folder))).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? (await readFile(join(HERE, folder, file), 'utf8')).trim() : `Licence: ${license}`;
    texts.push(`${name} ${version}\n\n${text}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
