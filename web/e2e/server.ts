// The real program on a free loopback port, with a temporary folder and test tools.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const binary = process.env['GLOVEBOX_BINARY'];
const examples = process.env['GLOVEBOX_EXAMPLES'] ?? resolve('../examples');

const tool = (id: string, text: string): string =>
  `id = "${id}"\nname = "${id[0]?.toUpperCase()}${id.slice(1)}"\ncategory = "${id === 'fields' ? 'Others' : 'Tests'}"\ninputs = ["*"]\ntimeout = "60s"\n${text}`;

const tools: Record<string, string> = {
  shell: `description = "Runs a script."
status = "available"
command = ["sh", "-c", "{script}"]
version = ["sh", "-c", "echo Shell 1.0"]
stdin = true
[limits]
memory = "128MiB"
output_lines = 300000
output_bytes = "32MiB"
[[parameters]]
name = "script"
title = "Script"
description = "What to run."
type = "string"
required = true
`,
  fields: `description = "Has a field of each type."
status = "available"
command = ["echo", "{level}", "{count}", "{ratio}", "{word}", "{loud}"]
version = ["sh", "-c", "echo Fields 1.0, from the package tests, with more words in its version than a phone has room for"]
[[parameters]]
name = "level"
title = "Level"
description = "How much."
type = "enum"
values = ["low", "high"]
default = "low"
[[parameters]]
name = "count"
title = "Count"
description = "How many."
type = "integer"
minimum = 1
maximum = 5
default = 2
[[parameters]]
name = "ratio"
title = "Ratio"
description = "A part."
type = "number"
[[parameters]]
name = "word"
title = "Word"
description = "Lower case."
type = "string"
pattern = "[a-z]+"
[[parameters]]
name = "loud"
title = "Loud"
description = "Says it louder."
type = "boolean"
flag = "--loud"
default = false
`,
  finder: `description = "Prints places, as a hostile tool might."
status = "available"
checkup = false
command = ["sh", "-c", "{script}"]
exit_codes = { clean = [0], findings = [1] }
[limits]
output_lines = 300000
output_bytes = "32MiB"
[findings]
format = "gnu"
url = "https://example.org/rules/{rule}"
[[parameters]]
name = "script"
title = "Script"
description = "What to run."
type = "string"
required = true
`,
  brewing: `description = "Is being made."\nstatus = "in-development"\ncommand = ["true"]\n`,
  later: `description = "Comes later."\nstatus = "coming-soon"\ncommand = ["true"]\n`,
  missing: `description = "Its program is not there."\nstatus = "available"\ncommand = ["no-such-program-anywhere"]\n`,
};

const preset = `title = "Homework 3, with a title that is longer than a phone is wide"
text = """
Upload the folder of your solution.

It is checked as the tutors check it."""
tools = ["shell", "fields"]
timeout = "20s"
[limits]
project_files = 3
[parameters.shell]
script = "cat a.txt; echo from the preset"
[parameters.fields]
level = "high"
`;

const started = new Set<TestServer>();

export class TestServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'glovebox-web-'));
  readonly #settings: Record<string, string | number>;
  #process: ChildProcess | null = null;
  port = 0;
  firstKey = '';
  secondKey = '';

  private constructor(settings: Record<string, string | number>) {
    this.#settings = settings;
    const folder = join(this.#folder, 'tools');
    mkdirSync(folder);
    for (const [id, text] of Object.entries(tools)) writeFileSync(join(folder, `${id}.toml`), tool(id, text));
    const example = join(this.#folder, 'examples', 'shell', 'greeting');
    mkdirSync(join(example, 'src', 'deep'), { recursive: true });
    writeFileSync(join(example, 'README.md'), '# A greeting\n\nSays hello.\n');
    writeFileSync(join(example, 'src', 'hello.txt'), 'hello\nworld\n');
    writeFileSync(join(example, 'src', 'deep', 'page.html'), '<script>document.title="pwned"</script>');
  }

  static async start(settings: Record<string, string | number> = {}): Promise<TestServer> {
    const server = new TestServer({ 'hourly-per-client': 0, 'concurrent-per-client': 0, ...settings });
    started.add(server);
    if (settings['keys']) [server.firstKey, server.secondKey] = [server.key('first'), server.key('second')];
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  // Restarts on the same port, with the same data.
  async run(): Promise<void> {
    if (!binary) throw new Error('GLOVEBOX_BINARY names no program');
    const folders = ['--tools-dir', join(this.#folder, 'tools'), '--examples-dir', join(this.#folder, 'examples')];
    const shipped = process.env['GLOVEBOX_TOOLS'];
    if (this.#settings['shipped'] && shipped) folders.push('--tools-dir', this.#shipped(shipped), '--examples-dir', examples);
    if (this.#settings['presets']) folders.push('--presets-dir', this.#presets());
    if (this.#settings['keys']) folders.push('--keys-file', this.#keysFile);
    const settings = Object.entries(this.#settings)
      .filter(([name]) => !['shipped', 'keys', 'presets'].includes(name))
      .flatMap(([name, value]) => [`--${name}`, String(value)]);
    const flags = ['serve', '--listen', `127.0.0.1:${this.port}`, '--data-dir', join(this.#folder, 'data'), ...folders, ...settings];
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GLOVEBOX_')));
    const child = spawn(binary, flags, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    this.#process = child;
    let log = '';
    child.stderr.on('data', (piece: Buffer) => (log = (log + piece.toString()).slice(-4000)));
    this.port = await new Promise<number>((resolvePort, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = /^listening on http:\/\/.*:(\d+)$/.exec(line)?.[1];
        if (port) resolvePort(Number(port));
      });
      child.on('exit', () => reject(new Error(`the server ended:\n${log}`)));
    });
  }

  #presets(): string {
    const folder = join(this.#folder, 'presets');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'homework-3.toml'), preset);
    writeFileSync(join(folder, 'bad.toml'), 'title = 3\n');
    return folder;
  }

  // All tools that ship, or those that `shipped` names.
  #shipped(all: string): string {
    const named = this.#settings['shipped'];
    if (typeof named !== 'string') return all;
    const folder = join(this.#folder, 'shipped');
    mkdirSync(folder, { recursive: true });
    cpSync(join(all, 'programs'), join(folder, 'programs'), { recursive: true });
    for (const id of named.split(',')) copyFileSync(join(all, `${id}.toml`), join(folder, `${id}.toml`));
    return folder;
  }

  // The server knows it after its next start.
  private key(name: string): string {
    if (!binary) throw new Error('GLOVEBOX_BINARY names no program');
    const arguments_ = ['key', 'create', name, '--keys-file', this.#keysFile];
    return execFileSync(binary, arguments_, { encoding: 'utf8' }).trim();
  }

  get #keysFile(): string {
    return join(this.#folder, 'keys.toml');
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    started.delete(this);
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit = { method, headers: this.firstKey ? { Authorization: `Bearer ${this.firstKey}` } : {} };
    if (body !== undefined) {
      init.headers = { ...init.headers, 'Content-Type': 'application/json' };
      init.body = JSON.stringify(body);
    }
    const answer = await fetch(this.url + path, init);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async upload(archive: Uint8Array): Promise<string> {
    const answer = await fetch(`${this.url}/api/upload`, { method: 'POST', body: Buffer.from(archive), headers: { 'Content-Type': 'application/octet-stream' } });
    if (!answer.ok) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { projectId: string }).projectId;
  }

  async project(): Promise<string> {
    return (await this.call<{ projectId: string }>('POST', '/api/examples/shell/greeting')).projectId;
  }

  // Starts a script and returns the job's id. The places that `finder` prints are its findings.
  async submit(script: string, toolId: 'shell' | 'finder' = 'shell', projectId?: string): Promise<string> {
    const fields = { toolId, projectId: projectId ?? (await this.project()), parameters: { script }, stream: true };
    return (await this.call<{ jobId: string }>('POST', '/api/execute', fields)).jobId;
  }

  async ended(jobId: string): Promise<void> {
    for (let i = 0; i < 600; i++) {
      const { status } = await this.call<{ status: string }>('GET', `/api/jobs/${jobId}?output=false`);
      if (status !== 'queued' && status !== 'running') return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error('the job did not end');
  }
}

process.on('exit', () => started.forEach((server) => void server.kill()));
