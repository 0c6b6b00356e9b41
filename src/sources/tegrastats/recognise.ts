// Is this the output of Jetson's tegrastats, which is no exposition at all?

// Every generation starts with RAM; JetPack 5 and later put a local time stamp before it.
const LINE_START = /^(?:\d{2}-\d{2}-\d{4} \d{2}:\d{2}:\d{2} )?RAM \d+\/\d+[kMG]?B\b/m;

export function isTegrastats(text: string): boolean {
  return LINE_START.test(text);
}
