// A receiver of webhooks, to be copied: run it with SECRET in the environment, on Node alone.
const { createHmac, timingSafeEqual } = require("node:crypto");
const { createServer } = require("node:http");

const key = Buffer.from(process.env.SECRET.replace(/^whsec_/, ""), "base64");
const seen = new Set(); // ids that were dealt with; keep them where a restart does not lose them
const latest = new Map(); // the highest revision of each occurrence

function verified(headers, body) {
  const id = headers["webhook-id"] ?? "", at = headers["webhook-timestamp"] ?? "";
  const mac = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest("base64");
  const wanted = Buffer.from(`v1,${mac}`); // several while the secret is changed; one is enough
  const given = (headers["webhook-signature"] ?? "").split(" ").map((one) => Buffer.from(one));
  const fits = given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
  return fits && /^\d+$/.test(at) && Math.abs(Date.now() / 1000 - Number(at)) <= 300;
}

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts); // the raw bytes are signed, not what a parser makes of them
  const good = verified(request.headers, body), id = request.headers["webhook-id"];
  response.writeHead(good ? 204 : 401).end(); // answer before working
  if (!good || seen.has(id)) return;
  seen.add(id);
  const event = JSON.parse(body), about = event.data.occurrence ?? { id, revision: 1 };
  if (about.revision <= (latest.get(about.id) ?? 0)) return;
  latest.set(about.id, about.revision);
  console.log(event.type, about.id, about.revision); // your work begins here
}).listen(Number(process.env.PORT ?? 9000), "127.0.0.1");
