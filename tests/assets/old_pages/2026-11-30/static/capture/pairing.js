// Whose this phone is: the token of its pairing, and whose the tokens of recordings are that are still held.
const TOKEN = "stillnote-token";
const ACCOUNTS = "stillnote-accounts";

export function currentToken() {
  return localStorage.getItem(TOKEN);
}

// The name of a token's account, or undefined where that was never said.
export function accountOf(token) {
  return accounts()[token];
}

// The token by which a recording goes to the account it was recorded for: a newer one of the same account, else its own.
export function tokenFor(recording) {
  const token = currentToken();
  const isSame = accountOf(recording.token) !== undefined && accountOf(recording.token) === accountOf(token);
  return isSame ? token : recording.token;
}

export function keepAccount(token, account) {
  localStorage.setItem(ACCOUNTS, JSON.stringify({ ...accounts(), [token]: account }));
}

export function keepPairing(token, account) {
  keepAccount(token, account);
  localStorage.setItem(TOKEN, token);
}

function accounts() {
  return JSON.parse(localStorage.getItem(ACCOUNTS)) ?? {};
}
