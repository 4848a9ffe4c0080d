'use strict';
// What the fact sheet says of Graph's lists, views, deltas and batches, asked of the stand-in by Microsoft's own client.
const assert = require('node:assert');
const test = require('node:test');
const { BatchRequestContent, BatchResponseContent } = require('@microsoft/microsoft-graph-client');
const sandbox = require('./sandbox');
const { client, raw, refusal, round } = require('./outlook');

const graph = client();
const day = (number, hour = 10) => ({
  dateTime: `2027-03-${String(number).padStart(2, '0')}T${hour}:00:00`,
  timeZone: 'W. Europe Standard Time',
});
const event = (subject, number = 22, rest = {}) => ({ subject, start: day(number), end: day(number, 11), ...rest });
const recurrence = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
  range: { type: 'numbered', startDate: '2027-03-22', numberOfOccurrences: 4 },
};
const window = 'startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-05-01T00:00:00Z';
const immutable = 'IdType="ImmutableId"';

let calendar;
let number = 0;
const create = (body) => graph.api(`/me/calendars/${calendar}/events`).post(body);
const path = (id) => `/me/events/${encodeURIComponent(id)}`;
const delta = (next = `/me/calendars/${calendar}/calendarView/delta?${window}`, ...prefer) =>
  round(graph, next, prefer);
const last = (items) => [...new Map(items.map((one) => [one.id, one])).values()];

test.beforeEach(async () => {
  calendar = (await graph.api('/me/calendars').post({ name: `L${++number}` })).id;
});

test('a list has singles and masters, in pages of ten, with absolute links', async () => {
  for (let i = 0; i < 12; ++i) await create(event(`E${i}`, 1 + i));
  await create(event('Series', 22, { recurrence }));
  const { pages, items } = await round(graph, `/me/calendars/${calendar}/events`);
  assert.deepStrictEqual(
    pages.map((page) => page.value.length),
    [10, 3],
  );
  assert.match(pages[0]['@odata.nextLink'], /^https:\/\/localhost:\d+\/v1\.0\/.*\$skip/);
  assert.ok(!('@odata.nextLink' in pages[1]));
  assert.match(pages[0]['@odata.context'], /\/v1\.0\/\$metadata#/);
  assert.deepStrictEqual(
    items.map((one) => one.type).filter((type) => type !== 'singleInstance'),
    ['seriesMaster'],
  );
  assert.strictEqual((await round(graph, `/me/calendars/${calendar}/events?$top=50&$select=subject`)).pages.length, 1);
});

test('a page has what $select names, and the id and etag', async () => {
  await create(event('Selected'));
  const { value } = await graph.api(`/me/calendars/${calendar}/events`).select('subject').get();
  assert.deepStrictEqual(Object.keys(value[0]).sort(), ['@odata.etag', 'id', 'subject']);
});

test('a view expands series in full, in order of time, and its window is limited', async () => {
  await create(event('Series', 22, { recurrence }));
  await create(event('Single', 24));
  const { items } = await round(graph, `/me/calendars/${calendar}/calendarView?${window}`);
  assert.deepStrictEqual(
    items.map((one) => [one.subject, one.type]),
    [
      ['Series', 'occurrence'],
      ['Single', 'singleInstance'],
      ['Series', 'occurrence'],
      ['Series', 'occurrence'],
      ['Series', 'occurrence'],
    ],
  );
  assert.strictEqual((await refusal(graph.api(`/me/calendars/${calendar}/calendarView`).get())).status, 400);
  const wide = await refusal(
    graph
      .api(`/me/calendars/${calendar}/calendarView?startDateTime=2020-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z`)
      .get(),
  );
  assert.deepStrictEqual([wide.status, wide.code], [400, 'ErrorInvalidRequest']);
});

test('a delta round: pages to a deltaLink, then only what changed', async () => {
  for (let i = 0; i < 5; ++i) await create(event(`E${i}`, 1 + i));
  const first = await delta(undefined, 'odata.maxpagesize=2', immutable);
  assert.ok(first.pages.length >= 3);
  for (const page of first.pages) assert.ok(!('@odata.nextLink' in page && '@odata.deltaLink' in page));
  for (const page of first.pages) assert.ok(page.value.length <= 2);
  assert.match(first.pages[0]['@odata.nextLink'], /calendarView\/delta\?\$skiptoken=/);
  assert.match(first.delta, /calendarView\/delta\?\$deltatoken=/);
  assert.deepStrictEqual(
    last(first.items)
      .map((one) => one.subject)
      .sort(),
    ['E0', 'E1', 'E2', 'E3', 'E4'],
  );
  for (const one of first.items) assert.strictEqual(one['@odata.type'], '#microsoft.graph.event');

  assert.deepStrictEqual((await delta(first.delta, immutable)).items, []);
  const [changed, removed] = last(first.items);
  await graph.api(path(changed.id)).patch({ subject: 'Changed' });
  await graph.api(path(removed.id)).delete();
  await create(event('New', 20));
  const later = await delta(first.delta, immutable);
  const gone = later.items.filter((one) => one['@removed']);
  assert.deepStrictEqual(gone, [
    { '@odata.type': '#microsoft.graph.event', id: removed.id, '@removed': { reason: 'deleted' } },
  ]);
  assert.deepStrictEqual(
    last(later.items)
      .filter((one) => !one['@removed'])
      .map((one) => one.subject)
      .sort(),
    ['Changed', 'New'],
  );
  // The same link may be followed again.
  assert.strictEqual((await delta(first.delta, immutable)).items.length, later.items.length);
});

test('an event that leaves the window is removed, and still there', async () => {
  const made = await create(event('Leaves'));
  const first = await delta();
  await graph.api(path(made.id)).patch({
    start: { dateTime: '2028-01-01T10:00:00', timeZone: 'UTC' },
    end: { dateTime: '2028-01-01T11:00:00', timeZone: 'UTC' },
  });
  const later = await delta(first.delta);
  assert.ok(later.items.some((one) => one.id === made.id && one['@removed']));
  assert.strictEqual((await graph.api(path(made.id)).get()).subject, 'Leaves');
});

test('in a delta occurrences are bare, exceptions whole', async () => {
  const master = await create(event('Series', 22, { recurrence }));
  const { value } = await graph.api(`${path(master.id)}/instances?${window}`).get();
  await graph.api(path(value[1].id)).patch({ subject: 'Special' });
  const { items } = await delta();
  const occurrence = items.find((one) => one.type === 'occurrence');
  assert.deepStrictEqual(Object.keys(occurrence).sort(), [
    '@odata.etag',
    '@odata.type',
    'end',
    'id',
    'seriesMasterId',
    'start',
    'type',
  ]);
  assert.strictEqual(occurrence.seriesMasterId, master.id);
  assert.strictEqual(items.find((one) => one.type === 'exception').subject, 'Special');
});

test('a delta takes no $select, $expand, $filter, $orderby or $search', async () => {
  for (const option of [
    '$select=subject',
    '$expand=instances',
    "$filter=subject eq 'x'",
    '$orderby=subject',
    '$search=x',
  ])
    assert.strictEqual(
      (await refusal(graph.api(`/me/calendars/${calendar}/calendarView/delta?${window}&${option}`).get())).status,
      400,
      option,
    );
});

test('a cursor that is gone is 410 with a place to start from, or 40x syncStateNotFound', async () => {
  const first = await delta();
  const link = new URL(first.delta);
  const relative = link.pathname.slice('/v1.0/'.length) + link.search;
  await sandbox.outlook.force('cursor_expired');
  const expired = await raw('GET', relative);
  assert.strictEqual(expired.status, 410);
  assert.match((await expired.json()).error.code, /^syncStateNotFound$/i);
  assert.match(expired.headers.get('location'), /calendarView\/delta\?.*\$deltatoken=$/);
  await sandbox.outlook.force('cursor_not_found');
  assert.strictEqual((await refusal(graph.api(first.delta).get())).status, 404);
  await sandbox.outlook.control('POST', 'expire/cursors');
  assert.strictEqual((await refusal(graph.api(first.delta).get())).status, 410);
});

test('a batch answers every part with its own status, in any order', async () => {
  const made = await create(event('Batched'));
  const json = { 'Content-Type': 'application/json' };
  const url = (rest) => `https://localhost${rest}`;
  const content = new BatchRequestContent([
    { id: '1', request: new Request(url(path(made.id)), { method: 'GET' }) },
    { id: '2', request: new Request(url('/me/events/nothere'), { method: 'GET' }) },
    {
      id: '3',
      request: new Request(url(path(made.id)), {
        method: 'PATCH',
        headers: { ...json, 'If-Match': 'W/"old"' },
        body: '{"subject":"x"}',
      }),
    },
    {
      id: '4',
      request: new Request(url(`/me/calendars/${calendar}/events`), {
        method: 'POST',
        headers: json,
        body: JSON.stringify(event('From a batch')),
      }),
    },
  ]);
  const answer = new BatchResponseContent(await graph.api('/$batch').post(await content.getContent()));
  const statuses = ['1', '2', '3', '4'].map((id) => answer.getResponseById(id).status);
  assert.deepStrictEqual(statuses, [200, 404, 412, 201]);
  assert.strictEqual((await answer.getResponseById('4').json()).subject, 'From a batch');
  assert.strictEqual((await answer.getResponseById('2').json()).error.code, 'ErrorItemNotFound');
});

test('a failed dependency fails its dependants with 424, in order', async () => {
  const { responses } = await graph.api('/$batch').post({
    requests: [
      { id: 'a', method: 'GET', url: '/me/events/nothere' },
      { id: 'b', method: 'GET', url: '/me/calendars', dependsOn: ['a'] },
    ],
  });
  assert.deepStrictEqual(Object.fromEntries(responses.map((one) => [one.id, one.status])), { a: 404, b: 424 });
});

test('a batch that is malformed is 400, and one part may be throttled for itself', async () => {
  const part = (id, rest = {}) => ({ id, method: 'GET', url: '/me/calendars', ...rest });
  const post = (requests) => refusal(graph.api('/$batch').post({ requests }));
  assert.strictEqual((await post(Array.from({ length: 21 }, (_, i) => part(String(i))))).status, 400);
  assert.strictEqual((await post([part('a'), part('A')])).status, 400);
  await sandbox.outlook.force('batch_part_throttled');
  const { responses } = await graph.api('/$batch').post({ requests: [part('1'), part('2')] });
  const throttled = responses.find((one) => one.status === 429);
  assert.ok(Number(throttled.headers['Retry-After']) > 0);
  assert.strictEqual(responses.filter((one) => one.status === 200).length, 1);
  const bare = await graph
    .api('/$batch')
    .post({ requests: [part('1', { method: 'POST', body: { name: 'no content type' } })] });
  assert.strictEqual(bare.responses[0].status, 400);
});

test('429 says how long to wait, and the client waits by itself', async () => {
  await sandbox.outlook.force('throttled');
  const refused = await raw('GET', 'me/calendars');
  assert.strictEqual(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.strictEqual((await refused.json()).error.code, 'ApplicationThrottled');
  await sandbox.outlook.force('throttled');
  assert.ok((await graph.api('/me/calendars').get()).value.length > 0);
});

test('calendars: the default one, by id, by POST, and twice the same name is refused', async () => {
  const standard = await graph.api('/me/calendar').get();
  assert.deepStrictEqual(
    [standard.isDefaultCalendar, standard.canEdit, standard.owner.address],
    [true, true, 'sandbox@example.org'],
  );
  assert.strictEqual((await graph.api(`/me/calendars/${standard.id}`).get()).name, standard.name);
  assert.strictEqual((await refusal(graph.api('/me/calendars').post({ name: `L${number}` }))).status, 409);
  const renamed = await graph.api(`/me/calendars/${calendar}`).patch({ name: `R${number}` });
  assert.strictEqual(renamed.name, `R${number}`);
  assert.strictEqual((await raw('DELETE', `me/calendars/${calendar}`)).status, 204);
  assert.strictEqual((await refusal(graph.api(`/me/calendars/${calendar}`).get())).status, 404);
});

test('getSchedule: items in UTC, a view string, an error inside for an unknown mailbox', async () => {
  await graph.api('/me/events').post(event('Busy'));
  await graph.api('/me/events').post(event('Free', 23, { showAs: 'free' }));
  const ask = (from, to, schedules = ['sandbox@example.org', 'nobody@example.org']) =>
    graph.api('/me/calendar/getSchedule').post({
      schedules,
      startTime: { dateTime: from, timeZone: 'UTC' },
      endTime: { dateTime: to, timeZone: 'UTC' },
      availabilityViewInterval: 60,
    });
  const { value } = await ask('2027-03-22T08:00:00', '2027-03-22T12:00:00');
  const known = value.find((one) => one.scheduleId === 'sandbox@example.org');
  assert.strictEqual(known.availabilityView, '0200');
  assert.deepStrictEqual([known.scheduleItems.length, known.scheduleItems[0].status.toLowerCase()], [1, 'busy']);
  assert.deepStrictEqual(known.scheduleItems[0].start, { dateTime: '2027-03-22T09:00:00.0000000', timeZone: 'UTC' });
  const unknown = value.find((one) => one.scheduleId === 'nobody@example.org');
  assert.deepStrictEqual([unknown.error.responseCode, unknown.scheduleItems], ['5016', null]);
  const long = await refusal(ask('2027-03-01T00:00:00', '2027-05-03T00:00:00'));
  assert.deepStrictEqual([long.status, long.code], [400, 'ErrorTimeIntervalTooBig']);
});

test('the mailbox tells its zone', async () => {
  assert.strictEqual((await graph.api('/me/mailboxSettings/timeZone').get()).value, 'W. Europe Standard Time');
});
