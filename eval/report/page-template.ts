/** The page's templates (Eta). `<%= %>` escapes; `<%~ %>` is for markup made here alone: charts, style, script. */

const TABLE = `
<div class="scroll" role="region" tabindex="0" aria-label="Table: <%= it.table.caption %>">
<table class="<%= it.table.rows.length > 1 ? "sortable" : "" %>">
<caption><%= it.table.caption %></caption>
<thead><tr><% for (const name of it.table.columns) { %><th scope="col"><%= name %></th><% } %></tr></thead>
<tbody>
<% for (const row of it.table.rows) { %><tr><% row.forEach((cell, i) => { %><%~ include("@cell", { cell, head: i === 0 }) %><% }) %></tr>
<% } %></tbody>
</table>
</div>
`;

const CELL = `<% const { cell, head } = it; %><% if (typeof cell === "string") { %><% if (head) { %><th scope="row"><%= cell %></th><% } else { %><td><%= cell %></td><% } %><% } else if ("code" in cell) { %><td class="hash"><%= cell.code %></td><% } else { %><td class="number" data-value="<%= cell.value ?? "" %>"><%= cell.text %></td><% } %>`;

const FIGURE = `
<figure id="<%= it.figure.id %>">
<div class="wide"><%~ it.figure.wide %></div>
<div class="narrow"><%~ it.figure.narrow %></div>
<figcaption><%= it.figure.caption %></figcaption>
</figure>
`;

const FIGURE_WITH_TABLE = `
<%~ include("@figure", it) %>
<details><summary>Table: <%= it.figure.table.caption %></summary>
<%~ include("@table", { table: it.figure.table }) %>
</details>
`;

const TEXT_SECTION = `
<p class="note"><%= it.section.caption %></p>
<% for (const row of it.section.pictures) { %><h3><%= row.title %></h3>
<% for (const group of row.groups) { %><ul class="pictures" aria-label="<%= row.title %>, <%= group.name %>"><% for (const picture of group.pictures) { %><li><% if (picture.source) { %><img src="<%= picture.source %>" alt="<%= picture.caption %>: heat map over <%= picture.id %>"><% } else { %><span class="absent"><%= picture.id %></span><% } %><span class="said"><%= picture.caption %></span></li><% } %></ul>
<% } } %>
<% if (it.section.table.rows.length > 12) { %><details><summary>Table: <%= it.section.table.caption %></summary>
<%~ include("@table", { table: it.section.table }) %>
</details><% } else if (it.section.table.rows.length) { %><%~ include("@table", { table: it.section.table }) %><% } %>
`;

const ARMS = `
<p class="note">Accuracies with 95% intervals; gap: renders minus target, in percentage points; small numbers lead to cautions. Tracks are not ranked against one another.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Table: arms by track">
<table>
<caption>Arms by track</caption>
<thead><tr>
<th scope="col">arm</th><% for (const name of it.armColumns) { %><th scope="col" class="number"><%= name %></th><% } %>
</tr></thead>
<% for (const group of it.groups) { %><tbody>
<tr class="group"><th colspan="9" scope="rowgroup"><b><%= group.track %></b>: <%= group.budget %></th></tr>
<% for (const arm of group.arms) { %><tr>
<th scope="row"><%= arm.name %><% for (const n of arm.notes) { %> <sup><a href="#caution-<%= n %>" aria-label="caution <%= n %>"><%= n %></a></sup><% } %></th>
<% for (const cell of arm.cells) { %><td class="number"><%= cell.text %><% if (cell.interval) { %> <span class="interval"><%= cell.interval %></span><% } %></td><% } %>
</tr>
<% } %></tbody><% } %>
</table>
</div>
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>antbee: <%= it.experiment %></title>
<style><%~ it.style %></style>
</head>
<body>
<a class="skip" href="#arms-by-track">Skip to the figures</a>
<header>
<h1>Sim-to-real gap: <%= it.experiment %></h1>
<% for (const text of it.banners) { %><p class="banner"><%= text %></p><% } %>
<div class="headline"><p><%= it.clauses[0] %>.</p>
<% if (it.clauses.length > 1) { %><ul><% for (const clause of it.clauses.slice(1)) { %><li><%= clause %></li><% } %></ul><% } %></div>
<dl class="facts"><% for (const fact of it.facts) { %><div><dt><%= fact.name %></dt><dd><%= fact.text %></dd></div><% } %></dl>
<p class="note"><a href="#cautions"><%= it.cautions.length %> cautions</a> apply to these figures.</p>
</header>
<main>
<section aria-labelledby="arms-by-track"><h2 id="arms-by-track">Arms by track</h2>
<%~ include("@arms", it) %>
<%~ include("@figure", { figure: it.figures.arms }) %>
<h3>What each arm used</h3>
<%~ include("@table", { table: it.uses }) %>
<h3>Per class</h3>
<%~ include("@table", { table: it.perClass }) %>
</section>
<% for (const section of it.sections) { %>
<section aria-labelledby="<%= section.id %>-title"><h2 id="<%= section.id %>-title"><%= section.title %></h2>
<% if (section.wide) { %><%~ include("@figure-with-table", { figure: section }) %><% } else { %><%~ include("@text-section", { section }) %><% } %>
</section>
<% } %>
<section aria-labelledby="cautions"><h2 id="cautions">Cautions</h2>
<ol><% it.cautions.forEach((text, i) => { %><li id="caution-<%= i + 1 %>"><%= text %></li><% }) %></ol>
</section>
<section aria-labelledby="sealed-test"><h2 id="sealed-test">Openings of the sealed test</h2>
<%~ include("@table", { table: it.ledger }) %>
</section>
<section aria-labelledby="reproduce"><h2 id="reproduce">To reproduce</h2>
<% if (it.command) { %><pre><code><%= it.command %></code></pre><% } %>
<%~ include("@table", { table: it.inputs }) %>
<%~ include("@table", { table: it.environment }) %>
</section>
</main>
<script><%~ it.script %></script>
</body>
</html>
`;

/** Templates by the name under which they include one another. */
export const TEMPLATES = {
  "@table": TABLE,
  "@cell": CELL,
  "@figure": FIGURE,
  "@figure-with-table": FIGURE_WITH_TABLE,
  "@text-section": TEXT_SECTION,
  "@arms": ARMS,
  "@page": PAGE,
};
