'use strict';
// @googleapis/calendar, pointed at the stand-in.
const { calendar } = require('@googleapis/calendar');
const sandbox = require('./sandbox');

/** `retry` off: a refusal is what the tests are after. */
function client({ token = sandbox.google.token, auth, ...rest } = {}) {
  if (auth) return calendar({ version: 'v3', rootUrl: sandbox.google.url, auth, retry: false, ...rest });
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return calendar({ version: 'v3', rootUrl: sandbox.google.url, headers, retry: false, ...rest });
}

/** The refusal of a call as { status, reason, error }; fails when it went well. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    const body = error.response?.data?.error ?? {};
    return { status: error.response?.status ?? error.status, reason: body.errors?.[0]?.reason, error: body };
  }
  throw new Error('the call was not refused');
}

/** Every page of a list; `parameters` without pageToken. */
async function pages(list, parameters) {
  const out = [];
  let pageToken;
  do {
    const { data } = await list(pageToken ? { ...parameters, pageToken } : parameters);
    out.push(data);
    pageToken = data.nextPageToken;
  } while (pageToken);
  return out;
}

/** POST /batch/calendar/v3, for which the client has no helper: parts { method, path, headers, body }, answers by id. */
async function batch(parts, token = sandbox.google.token) {
  const boundary = 'batch_of_a_person';
  const text = parts
    .map((part, index) => {
      const body = part.body === undefined ? '' : JSON.stringify(part.body);
      const headers = Object.entries({ ...(body && { 'Content-Type': 'application/json' }), ...part.headers });
      return (
        `--${boundary}\r\nContent-Type: application/http\r\nContent-ID: <${part.id ?? index}>\r\n\r\n` +
        `${part.method} /calendar/v3/${part.path} HTTP/1.1\r\n` +
        headers.map(([name, value]) => `${name}: ${value}\r\n`).join('') +
        `\r\n${body}\r\n`
      );
    })
    .join('');
  const response = await fetch(new URL('batch/calendar/v3', sandbox.google.url), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': `multipart/mixed; boundary=${boundary}` },
    body: `${text}--${boundary}--\r\n`,
  });
  const whole = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const answers = {};
  const mark = /boundary="?([^";]+)/.exec(type)?.[1];
  for (const part of mark ? whole.split(`--${mark}`).slice(1, -1) : []) {
    const [outer, head, ...body] = part.trim().split('\r\n\r\n');
    const id = /Content-ID: <response-([^>]*)>/i.exec(outer)[1];
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)[1]);
    const content = body.join('\r\n\r\n').trim();
    answers[id] = { status, head, data: content ? JSON.parse(content) : undefined };
  }
  return { status: response.status, type, answers, whole };
}

module.exports = { batch, client, pages, refusal };
