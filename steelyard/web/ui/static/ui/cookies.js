/** Cookies: small choices of appearance that the server must know before it draws the page. */

const YEAR = 365 * 24 * 3600;

/** Read a cookie, or "". */
export function readCookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Keep a choice for a year. */
export function keepCookie(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR}; samesite=lax`;
}
