// Follows one job with the npm package `eventsource` and prints what it saw as one line of JSON.
import { EventSource } from "eventsource";

const source = new EventSource(process.argv[2]);
const seen = { text: "", stderr: "", lostText: "", statuses: [], opened: 0 };
let attempt = 1;
source.addEventListener("open", () => (seen.opened += 1));
source.addEventListener("status", (event) => {
  const status = JSON.parse(event.data);
  seen.statuses.push(status.status);
  if (status.attempt === attempt) return;
  attempt = status.attempt;
  seen.lostText += seen.text;
  seen.text = seen.stderr = "";
});
source.addEventListener("output", (event) => {
  const { stream, text } = JSON.parse(event.data);
  if (stream === "stderr") seen.stderr += text;
  else seen.text += text;
  if (seen.text.length > 300 && !seen.told) {
    seen.told = true;
    console.log("far enough");
  }
});
source.addEventListener("complete", (event) => {
  source.close();
  console.log(JSON.stringify({ ...seen, end: JSON.parse(event.data), lastEventId: event.lastEventId }));
});
