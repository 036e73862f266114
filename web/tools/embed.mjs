// Packs the built console into what the server is linked with: console.pack, with all files one
// after the other, plain, gzip and brotli; and console_files.cc, a table of their positions.
//
//   node embed.mjs DIST OUT
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [dist, out] = process.argv.slice(2).map((path) => resolve(path));

const types = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};
// File names as vite creates them: a name, eight characters of a hash, a suffix.
const hashedName = /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

function* filesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else yield path;
  }
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

const pieces = [];
let size = 0;
// A compressed form that is not smaller than the file itself is left out.
function add(bytes, plainSize) {
  if (bytes.length >= plainSize) return 'Span{}';
  return put(bytes);
}
function put(bytes) {
  const span = `Span{${size}, ${bytes.length}}`;
  pieces.push(bytes);
  size += bytes.length;
  return span;
}

const rows = [];
for (const path of filesIn(dist)) {
  const name = '/' + relative(dist, path).split('\\').join('/');
  const type = types[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined) throw new Error(`${name}: add the media type of this suffix to embed.mjs`);
  const bytes = readFileSync(path);
  const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const plain = put(bytes);
  const gzip = add(gzipSync(bytes, { level: 9 }), bytes.length);
  const br = add(brotli(bytes), bytes.length);
  const lasting = hashedName.test(name);
  rows.push(`    make(${[JSON.stringify(name), JSON.stringify(type), JSON.stringify(etag), plain, gzip, br].join(', ')}, ${lasting ? 'Lifetime::kForever' : 'Lifetime::kUntilAsked'}),`);
}
const pack = Buffer.concat(pieces);
const packPath = join(out, 'console.pack');
writeFileSync(packPath, pack);
writeFileSync(
  join(out, 'console_files.cc'),
  `// Made by web/tools/embed.mjs; do not edit. Pack: ${createHash('sha256').update(pack).digest('hex')}
#include "http/console_files.h"

__asm__(
    ".section .rodata\\n"
    ".balign 16\\n"
    ".globl glovebox_console_pack\\n"
    ".hidden glovebox_console_pack\\n"
    "glovebox_console_pack:\\n"
    ".incbin \\"${packPath}\\"\\n"
    ".previous\\n");
extern "C" const char glovebox_console_pack[] __attribute__((visibility("hidden")));

namespace glovebox {
namespace {

struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
};

std::string_view text_at(Span span) { return {glovebox_console_pack + span.at, span.size}; }

using Lifetime = ConsoleFile::Lifetime;

ConsoleFile make(std::string_view path, std::string_view type, std::string_view etag, Span plain, Span gzip, Span brotli,
                 Lifetime lifetime) {
  return {path, type, etag, text_at(plain), text_at(gzip), text_at(brotli), lifetime};
}

}  // namespace

std::span<const ConsoleFile> console_files() {
  static const std::vector<ConsoleFile> files{
${rows.join('\n')}
  };
  return files;
}

}  // namespace glovebox
`,
);
console.log(`console: ${rows.length} files, ${pack.length} bytes with their compressed forms`);
