// The sentence for how a recording ended, where a person did not end it. Sentences come from the template, by the reason.

// ending: as Recorder's whenEnded is told. sentences: a dataset with one "ended…" for each reason. Empty where all is well.
export function endingText({ reason = null, isWhole = true, isEmpty = false, at = new Date(), minutes = 0 } = {}, sentences) {
  const time = at.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const name = isEmpty ? "Empty" : reason ? reason[0].toUpperCase() + reason.slice(1) : isWhole ? "" : "Full";
  return (name && sentences[`ended${name}`])?.replace("{time}", time).replace("{minutes}", minutes) ?? "";
}

// Whether something went wrong; that it was quiet for long is what was asked for.
export function isTrouble({ reason = null, isWhole = true, isEmpty = false } = {}) {
  return isEmpty || !isWhole || (reason !== null && reason !== "quiet");
}
