'use strict';
// What the fact sheet says of Google's lists, asked of the stand-in by Google's own client.
const assert = require('node:assert');
const test = require('node:test');
const sandbox = require('./sandbox');
const { client, pages, refusal } = require('./google');

const google = client();
const list = (parameters) => google.events.list(parameters);
const at = (day, hour = 10) => ({
  dateTime: `2027-03-${String(day).padStart(2, '0')}T${hour}:00:00`,
  timeZone: 'Europe/Berlin',
});

let calendarId;
let number = 0;
const insert = async (summary, day = 22, rest = {}) =>
  (
    await google.events.insert({
      calendarId,
      sendUpdates: 'none',
      requestBody: { summary, start: at(day), end: at(day, 11), ...rest },
    })
  ).data;
const names = (all) => all.flatMap((page) => page.items.map((one) => one.summary)).sort();
/** A whole listing and the token for the next one. */
async function listing(parameters = {}) {
  const all = await pages(list, { calendarId, ...parameters });
  for (const page of all) assert.ok(!(page.nextPageToken && page.nextSyncToken), 'both tokens on one page');
  return { all, items: all.flatMap((page) => page.items), token: all[all.length - 1].nextSyncToken };
}

test.beforeEach(async () => {
  const made = await google.calendars.insert({ requestBody: { summary: `L${++number}`, timeZone: 'Europe/Berlin' } });
  calendarId = made.data.id;
});

test('a list says what it is of', async () => {
  await insert('One');
  const { data } = await list({ calendarId });
  assert.strictEqual(data.kind, 'calendar#events');
  assert.match(data.etag, /^".+"$/);
  assert.deepStrictEqual([data.timeZone, data.accessRole, data.items.length], ['Europe/Berlin', 'owner', 1]);
  assert.ok(Array.isArray(data.defaultReminders) && data.updated);
});

test('pages lead to a sync token on the last one only, and a token shows what changed since', async () => {
  for (let i = 0; i < 7; ++i) await insert(`E${i}`, 10 + i);
  const first = await listing({ maxResults: 3 });
  assert.ok(first.all.length >= 3);
  assert.deepStrictEqual(names(first.all), ['E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'E6']);
  assert.ok(first.token);
  const quiet = await listing({ maxResults: 3, syncToken: first.token });
  assert.deepStrictEqual(quiet.items, []);
  await google.events.patch({ calendarId, eventId: first.items[0].id, requestBody: { summary: 'Changed' } });
  await google.events.delete({ calendarId, eventId: first.items[1].id });
  await insert('New', 25);
  const later = await listing({ maxResults: 3, syncToken: quiet.token });
  assert.deepStrictEqual(later.items.map((one) => one.summary ?? one.status).sort(), ['Changed', 'New', 'cancelled']);
  // Of a deleted event only the id is promised.
  const stub = later.items.find((one) => one.status === 'cancelled');
  assert.strictEqual(stub.id, first.items[1].id);
  assert.ok(!stub.start && !stub.summary);
});

test('a page may be short or empty and still have a next one', async () => {
  for (let i = 0; i < 4; ++i) await insert(`E${i}`, 10 + i);
  await sandbox.google.force('short_page', 3);
  const { all, token } = await listing();
  assert.ok(all.length > 1);
  assert.deepStrictEqual(names(all), ['E0', 'E1', 'E2', 'E3']);
  assert.ok(token);
});

test('beside a sync token most parameters are refused', async () => {
  await insert('One');
  const { token } = await listing();
  for (const parameters of [
    { iCalUID: 'x' },
    { orderBy: 'updated' },
    { privateExtendedProperty: ['a=b'] },
    { q: 'x' },
    { sharedExtendedProperty: ['a=b'] },
    { timeMin: '2027-01-01T00:00:00Z' },
    { timeMax: '2027-01-01T00:00:00Z' },
    { updatedMin: '2027-01-01T00:00:00Z' },
    { showDeleted: false },
  ]) {
    const refused = await refusal(list({ calendarId, syncToken: token, ...parameters }));
    assert.strictEqual(refused.status, 400, JSON.stringify(parameters));
  }
});

test('an initial list may be restricted in time, and the token keeps the restriction', async () => {
  await insert('Inside', 22);
  await insert('Outside', 2);
  const first = await listing({ timeMin: '2027-03-15T00:00:00Z' });
  assert.deepStrictEqual(
    first.items.map((one) => one.summary),
    ['Inside'],
  );
  assert.ok(first.token);
  await insert('Outside too', 3);
  await insert('Inside too', 23);
  const later = await listing({ syncToken: first.token });
  assert.deepStrictEqual(
    later.items.map((one) => one.summary),
    ['Inside too'],
  );
});

test('a search gives no usable token', async () => {
  await insert('Needle');
  for (const parameters of [
    { q: 'Needle' },
    { orderBy: 'updated' },
    { privateExtendedProperty: ['a=b'] },
    { updatedMin: new Date(Date.now() - 60000).toISOString() },
  ])
    assert.ok(!(await listing(parameters)).token, JSON.stringify(parameters));
});

test('updatedMin shows what changed since, also what was deleted, and refuses the distant past', async () => {
  const old = await insert('Old');
  const since = new Date(Date.parse(old.updated) + 1).toISOString();
  await insert('New');
  await google.events.delete({ calendarId, eventId: (await insert('Gone')).id });
  const { items } = await listing({ updatedMin: since });
  assert.deepStrictEqual(items.map((one) => one.status).sort(), ['cancelled', 'confirmed']);
  const refused = await refusal(list({ calendarId, updatedMin: '2020-01-01T00:00:00Z' }));
  assert.deepStrictEqual(
    [refused.status, refused.reason, refused.error.errors[0].domain],
    [410, 'updatedMinTooLongAgo', 'calendar'],
  );
});

test('an expired token is 410 fullSyncRequired', async () => {
  await insert('One');
  const { token } = await listing();
  await sandbox.google.control('POST', 'expire/cursors', { calendar: calendarId });
  const refused = await refusal(list({ calendarId, syncToken: token }));
  assert.deepStrictEqual(
    [refused.status, refused.reason, refused.error.errors[0].domain],
    [410, 'fullSyncRequired', 'calendar'],
  );
});

test('series come as masters and exceptions, cancelled ones bare even where nobody asked for deletions', async () => {
  const master = await insert('Training', 1, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] });
  const { data } = await google.events.instances({ calendarId, eventId: master.id });
  await google.events.delete({ calendarId, eventId: data.items[1].id });
  await google.events.patch({ calendarId, eventId: data.items[2].id, requestBody: { summary: 'Special' } });
  const { items } = await listing();
  assert.strictEqual(items.length, 3);
  const cancelled = items.find((one) => one.status === 'cancelled');
  assert.deepStrictEqual(
    [cancelled.recurringEventId, cancelled.summary, cancelled.start],
    [master.id, undefined, undefined],
  );
  assert.strictEqual(cancelled.originalStartTime.dateTime, '2027-03-08T10:00:00+01:00');
  assert.strictEqual(items.find((one) => one.summary === 'Special').recurringEventId, master.id);
});

test('singleEvents expands, and orderBy=startTime needs it', async () => {
  await insert('Training', 1, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] });
  await insert('Single', 9);
  const { items } = await listing({
    singleEvents: true,
    orderBy: 'startTime',
    timeMin: '2027-03-01T00:00:00Z',
    timeMax: '2027-04-01T00:00:00Z',
  });
  assert.deepStrictEqual(
    items.map((one) => one.summary),
    ['Training', 'Training', 'Single', 'Training', 'Training'],
  );
  assert.strictEqual((await refusal(list({ calendarId, orderBy: 'startTime' }))).status, 400);
});

test('timeZone only changes how times are written', async () => {
  const { id } = await insert('Zoned');
  const { data } = await list({ calendarId, timeZone: 'America/New_York' });
  const shown = data.items.find((one) => one.id === id).start;
  assert.strictEqual(Date.parse(shown.dateTime), Date.parse('2027-03-22T10:00:00+01:00'));
  assert.strictEqual(shown.dateTime, '2027-03-22T05:00:00-04:00');
});

test("the calendar list names every calendar with the caller's role", async () => {
  const { data } = await google.calendarList.list({ maxResults: 250 });
  assert.strictEqual(data.kind, 'calendar#calendarList');
  const primary = data.items.find((one) => one.primary);
  assert.deepStrictEqual(
    [primary.id, primary.accessRole, primary.kind],
    ['sandbox@example.org', 'owner', 'calendar#calendarListEntry'],
  );
  assert.ok(data.items.some((one) => one.id === calendarId));
  assert.ok(data.nextSyncToken);
  assert.strictEqual((await google.calendarList.get({ calendarId: 'primary' })).data.id, 'sandbox@example.org');
  assert.strictEqual((await google.calendars.get({ calendarId: 'primary' })).data.id, 'sandbox@example.org');
});

test('a token of the calendar list shows what is new, changed and gone', async () => {
  const first = (await google.calendarList.list()).data;
  const { data: fresh } = await google.calendars.insert({ requestBody: { summary: 'Fresh' } });
  await google.calendars.patch({ calendarId, requestBody: { summary: 'Renamed' } });
  const { data } = await google.calendarList.list({ syncToken: first.nextSyncToken });
  assert.deepStrictEqual(data.items.map((one) => one.summary).sort(), ['Fresh', 'Renamed']);
  await google.calendars.delete({ calendarId: fresh.id });
  const { data: later } = await google.calendarList.list({ syncToken: data.nextSyncToken });
  assert.deepStrictEqual(
    later.items.map((one) => [one.id, one.deleted]),
    [[fresh.id, true]],
  );
  assert.strictEqual((await refusal(google.calendarList.list({ syncToken: 'bogus' }))).status, 410);
});

test('fields choose what an answer shows', async () => {
  const { id } = await insert('Chosen');
  const { data } = await list({ calendarId, fields: 'kind,items(id,start/dateTime)' });
  assert.deepStrictEqual(data, {
    kind: 'calendar#events',
    items: [{ id, start: { dateTime: '2027-03-22T10:00:00+01:00' } }],
  });
  assert.strictEqual((await refusal(list({ calendarId, fields: 'items(' }))).status, 400);
});

test('free and busy: merged by nobody, unknown calendars as errors in a 200', async () => {
  await insert('Busy', 22);
  await insert('Free', 23, { transparency: 'transparent' });
  const { status, data } = await google.freebusy.query({
    requestBody: {
      timeMin: '2027-03-20T00:00:00Z',
      timeMax: '2027-03-27T00:00:00Z',
      items: [{ id: calendarId }, { id: 'nobody@example.org' }],
    },
  });
  assert.strictEqual(status, 200);
  assert.strictEqual(data.kind, 'calendar#freeBusy');
  assert.deepStrictEqual(data.calendars[calendarId].busy, [
    { start: '2027-03-22T09:00:00Z', end: '2027-03-22T10:00:00Z' },
  ]);
  assert.strictEqual(data.calendars['nobody@example.org'].errors[0].reason, 'notFound');
});
