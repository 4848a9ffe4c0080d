'use strict';
// The other person uses the provider's own client, we use Fasti: each scenario once, for every provider.
const assert = require('node:assert');
const test = require('node:test');
const sandbox = require('./sandbox');
const googleSide = require('./google');
const outlookSide = require('./outlook');
const { FilePerson, GooglePerson, OutlookPerson } = require('./people');
const { Program } = require('./program');

/** What a provider is for a scenario; a new one is one more entry. */
const PROVIDERS = {
  google: {
    Person: GooglePerson,
    standIn: sandbox.google,
    refusal: googleSide.refusal,
    settings: `url = "${sandbox.google.url}"`,
    batch: 50,
    faults: {
      hidden: 'delayed',
      rate: ['rate_429', 'rate_403'],
      shaky: ['backend_error', 'error_after_write', 'part_missing', 'part_conflict'],
      disorder: ['short_page', 'duplicate_item', 'reordered'],
    },
    expire: (person) => sandbox.google.control('POST', 'expire/cursors', { calendar: person.calendarId }),
  },
  outlook: {
    Person: OutlookPerson,
    standIn: sandbox.outlook,
    refusal: outlookSide.refusal,
    settings: `url = "${sandbox.outlook.url}v1.0/"\nca_file = "${process.env.NODE_EXTRA_CA_CERTS}"\nwindow_future = "700d"`,
    batch: 20,
    faults: {
      hidden: 'late_item',
      rate: ['throttled', 'batch_part_throttled'],
      shaky: ['unavailable', 'failed_after_write', 'batch_part_missing', 'batch_part_failed'],
      disorder: ['short_page', 'repeated_item', 'empty_page'],
    },
    expire: () => sandbox.outlook.control('POST', 'expire/cursors'),
  },
};

const match = {
  title: 'Kick-off',
  start: '2027-03-22T18:00:00',
  end: '2027-03-22T19:45:00',
  notes: 'Bring both kits',
  location: 'Hall 1',
};
const series = { title: 'Training', start: '2027-03-22T10:00:00', end: '2027-03-22T11:30:00', weekly: 4 };
/** Across the change to summer time; the second moved, the third cancelled. */
const excepted = ['2027-03-22T09:00Z Training', '2027-03-30T12:00Z Training', '2027-04-12T08:00Z Training'];
const moved = { start: '2027-03-30T14:00:00', end: '2027-03-30T15:30:00' };

let number = 0;
for (const [side, provider] of Object.entries(PROVIDERS)) {
  test(side, async (t) => {
    const world = {};
    t.beforeEach(async () => {
      const name = `Scenario ${++number}`;
      world.program = new Program(`store = "fasti.db"

[connections.${side}]
provider = "${side}"
${provider.settings}
token = { command = ["echo", "${provider.standIn.token}"] }

[connections.files]
provider = "ics"
path = "calendars"

[[sync]]
name = "${side}"
connection = "${side}"
collection = "${name}"
kind = "booking"

[[sync]]
name = "files"
connection = "files"
collection = "bookings"
kind = "booking"
create = true
`);
      world.person = new provider.Person();
      await world.person.open(name);
      world.files = new FilePerson(world.program, 'calendars/bookings');
    });
    t.afterEach(() => world.program.remove());

    /** One run carries everything; the next asks once and writes nothing. */
    async function settle() {
      const { json: run } = await world.program.run(['sync']);
      assert.deepStrictEqual([run.outcome, run.conflicts, run.parked], ['ok', 0, 0], JSON.stringify(run));
      await silent();
      return run;
    }
    async function silent() {
      const again = await provider.standIn.counting(() => world.program.sync());
      assert.deepStrictEqual([again.requests, again.writes, again.result.outcome], [1, 0, 'ok'], JSON.stringify(again));
    }
    /** The same occurrences everywhere. */
    async function everywhere(expected) {
      assert.deepStrictEqual(await world.person.agenda(), expected, side);
      assert.deepStrictEqual(await world.files.agenda(), expected, 'files');
    }
    const record = async (title) => {
      const found = (await world.program.records()).get(title);
      assert.ok(found, `no record ${title}`);
      return found;
    };

    await t.test('what the person creates, changes, moves and deletes comes here and goes on', async () => {
      await world.person.create(match);
      await settle();
      const { fields } = await record('Kick-off');
      assert.deepStrictEqual(fields.when, {
        start: '2027-03-22T18:00:00',
        end: '2027-03-22T19:45:00',
        zone: 'Europe/Berlin',
      });
      assert.deepStrictEqual([fields.notes, fields.location], ['Bring both kits', 'Hall 1']);
      await everywhere(['2027-03-22T17:00Z Kick-off']);

      await world.person.change('Kick-off', { title: 'First match', notes: 'No kits', location: 'Hall 2' });
      await settle();
      const changed = await record('First match');
      assert.deepStrictEqual([changed.fields.notes, changed.fields.location], ['No kits', 'Hall 2']);

      await world.person.change('First match', { start: '2027-03-29T18:00:00', end: '2027-03-29T20:00:00' });
      await settle();
      await everywhere(['2027-03-29T16:00Z First match']);

      await world.person.remove('First match');
      await settle();
      await everywhere([]);
      assert.strictEqual((await world.program.records()).size, 0);
    });

    await t.test('what we put, change and delete is what the person reads', async () => {
      const put = await world.program.put({
        title: 'Kick-off',
        notes: 'Bring both kits',
        location: 'Hall 1',
        when: { start: '2027-03-22T18:00:00', end: '2027-03-22T19:45:00', zone: 'Europe/Berlin' },
      });
      await settle();
      assert.deepStrictEqual(await world.person.read('Kick-off'), {
        title: 'Kick-off',
        notes: 'Bring both kits',
        location: 'Hall 1',
        zone: 'Europe/Berlin',
        start: '2027-03-22T18:00',
        end: '2027-03-22T19:45',
      });
      await world.program.put(
        {
          title: 'First match',
          notes: null,
          when: { start: '2027-03-29T18:00:00', end: '2027-03-29T20:00:00', zone: 'Europe/Berlin' },
        },
        put.id,
      );
      await settle();
      assert.deepStrictEqual(await world.person.read('First match'), {
        title: 'First match',
        notes: undefined,
        location: 'Hall 1',
        zone: 'Europe/Berlin',
        start: '2027-03-29T18:00',
        end: '2027-03-29T20:00',
      });
      await world.program.run(['delete', 'booking', put.id]);
      await settle();
      await everywhere([]);
    });

    await t.test("the person's series, with a moved and a cancelled occurrence", async () => {
      await world.person.create(series);
      await settle();
      await world.person.changeOccurrence('Training', '2027-03-29', moved);
      await world.person.cancelOccurrence('Training', '2027-04-05');
      await settle();
      await everywhere(excepted);
      assert.strictEqual((await world.program.records()).size, 1);
      await world.person.change('Training', { title: 'Practice' });
      await settle();
      await everywhere(excepted.map((line) => line.replace('Training', 'Practice')));
      await world.person.remove('Practice');
      await settle();
      await everywhere([]);
    });

    await t.test('our series, with a moved and a cancelled occurrence', async () => {
      await world.program.put({
        kind: 'booking',
        fields: {
          title: 'Training',
          when: { start: '2027-03-22T10:00:00', end: '2027-03-22T11:30:00', zone: 'Europe/Berlin' },
          recurrence: { rrule: ['FREQ=WEEKLY;COUNT=4'], exdate: ['2027-04-05T10:00:00'] },
        },
        overrides: {
          '2027-03-29T10:00:00': {
            when: { start: '2027-03-30T14:00:00', end: '2027-03-30T15:30:00', zone: 'Europe/Berlin' },
          },
        },
      });
      await settle();
      await everywhere(excepted);
      await world.person.cancelOccurrence('Training', '2027-04-12');
      await settle();
      await everywhere(excepted.slice(0, 2));
    });

    await t.test('a save over an older version is refused, and both edits arrive', async () => {
      await world.person.create(match);
      await settle();
      const version = await world.person.version('Kick-off');
      await world.program.put({ location: 'Hall 9' }, (await record('Kick-off')).id);
      await settle();
      const refused = await provider.refusal(world.person.change('Kick-off', { notes: 'Their note' }, version));
      assert.strictEqual(refused.status, 412);
      await world.person.change('Kick-off', { notes: 'Their note' });
      await settle();
      const { fields } = await record('Kick-off');
      assert.deepStrictEqual([fields.location, fields.notes], ['Hall 9', 'Their note']);
      assert.strictEqual((await world.person.read('Kick-off')).location, 'Hall 9');
    });

    await t.test('an edit that no listing shows yet is not written over', async () => {
      await world.person.create(match);
      await settle();
      if (side === 'google') await provider.standIn.force(provider.faults.hidden);
      await world.person.change('Kick-off', { notes: 'Their note' });
      if (side === 'outlook') await provider.standIn.force(provider.faults.hidden);
      await world.program.put({ title: 'Our title' }, (await record('Kick-off')).id);
      const { faults } = await provider.standIn.counting(async () => {
        await world.program.run(['sync'], { code: null });
        await world.program.run(['sync'], { code: null });
      });
      const seen = await world.person.read('Our title');
      assert.deepStrictEqual([seen.title, seen.notes], ['Our title', 'Their note'], JSON.stringify(faults));
      assert.strictEqual((await record('Our title')).fields.notes, 'Their note');
    });

    await t.test('many at once, over many pages, in disorder', async () => {
      const all = Array.from({ length: 60 }, (_, i) => ({
        title: `Match ${i}`,
        start: `2027-04-${String(1 + (i % 28)).padStart(2, '0')}T10:00:00`,
        end: `2027-04-${String(1 + (i % 28)).padStart(2, '0')}T11:00:00`,
      }));
      await world.person.createMany(all);
      for (const fault of provider.faults.disorder) await provider.standIn.force(fault);
      const { faults, result } = await provider.standIn.counting(() => world.program.sync());
      assert.deepStrictEqual(Object.keys(faults).sort(), [...provider.faults.disorder].sort());
      assert.strictEqual(result.local.created, 60);
      await silent();
      assert.strictEqual((await world.program.records()).size, 60);
      assert.deepStrictEqual(await world.files.agenda(), await world.person.agenda());
    });

    await t.test('many of ours go out in few requests', async () => {
      const lines = Array.from({ length: 60 }, (_, i) =>
        JSON.stringify({
          kind: 'booking',
          id: `E${i}`,
          fields: {
            title: `Ours ${i}`,
            when: {
              start: `2027-04-${String(1 + (i % 28)).padStart(2, '0')}T10:00:00`,
              end: `2027-04-${String(1 + (i % 28)).padStart(2, '0')}T11:00:00`,
              zone: 'Europe/Berlin',
            },
          },
        }),
      );
      world.program.write('many.jsonl', lines.join('\n'));
      await world.program.run(['import', 'many.jsonl']);
      const { requests, writes } = await provider.standIn.counting(() => world.program.sync());
      // A listing before, the batches, a listing after.
      const floor = 2 + Math.ceil(60 / provider.batch);
      assert.ok(requests <= floor * 1.02 + 2, `${requests} requests, floor ${floor}`);
      assert.strictEqual(writes, 60);
      await silent();
      assert.strictEqual((await world.person.agenda()).length, 60);
    });

    await t.test('a cursor that has expired costs one full listing and nothing else', async () => {
      await world.person.createMany(Array.from({ length: 5 }, (_, i) => ({ ...match, title: `Match ${i}` })));
      await settle();
      await world.person.create({ ...match, title: 'Match 5' });
      await world.person.change('Match 2', { title: 'Renamed' });
      await provider.expire(world.person);
      const run = await settle();
      assert.deepStrictEqual([run.local.created, run.local.updated, run.local.deleted], [1, 1, 0]);
      assert.strictEqual(run.syncs.find((one) => one.name === side).cursor, 'expired');
      assert.deepStrictEqual([...(await world.program.records()).keys()].sort(), [
        'Match 0',
        'Match 1',
        'Match 3',
        'Match 4',
        'Match 5',
        'Renamed',
      ]);
    });

    await t.test('a run that is told to slow down waits and ends well', async () => {
      await world.program.put({
        title: 'Patience',
        when: { start: '2027-03-22T18:00:00', end: '2027-03-22T19:45:00', zone: 'Europe/Berlin' },
      });
      await provider.standIn.force(provider.faults.rate[0]);
      const { faults } = await provider.standIn.counting(() => settle());
      assert.deepStrictEqual(faults, { [provider.faults.rate[0]]: 1 });
      await everywhere(['2027-03-22T17:00Z Patience']);
    });

    await t.test('answers that are lost or half a batch leave nothing out and nothing twice', async () => {
      const titles = Array.from({ length: 6 }, (_, i) => `Ours ${i}`);
      for (const title of titles)
        await world.program.put({
          title,
          when: { start: '2027-03-22T18:00:00', end: '2027-03-22T19:45:00', zone: 'Europe/Berlin' },
        });
      const { faults } = await provider.standIn.counting(async () => {
        for (const fault of provider.faults.shaky) {
          await provider.standIn.force(fault);
          await world.program.run(['sync'], { code: null });
          const { id } = await record('Ours 0');
          await world.program.put({ notes: fault }, id);
          for (const title of titles.slice(1, 3)) await world.program.put({ notes: fault }, (await record(title)).id);
        }
      });
      assert.deepStrictEqual(Object.keys(faults).sort(), [...provider.faults.shaky].sort());
      await world.program.run(['sync'], { code: null });
      await settle();
      assert.deepStrictEqual(
        await world.person.agenda(),
        titles.map((title) => `2027-03-22T17:00Z ${title}`),
      );
      assert.strictEqual((await world.program.records()).size, 6);
    });
  });
}
