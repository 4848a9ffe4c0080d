'use strict';
// `fasti check --online` says what is wrong before anything is synchronized.
const assert = require('node:assert');
const test = require('node:test');
const sandbox = require('./sandbox');
const { client } = require('./google');
const { Program } = require('./program');

const scope = 'https://www.googleapis.com/auth/calendar';

async function check(connection, collection) {
  const program = new Program(`store = "fasti.db"

[connections.one]
${connection}

[[sync]]
name = "one"
connection = "one"
collection = "${collection}"
kind = "booking"
`);
  try {
    return await program.run(['check', '--online'], { code: null });
  } finally {
    program.remove();
  }
}
async function refused(checked, problem) {
  const { code, json } = await checked;
  assert.strictEqual(code, 5);
  assert.match(JSON.stringify(json.problems), problem);
}
const google = (token) =>
  `provider = "google"\nurl = "${sandbox.google.url}"\ntoken = { command = ["echo", "${token}"] }`;
const outlook = (token) =>
  `provider = "outlook"\nurl = "${sandbox.outlook.url}v1.0/"\nca_file = "${process.env.NODE_EXTRA_CA_CERTS}"\n` +
  `token = { command = ["echo", "${token}"] }`;

test('google: all well, a calendar to read only, an id that is none, a token that is none', async () => {
  assert.strictEqual((await check(google(sandbox.google.token), 'primary')).code, 0);
  const email = 'reader@example.org';
  await sandbox.google.control('POST', 'users', { email, zone: 'UTC' });
  await sandbox.google.control('POST', 'tokens', { token: 'reader', email, scope });
  const { data } = await client().calendars.insert({ requestBody: { summary: 'Shared' } });
  await sandbox.google.control('POST', 'roles', { calendar: data.id, email, role: 'reader' });
  await refused(check(google('reader'), 'Shared'), /read/);
  await refused(check(google(sandbox.google.token), 'Nowhere'), /no calendar has this/);
  await refused(check(google('nobody'), 'primary'), /token/);
});

test('outlook: all well, an id that is none, a token that is none', async () => {
  assert.strictEqual((await check(outlook(sandbox.outlook.token), 'Calendar')).code, 0);
  await refused(check(outlook(sandbox.outlook.token), 'Nowhere'), /no calendar has this/);
  await refused(check(outlook('nobody'), 'Calendar'), /token/);
});
