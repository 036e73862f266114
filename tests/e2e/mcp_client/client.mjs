// One session of an official client: node client.mjs SDK MODE TARGET…
// SDK: "v1" (@modelcontextprotocol/sdk) or "v2" (@modelcontextprotocol/client). MODE: "http" with a
// URL, or "stdio" with a command. Steps come as a JSON list on standard input; what they gave goes
// to standard output as one JSON object.
import { readFileSync } from "node:fs";

const [, , sdk, mode, ...target] = process.argv;
const { steps, headers } = JSON.parse(readFileSync(0, "utf8"));

async function load() {
  if (sdk === "v1") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const http = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    return { Client, StdioClientTransport, Http: http.StreamableHTTPClientTransport, options: {} };
  }
  const module = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const options = { versionNegotiation: { mode: { pin: "2026-07-28" } } };
  return { Client: module.Client, StdioClientTransport, Http: module.StreamableHTTPClientTransport,
           options };
}

const { Client, StdioClientTransport, Http, options } = await load();
const transport = mode === "http"
  ? new Http(new URL(target[0]), { requestInit: { headers: headers ?? {} } })
  : new StdioClientTransport({ command: target[0], args: target.slice(1) });
const client = new Client({ name: "glovebox-test", version: "1.0.0" }, options);
await client.connect(transport);

const results = [];
for (const step of steps) {
  const progress = [];
  const watch = step.progress ? { onprogress: (each) => progress.push(each) } : undefined;
  try {
    let result;
    if (step.op === "list") result = await client.listTools();
    else if (step.op === "read") result = await client.readResource({ uri: step.uri });
    else if (sdk === "v1") result = await client.callTool(step.params, undefined, watch);
    else result = await client.callTool(step.params, watch);
    results.push({ result, progress });
  } catch (error) {
    results.push({ error: String(error), code: error.code });
  }
}
console.log(JSON.stringify({ server: client.getServerVersion(), results }));
await client.close();
