'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const NAMES = ['line', 'file', 'sku', 'store', 'status', 'reason', 'column', 'ingestion_id', 'attempt', 'cells', 'kind'];
const LABELS = { line: 'line', file: 'file', sku: 'SKU', store: 'store', status: 'status', reason: 'reason', column: 'column' };
const byId = (id) => document.getElementById(id);
const numbers = new Intl.NumberFormat('en');

const rows = data.rows.map((values) => Object.fromEntries(NAMES.map((name, index) => [name, values[index]])));
for (const row of rows) {
  row.text = NAMES.slice(0, -1).flatMap((name) => row[name]).join('\n').toLowerCase();
}
// A column that all rows leave empty is not shown.
const shown = Object.keys(LABELS).filter((name) => rows.some((row) => row[name] !== ''));

let chosen = null; // the reason that was clicked, and its number
let page = 0;

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) {
    made.className = className;
  }
  return made;
}

function found() {
  const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const status = byId('status').value;
  return rows.filter((row) => (!status || row.status === status)
    && (!chosen || row.kind === chosen.kind)
    && words.every((word) => row.text.includes(word)));
}

function details(row) {
  const list = document.createElement('dl');
  const facts = row.cells.map((cell, index) => [data.columns[index] ?? `cell ${index + 1}`, cell ?? '']);
  facts.push(['ingestion', row.ingestion_id], ['attempt', row.attempt || 'not sent']);
  for (const [name, value] of facts.filter(([, each]) => each !== '')) {
    const pair = document.createElement('div');
    pair.append(element('dt', name), element('dd', String(value)));
    list.append(pair);
  }
  const made = document.createElement('details');
  made.append(element('summary', 'row'), list);
  return made;
}

function cell(row, name) {
  const made = element('td', name === 'status' ? '' : row[name], name);
  made.setAttribute('role', 'cell');
  made.dataset.label = LABELS[name] ?? '';
  if (name === 'status') {
    made.append(element('span', row.status, `pill ${row.status}`));
  }
  return made;
}

function line(row) {
  const made = document.createElement('tr');
  made.setAttribute('role', 'row');
  const last = document.createElement('td');
  last.setAttribute('role', 'cell');
  last.dataset.label = 'details';
  last.append(details(row));
  made.append(...shown.map((name) => cell(row, name)), last);
  return made;
}

function note(count) {
  const all = numbers.format(rows.length);
  const text = count === rows.length ? `${all} rows` : `${numbers.format(count)} of ${all} rows`;
  return rows.length < data.total
    ? `${text}. The page has the first ${all} of ${numbers.format(data.total)}; rejected.csv and unknown.csv have all.`
    : text;
}

function show() {
  const matching = found();
  const size = Number(byId('size').value);
  const pages = Math.max(1, Math.ceil(matching.length / size));
  byId('body').replaceChildren(...matching.slice(page * size, (page + 1) * size).map(line));
  byId('found').textContent = note(matching.length);
  byId('page').textContent = `page ${page + 1} of ${pages}`;
  byId('previous').disabled = page === 0;
  byId('next-page').disabled = page === pages - 1;
  byId('chosen').hidden = !chosen;
  byId('chosen-reason').textContent = chosen ? chosen.reason : '';
}

function turn(by) {
  page += by;
  show();
}

function begin() {
  page = 0;
  show();
}

for (const name of shown) {
  const made = element('th', LABELS[name]);
  made.setAttribute('role', 'columnheader');
  byId('head').append(made);
}
const last = element('th', 'details');
last.setAttribute('role', 'columnheader');
byId('head').append(last);

for (const id of ['search', 'status', 'size']) {
  byId(id).addEventListener('input', begin);
}
document.querySelector('.filters').addEventListener('submit', (event) => event.preventDefault());
byId('previous').addEventListener('click', () => turn(-1));
byId('next-page').addEventListener('click', () => turn(1));
byId('clear').addEventListener('click', () => { chosen = null; begin(); });
for (const button of document.querySelectorAll('[data-kind]')) {
  button.addEventListener('click', () => {
    chosen = { kind: Number(button.dataset.kind), reason: button.textContent };
    begin();
    byId('rows').scrollIntoView();
  });
}
if (rows.length) {
  byId('rows').hidden = false;
  show();
}
