// What Glovebox's users would otherwise write: Express, p-queue and execa. The same call as
// POST /api/execute of a program that is registered: validated, queued, run (unsealed), answered
// with the same record. Jobs are kept in memory only. Prints its port once it listens.
//
//   node server.js PROGRAM CONCURRENCY
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import express from 'express';
import { execa } from 'execa';
import PQueue from 'p-queue';

const [program, concurrency = String(os.availableParallelism())] = process.argv.slice(2);
const QUEUE_CAPACITY = 1000;
const MAX_JOBS_KEPT = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
const TIMEOUT_MS = 60_000;

const tools = new Map([['nothing', { id: 'nothing', argv: [program] }]]);
const projects = new Map([['bench', { directory: os.tmpdir() }]]);
const jobs = new Map();
const queue = new PQueue({ concurrency: Number(concurrency) });

function remember(job) {
  jobs.set(job.jobId, job);
  if (jobs.size > MAX_JOBS_KEPT) jobs.delete(jobs.keys().next().value);
}

async function run(job, tool, project) {
  job.status = 'running';
  job.startedAt = new Date().toISOString();
  const result = await execa(tool.argv[0], tool.argv.slice(1), {
    cwd: project.directory,
    env: { PATH: '/usr/bin:/bin' },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    lines: true,
    reject: false,
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  job.finishedAt = new Date().toISOString();
  job.durationMs = Math.round(result.durationMs);
  job.exitCode = result.exitCode ?? null;
  job.signal = result.signal ?? null;
  job.output = result.all;
  if (result.timedOut) job.status = 'timeout';
  else job.status = result.failed ? 'failed' : 'completed';
}

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json({ limit: '1mb' }));

app.post('/api/execute', async (request, response) => {
  const { toolId, projectId } = request.body ?? {};
  const tool = tools.get(toolId);
  const project = projects.get(projectId);
  if (!tool || !project) {
    response.status(404).json({ error: { type: 'NotFoundError', message: 'no such tool or project' } });
    return;
  }
  if (queue.size >= QUEUE_CAPACITY) {
    response.status(503).json({ error: { type: 'QueueFullError', message: 'the queue is full' } });
    return;
  }
  const job = {
    jobId: `job_${randomBytes(16).toString('base64url')}`, toolId, projectId, status: 'queued',
    exitCode: null, signal: null, output: [], createdAt: new Date().toISOString(),
    startedAt: null, finishedAt: null, durationMs: null,
  };
  remember(job);
  await queue.add(() => run(job, tool, project));
  response.json(job);
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
