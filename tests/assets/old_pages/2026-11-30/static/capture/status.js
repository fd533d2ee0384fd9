// What the status says in words: what is held here, for whom, and what hinders it from being sent.
import { NotTaken } from "./outbox.js";
import { accountOf, currentToken, tokenFor } from "./pairing.js";

const PROBLEMS = { quota: "quota", "disk-nearly-full": "serverFull" };
const TRIED_IN_VAIN = [400, 413, 415];

// said: the page's sentences. waiting: the recordings held. problems: of the last round. Nothing to say: "".
export function statusInWords(said, waiting, problems) {
  return [...heldInWords(said, waiting), ...problemsInWords(said, problems)].join(" · ");
}

function heldInWords(said, waiting) {
  const elsewhere = waiting.filter((recording) => (tokenFor(recording) ?? currentToken()) !== currentToken());
  const here = waiting.length - elsewhere.length;
  const lines = here ? [fill(said.held, { n: here })] : [];
  for (const account of new Set(elsewhere.map(({ token }) => accountOf(token) ?? said.somebody))) {
    const theirs = elsewhere.filter(({ token }) => (accountOf(token) ?? said.somebody) === account).length;
    lines.push(fill(said.heldFor, { n: theirs, account }));
  }
  return lines;
}

function problemsInWords(said, problems) {
  const refusals = problems.filter((problem) => problem instanceof NotTaken);
  const known = new Set(refusals.map(({ code }) => PROBLEMS[code]).filter(Boolean));
  const lines = [...known].map((name) => said[name]);
  const inVain = refusals.filter(({ status }) => TRIED_IN_VAIN.includes(status)).length;
  return inVain ? [...lines, fill(said.refused, { n: inVain })] : lines;
}

export function fill(sentence, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, () => value), sentence);
}
