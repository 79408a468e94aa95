// Runs an Express receiver on a port that the kernel chooses, like receiver.py:
//
//     node receiver.js SAMPLE.js
//
// The first line of its output is the port. Then comes one JSON object for each request, when it has been answered:
// path, headers, body (base64) and the status that the sample gave. The sample's own lines go to the standard error.
// Ends with its standard input.
const express = require("express");
const path = require("node:path");

console.log = console.error;
const say = (line) => process.stdout.write(line + "\n");

const outer = express();
outer.use((request, response, next) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  response.on("finish", () => {
    const headers = [];
    for (let place = 0; place < request.rawHeaders.length; place += 2) {
      headers.push(request.rawHeaders.slice(place, place + 2));
    }
    const body = Buffer.concat(parts).toString("base64");
    say(JSON.stringify({ path: request.originalUrl, headers, body, status: response.statusCode }));
  });
  next();
});
outer.use(require(path.resolve(process.argv[2])));
const server = outer.listen(0, "127.0.0.1", () => say(String(server.address().port)));
process.stdin.resume().on("end", () => process.exit(0));
