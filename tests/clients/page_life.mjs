// A page's life with confluence.js, which checks each answer against Atlassian's schemas.
import { createV1Client, createV2Client } from "confluence.js";

const [host, email, apiToken, parentId] = process.argv.slice(2);
const options = { host, auth: { type: "basic", email, apiToken } };
const v1 = createV1Client(options);
const v2 = createV2Client(options);

const spaceId = (await v2.space.getSpaces({ keys: ["AX"] })).results[0].id;
const body = (value) => ({ representation: "storage", value });
const { id } = await v2.page.createPage({
  body: { spaceId, status: "current", title: "From JavaScript", parentId, body: body("<p>one</p>") },
});
await v2.page.updatePage({
  id,
  body: {
    id,
    status: "current",
    title: "From JavaScript",
    body: body("<p>two <strong>bold</strong></p>"),
    version: { number: 2, message: "second" },
  },
});
const stored = await v2.page.getPageById({ id, bodyFormat: "storage" });
const adf = await v2.page.getPageById({ id, bodyFormat: "atlas_doc_format" });
const children = await v2.children.getPageDirectChildren({ id: parentId });
const versions = await v2.version.getPageVersions({ id });
const found = await v1.search.searchByCQL({ cql: 'title ~ "JavaScript"' });
await v2.label.getPageLabels({ id });
await v2.page.deletePage({ id });

console.log(
  JSON.stringify({
    id,
    stored: stored.body.storage.value,
    adf: JSON.parse(adf.body.atlasDocFormat?.value ?? adf.body.atlas_doc_format.value).content[0].type,
    children: children.results.map((child) => child.title),
    versions: versions.results.map((version) => version.message),
    found: found.results.map((row) => row.content.id),
  }),
);
