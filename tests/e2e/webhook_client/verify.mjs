// Reads lines of JSON {secret, headers, body} and verifies each with npm's `standardwebhooks`, as a
// receiver would. Prints "verified N" or the first failure.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

let count = 0;
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { secret, headers, body } = JSON.parse(line);
  new Webhook(secret).verify(Buffer.from(body, "base64").toString("utf8"), headers);
  ++count;
}
console.log(`verified ${count}`);
