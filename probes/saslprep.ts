/** RFC 3454 table B.1: characters that say nothing. */
const nothing = /\u00ad|\u034f|\u1806|\u200b|\u200c|\u200d|\u2060|\ufeff|[\u180b-\u180d]|[\ufe00-\ufe0f]/g;
/** Table C.1.2. */
const spaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;
/** Controls, private use, surrogates, and what is no character or changes how text is shown. */
const prohibited =
  /[\p{Cc}\p{Co}\p{Cs}\u200e\u200f\u2028-\u202e\u2060-\u206f\ufff9-\uffff\u{1d173}-\u{1d17a}\u{e0001}-\u{e007f}]/u;

/**
 * SASLprep (RFC 4013) as far as passwords need it: mapping, NFKC and what is prohibited. Its check of right-to-left text
 * and its bond to Unicode 3.2 are left out: they could only refuse what a server may accept.
 * @throws RangeError for a character that no server accepts.
 */
export function saslprep(text: string): string {
  const prepared = text.replace(spaces, " ").replace(nothing, "").normalize("NFKC");
  if (prohibited.test(prepared)) throw new RangeError("holds a character that SASL prohibits (RFC 4013)");
  return prepared;
}
