// A single-use ticket for the socket: one for each connection, so that no secret stands in the page.
const PATIENCE_MS = 10_000;
const SIGNED_OUT = [401, 403];

/** Raises RangeError when the sign-in is over, another error when LAMIS does not answer. */
export async function ticket() {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  const answer = await fetch("/api/v2/ws/ticket", { method: "POST", headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (SIGNED_OUT.includes(answer.status)) throw new RangeError("signed out");
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).ticket;
}
