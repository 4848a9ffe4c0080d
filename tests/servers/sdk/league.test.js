'use strict';
// A whole tournament in Google, Outlook, Radicale and a folder of .ics files at once, edited on each of them with what
// people use there.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { spawn } = require('node:child_process');
const sandbox = require('./sandbox');
const { DavPerson, FilePerson, GooglePerson, OutlookPerson } = require('./people');
const { Program } = require('./program');

const data = path.join(__dirname, '../../../examples/worldcup-2026');

/** counting_proxy.py in front of Radicale. */
async function countingProxy(backend) {
  const net = require('node:net');
  const port = await new Promise((resolve) => {
    const one = net.createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = one.address();
      one.close(() => resolve(free));
    });
  });
  const child = spawn(
    '/usr/bin/python3',
    [path.join(__dirname, '../counting_proxy.py'), String(port), backend.replace(/\/$/, '')],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}/`;
  const counts = async () => (await fetch(`${url}.counts`, { method: 'POST' })).json();
  for (let i = 0; ; ++i) {
    try {
      await counts();
      return { url, counts, stop: () => child.kill() };
    } catch (error) {
      if (i > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('the tournament is in four places, and an edit on each is on all after one sync', async (t) => {
  const radicale = process.env.FASTI_RADICALE_URL;
  if (!radicale) return t.skip('Radicale is not installed');
  const proxy = await countingProxy(radicale);
  t.after(() => proxy.stop());
  const sync = (name, collection, create = '') =>
    `[[sync]]\nname = "${name}"\nconnection = "${name}"\ncollection = "${collection}"\nkind = "booking"\n${create}\n`;
  const program = new Program(`store = "fasti.db"

[connections.google]
provider = "google"
url = "${sandbox.google.url}"
token = { command = ["echo", "${sandbox.google.token}"] }

[connections.outlook]
provider = "outlook"
url = "${sandbox.outlook.url}v1.0/"
ca_file = "${process.env.NODE_EXTRA_CA_CERTS}"
token = { command = ["echo", "${sandbox.outlook.token}"] }
window_past = "400d"

[connections.dav]
provider = "caldav"
url = "${proxy.url}"
username = "alice"
password = { command = ["echo", "secret"] }

[connections.files]
provider = "ics"
path = "calendars"

${sync('google', 'League')}${sync('outlook', 'League')}${sync('dav', 'league', 'create = true\n')}${sync('files', 'league', 'create = true\n')}`);
  t.after(() => program.remove());
  const people = [new GooglePerson(), new OutlookPerson(), new FilePerson(program, 'calendars/league')];
  await people[0].open('League');
  await people[1].open('League');

  /** One run for everything; the next asks each of the three servers once and writes nowhere. */
  async function settle() {
    const run = await program.sync();
    assert.deepStrictEqual([run.outcome, run.conflicts, run.parked], ['ok', 0, 0], JSON.stringify(run));
    await proxy.counts();
    const google = await sandbox.google.counting(() => sandbox.outlook.counting(() => program.sync()));
    const outlook = google.result;
    const dav = await proxy.counts();
    assert.deepStrictEqual([google.requests, outlook.requests, dav.total], [1, 1, 1], JSON.stringify([google, dav]));
    assert.deepStrictEqual([google.writes, outlook.writes, dav.methods.PUT ?? 0], [0, 0, 0]);
    for (const one of outlook.result.syncs)
      assert.deepStrictEqual([one.created, one.updated, one.deleted], [0, 0, 0], one.name);
  }
  async function sameEverywhere(count, expected) {
    const agendas = await Promise.all(people.map((person) => person.agenda()));
    for (const [i, agenda] of agendas.entries()) assert.deepStrictEqual(agenda, agendas[0], people[i].side);
    assert.strictEqual(agendas[0].length, count);
    if (expected) assert.ok(agendas[0].includes(expected), expected);
  }

  for (const kind of ['venues', 'teams', 'schedule', 'bookings']) {
    const file = path.join(data, `${kind}.csv`);
    assert.ok(fs.existsSync(file));
    await program.run(['import', file, '--mapping', `csv-${kind.replace(/s$/, '')}`]);
  }
  await settle();
  const { json: collections } = await program.run(['collections', 'dav']);
  people.push(new DavPerson(program, new URL(collections.find((one) => one.name === 'league').id, proxy.url).href));
  await sameEverywhere(104, '2026-06-11T19:00Z Mexico - South Africa');

  for (const person of people) {
    await t.test(`edited in ${person.side}`, async () => {
      const title = `Seen in ${person.side}`;
      await person.change('Mexico - South Africa', { title });
      await person.create({
        title: `Friendly in ${person.side}`,
        start: '2026-06-10T18:00:00',
        end: '2026-06-10T20:00:00',
      });
      await settle();
      await sameEverywhere(105, `2026-06-11T19:00Z ${title}`);
      await person.change(title, { title: 'Mexico - South Africa' });
      await person.remove(`Friendly in ${person.side}`);
      await settle();
      await sameEverywhere(104, '2026-06-11T19:00Z Mexico - South Africa');
    });
  }
});
